"""The service that brought the patient, where only the title or the reason for coming names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.model.reading import SectionKind

_SERVICES = ("Z00", "Z014", "Z0181", "Z02", "Z5181")
"""Services that are the reason for the whole encounter: examinations, drug monitoring."""
_SCREENING_STUDIES = ("Z121",)
"""Screenings that remain the reason whatever they find or treat: those by endoscopy."""
_CATEGORY = 3
_REASONS = frozenset({SectionKind.CHIEF_COMPLAINT, SectionKind.INDICATION})
_INDICATIONS = frozenset({SectionKind.INDICATION, SectionKind.PREOPERATIVE_DIAGNOSIS})
_OPEN = frozenset({SectionKind.BODY, SectionKind.OTHER})
_LAST_OF_TITLE = 1
_LONGEST_TITLE = 10


def reason_for_encounter(
    stated: Sequence[Statement], reported: Sequence[Statement]
) -> Statement | None:
    """Return the service that the title or the reason for the visit names, and no problem does.

    Args:
        stated: the statements of the record.
        reported: those that are reported already.

    Source: ICD-10-CM Official Guidelines IV.G, I.C.21.c.5, I.C.21.c.13.
    """
    known = {item.concept[:_CATEGORY] for item in reported if item.concept.startswith(_SERVICES)}
    if known & {"Z00", "Z01", "Z02"}:
        return None
    for item in stated:
        if item.concept[:_CATEGORY] in known or item.sense is not Sense.PRESENT:
            continue
        if item.concept.startswith(_SERVICES) and (item.kind in _REASONS or _is_title(item)):
            return item
    for item in _openings(stated):
        if item.concept.startswith(_SCREENING_STUDIES) and item.sense is Sense.PRESENT:
            return item
    return None


def _openings(stated: Iterable[Statement]) -> Iterator[Statement]:
    """Yield what the lines that tell for what the procedure was done name first."""
    seen: set[tuple[int, int]] = set()
    for item in stated:
        if item.kind in _INDICATIONS:
            place = (item.reading.index, item.reading.section_of(item.mention).start)
            if place not in seen:
                seen.add(place)
                yield item


def _is_title(item: Statement) -> bool:
    """Whether it stands in the short line with which the document begins."""
    number = item.mention.sentence
    sentence = item.reading.sentences[number]
    return (
        item.kind in _OPEN
        and number <= _LAST_OF_TITLE
        and sentence.is_line_start
        and len(item.said.split()) <= _LONGEST_TITLE
    )
