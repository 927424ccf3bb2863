"""Excisions of lesions: by nature, group of sites and the lesion with its narrowest margins."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from nosology.coding.services.attributes.told import Told
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.procedures.stretches import (
    Stretch,
    is_said,
    sentence_at,
    stretch_of,
    told_in,
)
from nosology.coding.services.procedures.words import pattern, patterns
from nosology.coding.services.selection import Group, groups, select
from nosology.model.reading import Reading
from nosology.model.record import Span

EXCISION = "lesion-excision"
CONCEPTS = frozenset({EXCISION})
_OTHER_REMOVALS = frozenset({"shave-removal", "skin-tag-removal", "tangential-biopsy"})
"""What takes a lesion off by another technique, which its sentence names."""
_MALIGNANT = ("C43", "C44", "C4A", "C46", "D03", "D04")
_BENIGN = ("D17", "D18", "D21", "D22", "D23", "L72", "L82", "L91", "L57", "L98", "B07", "L90")
_UNCERTAIN = ("D485", "D492")
_NEAR = 90


@dataclass(frozen=True, slots=True)
class _Size:
    """The excised diameter in centimeters, by what rule it is known, and where it stands."""

    diameter: Decimal
    detail: str
    spans: tuple[Span, ...]


def propose(case: ServiceCase) -> Proposal:
    """Return the excisions of lesions."""
    result = Proposal()
    removals = [act for act in case.of_area("procedures") if act.concept.name in _OTHER_REMOVALS]
    acts = [
        act
        for act in case.of_concept(EXCISION)
        if not any(
            other.reading is act.reading and other.mention.sentence == act.mention.sentence
            for other in removals
        )
    ]
    for group in groups(acts, case):
        result += _of(group, case)
    return _once(result)


def _once(proposal: Proposal) -> Proposal:
    """Return the proposal without what is missing of a lesion that another mention tells whole."""
    if not proposal.drafts:
        return Proposal((), proposal.missing[:1])
    return Proposal(proposal.drafts)


def _of(group: Group, case: ServiceCase) -> Proposal:
    stretch = _own_part(group, case)
    size = _size(stretch, case)
    nature = _nature(stretch, case)
    given: dict[str, tuple[Value, ...]] = {
        "class": ("malignant" if nature == "malignant" else "benign",),
        "cm": (size.diameter,) if size else (),
    }
    site = group.place.get("site")
    if site is None:
        told = next(iter(told_in(stretch, "site", case)), None)
        told = told or case.facts.told(group.first, "site")
        given["site"] = told.values if told else ()
    support = size.spans if size else ()
    proposal = select(Group(group.acts, group.place, given, support), case)
    drafts = tuple(_explained(draft, nature, size) for draft in proposal.drafts)
    missing = tuple(
        replace(item, topic="lesion-size" if size is None else item.topic)
        for item in proposal.missing
    )
    if nature == "uncertain":
        held = tuple(
            Missing(draft.because("excision-awaits-pathology"), "pathology") for draft in drafts
        )
        return Proposal((), held + missing)
    return Proposal(drafts, missing)


def _explained(draft: ServiceDraft, nature: str, size: _Size | None) -> ServiceDraft:
    draft = draft.because("excision-nature", f"({nature})")
    return draft.because("excision-size", f"({size.detail})") if size else draft


def _own_part(group: Group, case: ServiceCase) -> Stretch:
    """Return the part of the note on this lesion: up to the act on the next one."""
    reading, start, end = stretch_of(group.first)
    others = [
        act.sentence.start
        for act in case.of_concept(EXCISION)
        if act.reading is reading
        and act not in group.acts
        and act.mention.start > group.acts[-1].mention.start
    ]
    before = [
        act.sentence.end
        for act in case.of_concept(EXCISION)
        if act.reading is reading
        and act not in group.acts
        and act.mention.start < group.first.mention.start
    ]
    start = max([start, *(place for place in before if place <= group.first.mention.start)])
    end = min([end, *(place for place in others if place > group.first.mention.end)])
    return reading, start, end


def _size(stretch: Stretch, case: ServiceCase) -> _Size | None:
    """Return the diameter with the narrowest margins twice; that of the lesion where none is told.

    What a closure, an ellipse or a specimen measures is not the lesion.
    """
    reading, start, end = stretch
    for known in patterns("excisions", "with_margins"):
        found = known.search(reading.text, start, end)
        if found:
            diameter = _centimeters(found["number"], found["unit"])
            span = Span(found.start(), found.end(), reading.index)
            return _Size(diameter, f"{diameter:f} cm with margins", (span,))
    margins = _margins(stretch)
    taken = [(found.start(), found.end()) for found in margins]
    lesion = next(
        (
            told
            for told in told_in(stretch, "cm", case)
            if not any(first <= told.start < last for first, last in taken)
            and not _is_of_closure(stretch, told.start, told.end)
        ),
        None,
    ) or _examined(reading, case)
    if lesion is None or not isinstance(lesion.value, Decimal):
        return None
    spans = [Span(lesion.start, lesion.end, reading.index)]
    if not margins:
        return _Size(lesion.value, f"lesion {lesion.value:f} cm, no margin told", tuple(spans))
    narrowest = min(margins, key=lambda found: _centimeters(found["low"], found["unit"]))
    margin = _centimeters(narrowest["low"], narrowest["unit"])
    spans.append(Span(narrowest.start(), narrowest.end(), reading.index))
    diameter = lesion.value + 2 * margin
    return _Size(diameter, f"{lesion.value:f} + 2 x {margin:f} = {diameter:f} cm", tuple(spans))


def _margins(stretch: Stretch) -> list[re.Match[str]]:
    reading, start, end = stretch
    return [
        found
        for known in patterns("excisions", "margin")
        for found in known.finditer(reading.text, start, end)
    ]


def _examined(reading: Reading, case: ServiceCase) -> Told | None:
    """Return the one size that the document tells of a lesion outside of the procedure note."""
    whole = (reading, 0, len(reading.text))
    taken = [(item.start(), item.end()) for item in _margins(whole)]
    found = [
        told
        for told in told_in(whole, "cm", case)
        if not any(first <= told.start < last for first, last in taken)
        and is_said(pattern("excisions", "lesion"), (reading, *sentence_at(reading, told.start)))
        and not _is_of_closure(whole, told.start, told.end)
    ]
    return found[0] if len({told.value for told in found}) == 1 else None


def _is_of_closure(stretch: Stretch, first: int, last: int) -> bool:
    reading, start, end = stretch
    before = reading.text[max(start, first - _NEAR) : first]
    after = reading.text[last : min(end, last + _NEAR)]
    sentence = sentence_at(reading, first)
    return bool(
        pattern("excisions", "closure_before").search(before)
        or pattern("excisions", "closure_after").match(after)
        or pattern("excisions", "specimen").search(reading.text, *sentence)
    )


def _centimeters(number: str, unit: str) -> Decimal:
    return Decimal(number) * (Decimal("0.1") if unit.lower() == "mm" else Decimal(1))


def _nature(stretch: Stretch, case: ServiceCase) -> str:
    """Return ``malignant``, ``benign`` or ``uncertain``: by pathology, then words, then codes."""
    by_pathology = _by_pathology(stretch, case)
    if by_pathology:
        return by_pathology
    codes = [item.code for item in case.diagnoses]
    is_malignant = is_said(pattern("excisions", "malignant"), stretch)
    is_benign = is_said(pattern("excisions", "benign"), stretch)
    if is_malignant and any(code.startswith(_MALIGNANT) for code in codes):
        return "malignant"
    if any(code.startswith(_UNCERTAIN) for code in codes) or (
        is_said(pattern("excisions", "uncertain_lesion"), stretch)
        and not is_said(pattern("excisions", "benign"), stretch)
    ):
        return "uncertain"
    if is_benign and not is_malignant:
        return "benign"
    if any(code.startswith(_MALIGNANT) for code in codes):
        return "malignant"
    if any(code.startswith(_BENIGN) for code in codes):
        return "benign"
    return "uncertain" if is_malignant or not is_benign else "benign"


def _by_pathology(stretch: Stretch, case: ServiceCase) -> str:
    for known in (stretch, *((reading, 0, len(reading.text)) for reading in case.readings)):
        reading, start, end = known
        for found in pattern("excisions", "pathology").finditer(reading.text, start, end):
            first, last = sentence_at(reading, found.start())
            said = (reading, first, min(last + _NEAR, len(reading.text)))
            if is_said(pattern("excisions", "uncertain"), (reading, first, last)):
                continue
            for nature in ("malignant", "benign"):
                if is_said(pattern("excisions", nature), said):
                    return nature
    return ""
