"""The heart by catheter: what a diagnostic study showed, and interventions by artery.

A diagnostic study is one number for all that was entered and filled with dye. An intervention is
one number for each main artery, the most that was done in it, told by the modifier of the artery.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.told import Reach
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.draft import Proposal, ServiceCase
from nosology.coding.services.selection import Group, select
from nosology.coding.tables import any_of, settings
from nosology.model.record import Span

STUDY, INTERVENTION = "heart-catheterization", "coronary-intervention"
HANDLED = frozenset({STUDY, INTERVENTION})
_PACKAGE = "nosology.coding.services.procedures"
_YES, _NO = ("yes",), ("no",)


@cache
def _words() -> dict[str, re.Pattern[str]]:
    return {
        name: any_of(patterns) for name, patterns in settings(_PACKAGE, "coronary.toml").items()
    }


def propose(case: ServiceCase, acts: Sequence[Act]) -> Proposal:
    """Return the diagnostic study and the interventions that were done.

    Args:
        case: the record.
        acts: mentions of either that the record says were done.
    """
    studies = tuple(act for act in acts if act.concept.name == STUDY)
    interventions = [act for act in acts if act.concept.name == INTERVENTION]
    proposal = Proposal()
    if interventions:
        proposal += _interventions(interventions, case)
    if studies and (not interventions or _decided_here(studies)):
        proposal += select(Group(studies, {}, _study(studies)), case)
    return proposal


def _study(acts: Sequence[Act]) -> dict[str, tuple[Value, ...]]:
    """Return which sides were entered, and whether the arteries and grafts were shown."""
    text = acts[0].reading.text
    named = " ".join(act.reading.text[act.sentence.start : act.sentence.end] for act in acts)

    def told(name: str) -> bool:
        return bool(_words()[name].search(named)) or bool(_words()[f"{name}_shown"].search(text))

    return {name: _YES if told(name) else _NO for name in ("left", "right", "coronaries", "grafts")}


def _decided_here(acts: Sequence[Act]) -> bool:
    """Whether the study was a diagnosis: no earlier one had already shown what was then treated."""
    return not _words()["known_before"].search(acts[0].reading.text)


def _interventions(acts: Sequence[Act], case: ServiceCase) -> Proposal:
    """Return one number for each main artery in which something was done."""
    text = acts[0].reading.text
    arteries: dict[str, list[Act]] = {}
    spans: dict[str, list[Span]] = {}
    for act in acts:
        for told in case.facts.all_told(act, "coronary", Reach.SENTENCE):
            artery = str(told.value)
            if not _treated(act, told.start, told.end):
                continue
            arteries.setdefault(artery, []).append(act)
            spans.setdefault(artery, []).append(Span(told.start, told.end, act.reading.index))
    if not arteries:
        near = case.facts.told(acts[0], "coronary", Reach.BLOCK)
        if near is not None:
            arteries[str(near.value)] = list(acts)
            spans[str(near.value)] = [Span(near.start, near.end, acts[0].reading.index)]
    proposal = Proposal()
    is_infarct = bool(_words()["infarct"].search(text))
    for number, (artery, held) in enumerate(arteries.items()):
        said = " ".join(dict.fromkeys(act.said for act in held))
        given = {
            "coronary": (artery,),
            "work": (_work(said, text),),
            "vessel": (_vessel(said, is_infarct=is_infarct and number == 0),),
            "coronary-lesions": ("several",) if _words()["several"].search(said) else ("one",),
            "side": (),
        }
        group = Group(tuple(held), {"coronary": artery}, given, tuple(spans[artery][:1]))
        found = select(group, case)
        proposal += replace(
            found,
            drafts=tuple(d.because("coronary-by-artery", f"({artery})") for d in found.drafts),
        )
    if not arteries:
        proposal += select(
            Group(tuple(acts), {}, {"coronary": (), "work": (_work(text, text),), "vessel": ()}),
            case,
        )
    return proposal


def _treated(act: Act, start: int, end: int) -> bool:
    """Whether the artery is one that was treated, not one that was only looked at or spared."""
    clause = act.reading.text[max(start - 60, act.sentence.start) : min(end + 60, act.sentence.end)]
    return not _words()["spared"].search(clause)


def _work(said: str, text: str) -> str:
    has_stent = _words()["stent"].search(said) or (
        not _words()["balloon_alone"].search(said) and _words()["stent"].search(text)
    )
    if _words()["atherectomy"].search(said):
        return "atherectomy-stent" if has_stent else "atherectomy"
    return "stent" if has_stent else "balloon"


def _vessel(said: str, *, is_infarct: bool) -> str:
    if is_infarct:
        return "infarct"
    if _words()["occluded"].search(said):
        return "occluded-both-ways" if _words()["both_ways"].search(said) else "occluded"
    return "graft" if _words()["graft"].search(said) else "native"
