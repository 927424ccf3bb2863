"""Whether each diagnosis of a hospital stay was present on admission."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.notes import CodeRange
from nosology.coding.tables import rows, settings, table
from nosology.model.code import plain
from nosology.model.reading import SectionKind

PRESENT, ACQUIRED, UNKNOWN, UNDETERMINED = "Y", "N", "U", "W"
_PACKAGE = "nosology.coding.inpatient"
_CATEGORY = 3
_INJURY_LATER = re.compile(r"[ST].{5}[DEFGHJKMNPQRS]")
"""Injuries at a later episode of care and sequelae: seventh characters D and on but A, B and C."""
_TELLS_ARRIVAL = frozenset(
    {
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.PAST_MEDICAL_HISTORY,
        SectionKind.PROBLEM_LIST,
        SectionKind.ADMISSION_DIAGNOSIS,
        SectionKind.PREOPERATIVE_DIAGNOSIS,
        SectionKind.INDICATION,
    }
)
_TOLD = frozenset({Sense.PRESENT, Sense.UNCERTAIN, Sense.PAST})


@dataclass(frozen=True, slots=True)
class _Cues:
    undetermined: re.Pattern[str]
    acquired: re.Pattern[str]
    present: re.Pattern[str]
    arrival_documents: tuple[str, ...]
    reach: int
    arising: tuple[str, ...]


def with_indicators(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts of a hospital stay, in reporting order, each with its indicator."""
    marked: list[Draft] = []
    for place, draft in enumerate(drafts):
        found = indicator(draft, case, is_principal=place == 0)
        marked.append(
            replace(draft, poa=found).because("present-on-admission", f"({found})")
            if found
            else draft
        )
    return marked


def indicator(draft: Draft, case: Case, *, is_principal: bool) -> str | None:
    """Return Y, N, U or W for a diagnosis of a hospital stay, or None where it is exempt.

    What the record says of the condition decides, the nearest words first, then where it is told.
    Where the record is silent a diagnosis of the stay is taken as the reason for it or as brought
    along, unless it is one that often comes in hospital: U, which asks for a query.

    Source: ICD-10-CM Official Guidelines, Appendix I.
    """
    if is_exempt(draft.code):
        return None
    told = _told_of(draft, case)
    said = [found for item in told if (found := _said(item))]
    arrived = any(_tells_arrival(item) for item in told)
    if UNDETERMINED in said:
        return UNDETERMINED
    if ACQUIRED in said and not arrived:
        return ACQUIRED
    if PRESENT in said or arrived or is_principal or not draft.code.startswith(_cues().arising):
        return PRESENT
    return UNKNOWN


def is_exempt(code: str) -> bool:
    """Return whether no indicator is reported for the code, given without a dot.

    Source: the list of exempt codes that CMS publishes with each release.
    """
    if _INJURY_LATER.fullmatch(code):
        return True
    answer = False
    for is_listed, named in _exemptions():
        if named.holds(code):
            answer = is_listed
    return answer


@cache
def _exemptions() -> tuple[tuple[bool, CodeRange], ...]:
    return tuple(
        (row["exempt"] == "yes", CodeRange.parse(row["codes"]))
        for row in rows(table(_PACKAGE, "poa_exempt.tsv"), ("exempt", "codes", "source"))
    )


@cache
def _cues() -> _Cues:
    read = settings(_PACKAGE, "present_on_admission.toml")

    def any_of(name: str) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{item})" for item in read[name]), re.IGNORECASE)

    return _Cues(
        any_of("undetermined"),
        any_of("acquired"),
        any_of("present"),
        tuple(read["arrival_documents"]),
        int(read["reach"]),
        tuple(plain(item["code"]) for item in read["arising"]),
    )


def _told_of(draft: Draft, case: Case) -> Sequence[Statement]:
    """The statements that the draft rests on, and those of its category elsewhere."""
    spans = set(draft.support)
    return [
        item
        for item in case.statements
        if item.sense in _TOLD
        and (item.span in spans or item.concept[:_CATEGORY] == draft.code[:_CATEGORY])
    ]


def _said(item: Statement) -> str | None:
    """What the sentence says of the condition: the cue that stands nearest to it."""
    cues = _cues()
    sentence = item.reading.sentences[item.mention.sentence]
    said = item.said
    begin, end = item.mention.start - sentence.start, item.mention.end - sentence.start
    best: tuple[int, str] | None = None
    for answer, pattern in (
        (UNDETERMINED, cues.undetermined),
        (ACQUIRED, cues.acquired),
        (PRESENT, cues.present),
    ):
        for found in pattern.finditer(said):
            gap = max(begin - found.end(), found.start() - end, 0)
            if gap <= cues.reach and (best is None or gap < best[0]):
                best = (gap, answer)
    return best[1] if best else None


def _tells_arrival(item: Statement) -> bool:
    if item.kind in _TELLS_ARRIVAL:
        return True
    kind = f"{item.reading.document.type.lower()} "
    return kind.startswith(_cues().arrival_documents)
