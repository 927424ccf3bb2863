"""Chapter 21: aftercare following a joint replacement."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.rules import because
from nosology.model.reading import SectionKind
from nosology.model.record import Span

_JOINT_IMPLANT = "Z966"
_AFTERCARE = "Z471"
_COMPLICATIONS = ("T84", "T81", "M96", "M97")
_TOLD = frozenset(
    {
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_AND_PLAN,
        SectionKind.IMPRESSION,
        SectionKind.BODY,
    }
)
_RECENT = re.compile(
    r"\bpost-?op(?:erative)? (?:visit|check|follow)"
    r"|\b(?:\d{1,2}|one|two|three|four|five|six|eight|ten|twelve)[ -](?:day|week)s?(?: out)?,? "
    r"(?:status post|s/p|after|post|from|following)\b",
    re.IGNORECASE,
)


def joint_replacement_aftercare(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with Z47.1 where a replaced joint is seen in the weeks after the operation.

    The Tabular List asks at Z47.1 for the joint (Z96.6-) beside it; a complication of the joint is
    coded instead of aftercare (ICD-10-CM OCG I.C.21.c.7).
    """
    joint = first(drafts, _JOINT_IMPLANT)
    if joint is None or first(drafts, "Z47", *_COMPLICATIONS) or not case.is_billable(_AFTERCARE):
        return list(drafts)
    for reading in case.readings:
        for section in reading.sections:
            found = (
                _RECENT.search(reading.text, section.start, section.end)
                if section.kind in _TOLD
                else None
            )
            if found:
                said = Span(found.start(), found.end(), reading.index)
                aftercare = Draft(
                    _AFTERCARE, (said, *joint.support), (because("aftercare"),), joint.confidence
                )
                return [aftercare, *drafts]
    return list(drafts)
