"""The documented scope: what the record states of the patient, for research and registries.

Answered is every condition, symptom and finding that the patient has or had, each by its own code:
a past disease by the code of the disease, since who looks for it in a registry looks there. What is
denied, conditional, planned or a relative's stays out; what is uncertain too, but for a facility's
inpatients (OCG II.H). So do reasons for encounters, and the statuses that an operation of this very
stay leaves behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.assignment import Assigned, Assignment
from nosology.coding.diagnoses.draft import Draft
from nosology.coding.diagnoses.reported import status_rule
from nosology.coding.diagnoses.statements import Sense, Statement, statements
from nosology.coding.lexicon.bags import bag_of
from nosology.coding.rules import because
from nosology.language.matching import TermMatcher
from nosology.language.pipeline import CONTEXT_STAGES
from nosology.language.senses import LoneWordStage
from nosology.language.terms import Term, build_index
from nosology.language.tokens import words_of
from nosology.model.code import EXTERNAL_CAUSES, plain
from nosology.model.reading import Reading
from nosology.model.tables import rows, settings, table

_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """What is left out although it is stated, as ``documented.toml`` lists it."""

    reasons: tuple[str, ...]
    left_behind: tuple[str, ...]
    standing: frozenset[str]


@cache
def _left_out() -> _LeftOut:
    read = settings("nosology.coding.diagnoses", "documented.toml")
    return _LeftOut(
        reasons=tuple(read["reasons"]),
        left_behind=tuple(read["left_behind"]),
        standing=frozenset(word for text in read["standing"] for word in words_of(text)),
    )


def documented(
    readings: Iterable[Reading],
    stated: Sequence[Statement],
    assignment: Assignment,
    *,
    is_inpatient: bool,
) -> list[Draft]:
    """Return a draft for every condition, symptom and finding that the record states.

    Args:
        readings: the provider's documents.
        stated: their statements, in order.
        assignment: what finds their codes.
        is_inpatient: whether what is uncertain counts as if it existed.
    """
    drafts: list[Draft] = []
    for item in stated:
        rule = _rule(item, is_inpatient=is_inpatient)
        if not rule:
            continue
        for found in assignment.codes(item):
            if _is_answered(found, item, assignment):
                reason = because(status_rule(found.code) or rule)
                reasons = (reason, *found.rationale)
                drafts.append(Draft(found.code, (item.span,), reasons, _CONFIDENCE))
    for reading in readings:
        for item in _bare_statements(reading):
            rule = _rule(item, is_inpatient=is_inpatient)
            if rule and assignment.is_billable(item.concept):
                reasons = (because(rule), because("index-default"))
                drafts.append(Draft(item.concept, (item.span,), reasons, _CONFIDENCE))
    return drafts


def _rule(item: Statement, *, is_inpatient: bool) -> str:
    """The rule by which a statement is answered; empty where it is not."""
    if item.concept.startswith(EXTERNAL_CAUSES):
        return ""
    if item.sense is Sense.PRESENT:
        return "documented-condition"
    if item.sense is Sense.PAST:
        return "documented-past"
    if item.sense is Sense.UNCERTAIN and is_inpatient:
        return "uncertain-inpatient"
    return ""


def _is_answered(found: Assigned, item: Statement, assignment: Assignment) -> bool:
    """Whether the code says what is the case rather than what was done."""
    left_out = _left_out()
    if found.code.startswith(left_out.reasons):
        return False
    if found.code.startswith(left_out.left_behind) and item.sense is not Sense.PAST:
        return not left_out.standing.isdisjoint(assignment.words(item))
    return True


@cache
def _bare_terms() -> TermMatcher:
    source = table("nosology.coding.diagnoses", "bare_terms.tsv")
    return TermMatcher(
        build_index(
            Term(row["term"], plain(row["code"]), plain(row["code"]), "bare", bag_of(row["term"]))
            for row in rows(source, ("term", "code", "source"))
        )
    )


def _bare_statements(reading: Reading) -> Iterator[Statement]:
    """The main terms without site or kind that no fuller term covers, in their context."""
    covered = {token for mention in reading.mentions for token in mention.tokens}
    bare = _bare_terms()(reading)
    bare = replace(
        bare,
        mentions=tuple(item for item in bare.mentions if covered.isdisjoint(item.tokens)),
    )
    bare = LoneWordStage()(bare)
    for stage in CONTEXT_STAGES:
        bare = stage(bare)
    yield from statements(bare)
