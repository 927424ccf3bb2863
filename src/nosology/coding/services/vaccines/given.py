"""Vaccines that were given: each once, by its product where one is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.drugs.amounts import Per, amounts
from nosology.coding.services.drugs.place import Place, is_given_kind, places
from nosology.coding.services.drugs.wording import route_in, standings
from nosology.coding.services.vaccines.products import Product, joined, products
from nosology.model.reading import SectionKind
from nosology.model.tables import patterns

AREA = "vaccines"
_JOINT = re.compile(r"\s?[-/–]\s?")
_BRACKET = re.compile(r"^[\s,:=-]*\(")
_DATED = re.compile(
    r"^[\s:,#-]*(?:\(?(?:dose )?(?:#?\d\)?)?[\s:,]*)?(?:on |in )?"
    r"(?:\d{1,2}/(?:\d{1,2}/)?\d{2,4}|(?:19|20)\d\d\b(?!\s?[-–/]\s?(?:20)?\d\d))"
)
_RENAMED = re.compile(
    r"[\s-]*(?:vaccine\s+)?(?:titers?|antibod\w+|serolog\w+|immun(?:ity|e)\b|Ig[GM]\b|status|records?"
    r"|history|surface|core|virus|viral|infection|panel|screen\w*|test\w*|exposure|PCR|DNA)",
    re.IGNORECASE,
)
_SERIES = re.compile(
    r"\b(?:up[\s-]to[\s-]date|UTD|complet\w+ (?:the )?series|current on)\b", re.IGNORECASE
)


def wording() -> Mapping[str, re.Pattern[str]]:
    """Return the patterns of ``wording.toml`` by name."""
    return patterns("nosology.coding.services.vaccines", "wording.toml")


@dataclass(frozen=True, slots=True)
class Vaccine:
    """A vaccine that was given.

    Attributes:
        acts: the mentions that tell of it, its product's first.
        place: what is said of the first.
        milliliters: its volume, and ``milligrams`` its mass, where told.
    """

    product: Product
    acts: tuple[Act, ...]
    place: Place
    milliliters: str = ""
    milligrams: str = ""
    route: str = ""

    @property
    def text(self) -> str:
        """Everything that is said of it."""
        return self.acts[0].reading.text[self.place.before : self.place.last]

    @property
    def is_swallowed(self) -> bool:
        """Whether it was given by mouth or into the nose."""
        return self.product.is_swallowed


def vaccines_given(case: ServiceCase) -> list[Vaccine]:
    """Return the vaccines that were given at this encounter, in the order of the text."""
    by_document: dict[int, list[Act]] = {}
    for act in case.acts:
        if is_given_kind(act):
            by_document.setdefault(act.reading.index, []).append(act)
    found: list[tuple[Act, Place]] = []
    for acts in by_document.values():
        spoken = places(acts)
        for act, place, standing in zip(acts, spoken, standings(acts, spoken), strict=True):
            if act.concept.area != AREA or act.concept.name not in products():
                continue
            if standing is Standing.DONE and not _is_history(act, place):
                found.append((act, place))
    return _once(_joined(found))


def _joined(found: Sequence[tuple[Act, Place]]) -> list[tuple[Act, Place]]:
    """Return the mentions, those whose names are joined (``DTaP-IPV/Hib``) as the one they name."""
    answer: list[tuple[Act, Place]] = []
    number = 0
    while number < len(found):
        end = number + 1
        while end < len(found) and _are_joined(found[end - 1][0], found[end][0]):
            end += 1
        name = joined(frozenset(act.concept.name for act, _ in found[number:end]))
        if end - number > 1 and name:
            (first, place), (last, last_place) = found[number], found[end - 1]
            mention = replace(first.mention, end=last.mention.end, concept=name)
            act = replace(first, concept=catalogue().concepts[name], mention=mention)
            place = replace(last_place, before=place.before, start=place.start)
            answer.append((act, place))
        else:
            answer += found[number:end]
        number = end
    return answer


def _are_joined(one: Act, other: Act) -> bool:
    if one.reading is not other.reading or one.mention.end > other.mention.start:
        return False
    return bool(_JOINT.fullmatch(one.reading.text[one.mention.end : other.mention.start]))


def _is_history(act: Act, place: Place) -> bool:
    """Whether the mention dates the vaccine, or tells of one given elsewhere."""
    text = act.reading.text
    after = text[place.end : place.after]
    if (
        _DATED.match(after)
        or _RENAMED.match(after)
        or _SERIES.search(text[place.before : place.after])
    ):
        return True
    if act.kind in {SectionKind.PAST_MEDICAL_HISTORY, SectionKind.ALLERGIES}:
        return True
    return bool(wording()["elsewhere"].search(text[place.before : place.after]))


def _once(found: Iterable[tuple[Act, Place]]) -> list[Vaccine]:
    """Return each vaccine once: a name without product goes with the product of its family."""
    kept: list[tuple[Act, Place]] = []
    for act, place in found:
        if not _is_explained(act, [other for other, _ in kept]):
            kept.append((act, place))
    by_concept: dict[str, list[tuple[Act, Place]]] = {}
    for act, place in kept:
        by_concept.setdefault(act.concept.name, []).append((act, place))
    named = {
        products()[concept].family
        for concept in by_concept
        if not products()[concept].is_unspecified
    } - {""}
    answer = []
    for concept, several in by_concept.items():
        product = products()[concept]
        if product.is_unspecified and product.family in named:
            continue
        if concept == "hepatitis-b" and "hepatitis-b-two-dose" in by_concept:
            continue
        best = max(several, key=lambda item: item[1].last - item[1].start)
        acts = tuple(dict.fromkeys([best[0], *(act for act, _ in several)]))
        answer.append(_read(product, acts, best[1]))
    return sorted(answer, key=lambda vaccine: vaccine.acts[0].order)


def _is_explained(act: Act, before: Iterable[Act]) -> bool:
    """Whether the mention stands in brackets behind another product, whose parts it names."""
    text = act.reading.text
    for other in before:
        if other.reading is not act.reading or other.mention.end > act.mention.start:
            continue
        between = text[other.mention.end : act.mention.start]
        if _BRACKET.match(between) and ")" not in between and len(between) < 80:
            known = products()
            if known[other.concept.name].is_unspecified:
                return False
            return other.concept.name != act.concept.name
    return False


def _read(product: Product, acts: tuple[Act, ...], place: Place) -> Vaccine:
    text = acts[0].reading.text
    milliliters = milligrams = ""
    for start, end in (place.follows, place.goes_on, place.leads):
        for amount in amounts(text, start, end):
            if amount.per is Per.VOLUME and amount.is_whole and not milliliters:
                milliliters, milligrams = str(amount.each), str(amount.value)
            if amount.per not in {Per.DOSE, Per.PACKAGE}:
                continue
            if amount.unit == "mL" and not milliliters:
                milliliters = str(amount.value)
            elif amount.unit == "mg" and not milligrams:
                milligrams = str(amount.value)
        if milliliters or milligrams:
            break
    route = route_in(text[place.end : place.after])
    return Vaccine(product, acts, place, milliliters, milligrams, route)
