"""Chapter 19: several burns, their order, and how much of the body they cover."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.rules import because
from nosology.model.record import Span

_BURNS = ("T20", "T21", "T22", "T23", "T24", "T25")
_EXTENT, _CORROSION_EXTENT = "T31", "T32"
_DEGREES = {"3": 0, "7": 0, "2": 1, "6": 1, "1": 2, "5": 2, "0": 3, "4": 3}
"""Burns and corrosions by the fourth character, the highest degree first."""
_CORROSIONS = ("4", "5", "6", "7")
_SURFACE = r"(?:TBSA|BSA|total body surface(?: area)?|body surface(?: area)?)"
_TOTAL = (
    re.compile(r"\btotal\b[^.%\n]{0,15}?(?P<percent>\d{1,2}) ?(?:%|percent)", re.IGNORECASE),
    re.compile(
        rf"\b(?P<percent>\d{{1,2}}) ?(?:%|percent)[^.,;\n]{{0,12}}\b{_SURFACE}", re.IGNORECASE
    ),
    re.compile(
        rf"\b{_SURFACE}\b[^.,;\d\n]{{0,15}}(?P<percent>\d{{1,2}}) ?(?:%|percent)", re.IGNORECASE
    ),
)
_THIRD = re.compile(
    r"\b(?P<before>\d{1,2}) ?(?:%|percent)[^.,;\n]{0,25}\b(?:third|3rd|full)[- ](?:degree"
    r"|thickness)"
    r"|\b(?:third|3rd|full)[- ](?:degree|thickness)[^.,;\d%\n]{0,20}(?P<after>\d{1,2}) ?(?:%"
    r"|percent)",
    re.IGNORECASE,
)


def burns(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with one burn a site, the highest degree first, and their extent.

    Of burns of one site and side only the highest degree is coded (ICD-10-CM OCG I.C.19.d.1, 2);
    the extent stands beside them where the record tells the share of the body, not for sequelae
    (I.C.19.d.6).
    """
    found = [draft for draft in drafts if draft.code.startswith(_BURNS) and draft.code[6:7] != "S"]
    if not found:
        return list(drafts)
    kept: dict[str, Draft] = {}
    for draft in sorted(found, key=lambda item: _DEGREES.get(item.code[3], 3)):
        kept.setdefault(draft.code[:3] + draft.code[4:6], draft)
    ordered = list(kept.values())
    if len(found) > 1 and [draft.code for draft in ordered] != [draft.code for draft in found]:
        ordered[0] = ordered[0].because("highest-degree-burn")
    place = next(number for number, draft in enumerate(drafts) if draft is found[0])
    others = [draft for draft in drafts if draft not in found]
    result = [*others[:place], *ordered, *others[place:]]
    extent = _extent(found, case)
    if extent is None:
        return result
    return [*(draft for draft in result if not draft.code.startswith(extent.code[:3])), extent]


def _extent(found: list[Draft], case: Case) -> Draft | None:
    for reading in case.readings:
        total = next((hit for cue in _TOTAL if (hit := cue.search(reading.text))), None)
        if total is None:
            continue
        third = _THIRD.search(reading.text)
        share = int(total["percent"])
        deep = min(int(third["before"] or third["after"]), share) if third else 0
        category = _CORROSION_EXTENT if found[0].code[3] in _CORROSIONS else _EXTENT
        code = category + str(share // 10) + (str(deep // 10) if share >= 10 else "")
        if case.is_billable(code):
            span = Span(total.start(), total.end(), reading.index)
            return Draft(code, (span,), (because("extent-of-burns"),), 0.7)
    return None
