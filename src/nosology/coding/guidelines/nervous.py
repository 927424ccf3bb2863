"""Chapter 6: pain that the record calls chronic."""

from __future__ import annotations

from collections.abc import Sequence

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.rules import because

_PAIN = ("M54", "M255", "M796", "R10", "M791", "R07", "N94", "R102")
_CHRONIC_PAIN = "G8929"


def chronic_pain(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with G89.29 beside a site's pain that the record calls chronic.

    The pain category adds what the site code does not say (ICD-10-CM OCG I.C.6.b.1.b, which also
    puts the site first unless the visit is for the control of pain).
    """
    pain = next(
        (
            draft
            for draft in drafts
            if draft.code.startswith(_PAIN) and {"chronic", "pain"} <= draft.words
        ),
        None,
    )
    if pain is None or first(drafts, "G89") or not case.is_billable(_CHRONIC_PAIN):
        return list(drafts)
    added = Draft(_CHRONIC_PAIN, pain.support, (because("chronic-pain"),), pain.confidence * 0.9)
    place = list(drafts).index(pain) + 1
    return [*drafts[:place], added, *drafts[place:]]
