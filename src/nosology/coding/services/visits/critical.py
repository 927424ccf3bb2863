"""Critical care by its minutes, from which procedures that are billed by themselves are taken out.

Sources: CPT critical care services; Pub. 100-04 ch. 12 s. 30.6.12: for Medicare 99292 begins once
the full 30 minutes beyond the first 74 are reached, with 104 minutes.
"""

from __future__ import annotations

from nosology.coding.rules import because
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits.evaluation import AREA
from nosology.coding.services.visits.minutes import minutes_of
from nosology.coding.services.visits.said import Words, sentence_at
from nosology.model.record import Span

_LEAST = 30
_MEDICARE_ADDS = 104
_FIRST = 74


def critical_care(case: ServiceCase, words: Words) -> Proposal | None:
    """Return critical care that the record tells with its time; None where none was given."""
    said = next((item for item in words.meant("critical_care")), None)
    if said is None:
        return None
    told = _minutes(words)
    if told is None:
        return Proposal(
            missing=(
                Missing(
                    _draft("99291", 1, (said.span,), "critical-care-time-untold"),
                    "critical-care-minutes",
                ),
            )
        )
    minutes, span = told
    if minutes < _LEAST:
        return None
    drafts = [_draft("99291", 1, (said.span, span), "critical-care", f"({minutes} minutes)")]
    units = further(minutes, is_medicare=case.is_medicare)
    if units:
        drafts.append(
            _draft("99292", units, (span, said.span), "critical-care-more", f"({minutes} minutes)")
        )
    return Proposal(tuple(drafts))


def further(minutes: int, *, is_medicare: bool) -> int:
    """Return how often 99292 is reported for the minutes of a day."""
    if is_medicare:
        return (minutes - _FIRST) // _LEAST if minutes >= _MEDICARE_ADDS else 0
    return -(-(minutes - _FIRST) // _LEAST) if minutes > _FIRST else 0


def _minutes(words: Words) -> tuple[int, Span] | None:
    """Return the minutes told of critical care: in a sentence that speaks of it, or the next."""
    for item in words.meant("critical_care"):
        sentence = sentence_at(item.reading, item.start)
        reach = min(len(item.reading.text), sentence.end + 120)
        for cue in ("total_time", "critical_minutes"):
            for time in words.all(cue):
                if time.reading is item.reading and sentence.start <= time.start < reach:
                    found = minutes_of(time)
                    if found:
                        return found, time.span
    return None


def _draft(
    code: str, units: int, spans: tuple[Span, ...], rule: str, detail: str = ""
) -> ServiceDraft:
    return ServiceDraft(
        code,
        AREA,
        tuple(dict.fromkeys(spans)),
        (because(rule, detail),),
        concept="critical-care",
        units=units,
    )
