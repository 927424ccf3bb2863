"""Services that a record names: which of them stand for this encounter.

The Z codes of encounters say why the patient came or what was done. A record names services that
were neither: ordered, planned, done before, refused. And it names diseases that only tell what a
service is for (``HCC surveillance``). Neither is a statement of this encounter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.model.code import plain
from nosology.model.reading import SectionKind
from nosology.model.tables import any_of, settings

_PACKAGE = "nosology.coding.diagnoses"
_IMMUNIZATION = "Z23"
_REFUSAL = "Z2821"
"""What the terms of a refused vaccine lead to, whoever refused it and why."""
_PLANS = frozenset({SectionKind.PLAN, SectionKind.ORDERS, SectionKind.INSTRUCTIONS})
_CARE = frozenset(
    {
        *_PLANS,
        *(SectionKind.ASSESSMENT, SectionKind.ASSESSMENT_AND_PLAN, SectionKind.BODY),
        *(SectionKind.PROCEDURE, SectionKind.MEDICAL_DECISION_MAKING, SectionKind.OTHER),
        SectionKind.PHYSICAL_EXAM,
        *(SectionKind.HOSPITAL_COURSE, SectionKind.DISPOSITION, SectionKind.IMMUNIZATIONS),
    }
)
"""Where a vaccine that is told as given was given at this encounter."""
_PART = re.compile(r"[,;()]|\s[-–—]+\s|\.\s")
_MOST_PARTS = 4
_LONGEST_LEAD = 30
"""Most characters before a service that opens its sentence (``1. Routine``)."""


@dataclass(frozen=True, slots=True)
class _Named:
    words: re.Pattern[str]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Services:
    kinds: dict[str, str]
    prefixes: tuple[str, ...]
    cues: dict[str, re.Pattern[str]]
    not_given: tuple[tuple[str, re.Pattern[str]], ...]
    named_after: tuple[_Named, ...]
    diseases: tuple[str, ...]

    def kind_of(self, code: str) -> str:
        """Return how a service with this code is told, or nothing for other codes."""
        if not code.startswith(self.prefixes):
            return ""
        return next(
            self.kinds[code[:length]]
            for length in range(len(code), 2, -1)
            if code[:length] in self.kinds
        )

    def says(self, cue: str, text: str) -> bool:
        return bool(self.cues[cue].search(text))


@cache
def _services() -> _Services:
    read = settings(_PACKAGE, "services_named.toml")
    kinds = {code: kind for kind, codes in read["codes"].items() for code in codes}
    named_after = tuple(
        _Named(re.compile(rf"[\s-]+(?:{row['words']})\b", re.IGNORECASE), tuple(row["codes"]))
        for row in read["named_after"]
    )
    return _Services(
        kinds,
        tuple(sorted(kinds)),
        {name: any_of(patterns) for name, patterns in read["cues"].items()},
        tuple((plain(row["code"]), any_of(row["because"])) for row in read["not_given"]),
        named_after,
        tuple(sorted({code for row in named_after for code in row.codes})),
    )


def of_this_encounter(stated: Iterable[Statement]) -> list[Statement]:
    """Return the statements without services of other days and diseases that name a service."""
    known = _services()
    return [
        item
        for item in stated
        if not (item.concept.startswith(known.prefixes) and not _is_of_today(item, known))
        and not (item.concept.startswith(known.diseases) and _is_purpose(item, known))
        and not (item.concept == _REFUSAL and item.is_assessed)
    ]


def vaccines_not_given(stated: Iterable[Statement]) -> list[tuple[Statement, str]]:
    """Return each vaccine that was not given, with the code that says why."""
    found: list[tuple[Statement, str]] = []
    for item in stated:
        if not item.is_assessed or item.sense not in {Sense.PRESENT, Sense.ABSENT}:
            continue
        is_refusal = item.concept == _REFUSAL
        if is_refusal or (item.concept == _IMMUNIZATION and _is_refused(item, _services())):
            code = next(
                (code for code, why in _services().not_given if why.search(item.said)),
                _REFUSAL if is_refusal else "",
            )
            if code:
                found.append((item, code))
    return found


def vaccines_given(stated: Iterable[Statement]) -> list[Statement]:
    """Return the vaccines that the record says were given, wherever but in a history it says so."""
    known = _services()
    return [
        item
        for item in stated
        if item.concept == _IMMUNIZATION
        and item.kind in _CARE
        and item.sense is Sense.PRESENT
        and known.says("given", " ".join(_parts(item)[:2]))
        and _is_told_as_done(item, known)
    ]


def _is_of_today(item: Statement, known: _Services) -> bool:
    if not item.is_assessed:
        return known.kind_of(item.concept) != "care" or not _is_delayed(item, known)
    return _is_told_as_done(item, known)


def _is_delayed(item: Statement, known: _Services) -> bool:
    """Whether what follows sets the time at which it is to be done (``Wound check 2 d``)."""
    _, after, _ = _parts(item)
    return known.says("delayed", after)


def _is_told_as_done(item: Statement, known: _Services) -> bool:
    kind = known.kind_of(item.concept)
    before, after, following = _parts(item)
    around = f"{before} {after}"
    if _is_refused(item, known) or known.says("past", around) or known.says("ordered", around):
        return kind == "done" and known.says("done", " ".join(following))
    if known.says("renamed", after) or (kind != "reason" and known.says("delayed", after)):
        return False
    is_name = (item.is_named or (kind == "care" and item.is_assessed)) and _opens(item)
    if kind == "reason":
        return item.kind not in _PLANS and is_name and not known.says("handed_out", around)
    if kind == "done" and known.says("recurring", item.span.quote(item.reading.text)):
        is_name = False
    if is_name and (kind == "care" or item.kind not in _PLANS):
        return not following or not known.says("past", following[0])
    return known.says("done", around) or _is_done_with_the_rest(following, known)


def _is_done_with_the_rest(following: Sequence[str], known: _Services) -> bool:
    """Whether the list that goes on says that its items were done (``DTaP, MMR today``)."""
    for part in following[:_MOST_PARTS]:
        if known.says("refused", part) or known.says("ordered", part) or known.says("past", part):
            return False
        if known.says("done", part):
            return True
    return False


def _is_refused(item: Statement, known: _Services) -> bool:
    before, after, following = _parts(item)
    if known.says("refused", f"{before} {after}"):
        return True
    return bool(following) and bool(known.cues["refused"].match(following[0].lstrip()))


def _is_purpose(item: Statement, known: _Services) -> bool:
    after = item.reading.text[item.mention.end : item.mention.end + 40]
    return any(
        row.words.match(after) and item.concept.startswith(row.codes) for row in known.named_after
    )


def _parts(item: Statement) -> tuple[str, str, list[str]]:
    """Return what stands before and after the term in its part of the sentence, and the rest."""
    sentence = item.reading.sentences[item.mention.sentence]
    text = item.reading.text
    before = _PART.split(text[sentence.start : item.mention.start])[-1]
    after, *following = _PART.split(text[item.mention.end : sentence.end])
    return before, after, [part for part in following if part.strip()]


def _opens(item: Statement) -> bool:
    sentence = item.reading.sentences[item.mention.sentence]
    lead = item.reading.text[max(sentence.start, sentence.label) : item.mention.start]
    return len(lead) <= _LONGEST_LEAD and not _PART.search(lead)
