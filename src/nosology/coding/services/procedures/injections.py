"""Injections and aspirations of joints, and of trigger points by the muscles that are named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from nosology.coding.services.acts import Act
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.draft import Missing, Proposal, ServiceCase
from nosology.coding.services.procedures.stretches import Stretch, is_said, sentence_at, stretch_of
from nosology.coding.services.procedures.words import pattern
from nosology.coding.services.selection import Group, groups, select
from nosology.model.reading import Reading
from nosology.model.record import Span

_JOINT = "joint-injection"
_MUSCLES = frozenset({"trigger-point-injection"})
CONCEPTS = frozenset({_JOINT, *_MUSCLES})
_GUIDED = {"20600": "20604", "20605": "20606", "20610": "20611"}
_SIZES = frozenset({"small-joint", "intermediate-joint", "major-joint", "sacroiliac"})


def propose(case: ServiceCase) -> Proposal:
    """Return the injections."""
    result = Proposal()
    joints = [act for act in case.of_concept(_JOINT) if not _is_elsewhere(act)]
    for group in groups(joints, case):
        if _is_of_joint(group, case):
            result += _with_guidance(select(group, case), case)
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


def _with_guidance(proposal: Proposal, case: ServiceCase) -> Proposal:
    """Return the proposal with guidance that was used but not recorded as what is missing."""
    missing = list(proposal.missing)
    for draft in proposal.drafts:
        guided = _GUIDED.get(draft.code)
        if guided and draft.act and case.facts.values(draft.act, "guidance") == ("ultrasound",):
            held = replace(draft, code=guided, confidence=0.5)
            missing.append(Missing(held.because("guidance-not-recorded"), "image-record"))
    return Proposal(proposal.drafts, tuple(missing))


def _sentence(reading: Reading, place: int) -> Stretch:
    return (reading, *sentence_at(reading, place))


def _muscles(acts: tuple[Act, ...], case: ServiceCase) -> Proposal:
    """Return the injections of trigger points, by the number of muscles whatever the sticks."""
    named: dict[tuple[str, str], Span] = {}
    numbers: list[Decimal] = []
    for act in acts:
        reading, start, end = stretch_of(act)
        for found in pattern("injections", "muscles").finditer(reading.text, start, end):
            if is_said(pattern("injections", "not_injected"), _sentence(reading, found.start())):
                continue
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
