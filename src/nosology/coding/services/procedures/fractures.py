"""Care of fractures and dislocations, with the splint or cast that is part of it."""

from __future__ import annotations

from dataclasses import replace

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.attributes.told import Reach, Told
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.procedures.stretches import is_said, sentence_at, stretch_of
from nosology.coding.services.procedures.words import pattern
from nosology.coding.services.selection import Group, groups, select
from nosology.model.encounter import Setting
from nosology.model.record import Span

_FRACTURE = "fracture-treatment"
_DISLOCATION = "dislocation-reduction"
CONCEPTS = frozenset({_FRACTURE, _DISLOCATION})
_APPLIED = frozenset({"cast-application", "splint-application"})
_GLOBAL = "090"


def propose(case: ServiceCase) -> Proposal:
    """Return the care of fractures and dislocations."""
    acts = [_told_as(act, case) for act in _acts(case)]
    result = Proposal()
    for group in groups(acts, case):
        result += _of(group, case)
    return _one_a_bone(result)


def _acts(case: ServiceCase) -> list[Act]:
    """Return the acts of care; one agreed to is done where its cast or splint was put on here."""
    applied = {
        act.reading.index for act in case.of_area("procedures") if act.concept.name in _APPLIED
    }
    return [
        act
        for act in case.of_area("procedures", Standing.DONE, Standing.ORDERED)
        if act.concept.name in CONCEPTS
        and not _is_of_pain(act)
        and (
            act.standing is Standing.DONE
            or (
                act.cue is None
                and act.reading.index in applied
                and pattern("fractures", "closed").search(act.said)
            )
        )
    ]


def _is_of_pain(act: Act) -> bool:
    """Whether it was the pain of the joint that was reduced, and not the joint."""
    text, sentence = act.reading.text, act.sentence
    return any(
        found.start() < act.mention.end and act.mention.start < found.end()
        for found in pattern("fractures", "eased").finditer(text, sentence.start, sentence.end)
    )


def _told_as(act: Act, case: ServiceCase) -> Act:
    """Return the act as the reduction of a dislocation where no fracture is spoken of."""
    stretch = stretch_of(act)
    if (
        act.concept.name == _FRACTURE
        and case.facts.told(act, "bone") is None
        and is_said(pattern("fractures", "dislocation"), stretch)
    ):
        return replace(act, concept=catalogue().concepts[_DISLOCATION])
    return act


def _of(group: Group, case: ServiceCase) -> Proposal:
    concept = group.first.concept.name
    asked = "bone" if concept == _FRACTURE else "joint"
    if not any(case.facts.told(act, asked) for act in group.acts):
        known = _named_elsewhere(group, asked, case)
        if known is None:
            return Proposal()
        span = Span(known.start, known.end, group.first.reading.index)
        group = replace(group, given={asked: known.values}, support=(span,))
    proposal = select(group, case)
    drafts = tuple(
        found
        for draft in proposal.drafts
        if (found := _by_emergency(draft, group, case)) is not None
    )
    left = tuple(item for item in proposal.missing if _is_said_here(item, group, case))
    return Proposal(drafts, left)


def _named_elsewhere(group: Group, asked: str, case: ServiceCase) -> Told | None:
    """Return the bone or joint that the document names as hurt, where it names but one."""
    reading = group.first.reading
    words = pattern("fractures", "fracture" if asked == "bone" else "dislocation")
    found = [
        told
        for told in case.facts.in_document(reading, asked)
        if words.search(reading.text, *sentence_at(reading, told.start))
    ]
    return found[0] if len({told.value for told in found}) == 1 else None


def _is_said_here(item: Missing, group: Group, case: ServiceCase) -> bool:
    """Whether the bone is named in the sentence itself, so that the question is worth asking."""
    asked = "bone" if item.draft.concept == _FRACTURE else "joint"
    return bool(group.given) or any(
        case.facts.told(act, asked, Reach.SENTENCE) for act in group.acts
    )


def _by_emergency(draft: ServiceDraft, group: Group, case: ServiceCase) -> ServiceDraft | None:
    """Return the care as an emergency physician bills it whose patient is followed elsewhere.

    Setting it right is the surgical part, told by 54. Without that a splint alone was applied.
    """
    entry = draft.entry
    if case.encounter.setting is not Setting.ED_PROFESSIONAL or entry is None:
        return draft
    whole = (group.first.reading, 0, len(group.first.reading.text))
    if not is_said(pattern("fractures", "follow_up_elsewhere"), whole):
        return draft
    was_set = draft.concept == _DISLOCATION or draft.fact("manipulation") == "with"
    if not was_set:
        return None
    return (
        draft.with_modifiers("54").because("fracture-surgical-care-only")
        if entry.days == _GLOBAL
        else draft
    )


def _one_a_bone(proposal: Proposal) -> Proposal:
    """Return one draft a bone and place; the care with most done to it where several are told."""
    kept: dict[tuple[str, ...], ServiceDraft] = {}
    for draft in proposal.drafts:
        name = draft.fact("bone") or draft.fact("joint")
        key = (name, draft.fact("side"), draft.fact("digit"))
        other = kept.get(key)
        if other is None or draft.code > other.code:
            kept[key] = draft
    return Proposal(tuple(kept.values()), () if kept else proposal.missing[:1])
