"""Injections and aspirations of joints, and of trigger points by the muscles that are named."""

from __future__ import annotations

from decimal import Decimal

from nosology.coding.services.acts import Act
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.draft import Proposal, ServiceCase
from nosology.coding.services.procedures.stretches import is_said, stretch_of
from nosology.coding.services.procedures.words import pattern
from nosology.coding.services.selection import Group, groups, select
from nosology.model.record import Span

_JOINT = "joint-injection"
_MUSCLES = frozenset({"trigger-point-injection", "dry-needling"})
CONCEPTS = frozenset({_JOINT, *_MUSCLES})
_SIZES = frozenset({"small-joint", "intermediate-joint", "major-joint", "sacroiliac"})


def propose(case: ServiceCase) -> Proposal:
    """Return the injections."""
    result = Proposal()
    joints = [act for act in case.of_concept(_JOINT) if not _is_elsewhere(act)]
    for group in groups(joints, case):
        if _is_of_joint(group, case):
            result += select(group, case)
    for concept in sorted(_MUSCLES):
        acts = case.of_concept(concept)
        if acts:
            result += _muscles(tuple(acts), case)
    return result


def _is_elsewhere(act: Act) -> bool:
    """Whether the drug was given by another way, and into no joint."""
    sentence = (act.reading, act.sentence.start, act.sentence.end)
    return is_said(pattern("injections", "elsewhere"), sentence) and not is_said(
        pattern("injections", "joint"), sentence
    )


def _is_of_joint(group: Group, case: ServiceCase) -> bool:
    for act in group.acts:
        if _SIZES & {str(value) for value in case.facts.values(act, "site")}:
            return True
    words = " ".join(act.reading.text[act.mention.start : act.mention.end] for act in group.acts)
    return pattern("injections", "joint").search(words) is not None


def _muscles(acts: tuple[Act, ...], case: ServiceCase) -> Proposal:
    """Return the injections of trigger points, by the number of muscles whatever the sticks."""
    named: dict[tuple[str, str], Span] = {}
    numbers: list[Decimal] = []
    for act in acts:
        reading, start, end = stretch_of(act)
        for found in pattern("injections", "muscles").finditer(reading.text, start, end):
            span = Span(found.start(), found.end(), reading.index)
            for side in _sides(reading.text[max(start, found.start() - 30) : found.start()]):
                named.setdefault((_name(found.group()), side), span)
        number = case.facts.number(act, "muscles")
        if number is not None:
            numbers.append(number)
    sided = {name for name, side in named if side}
    kept = [key for key in named if key[1] or key[0] not in sided]
    given: dict[str, tuple[Value, ...]] = {}
    if numbers:
        given["muscles"] = (max(numbers),)
    else:
        given["muscles"] = (Decimal(max(len(kept), 1)),)
    spans = tuple(named[key] for key in kept)
    proposal = select(Group(acts, {}, given, spans), case)
    return Proposal(
        tuple(draft.because("muscles-counted") for draft in proposal.drafts), proposal.missing
    )


def _name(words: str) -> str:
    return words.lower().rstrip("s").removesuffix("u").removesuffix("i")


def _sides(before: str) -> tuple[str, ...]:
    said = before.lower()
    if "bilateral" in said or "both" in said:
        return ("left", "right")
    if "left" in said:
        return ("left",)
    return ("right",) if "right" in said else ("",)
