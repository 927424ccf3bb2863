"""Services by the number of lesions, nails or tags: the numbers of all sites are summed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.told import Reach
from nosology.coding.services.catalogue import Entry, catalogue
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.procedures.stretches import is_said, stretch_of
from nosology.coding.services.procedures.words import pattern
from nosology.coding.services.selection import Group, select
from nosology.model.reading import Reading
from nosology.model.record import Span

_PREMALIGNANT = "premalignant-destruction"
_BENIGN = "benign-destruction"
_MALIGNANT = "malignant-destruction"
_ANY = "lesion-destruction"
"""Destruction of a lesion whose nature other words tell."""
CONCEPTS = frozenset(
    {
        *(_PREMALIGNANT, _BENIGN, _ANY, "skin-tag-removal"),
        *("nail-debridement", "callus-paring", "intralesional-injection"),
    }
)
_REMOVALS = frozenset(
    {"shave-removal", "lesion-excision", "tangential-biopsy", "punch-biopsy", "skin-tag-removal"}
)
_NATURES = {"L570": _PREMALIGNANT, "B07": _BENIGN, "B081": _BENIGN, "L82": _BENIGN, "D23": _BENIGN}
_NEEDED = frozenset({_PREMALIGNANT, "nail-debridement"})
"""What no number is billed of unless it is told or there is plainly one."""
_PLURALS = ("s", "es", "eratoses", "uca", "ucae")
_TOPICS = {"nail-debridement": "number-of-nails"}


def propose(case: ServiceCase) -> Proposal:
    """Return what is billed by number."""
    held: dict[str, list[Act]] = {}
    named = {act.concept.name for act in case.of_area("procedures")}
    for act in case.of_area("procedures"):
        if act.concept.name in CONCEPTS:
            concept = act.concept.name
            if concept in {_ANY, _BENIGN} and _is_after_removal(act, case):
                continue
            if concept == _ANY or (concept == _BENIGN and _is_unnamed(act)):
                concept = _nature_of(act, case, named)
            if concept:
                held.setdefault(concept, []).append(act)
    result = Proposal()
    for concept, acts in held.items():
        result += _counted(concept, acts, case)
    return result


def of_further_digits(proposal: Proposal) -> Proposal:
    """Return the proposal with what is done to each digit after the first as the add-on of it."""
    seen: set[str] = set()
    drafts: list[ServiceDraft] = []
    for draft in proposal.drafts:
        further = _further_digit(draft) if draft.code in seen else None
        seen.add(draft.code)
        drafts.append(
            replace(draft, code=further.code).because("service-selected", "(further digit)")
            if further is not None
            else draft
        )
    return Proposal(tuple(drafts), proposal.missing)


def _further_digit(draft: ServiceDraft) -> Entry | None:
    """Return the add-on that bills each further digit of the same service; None for no such."""
    if not draft.fact("digit"):
        return None
    return next(
        (
            entry
            for entry in catalogue().by_concept.get(draft.concept, ())
            if entry.is_add_on and "digit" in entry.modifiers and entry.units.attribute == "count"
        ),
        None,
    )


def _is_after_removal(act: Act, case: ServiceCase) -> bool:
    """Whether what is destroyed is the base that a removal of the same sentence left."""
    return any(
        other.concept.name in _REMOVALS
        and other.reading is act.reading
        and other.mention.sentence == act.mention.sentence
        for other in case.of_area("procedures")
    )


def _is_unnamed(act: Act) -> bool:
    """Whether the mention itself does not say what kind of lesion it is."""
    words = act.reading.text[act.mention.start : act.mention.end]
    return pattern("counts", "benign").search(words) is None


def _nature_of(act: Act, case: ServiceCase, named: set[str]) -> str:
    """Return the concept that the words around the act, or else the diagnoses, make of it."""
    for place in ((act.reading, act.sentence.start, act.sentence.end), stretch_of(act)):
        told = [
            concept
            for concept, words in (
                (_PREMALIGNANT, "premalignant"),
                (_BENIGN, "benign"),
                (_MALIGNANT, "malignant"),
            )
            if is_said(pattern("counts", words), place)
        ]
        if len(told) == 1:
            return "" if told[0] == _MALIGNANT else told[0]
    if named & {_PREMALIGNANT, _MALIGNANT}:
        return ""
    natures = {
        concept
        for prefix, concept in _NATURES.items()
        for item in case.diagnoses
        if item.code.startswith(prefix)
    }
    return natures.pop() if len(natures) == 1 else ""


def _counted(concept: str, acts: Sequence[Act], case: ServiceCase) -> Proposal:
    number = number_of_lesions(acts, case)
    given: dict[str, tuple[Value, ...]] = {}
    if number is not None:
        given["count"] = (Decimal(number),)
    elif concept in _NEEDED and not _is_plural(acts):
        given["count"] = (Decimal(1),)
    first = replace(acts[0], concept=catalogue().concepts[concept])
    group = Group((first, *acts[1:]), {}, given, _spans(acts, case))
    proposal = select(group, case)
    drafts = tuple(
        draft.because("lesions-summed", f"({number})") if number else draft
        for draft in proposal.drafts
    )
    topic = _TOPICS.get(concept, "number-of-lesions")
    return Proposal(drafts, tuple(replace(item, topic=topic) for item in proposal.missing))


def _is_plural(acts: Sequence[Act]) -> bool:
    return any(
        word.endswith(_PLURALS)
        for act in acts
        for word in act.reading.text[act.mention.start : act.mention.end].lower().split()
        if word[:4] in {"lesi", "kera", "aks", "nail", "toen", "wart", "sks", "spot"}
    )


def number_of_lesions(
    acts: Sequence[Act], case: ServiceCase, reach: Reach = Reach.BLOCK
) -> int | None:
    """Return how many the acts tell of together; None where they tell no number.

    A total that is told counts as such; a number that is told twice counts once.
    """
    found: dict[tuple[int, int], tuple[Reading, int, Decimal]] = {}
    for act in acts:
        for told in case.facts.all_told(act, "count", reach):
            if isinstance(told.value, Decimal):
                found[act.reading.index, told.start] = (act.reading, told.end, told.value)
    if not found:
        return None
    for reading, end, value in found.values():
        start = max(0, end - 40)
        if pattern("counts", "total").search(reading.text, start, end):
            return int(value)
    values = [value for _, _, value in found.values()]
    highest = max(values)
    if len(values) > 2 and sum(values) == 2 * highest:
        return int(highest)
    distinct = values if len(acts) > 1 else list(dict.fromkeys(values))
    return int(sum(distinct)) if len(set(values)) > 1 else int(highest)


def _spans(acts: Sequence[Act], case: ServiceCase) -> tuple[Span, ...]:
    return tuple(
        Span(told.start, told.end, act.reading.index)
        for act in acts
        for told in case.facts.all_told(act, "count", Reach.BLOCK)
    )
