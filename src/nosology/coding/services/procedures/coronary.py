"""The heart by catheter: what a diagnostic study showed, and interventions by artery.

A diagnostic study is one number for all that was entered and filled with dye. An intervention is
one number for each main artery, the most that was done in it, told by the modifier of the artery.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nosology.coding.services.acts import Act
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.draft import Proposal, ServiceCase
from nosology.coding.services.selection import Group, select
from nosology.model.reading import Sentence
from nosology.model.record import Span
from nosology.model.tables import patterns

STUDY, INTERVENTION = "heart-catheterization", "coronary-intervention"
HANDLED = frozenset({STUDY, INTERVENTION})
_PACKAGE = "nosology.coding.services.procedures"
_YES, _NO = ("yes",), ("no",)


def _words() -> Mapping[str, re.Pattern[str]]:
    return patterns(_PACKAGE, "coronary.toml")


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
    reading = acts[0].reading
    treated = _treated(acts, case)
    is_infarct = bool(_words()["infarct"].search(reading.text))
    proposal = Proposal()
    for number, (artery, sentences) in enumerate(treated.items()):
        said = " ".join(reading.said(sentence) for sentence in sentences)
        given: dict[str, tuple[Value, ...]] = {
            "coronary": (artery,),
            "work": (_work(said, reading.text),),
            "vessel": (_vessel(said, is_infarct=is_infarct and number == 0),),
            "coronary-lesions": ("several",) if _words()["several"].search(said) else ("one",),
            "side": (),
        }
        span = Span(sentences[0].start, sentences[0].end, reading.index)
        found = select(Group(tuple(acts), {"coronary": artery}, given, (span,)), case)
        by_artery = (draft.because("coronary-by-artery", f"({artery})") for draft in found.drafts)
        proposal += replace(found, drafts=tuple(by_artery))
    if treated:
        return proposal
    untold: dict[str, tuple[Value, ...]] = {"coronary": (), "vessel": (), "coronary-lesions": ()}
    return select(Group(tuple(acts), {}, {**untold, "work": (_work("", reading.text),)}), case)


def _treated(acts: Sequence[Act], case: ServiceCase) -> dict[str, list[Sentence]]:
    """Return the main arteries in which something was done, each with the sentences that say so."""
    reading = acts[0].reading
    arteries: dict[str, list[Sentence]] = {}
    for sentence in reading.sentences:
        said = reading.said(sentence)
        if not _words()["device"].search(said) or _words()["spared"].search(said):
            continue
        for told in case.facts.in_document(reading, "coronary"):
            if sentence.start <= told.start < sentence.end:
                held = arteries.setdefault(str(told.value), [])
                if sentence not in held:
                    held.append(sentence)
    return arteries


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
