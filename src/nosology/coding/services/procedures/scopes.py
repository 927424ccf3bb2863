"""What was done through a scope: techniques by family, each at its places, from a report.

A report names the endoscopy in its title and what was done in its findings. ``scopes.tsv`` tells
one family of endoscopies from another by the organs that a sentence names, ``techniques.tsv`` what
was done by the words for it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.facts import is_report
from nosology.model.reading import Reading, SectionKind, Sentence
from nosology.model.record import Span
from nosology.model.tables import parts, rows, table

_PACKAGE = "nosology.coding.services.procedures"
_SILENT = frozenset(
    {
        *(SectionKind.INDICATION, SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.COMPARISON),
        *(SectionKind.PAST_MEDICAL_HISTORY, SectionKind.PAST_SURGICAL_HISTORY, SectionKind.PLAN),
        *(SectionKind.INSTRUCTIONS, SectionKind.FAMILY_HISTORY, SectionKind.MEDICATIONS),
        *(SectionKind.DISPOSITION, SectionKind.ALLERGIES, SectionKind.SOCIAL_HISTORY),
        *(SectionKind.PREOPERATIVE_DIAGNOSIS, SectionKind.CHIEF_COMPLAINT, SectionKind.ORDERS),
    }
)
"""Sections that tell of another day, or of why."""
_VISIT = frozenset(
    {
        *(SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.ASSESSMENT_AND_PLAN),
        *(SectionKind.REVIEW_OF_SYSTEMS, SectionKind.PHYSICAL_EXAM, SectionKind.ASSESSMENT),
    }
)
"""Sections of a note of a visit, which tells of more than the procedure."""
_TELLING = frozenset({SectionKind.PROCEDURE, SectionKind.TECHNIQUE, SectionKind.FINDINGS})
_CLAUSE = re.compile(r"[.;:\n]\s|,\s|\bbut\b|\bhowever\b")
_NOT_BEFORE = re.compile(
    r"\b(?:no|not|without|unable|defer\w*|declin\w+|previous(?:ly)?|prior|history|h/o|repeat|plans?|"
    r"recommend\w*|if|consider\w*|await\w*|will|next|future|follow[\s-]?up|indication|hx|s/p|"
    r"status post|consent(?:ed)?|discuss\w*|possible|possibly|need for|known|need|instead of|"
    r"rather than|surveillance|were to)\b",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"\W*(?:was|were|is|are)?\s*"
    r"(?:not|n't|deferred|declined|unable|considered|avoided|scar|site)\b"
    r"|[^.;\n]{0,60}\b(?:planned|considered|not (?:needed|done|performed|taken|necessary|required)|"
    r"deferred|declined|next time)\b",
    re.IGNORECASE,
)
_BY_US = re.compile(
    r"\b(?:after|following|post|prophylactic\w*|to prevent|at|from) (?:the )?"
    r"(?:biops\w+|polypectomy|resection|sampling)\b|\bprophyla\w+|"
    r"\b(?:biopsy|polypectomy) sites?\b|"
    r"\bpost-?(?:biopsy|polypectomy|resection)\b|\bto (?:close|prevent)\b|\bdefect\b",
    re.IGNORECASE,
)
"""Bleeding that the endoscopy itself caused, or might cause, is stopped within it."""
_SIZE = re.compile(r"\b\d{1,3}(?:\.\d)?\s?(?:mm|cm)\b", re.IGNORECASE)
_STOPPING = "bleeding-control"


@dataclass(frozen=True, slots=True)
class Scope:
    """A family of endoscopies: what shows that a sentence speaks of it, and its places."""

    name: str
    cues: re.Pattern[str]
    parts: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Technique:
    """What is done through scopes of some families."""

    name: str
    families: frozenset[str]
    absorbs: frozenset[str]
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A technique that the report says was done through one scope.

    Attributes:
        places: each place where it was done, as far as told, by which lesions are told apart.
    """

    technique: str
    spans: tuple[Span, ...]
    places: tuple[str, ...]


@cache
def scopes() -> dict[str, Scope]:
    """Return the families of endoscopies by the concept that names each."""
    return {
        row["family"]: Scope(
            row["family"],
            re.compile("|".join(parts(row["cues"])), re.IGNORECASE),
            re.compile(
                "|".join(rf"\b(?:{part})(?!\w)" for part in parts(row["parts"])), re.IGNORECASE
            ),
        )
        for row in rows(table(_PACKAGE, "scopes.tsv"), ("family", "cues", "parts"))
    }


@cache
def techniques() -> tuple[Technique, ...]:
    """Return what may be done through scopes, in the order of the table."""
    return tuple(
        Technique(
            row["technique"],
            frozenset(parts(row["families"])),
            frozenset(parts(row["absorbs"])),
            re.compile("|".join(parts(row["words"])), re.IGNORECASE),
        )
        for row in rows(
            table(_PACKAGE, "techniques.tsv"), ("families", "technique", "absorbs", "words")
        )
    )


