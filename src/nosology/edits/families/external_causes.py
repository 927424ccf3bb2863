"""External causes of morbidity, chapter 20: never first, and never without what they caused."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.reorder import moved_behind
from nosology.edits.rule import Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.claim import Claim
from nosology.model.code import EXTERNAL_CAUSES
from nosology.model.finding import Category, Severity

_PLACE = "Y92"
_LENGTH = 7
_ACTIVE = "ABC"
_AFTER_INJURIES = ("Z03", "Z04", "Z09", "Z18", "Z20", "Z23", "Z47", "Z48", "Z51", "Z77")


def _behind(claim: ClaimView, found: Hit) -> Claim | None:
    """Return the claim with the external cause behind the first code that is none."""
    position, behind = found.values["position"], found.values["behind"]
    if not isinstance(position, int) or not isinstance(behind, int) or not behind:
        return None
    return moved_behind(claim.claim, position, behind)


@rule(
    "external-cause-first",
    category=Category.EXTERNAL_CAUSE_FIRST,
    severity=Severity.ERROR,
    authority=("ocg-i-c-20-a-6", "mce-external-cause"),
    needs=("icd10cm",),
    message="{code} is an external cause and may not be the first diagnosis.",
    remedy="Put the injury or illness that it caused before it{injury}.",
    carc="16",
    mend=_behind,
)
def external_cause_first(claim: ClaimView) -> Iterator[Hit]:
    """The principal or first-listed diagnosis is not an external cause (V00 to Y99).

    A code that is not valid on the day has a finding of its own and is judged once it is corrected.

    Why: an external cause says how something came about, never what is treated.
    """
    listed = [item for item in claim.diagnoses if not item.role]
    if not listed or not listed[0].code.startswith(EXTERNAL_CAUSES):
        return
    first = listed[0]
    if not first.facts.is_billable:
        return
    injury = next((item for item in listed if not item.code.startswith(EXTERNAL_CAUSES)), None)
    yield hit(
        None,
        first.shown,
        position=first.position,
        behind=injury.position if injury else 0,
        injury=f": {injury.shown}" if injury else "",
    )


@rule(
    "external-cause-without-condition",
    category=Category.EXTERNAL_CAUSE_FIRST,
    severity=Severity.ADVISORY,
    authority="ocg-i-c-20-a-1",
    needs=("icd10cm",),
    message="{codes} tells the cause of an injury or illness, and none is on the claim.",
    remedy="Add the injury or illness, or leave the external cause out.",
)
def external_cause_without_condition(claim: ClaimView) -> Iterator[Hit]:
    """An external cause stands beside an injury, an illness or a symptom that it can have caused.

    Factors of chapter 21 alone are none, but for the encounters after an injury
    , after an exposure or to rule an injury out (such as Z04, Z20 or Z47).

    Why: an external cause is reported with a condition that is due to it.
    """
    causes = [item for item in claim.diagnoses if item.code.startswith(EXTERNAL_CAUSES)]
    if not causes or len(causes) == len(claim.diagnoses):
        return
    if all(
        item.code.startswith((*EXTERNAL_CAUSES, "Z")) and not item.code.startswith(_AFTER_INJURIES)
        for item in claim.diagnoses
    ):
        yield hit(None, causes[0].shown)


@rule(
    "place-of-occurrence-later",
    category=Category.EXTERNAL_CAUSE_FIRST,
    severity=Severity.ADVISORY,
    authority="ocg-i-c-20-b",
    needs=("icd10cm",),
    message="{codes} tells where it happened, at an encounter that is not the initial one.",
    remedy="Leave the place of occurrence out; it is told once, at the initial encounter.",
)
def place_of_occurrence_later(claim: ClaimView) -> Iterator[Hit]:
    """The place of occurrence (Y92) is told at the initial encounter for an injury alone.

    An encounter is a later one where no injury on the claim has a seventh character of active
    treatment (A, B or C).

    Why: place of occurrence codes are assigned once, at the initial encounter for treatment.
    """
    place = next((item for item in claim.diagnoses if item.code.startswith(_PLACE)), None)
    if place is None:
        return
    injuries = [
        item.code
        for item in claim.diagnoses
        if item.code[:1] in "ST" and len(item.code) == _LENGTH and item.facts.is_billable
    ]
    if injuries and not any(code[-1] in _ACTIVE for code in injuries):
        yield hit(None, place.shown)
