"""The same problem told of elsewhere in the record, where it is told more exactly.

An assessment names a problem in few words (``CKD``) that the history or the discussion tells in
more (``chronic kidney disease, stage 3b``). What those words add is taken only if they speak of the
same condition as present, if nothing in the name contradicts them, and if the nearest place that
adds anything says one thing only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nosology.coding.diagnoses.assignment import Assigned, Assignment
from nosology.coding.diagnoses.draft import Case
from nosology.coding.diagnoses.specificity import are_opposite, axes, content_words
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.model.reading import SectionKind

_CATEGORY = 3
_INJURIES = ("S", "T0", "T1")
_BLOCK = 4
_SHOWN = frozenset(
    {
        SectionKind.RESULTS,
        SectionKind.FINDINGS,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.PHYSICAL_EXAM,
    }
)
"""Where the record tells of an injury more than its name: films, history, examination."""
_MOST = 40
"""How many statements of a category are asked: a record that has more of them says no more."""
_WHOLE = "9"
"""Fourth character of the code that says no more than its category."""
_ONE_OF_SEVERAL = ("S", "T", "O", "P", "V", "W", "X", "Y", "Z")
"""Injuries, pregnancies and statuses: a second one told of is rather another than the same."""
_SIBLINGS = {"F32": "F33"}
"""Categories that a name without more does not tell apart: one episode or several."""
_PLACES = (
    frozenset(
        {
            SectionKind.ASSESSMENT,
            SectionKind.ASSESSMENT_AND_PLAN,
            SectionKind.PLAN,
            SectionKind.IMPRESSION,
            SectionKind.DIAGNOSIS,
            SectionKind.DISCHARGE_DIAGNOSIS,
            SectionKind.MEDICAL_DECISION_MAKING,
            SectionKind.POSTOPERATIVE_DIAGNOSIS,
        }
    ),
    frozenset(
        {
            SectionKind.CHIEF_COMPLAINT,
            SectionKind.HISTORY_OF_PRESENT_ILLNESS,
            SectionKind.INTERVAL_HISTORY,
            SectionKind.HOSPITAL_COURSE,
            SectionKind.BODY,
            SectionKind.OTHER,
        }
    ),
    frozenset({SectionKind.PAST_MEDICAL_HISTORY, SectionKind.PROBLEM_LIST}),
    frozenset({SectionKind.RESULTS}),
)
"""Where the same problem is looked for, after its own discussion, the nearest first."""


def refined(
    statement: Statement, assigned: tuple[Assigned, ...], assignment: Assignment, case: Case
) -> tuple[Assigned, ...]:
    """Return the codes, or those that the same problem elsewhere in the record makes of them."""
    if len(assigned) != 1 or not is_open(assigned[0]):
        return assigned
    discussed = _discussed(statement, assigned[0], assignment, case)
    if discussed is not None:
        return (discussed,)
    if statement.problem is not None and statement.is_named:
        qualified = assignment.codes(statement, qualified=True)
        if len(qualified) == 1 and not is_open(qualified[0]):
            return qualified
    if assigned[0].code.startswith(_INJURIES):
        shown = _shown(assigned[0], statement, assignment, case)
        return (shown,) if shown else assigned
    return _told_elsewhere(statement, assigned[0], assignment, case) or assigned


def is_open(assigned: Assigned) -> bool:
    """Return whether the code leaves open what a neighbor states."""
    return "unspecified" in assigned.display.lower()


def _discussed(
    statement: Statement, assigned: Assigned, assignment: Assignment, case: Case
) -> Assigned | None:
    """The code of a fuller name of the condition in the discussion of the problem."""
    if statement.problem is None or not statement.is_named:
        return None
    own_words = content_words(statement.mention.term)
    for other in case.discussed.get(statement.place, ()):
        if (
            other is not statement
            and other.sense is Sense.PRESENT
            and other.concept[0] == assigned.code[0]
            and own_words < content_words(other.mention.term)
        ):
            for found in assignment.codes(other):
                if found.code[0] == assigned.code[0] and _openness(found) <= _openness(assigned):
                    return found
    return None


def _shown(
    assigned: Assigned, statement: Statement, assignment: Assignment, case: Case
) -> Assigned | None:
    """The injury as films, history or examination tell it more exactly, of the same bone and side.

    The diagnosis is the provider's; where in the bone it is, an interpreted film may tell.
    """
    found: dict[str, Assigned] = {}
    for other in case.statements:
        if (
            other.kind not in _SHOWN
            or other.sense is not Sense.PRESENT
            or other.concept[:_BLOCK] != assigned.code[:_BLOCK]
        ):
            continue
        for item in assignment.codes(other):
            code = item.code[:-1] + assigned.code[-1]
            if (
                _openness(item) < _openness(assigned)
                and not are_opposite(item.display, assigned.display)
                and assignment.is_billable(code)
            ):
                found[code] = replace(item, code=code, statement=statement).because(
                    "same-problem-elsewhere", also=other
                )
    return next(iter(found.values())) if len(found) == 1 else None


def _told_elsewhere(
    statement: Statement, assigned: Assigned, assignment: Assignment, case: Case
) -> tuple[Assigned, ...]:
    if assigned.code.startswith(_ONE_OF_SEVERAL):
        return ()
    category = assigned.code[:_CATEGORY]
    others = [
        other
        for akin in (category, _SIBLINGS.get(category, ""))
        for other in case.present_by_category.get(akin, ())[:_MOST]
        if other is not statement and (other.place == statement.place or not other.is_named)
    ]
    for place in _PLACES:
        found = _added(statement, assigned, (o for o in others if o.kind in place), assignment)
        if found:
            return found if len(found) == 1 else ()
    return ()


def _added(
    statement: Statement,
    assigned: Assigned,
    others: Iterable[Statement],
    assignment: Assignment,
) -> tuple[Assigned, ...]:
    """What the others make of the statement, each code once."""
    found: dict[str, Assigned] = {}
    for other in others:
        for item in _combined(statement, assigned, other, assignment):
            if _openness(item) < _openness(assigned) and item.code not in found:
                found[item.code] = item.because("same-problem-elsewhere", also=other)
    return tuple(found.values())


def _combined(
    statement: Statement, assigned: Assigned, other: Statement, assignment: Assignment
) -> Sequence[Assigned]:
    """The codes of the statement with the other's words, or the other's own.

    The other's own are taken where the name stands for the whole category (``slipped disc`` for a
    herniated one of the lumbar spine), unless the two name different parts of the body.
    """
    category = other.concept[:_CATEGORY]
    if category != assigned.code[:_CATEGORY]:
        return assignment.codes(other)
    both = [
        item
        for item in assignment.codes(statement, also=other)
        if item.code[:_CATEGORY] == category
    ]
    if any(_openness(item) < _openness(assigned) for item in both):
        return both
    parts = axes().sites | axes().regions
    here, there = assignment.words(statement) & parts, assignment.words(other) & parts
    is_whole = assigned.code[_CATEGORY : _CATEGORY + 1] == _WHOLE
    if is_whole and not (here and there and here.isdisjoint(there)):
        return assignment.codes(other)
    return both


def _openness(assigned: Assigned) -> int:
    return assigned.display.lower().count("unspecified")
