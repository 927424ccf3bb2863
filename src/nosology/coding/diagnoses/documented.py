"""The documented scope: what the record states of the patient, for research and registries."""

from __future__ import annotations

from collections.abc import Sequence

from nosology.coding.diagnoses.assignment import Assignment
from nosology.coding.diagnoses.draft import Draft
from nosology.coding.diagnoses.knowledge import Knowledge
from nosology.coding.diagnoses.reporting import status_rule
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.rules import because
from nosology.model.code import EXTERNAL_CAUSES

_CONFIDENCE = 0.5


def documented(
    stated: Sequence[Statement], assignment: Assignment, known: Knowledge
) -> list[Draft]:
    """Return a draft for every condition, symptom and finding that the record states."""
    drafts: list[Draft] = []
    for item in stated:
        if item.concept.startswith(EXTERNAL_CAUSES):
            continue
        if item.sense is Sense.PRESENT or (
            item.sense is Sense.PAST and known.is_lifelong(item.concept)
        ):
            drafts.extend(
                Draft(
                    found.code,
                    (item.span,),
                    (because(status_rule(found.code) or "documented-condition"), *found.rationale),
                    _CONFIDENCE,
                )
                for found in assignment.codes(item)
            )
        elif item.sense is Sense.PAST:
            history = known.personal_history(item.concept)
            if history and assignment.is_billable(history):
                reasons = (because("personal-history"),)
                drafts.append(Draft(history, (item.span,), reasons, _CONFIDENCE))
    return drafts
