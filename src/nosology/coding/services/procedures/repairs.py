"""Repairs of wounds: lengths of one class and one group of sites are summed.

A repair that ends an operation is part of it. That of an excision is part of it where it is simple;
an intermediate or complex one is a service of its own, except beside the smallest benign excision.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.told import Told
from nosology.coding.services.catalogue import Entry, catalogue
from nosology.coding.services.catalogue.conditions import Truth, Value
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.procedures.stretches import (
    Stretch,
    is_said,
    joined,
    nearest,
    sentence_at,
    stretch_of,
    told_in,
)
from nosology.coding.services.procedures.words import pattern
from nosology.coding.services.selection import Group, select
from nosology.model.reading import Reading
from nosology.model.record import Span

REPAIR = "wound-repair"
CONCEPTS = frozenset({REPAIR})
EXCISIONS = frozenset({"lesion-excision", "soft-tissue-excision", "hidradenitis-excision"})
_INCLUDING = frozenset({"shave-removal", "skin-foreign-body", "mohs"})
"""Beside these a closure is a service of its own where the wound is one."""
_CLASSES = ("complex", "intermediate", "simple", "adhesive", "strips")
"""From the one that takes the most."""
_NEAR = 80
_LONGEST_LIST = 40
"""Entries of a list of wounds that are gone back over to its heading."""


@dataclass(frozen=True, slots=True)
class Wound:
    """One repaired wound.

    Attributes:
        length: None where it is not told.
        spans: where length and site stand.
    """

    degree: str
    length: Decimal | None
    site: tuple[Value, ...]
    spans: tuple[Span, ...]


def propose(case: ServiceCase) -> Proposal:
    """Return the repairs, the most complex first."""
    acts = case.of_concept(REPAIR)
    if not acts:
        return Proposal()
    found: list[tuple[Act, Wound]] = []
    stretches = [
        (stretch, inside)
        for stretch in joined(stretch_of(act) for act in acts)
        if (inside := [act for act in acts if _holds(stretch, act)])
    ]
    is_alone = len(stretches) == 1
    for stretch, inside in stretches:
        wounds = _wounds(stretch, inside, case, is_alone=is_alone)
        found += [(inside[0], wound) for wound in wounds]
    return _summed(found, case)


def _holds(stretch: Stretch, act: Act) -> bool:
    reading, start, end = stretch
    return act.reading.index == reading.index and start <= act.mention.start < end


def _wounds(
    stretch: Stretch, acts: Sequence[Act], case: ServiceCase, *, is_alone: bool
) -> list[Wound]:
    excised, others = _others(stretch, case)
    if others and not excised and not _is_traumatic(stretch[0]):
        return []
    if not excised and not _is_of_wound(stretch):
        return []
    lengths = _lengths(stretch, case, is_excision=excised)
    if not lengths and not excised:
        lengths = _lengths_elsewhere(stretch, acts, case)
    elif is_alone and not excised:
        # What closes a list of wounds tells how each of them was repaired.
        lengths = _with_listed(lengths, stretch[0], case)
    classes = told_in(stretch, "class", case)
    sites = told_in(stretch, "site", case)
    wounds: list[Wound] = []
    for length in lengths:
        known = _sites_for(length, stretch, sites, case)
        site = _site_of(length, stretch, known, lengths)
        site = site or _site_of_wound(stretch, case) or case.facts.told(acts[0], "site")
        degree = _degree_of(length, site, lengths, stretch, classes, sites)
        spans = (_span(stretch, length), *((_span(stretch, site),) if site else ()))
        wound = Wound(degree, _decimal(length), site.values if site else (), spans)
        if not any(_is_same(wound, other) for other in wounds):
            wounds.append(wound)
    if not wounds:
        site = nearest(sites, acts[0].mention.start) or _site_of_wound(stretch, case)
        wounds = [Wound(_most(classes), None, site.values if site else (), ())]
    if is_said(pattern("repairs", "strips"), stretch) and not classes:
        return []
    if excised:
        wounds = [wound for wound in wounds if wound.degree in {"intermediate", "complex"}]
    return wounds


def _others(stretch: Stretch, case: ServiceCase) -> tuple[bool, bool]:
    """Return whether an excision, and whether another operation is told in the stretch."""
    is_excised = is_other = False
    for act in case.of_area("procedures"):
        name = act.concept.name
        if name == REPAIR or name not in catalogue().by_concept:
            continue
        if not _holds(stretch, act):
            is_excised |= name in EXCISIONS and _is_followed_by(act, stretch)
        elif name in EXCISIONS:
            is_excised = True
        elif act.concept.name not in _INCLUDING:
            is_other = True
    return is_excised, is_other


def _is_followed_by(act: Act, stretch: Stretch) -> bool:
    """Whether the stretch goes on with what the act began."""
    reading, start, _ = stretch
    return act.reading.index == reading.index and act.section.start <= start < act.section.end


def _is_of_wound(stretch: Stretch) -> bool:
    reading = stretch[0]
    return is_said(pattern("repairs", "wound"), stretch) or _is_traumatic(reading)


def _is_traumatic(reading: Reading) -> bool:
    return pattern("repairs", "traumatic").search(reading.text) is not None


def _lengths(stretch: Stretch, case: ServiceCase, *, is_excision: bool) -> list[Told]:
    """Return the lengths of repairs, those that are called so alone where any is."""
    reading, start, end = stretch
    found, called = [], []
    for told in told_in(stretch, "cm", case):
        before = reading.text[max(start, told.start - _NEAR) : told.start]
        after = reading.text[told.end : min(end, told.end + _NEAR)]
        is_called = bool(
            pattern("repairs", "repaired_length").search(before)
            or pattern("repairs", "repaired_length_after").match(after)
        )
        if is_called:
            called.append(told)
        elif not (
            pattern("repairs", "other_length").match(after)
            or pattern("repairs", "before_other_length").search(before)
        ):
            found.append(told)
    return called if is_excision else sorted([*found, *called], key=lambda told: told.start)


def _sites_for(
    length: Told, stretch: Stretch, sites: Sequence[Told], case: ServiceCase
) -> Sequence[Told]:
    """Return the places told in the stretch, or in the document for a length outside of it."""
    reading, start, end = stretch
    inside = start <= length.start < end
    return sites if inside else case.facts.in_document(reading, "site")


def _site_of(
    length: Told, stretch: Stretch, sites: Sequence[Told], lengths: Sequence[Told]
) -> Told | None:
    """Return the site told of the length: in its sentence, before the next length if it can be."""
    start, end = sentence_at(stretch[0], length.start)
    inside = [site for site in sites if start <= site.start < end]
    following = min((item.start for item in lengths if item.start > length.start), default=end)
    after = [site for site in inside if length.end <= site.start < following]
    if after:
        return _finest(after)
    if inside:
        return nearest(inside, length.start)
    before = [site for site in sites if site.start < length.start]
    return nearest(before or sites, length.start)


def _finest(sites: Sequence[Told]) -> Told:
    """Return the first site, or one that it holds and that stands beside it."""
    first = sites[0]
    for other in sites[1:]:
        if first.value in other.within:
            return other
    return first


def _degree_of(
    length: Told,
    site: Told | None,
    lengths: Sequence[Told],
    stretch: Stretch,
    classes: Sequence[Told],
    sites: Sequence[Told],
) -> str:
    """Return the class told up to the next wound, else where its place is named, else at all."""
    reading = stretch[0]
    start, end = sentence_at(reading, length.start)
    following = [sentence_at(reading, item.start)[0] for item in lengths]
    end = min((place for place in following if place > start), default=stretch[2])
    is_here = stretch[1] <= length.start < stretch[2]
    own = [item for item in classes if is_here and start <= item.start < end]
    if site is None:
        return _most(own or classes)
    named = {sentence_at(reading, other.start) for other in sites}
    places = {
        sentence_at(reading, other.start)
        for other in sites
        if other.value == site.value or other.value in site.within
    }
    # A sentence that names other places alone tells how their wounds were closed.
    others = named - places - {sentence_at(reading, length.start)}
    own = [item for item in own if not _is_within(item, others)]
    return _most(own or [item for item in classes if _is_within(item, places)] or classes)


def _is_within(told: Told, sentences: Iterable[tuple[int, int]]) -> bool:
    return any(start <= told.start < end for start, end in sentences)


def _most(classes: Iterable[Told]) -> str:
    told = {str(item.value) for item in classes}
    if "adhesive" in told and "simple" in told:
        told.discard("adhesive")
    return next((name for name in _CLASSES if name in told), "simple")


def _lengths_elsewhere(stretch: Stretch, acts: Sequence[Act], case: ServiceCase) -> list[Told]:
    """Return the lengths of wounds that the rest of the document tells, as an examination does.

    Where the sentence of the repair names a place, those of that place alone.
    """
    reading = stretch[0]
    whole = (reading, 0, len(reading.text))
    sites = case.facts.in_document(reading, "site")
    asked = {
        value
        for act in acts
        for site in sites
        if act.sentence.start <= site.start < act.sentence.end
        for value in site.values
    }
    found = []
    for told in _lengths(whole, case, is_excision=False):
        start, end = sentence_at(reading, told.start)
        is_wound = pattern("repairs", "wound").search(reading.text, start, end)
        if not is_wound and not _is_of_wounds_listed(reading, start):
            continue
        there = {value for site in sites if start <= site.start < end for value in site.values}
        if not asked or not there or asked & there:
            found.append(told)
    return found


def _with_listed(lengths: Sequence[Told], reading: Reading, case: ServiceCase) -> list[Told]:
    """Return the lengths with those of the other entries of the list in which one stands."""
    if not any(_is_of_wounds_listed(reading, told.start) for told in lengths):
        return list(lengths)
    known = {told.start for told in lengths}
    others = [
        told
        for told in _lengths((reading, 0, len(reading.text)), case, is_excision=False)
        if told.start not in known and _is_of_wounds_listed(reading, told.start)
    ]
    return sorted([*lengths, *others], key=lambda told: told.start)


def _is_of_wounds_listed(reading: Reading, start: int) -> bool:
    """Whether it is the entry of a list that is headed as one of wounds."""
    place = bisect_right(reading.sentences, start, key=lambda sentence: sentence.start) - 1
    last = max(place - _LONGEST_LIST, 0)
    while place > last and reading.sentences[place].marker:
        place -= 1
    heading = reading.said(reading.sentences[place]).rstrip()
    return heading.endswith(":") and pattern("repairs", "wound").search(heading) is not None


def _site_of_wound(stretch: Stretch, case: ServiceCase) -> Told | None:
    """Return the place that the document tells of its wound elsewhere."""
    reading = stretch[0]
    traumatic = pattern("repairs", "traumatic").search(reading.text)
    if traumatic is None:
        return None
    return nearest(case.facts.in_document(reading, "site"), traumatic.start())


def _decimal(told: Told) -> Decimal:
    return told.value if isinstance(told.value, Decimal) else Decimal(0)


def _is_same(one: Wound, other: Wound) -> bool:
    """Whether two lengths are one wound named twice."""
    return one.length == other.length and (
        not one.site or not other.site or bool(set(one.site) & set(other.site))
    )


def _summed(found: Sequence[tuple[Act, Wound]], case: ServiceCase) -> Proposal:
    sums: dict[tuple[object, ...], list[tuple[Act, Wound]]] = {}
    for act, wound in found:
        entry = _family(wound)
        if entry is not None:
            group = next((item.values for item in entry.when if item.name == "site"), ())
            sums.setdefault((wound.degree, group), []).append((act, wound))
        else:
            sums.setdefault((wound.degree, wound.site), []).append((act, wound))
    proposals = []
    for (degree, _), held in sums.items():
        proposals.append((str(degree), _of_family(held, case)))
    proposals.sort(key=lambda item: _CLASSES.index(item[0]))
    result = Proposal()
    billed = ""
    for degree, proposal in proposals:
        drafts = proposal.drafts
        if billed and drafts and degree != billed:
            drafts = tuple(
                draft.with_modifiers("59").because("repair-second-class") for draft in drafts
            )
        billed = billed or (degree if drafts else "")
        result += Proposal(drafts, proposal.missing)
    return result


def _of_family(held: Sequence[tuple[Act, Wound]], case: ServiceCase) -> Proposal:
    acts = tuple(dict.fromkeys(act for act, _ in held))
    wounds = [wound for _, wound in held]
    first = wounds[0]
    if first.degree == "strips":
        return Proposal()
    degree = first.degree
    if degree == "adhesive" and not case.is_medicare:
        degree = "simple"
    lengths = [wound.length for wound in wounds if wound.length is not None]
    given: dict[str, tuple[Value, ...]] = {
        "class": (degree,),
        "site": first.site,
        "cm": (sum(lengths, Decimal(0)),) if len(lengths) == len(wounds) else (),
    }
    spans = tuple(span for wound in wounds for span in wound.spans)
    proposal = select(Group(acts, {}, given, spans), case)
    rules = ["repair-class"]
    if len(lengths) > 1:
        rules.append("repair-summed")
    if first.degree == "adhesive":
        rules.append("repair-adhesive")
    shown = f"({degree})"
    drafts = tuple(_explained(draft, rules, shown) for draft in proposal.drafts)
    missing = tuple(
        replace(item, topic="repair-length" if "cm" in _empty(given) else item.topic)
        for item in proposal.missing
    )
    return Proposal(drafts, missing)


def _explained(draft: ServiceDraft, rules: Iterable[str], shown: str) -> ServiceDraft:
    for rule in rules:
        draft = draft.because(rule, shown if rule == "repair-class" else "")
    return draft


def _empty(given: dict[str, tuple[Value, ...]]) -> set[str]:
    return {name for name, values in given.items() if not values}


def _family(wound: Wound) -> Entry | None:
    """Return the first number of the wound's class and group of sites, whatever its length."""
    degree = "simple" if wound.degree == "adhesive" else wound.degree
    for entry in catalogue().by_concept.get(REPAIR, ()):
        told = {"class": (degree,), "site": wound.site}
        asked = [condition for condition in entry.when if condition.name in told]
        if len(asked) == len(told) and all(
            condition.of(told[condition.name]) is Truth.YES for condition in asked
        ):
            return entry
    return None


def _span(stretch: Stretch, told: Told) -> Span:
    return Span(told.start, told.end, stretch[0].index)
