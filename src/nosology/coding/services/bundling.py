"""Bundling: what is no service of its own beside another of the day.

The catalogue tells what a service includes; the edits of the National Correct Coding Initiative,
which pairs are not paid together. An edit with indicator 0 leaves the first of the pair; one with
indicator 1 leaves both where the record shows that they were apart, and then a modifier says so.
What is left out of the answer is suggested, with what would be needed, where an edit may be opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from nosology.coding.services.catalogue.indicators import indicators_of
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.distinct import apart
from nosology.coding.services.modifiers.listing import opening
from nosology.coding.services.modifiers.ranges import numbers

NEVER, WITH_MODIFIER = 0, 1
VISITS = "visits"
_EVALUATIONS = numbers(
    "92002-92014; 99202-99215; 99221-99239; 99242-99255; 99281-99285; 99291; 99304-99350; "
    "99381-99397; 99468-99480; "
    "G0402; G0438-G0439; G0463"
)
"""Visits to which modifier 25 may be put."""
_TIMED = numbers("99238-99239; 99291; 99468-99480")
"""Visits whose work is never the decision for a procedure: critical care, the day of discharge."""
_WITHOUT_JUDGMENT = "99211"
"""The visit that needs no clinician: it is never apart from what was done at it."""
_SEPARATE = "25"
_DISTINCT = frozenset({"59", "XE", "XP", "XS", "XU"})
_COUNTED_IN = frozenset({"laboratory"})
"""Areas in which the parts of a test are told with it: nobody need look at them."""
_MERGED_BY_UNITS = frozenset({"drugs", "supplies", "transport", "laboratory", "vaccines"})
"""Areas whose equal lines are two containers, items or specimens, told by rules of their own."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """A pair of drafts, by their numbers in the list, of which an edit pays only the first."""

    paid: int
    unpaid: int
    indicator: int


def bundled(proposal: Proposal, case: ServiceCase) -> Proposal:
    """Return the proposal without what is part of another service, each left-out line explained."""
    drafts, missing = _without_duplicates(proposal.drafts)
    drafts = _without_included(drafts, case)
    drafts, denied = _without_denied(drafts, case)
    drafts, lonely = _with_primaries(drafts, case)
    return Proposal(tuple(drafts), (*proposal.missing, *missing, *denied, *lonely))


def is_evaluation(draft: ServiceDraft) -> bool:
    """Return whether the service is a visit that may be significant beside a procedure."""
    return draft.code in _EVALUATIONS


def _without_duplicates(
    drafts: Sequence[ServiceDraft],
) -> tuple[list[ServiceDraft], list[Missing]]:
    kept: list[ServiceDraft] = []
    missing: list[Missing] = []
    for draft in drafts:
        same = next((item for item in kept if _is_duplicate(item, draft)), None)
        if same is None:
            kept.append(draft)
            continue
        if same.area == draft.area and not set(same.support) & set(draft.support):
            missing.append(Missing(draft.because("edit-needs-distinct", f"({draft.code})")))
    return kept, missing


def _is_duplicate(one: ServiceDraft, other: ServiceDraft) -> bool:
    if one.code != other.code or set(one.modifiers) != set(other.modifiers):
        return False
    return one.area != other.area or one.area not in _MERGED_BY_UNITS


def _without_included(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts without those that the catalogue makes a part of another one."""
    kept = list(drafts)
    for whole in drafts:
        entry = whole.entry
        if entry is None or not entry.includes or whole not in kept:
            continue
        parts = [
            draft
            for draft in kept
            if draft is not whole
            and (draft.code in entry.includes or draft.concept in entry.includes)
            and apart(whole, draft, case) is None
        ]
        if parts:
            codes = ", ".join(part.code for part in parts)
            kept = [draft for draft in kept if not any(draft is part for part in parts)]
            place = next(number for number, draft in enumerate(kept) if draft is whole)
            kept[place] = whole.because("catalogue-included", f"({codes} in {whole.code})")
    return kept


def _without_denied(
    drafts: Sequence[ServiceDraft], case: ServiceCase
) -> tuple[list[ServiceDraft], list[Missing]]:
    """Return the drafts without those that an edit does not pay beside others of them."""
    if case.pairs is None:
        return list(drafts), []
    kept = dict(enumerate(drafts))
    told = frozenset(draft.code for draft in drafts if _DISTINCT & set(draft.modifiers))
    # Edits are on numbers, which nothing below changes: they are looked up once.
    edits = list(_edits(drafts, case))
    missing: list[Missing] = []
    while denials := _opened(kept, edits, case, told):
        unpaid = {denial.unpaid for denial in denials}
        # What is itself not paid must not push another out before it is gone.
        first = next((item for item in denials if item.paid not in unpaid), denials[0])
        paid, out = kept[first.paid], kept[first.unpaid]
        kept[first.paid] = paid.because("edit-included", f"({out.code} in {paid.code})")
        del kept[first.unpaid]
        edits = [edit for edit in edits if first.unpaid not in (edit.paid, edit.unpaid)]
        if first.indicator == WITH_MODIFIER and not {paid.area, out.area} <= _COUNTED_IN:
            rule = "visit-in-minor-procedure" if is_evaluation(out) else "edit-needs-distinct"
            missing.append(Missing(replace(out.because(rule, f"({paid.code})"), confidence=0.4)))
    return list(kept.values()), missing


