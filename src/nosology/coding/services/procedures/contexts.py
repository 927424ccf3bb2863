"""What a bare word of doing is done to: ``LN2`` beside actinic keratoses, a plug in a punctum.

Short notes name the act in one word and the thing elsewhere. ``contexts.tsv`` says which words
nearby make which service of it; an act that none of its lines fits stays what it is, and one that
is a mere word of doing is then billed by nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.attributes.told import Reach
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.procedures.stretches import sentence_at, stretch_of
from nosology.model.errors import MalformedRow
from nosology.model.tables import parts, rows, table

_PACKAGE = "nosology.coding.services.procedures"
_COLUMNS = ("act", "service", "reach", "beside", "unless")


_PLACES = ("side", "digit", "eyelid")
_DOSE = re.compile(r"\d\s*(?:mg|mcg|ml|cc)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Line:
    service: str
    reach: Reach
    beside: re.Pattern[str]
    unless: re.Pattern[str] | None


@cache
def _lines() -> dict[str, tuple[_Line, ...]]:
    found: dict[str, list[_Line]] = {}
    for row in rows(table(_PACKAGE, "contexts.tsv"), _COLUMNS):
        acts = parts(row["act"])
        for name in (*acts, row["service"]):
            if name not in catalogue().concepts:
                raise MalformedRow(row.file, row.line, "act", f"no concept {name!r}")
        line = _Line(
            row["service"],
            Reach[row["reach"].upper()],
            re.compile(row["beside"], re.IGNORECASE),
            re.compile(row["unless"], re.IGNORECASE) if row["unless"] else None,
        )
        for name in acts:
            found.setdefault(name, []).append(line)
    return {name: tuple(lines) for name, lines in found.items()}


def in_context(case: ServiceCase) -> ServiceCase:
    """Return the case with every act as the service that the words around it make of it."""
    lines = _lines()
    if not any(act.concept.name in lines for act in case.acts):
        return case
    anywhere: dict[tuple[int, int], bool] = {}
    found = [_told(act, lines.get(act.concept.name, ()), anywhere) for act in case.acts]
    told = replace(case, facts=replace(case.facts, acts=tuple(act for act, _ in found)))
    for act, line in found:
        if line is not None:
            _derive_place(act, line, told)
    return told


def _derive_place(act: Act, line: _Line, case: ServiceCase) -> None:
    """Keep the side, digit or eyelid of what the act is done to, where its own words tell none.

    It is taken from what its line says before, else from the sentences that name the thing, where
    they agree.
    """
    open_places = []
    for name in _PLACES:
        if case.facts.told(act, name, Reach.SENTENCE) is None:
            told = case.facts.beside(act, name)
            if told is None:
                open_places.append(name)
            else:
                case.facts.derive(act, name, told)
    sentences = _sentences_beside(act, line) if open_places else []
    for name in open_places:
        found = [
            told
            for start, end in sentences
            for told in case.facts.in_document(act.reading, name)
            if start <= told.start < end
        ]
        if len({told.value for told in found}) == 1:
            case.facts.derive(act, name, found[0])


def _sentences_beside(act: Act, line: _Line) -> list[tuple[int, int]]:
    start, end = _place(act, line.reach)
    matches = line.beside.finditer(act.reading.text, start, end)
    return list(dict.fromkeys(sentence_at(act.reading, match.start()) for match in matches))


def _told(
    act: Act, lines: tuple[_Line, ...], anywhere: dict[tuple[int, int], bool]
) -> tuple[Act, _Line | None]:
    """Return the act as what is said around it makes of it, and the line by which.

    Args:
        act: what was found.
        lines: what it may be.
        anywhere: filled with whether a document holds the words of a line at all, so that each is
            looked for once a document.
    """
    text = act.reading.text
    possible = []
    for line in lines:
        key = (act.reading.index, id(line))
        if key not in anywhere:
            anywhere[key] = line.beside.search(text) is not None
        if anywhere[key]:
            possible.append(line)
    for reach in Reach if possible else ():
        start, end = _place(act, reach)
        for line in possible:
            if line.reach < reach or not line.beside.search(text, start, end):
                continue
            if line.unless is None or not line.unless.search(act.said):
                service = catalogue().concepts[line.service]
                return replace(act, concept=service, standing=_standing(act)), line
    return act, None


def _standing(act: Act) -> Standing:
    """Return the standing: a drug told with its dose where it was put in was given."""
    is_given = (
        act.concept.kind == "drug"
        and act.standing is Standing.NAMED
        and act.cue is None
        and _DOSE.search(act.said) is not None
    )
    return Standing.DONE if is_given else act.standing


def _place(act: Act, reach: Reach) -> tuple[int, int]:
    match reach:
        case Reach.SENTENCE:
            return act.sentence.start, act.sentence.end
        case Reach.BLOCK:
            _, start, end = stretch_of(act)
            return start, end
        case Reach.SECTION:
            return act.section.start, act.section.end
    return 0, len(act.reading.text)
