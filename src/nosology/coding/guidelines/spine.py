"""Chapter 13: the region of the spine by the level that the record names, and claudication."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.guidelines.wording import said_with
from nosology.coding.rules import because
from nosology.model.record import Span

_OPEN = {"M4300": "M430", "M4310": "M431", "M4720": "M472", "M47819": "M4781", "M4800": "M480"}
"""Codes of an unspecified site, with what stands before the character of the region."""
_STENOSIS, _LUMBAR = "M4800", "6"
_WITHOUT_CLAUDICATION, _WITH_CLAUDICATION = "M48061", "M48062"
_LEVEL = re.compile(
    r"\b(?P<upper>[CTL])(?P<number>1[0-2]|[1-9])\s?(?:-|/|–|to|on|over)\s?(?P<lower>[CTLS])?(?P<next>1[0-2]|[1-9])\b"
)
_REGIONS = {
    **{("C", "C"): "2", ("C", "T"): "3", ("T", "T"): "4", ("T", "L"): "5"},
    **{("L", "L"): "6", ("L", "S"): "7"},
}
"""The character of the region by the vertebrae above and below (Tabular List M43, M47, M48)."""
_CLAUDICATION = re.compile(r"\bneurogenic claudication\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:no|not|without|denies|negative for|rule out|r/o|possible|possibly)\b[^.;\n]*$",
    re.IGNORECASE,
)


def level_of_spine(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with conditions of an unspecified site under the region of their level.

    ``L4-L5 spondylolisthesis`` is of the lumbar region. Only where the sentence names levels of one
    region (ICD-10-CM Tabular List, Deforming and spondylopathies M43, M47, M48).
    """
    result: list[Draft] = []
    for draft in drafts:
        stem = _OPEN.get(draft.code)
        region = _region(said_with(draft, case)) if stem else None
        code = f"{stem}{region}"
        if draft.code == _STENOSIS and region == _LUMBAR:
            code = _WITHOUT_CLAUDICATION
        if region is None or not case.is_billable(code):
            result.append(draft)
        elif not any(item.code == code for item in (*result, *drafts)):
            result.append(replace(draft, code=code).because("specificity", "(level)"))
    return result


def _region(said: str) -> str | None:
    found = {
        _REGIONS.get((level["upper"], level["lower"] or level["upper"]))
        for level in _LEVEL.finditer(said)
    }
    return found.pop() if len(found) == 1 else None


def stenosis_with_claudication(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with stenosis of the lumbar canal with the claudication that is told of.

    The fifth character asks for neurogenic claudication, wherever the record tells of it (ICD-10-CM
    Tabular List M48.06; OCG I.A.15).
    """
    stenosis = first(drafts, _WITHOUT_CLAUDICATION)
    if stenosis is None or not case.is_billable(_WITH_CLAUDICATION):
        return list(drafts)
    own = {item.reading.index for item in case.statements}
    for reading in case.readings:
        if reading.index not in own:
            continue
        for found in _CLAUDICATION.finditer(reading.text):
            start = max(reading.text.rfind("\n", 0, found.start()), found.start() - 60, 0)
            if _DENIED.search(reading.text[start : found.start()]):
                continue
            span = Span(found.start(), found.end(), reading.index)
            claudication = replace(
                stenosis,
                code=_WITH_CLAUDICATION,
                support=(*stenosis.support, span),
                rationale=(*stenosis.rationale, because("specificity", "(claudication)")),
            )
            return [claudication if draft is stenosis else draft for draft in drafts]
    return list(drafts)