def _opened(
    drafts: dict[int, ServiceDraft],
    edits: Sequence[_Edit],
    case: ServiceCase,
    told: frozenset[str],
) -> list[_Edit]:
    """Open in place the edits that the record allows to open; return the others.

    ``told`` are the numbers that their areas told to be distinct; 59 that was put for one edit
    says nothing of the next.
    """
    denials = []
    for edit in edits:
        if edit.indicator == NEVER:
            denials.append(edit)
            continue
        opened = _opens(drafts[edit.paid], drafts[edit.unpaid], case, told)
        if opened is None:
            denials.append(edit)
        else:
            drafts[edit.unpaid] = opened
    return denials


def _edits(drafts: Sequence[ServiceDraft], case: ServiceCase) -> Iterator[_Edit]:
    """Yield the edits among the drafts: which is paid, which is not, and the indicator."""
    if case.pairs is None:
        return
    visits = {number for number, draft in enumerate(drafts) if is_evaluation(draft)}
    for one, other in combinations(range(len(drafts)), 2):
        if drafts[one].code == drafts[other].code:
            continue
        pair = case.pairs.pair(drafts[one].code, drafts[other].code, case.on)
        if pair is None:
            if one in visits or other in visits:
                yield from _implied(drafts, one, other, case)
            continue
        if pair.indicator not in (NEVER, WITH_MODIFIER):
            continue
        is_in_order = pair.column1 == drafts[one].code
        paid, unpaid = (one, other) if is_in_order else (other, one)
        yield _Edit(paid, unpaid, pair.indicator)


def _implied(
    drafts: Sequence[ServiceDraft], one: int, other: int, case: ServiceCase
) -> Iterator[_Edit]:
    """Yield the edit of a visit beside an operation, which only practitioners' tables hold."""
    if case.is_facility:
        return
    for paid, unpaid in ((one, other), (other, one)):
        if is_evaluation(drafts[unpaid]) and indicators_of(drafts[paid].code).has_global_period:
            yield _Edit(paid, unpaid, WITH_MODIFIER)


def _opens(
    paid: ServiceDraft, unpaid: ServiceDraft, case: ServiceCase, told: frozenset[str]
) -> ServiceDraft | None:
    """Return the unpaid draft with what opens the edit; None where the record does not allow it."""
    if unpaid.code in told or set(opening(unpaid.modifiers)) - _DISTINCT:
        return unpaid
    if set(opening(paid.modifiers)) - _DISTINCT and not is_evaluation(paid):
        return unpaid
    if is_evaluation(unpaid):
        return _separate(paid, unpaid)
    found = apart(paid, unpaid, case)
    if found is None:
        return None
    if not found.modifier:
        return unpaid
    return unpaid.with_modifiers(found.modifier).because("modifier-distinct", f"({found.how})")


def _separate(paid: ServiceDraft, visit: ServiceDraft) -> ServiceDraft | None:
    """Return the visit with 25 beside a service without a global period of its own.

    Beside an operation, whether the visit is significant is judged with the visit itself: one that
    was left without a modifier there is not.
    """
    is_judged = indicators_of(paid.code).has_global_period and visit.code not in _TIMED
    if visit.code == _WITHOUT_JUDGMENT or is_judged:
        return None
    return visit.with_modifiers(_SEPARATE).because("edit-visit-separate", f"({paid.code})")


def _with_primaries(
    drafts: Sequence[ServiceDraft], case: ServiceCase
) -> tuple[list[ServiceDraft], list[Missing]]:
    """Return the drafts without add-ons whose main service is not among them."""
    if case.pairs is None:
        return list(drafts), []
    kept = list(drafts)
    missing: list[Missing] = []
    while True:
        codes = {draft.code for draft in kept}
        lonely = next((draft for draft in kept if not _is_accompanied(draft, codes, case)), None)
        if lonely is None:
            return kept, missing
        kept = [draft for draft in kept if draft is not lonely]
        missing.append(Missing(replace(lonely.because("add-on-without-primary"), confidence=0.4)))


def _is_accompanied(draft: ServiceDraft, codes: Iterable[str], case: ServiceCase) -> bool:
    if case.pairs is None:
        return True
    primaries = case.pairs.primaries(draft.code, case.on)
    return not primaries or any(code in primaries for code in codes)
