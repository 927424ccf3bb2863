"""Questions to the clinician where the record is silent, unclear or contradicts itself.

A query shows the words of the record, offers every clinically supported answer with ways out, and
names no effect on payment (AHIMA/ACDIS, Guidelines for Achieving a Compliant Query Practice, 2022).
The wording is in ``queries.toml``; each kind of question is a module.
"""

from __future__ import annotations

from nosology.coding.queries.conflict import sides, statuses, usual_values
from nosology.coding.queries.inquiry import Inquiry
from nosology.coding.queries.laterality import open_sides
from nosology.coding.queries.onset import unknown_onsets
from nosology.coding.queries.relationship import complications
from nosology.coding.queries.significance import study_findings, values
from nosology.coding.queries.templates import Ask, Kind, has_answers, put
from nosology.coding.queries.treatment import unexplained_medicines
from nosology.coding.queries.unspecified import open_diagnoses, unrecognized_terms
from nosology.model.coding import Query

KINDS: tuple[Kind, ...] = (
    sides,
    statuses,
    usual_values,
    unrecognized_terms,
    open_diagnoses,
    complications,
    values,
    study_findings,
    open_sides,
    unknown_onsets,
    unexplained_medicines,
)
"""Every kind of question that is put."""
MOST = 4
"""The most questions about one encounter: who is asked too often stops reading."""
_MOST_OF_A_TOPIC = 2


def queries_about(inquiry: Inquiry) -> tuple[Query, ...]:
    """Return the questions about one encounter, the weightiest first."""
    asks = [ask for kind in KINDS for ask in kind(inquiry) if has_answers(ask)]
    asks.sort(key=lambda ask: (-ask.weight, ask.documented[0].document, ask.documented[0].start))
    return tuple(put(ask, inquiry) for ask in _weightiest(asks))


def _weightiest(asks: list[Ask]) -> list[Ask]:
    kept: list[Ask] = []
    for ask in asks:
        same = [other for other in kept if other.template.topic == ask.template.topic]
        if len(same) < _MOST_OF_A_TOPIC and not any(
            ask.template is other.template and ask.documented == other.documented for other in same
        ):
            kept.append(ask)
    return kept[:MOST]