def done_through(reading: Reading, acts: Sequence[Act]) -> dict[str, list[Found]]:
    """Return what was done through the scopes of the acts, by family.

    Args:
        reading: the document.
        acts: endoscopies that the document says were done, in the order of the text.
    """
    families = list(dict.fromkeys(act.concept.name for act in acts))
    cues = _cues(reading, families, acts)
    found: dict[str, dict[str, Found]] = {family: {} for family in families}
    for technique in techniques():
        able = [family for family in families if family in technique.families]
        if not able:
            continue
        for start, end in _scopes_of_text(reading, acts):
            for match in technique.words.finditer(reading.text, start, end):
                if not _is_done(reading, match, technique.name):
                    continue
                family = _family_at(match.start(), able, families, cues)
                if family:
                    _add(found[family], technique.name, reading, match, family)
    return {family: _without_absorbed(list(held.values())) for family, held in found.items()}


def _scopes_of_text(reading: Reading, acts: Sequence[Act]) -> list[tuple[int, int]]:
    if is_report(reading) or not any(section.kind in _VISIT for section in reading.sections):
        return [(0, len(reading.text))]
    own = [act.section for act in acts]
    own += [section for section in reading.sections if section.kind in _TELLING]
    return list(dict.fromkeys((section.start, section.end) for section in own))


def _cues(reading: Reading, families: Sequence[str], acts: Iterable[Act]) -> list[tuple[int, str]]:
    if len(families) < 2:
        return []
    cues = [(act.mention.start, act.concept.name) for act in acts]
    for family in families:
        cues += [(m.start(), family) for m in scopes()[family].cues.finditer(reading.text)]
    return sorted(cues)


def _family_at(
    at: int, able: Sequence[str], families: Sequence[str], cues: list[tuple[int, str]]
) -> str:
    """Return through which of the scopes something was done: that of the words just before it."""
    if len(families) == 1:
        return able[0]
    for _, family in reversed(cues[: bisect_right(cues, (at, ""))]):
        if family in able:
            return family
        break
    return next((family for place, family in cues if place >= at and family in able), able[0])


def _is_done(reading: Reading, match: re.Match[str], technique: str) -> bool:
    number = reading.sentence_at(match.start())
    if number < 0:
        return False
    sentence = reading.sentences[number]
    if match.start() >= sentence.end or _is_silent(reading, sentence):
        return False
    before = sentence.start
    for stop in _CLAUSE.finditer(reading.text, sentence.start, match.start()):
        before = stop.end()
    if _NOT_BEFORE.search(reading.text, before, match.start()):
        return False
    if _NOT_AFTER.match(reading.text, match.end(), sentence.end):
        return False
    said = reading.text[sentence.start : sentence.end]
    return technique != _STOPPING or not _BY_US.search(said)


def _is_silent(reading: Reading, sentence: Sentence) -> bool:
    """Whether the sentence tells of another day or of why; a reason is told in its first line."""
    section = reading.sections[sentence.section]
    if section.kind is SectionKind.INDICATION:
        before = reading.text[section.start : sentence.start].strip()
        is_dictated = reading.text[: section.start].rpartition("\n")[2].strip() != ""
        # In a line of prose the reason is told in one sentence, else in the heading's own line.
        return not (is_dictated and reading.text[section.body : sentence.start].strip()) and (
            "\n" not in before
        )
    return section.kind in _SILENT


def _add(
    held: dict[str, Found], technique: str, reading: Reading, match: re.Match[str], family: str
) -> None:
    span = Span(match.start(), match.end(), reading.index)
    place = _place(reading, match, family)
    known = held.get(technique)
    spans = (*known.spans, span) if known else (span,)
    places = known.places if known else ()
    held[technique] = Found(
        technique, spans, tuple(dict.fromkeys((*places, place))) if place else places
    )


def _place(reading: Reading, match: re.Match[str], family: str) -> str:
    """Return the part and size that the sentence tells of what was done, the nearest before it."""
    sentence = reading.sentences[reading.sentence_at(match.start())]
    places = list(scopes()[family].parts.finditer(reading.text, sentence.start, sentence.end))
    sizes = list(_SIZE.finditer(reading.text, sentence.start, sentence.end))
    said = [item for item in (_nearest(places, match), _nearest(sizes, match)) if item]
    return ", ".join(" ".join(item.split()).lower() for item in said)


def _nearest(found: Sequence[re.Match[str]], match: re.Match[str]) -> str:
    nearest = min(found, key=lambda item: abs(item.start() - match.start()), default=None)
    return nearest[0] if nearest else ""


def _without_absorbed(found: list[Found]) -> list[Found]:
    """Return what is no part of another: a technique at the places of the one that absorbs it."""
    absorbing = {technique.name: technique.absorbs for technique in techniques_of(found)}
    kept = []
    for item in found:
        over = [
            other
            for other in found
            if item.technique in absorbing.get(other.technique, ())
            and (not item.places or set(item.places) <= set(other.places) or not other.places)
        ]
        if not over:
            kept.append(item)
    return kept


def techniques_of(found: Iterable[Found]) -> list[Technique]:
    """Return the rows of the table for what was found."""
    names = {item.technique for item in found}
    return [technique for technique in techniques() if technique.name in names]
