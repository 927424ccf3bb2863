"""What was given: the mentions of each drug put together to administrations with dose and route."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.catalogue.conditions import Condition, Truth, Value
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.drugs.amounts import (
    Amount,
    Per,
    amounts,
    containers,
    surface,
    weight,
)
from nosology.coding.services.drugs.doses import COUNTED, Dose, doses, former_codes
from nosology.coding.services.drugs.hidden import hidden_drugs
from nosology.coding.services.drugs.place import (
    Place,
    is_given_kind,
    is_part_of_former,
    places,
    statement_of,
)
from nosology.coding.services.drugs.waste import is_waste
from nosology.coding.services.drugs.wording import is_not_ours, route_in, standings
from nosology.model.reading import SectionKind
from nosology.model.record import Span

AREA = "drugs"
TOLD = frozenset({"route", "dialysis", "mg", "ml"})
"""What conditions of the catalogue may ask of a drug, beside the encounter."""
_DIALYSIS = ("N186", "Z992")
_NAMED_STRENGTH = re.compile(r"\w-?\s?(?P<strength>\d{2,3})$")
_DILUENT = re.compile(
    r"(?:\b(?:in|with|of)\b|/)\s*(?:a\s+)?(?:\d+(?:\.\d+)?\s*(?:mL|cc|L)\s+(?:of\s+)?)?$",
    re.IGNORECASE,
)
_FLUSH = re.compile(r"\b(?:flush\w*|KVO|TKO|keep vein open|saline lock|locked)\b", re.IGNORECASE)
_LINE_DRUGS = frozenset({"heparin-sodium", "heparin-lock-flush"})
_LINE = re.compile(r"\b(?:port|PICC|catheter|lumens?|access\w*|Hickman|Broviac)\b", re.IGNORECASE)
_NEAR = 40
_MOST_CONTAINERS = 200
_ATTEMPT = re.compile(r"\b(?:re-?)?attempt(?:s|ed)?\b", re.IGNORECASE)
"""A needle that is put in once more gives the dose that the first attempt did not."""
_REPEATED = re.compile(
    r"[^.,;\n]{0,24}?\s[x×]\s?(?P<times>[1-9])\b"
    r"(?!\s*(?:\.|mg|mcg|kg|h\b|hours?|hrs?|min|days?|d\b|weeks?|months?))",
    re.IGNORECASE,
)
_EACH_OF_TWO = re.compile(
    r"\b(?:each|per|every) (?:knee|shoulder|hip|ankle|wrist|elbow|thumb|heel|foot|hand|side|eye"
    r"|bursa|CMC)\b",
    re.IGNORECASE,
)
"""What is told for one side of a pair is given twice."""
_TOTAL = re.compile(r"\btotal\b", re.IGNORECASE)
_STATED = re.compile(
    r"(?:=|\b(?:total|dose|given|administered|gave)\b)"
    r"(?:\s*(?:dose|given|of|was|is|:|=|-|\(|\d*\.?\d+\s*mL))*\s*$",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\s*(?:/|and|\+|-)\s*(?:[a-z]+\s+){0,2}(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>mg|g)\b",
    re.IGNORECASE,
)
_STATED_WITHIN = 30
_AGAIN = re.compile(
    r"\b(?:second|2nd|third|repeat(?:ed)?|another|additional|again)\b", re.IGNORECASE
)
_CLOCK = re.compile(r"(?<![\d/.-])(?:[01]?\d|2[0-3]):?[0-5]\d\b(?!\s*(?:mg|mcg|mL|units?))")
_IMMEDIATELY = re.compile(r"\s*(?:of\s+)?(?:the\s+)?(?:IV\s+|IM\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Given:
    """One administration of a drug, as the record tells it.

    Attributes:
        act: the mention that tells most of it; ``place`` what is said of it.
        amount: that was given, where the record tells it, with ``counted`` containers else.
        route: as ``wording.toml`` names routes; empty where it is not told.
        code: of the drug, with what one unit of it holds in ``dose``.
        spans: where the words stand that tell of it.
        is_ours: whether the practice paid for the drug.
        others: further mentions of the same administration.
        others: further mentions of the same administration.
    """

    act: Act
    place: Place
    amount: Amount | None
    counted: int
    route: str
    code: str
    dose: Dose | None
    spans: tuple[Span, ...]
    is_ours: bool = True
    others: tuple[tuple[Act, Place], ...] = ()

    @property
    def told(self) -> tuple[tuple[Act, Place], ...]:
        """Every mention of it, the one that tells most first."""
        return ((self.act, self.place), *self.others)

    @property
    def text(self) -> str:
        """Everything that is said of it."""
        return " ".join(act.reading.text[place.before : place.last] for act, place in self.told)

    @property
    def kind(self) -> str:
        """What decides its administration."""
        return self.dose.kind if self.dose else ""

    def own_amount(self) -> Decimal | None:
        """Return what was given in the unit of the code; None where that is not told."""
        if self.dose is None:
            return None
        if self.amount is not None:
            found = self.dose.in_own_unit(self.amount.total, self.amount.unit)
            if found is not None:
                return found + self._of_other_substances()
            if self.amount.unit == "mL" and self.dose.strength is not None:
                return self.amount.total * self.dose.strength
        if self.dose.unit in COUNTED:
            return Decimal(self.counted or 1)
        if self.counted and len(self.dose.packages) == 1:
            return self.dose.packages[0] * self.counted
        return None

    def _of_other_substances(self) -> Decimal:
        """Return what else a product of several substances holds (``600 mg/900 mg``)."""
        if self.dose is None or self.amount is None or not self.dose.is_combined:
            return Decimal(0)
        beside = _BESIDE.match(self.act.reading.text, self.amount.end, self.place.after)
        if beside is None:
            return Decimal(0)
        return self.dose.in_own_unit(Decimal(beside["number"]), beside["unit"].lower()) or Decimal(
            0
        )


def drugs_given(case: ServiceCase) -> list[Given]:
    """Return every administration of a drug of the catalogue, in the order of the text."""
    return case.facts.once("drugs given", lambda: _drugs_given(case))


def _drugs_given(case: ServiceCase) -> list[Given]:
    by_document: dict[int, list[Act]] = {}
    named = [act for act in case.acts if is_given_kind(act)]
    hidden = list(hidden_drugs(case.acts))
    if hidden:
        named = sorted((*named, *hidden), key=lambda act: act.order)
    for act in named:
        by_document.setdefault(act.reading.index, []).append(act)
    found: dict[str, list[Given]] = {}
    told_else: dict[str, Given] = {}
    for several in by_document.values():
        acts = [
            act
            for number, act in enumerate(several)
            if not _carries(act) and not is_part_of_former(number, several)
        ]
        spoken = places(acts)
        for act, place, standing in zip(acts, spoken, standings(acts, spoken), strict=True):
            if act.concept.area != AREA:
                continue
            if standing is Standing.DONE:
                mentions = found.setdefault(act.concept.name, [])
                if len(mentions) < _MOST_MENTIONS:
                    mentions.append(_read(act, place, case))
            elif (
                standing in {Standing.ORDERED, Standing.NAMED}
                and act.concept.name not in told_else
                and act.kind is not SectionKind.MEDICATIONS
            ):
                told = _read(act, place, case)
                if told.amount is not None:
                    told_else[act.concept.name] = told
    answer: list[Given] = []
    for concept, held in found.items():
        answer += [
            _completed(given, told_else.get(concept), case) for given in _administrations(held)
        ]
    return sorted(answer, key=lambda given: given.act.order)


def _carries(act: Act) -> bool:
    """Whether a fluid only carries another drug, or keeps a line open."""
    if not _is_fluid(act) and act.concept.name not in _LINE_DRUGS:
        return False
    text = act.reading.text
    sentence = act.sentence
    if _DILUENT.search(text[sentence.start : act.mention.start]) and _is_fluid(act):
        return True
    if not _is_fluid(act) and _LINE.search(act.said):
        return True
    return bool(
        _FLUSH.search(
            text[
                max(sentence.start, act.mention.start - _NEAR) : min(
                    sentence.end, act.mention.end + _NEAR
                )
            ]
        )
    )


def _is_fluid(act: Act) -> bool:
    entries = catalogue().by_concept.get(act.concept.name, ())
    return any(doses()[entry.code].kind == "fluid" for entry in entries if entry.code in doses())


def _read(act: Act, place: Place, case: ServiceCase) -> Given:
    text = act.reading.text
    amount = _amount(act, place)
    if amount is not None and amount.times == 1:
        again = _REPEATED.match(text, amount.end, place.after)
        if again:
            amount = replace(amount, times=int(again["times"]))
    if amount is not None and amount.times == 1 and amount.per is not Per.RATE:
        lead = text[place.before : amount.start]
        behind = text[amount.end : place.after]
        each = _EACH_OF_TWO.search(lead) or _EACH_OF_TWO.search(behind)
        if each and not (_TOTAL.search(behind) or _is_stated(text, amount)):
            amount = replace(amount, times=2)
    counted = containers(text, place.before, place.after)
    route = _route(act, place)
    spans = [act.span]
    if amount is not None:
        spans.append(Span(amount.start, amount.end, act.reading.index))
    said = text[place.before : place.after] + " " + text[place.after : place.last]
    given = Given(
        act,
        place,
        amount,
        counted[0] if counted else 0,
        route,
        "",
        None,
        tuple(spans),
        is_ours=not is_not_ours(said),
    )
    return _with_code(given, case)


def _with_code(given: Given, case: ServiceCase) -> Given:
    code = _code(given, case)
    if not code:
        return given
    dose = doses().get(code)
    if dose is not None and given.amount is not None and _is_beyond(given.amount, dose):
        # A number that no one gives is another measure, such as the gauge of a needle (``30g``).
        strengths = amounts(given.act.reading.text, given.place.start, given.place.after)
        nearest = next((one for one in strengths if not _is_beyond(one, dose)), None)
        amount = replace(nearest, per=Per.PACKAGE) if nearest is not None else None
        given = replace(given, amount=amount, spans=_spans(given.act, amount))
    route = given.route
    if not route and dose is not None:
        possible = dose.routes
        route = possible[0] if len(possible) == 1 else ""
    return replace(given, code=code, dose=dose, route=route)


def _is_beyond(amount: Amount, dose: Dose) -> bool:
    """Whether the amount is far more than any container of the drug holds."""
    own = dose.in_own_unit(amount.value, amount.unit)
    return bool(own is not None and dose.packages and own > _MOST_CONTAINERS * max(dose.packages))


def _spans(act: Act, amount: Amount | None) -> tuple[Span, ...]:
    """Return where the drug and its amount stand."""
    if amount is None:
        return (act.span,)
    return (act.span, Span(amount.start, amount.end, act.reading.index))


def _code(given: Given, case: ServiceCase) -> str:
    """Return the number that stands for the drug on the day; empty for none."""
    entries = catalogue().by_concept.get(given.act.concept.name, ())
    of_the_day = [
        (former.code, former.when)
        for former in former_codes()
        if any(entry.code == former.replaced_by for entry in entries)
        and case.on is not None
        and case.on <= former.last
    ]
    return _best(of_the_day, given, case) or _best(
        [(entry.code, entry.when) for entry in entries], given, case
    )


def _best(
    numbers: Sequence[tuple[str, tuple[Condition, ...]]], given: Given, case: ServiceCase
) -> str:
    """Return the number with the most conditions, all of which hold; the first of equals."""
    best, chosen = -1, ""
    for code, when in numbers:
        if not case.is_billable(code):
            continue
        held = 0
        for condition in when:
            truth = condition.of(_values(given, condition.name, case))
            if truth is Truth.YES:
                held += 1
            elif truth is Truth.NO or not (condition.is_default or condition.sign == "!="):
                break
        else:
            if held > best:
                best, chosen = held, code
    return chosen


def _values(given: Given, name: str, case: ServiceCase) -> tuple[Value, ...]:
    if name == "route":
        return (given.route,) if given.route else ()
    if name == "dialysis":
        on_dialysis = any(item.code.startswith(_DIALYSIS) for item in case.diagnoses)
        return ("yes",) if on_dialysis else ("no",)
    if name in {"mg", "ml"}:
        unit = {"mg": "mg", "ml": "mL"}[name]
        amount = given.amount
        if amount is None:
            return ()
        if unit == amount.unit:
            return (amount.value,)
        return ()
    return case.facts.of_encounter(name) or ()


def _amount(act: Act, place: Place) -> Amount | None:
    """Return what was given: what stands behind the name, right before it, or on the next lines."""
    text = act.reading.text
    within = next(amounts(text, place.start, place.after), None)
    if within is not None and within.start == place.start and within.unit != "mL":
        # The name of the drug is found with the amount before it (``40 mg Kenalog``).
        return within
    before = [
        item for item in amounts(text, *place.leads) if not is_waste(text, item, *place.leads)
    ]
    if (
        before
        and before[-1].per is Per.DOSE
        and _IMMEDIATELY.fullmatch(text[before[-1].end : place.start])
    ):
        nearest = before[-1]
        is_own = (
            place.before == statement_of(act)[0]
            or "," in text[place.before : nearest.start]
            or (re.search(r"\band\b|;|\+", text[place.before : nearest.start]) is not None)
        )
        if is_own and nearest.unit == "mL":
            return _of_volume(nearest, act, place)
        if is_own:
            return nearest
    parts = (place.follows, place.goes_on, place.leads)
    found = [
        [item for item in amounts(text, *part) if not is_waste(text, item, *part)] for part in parts
    ]
    own, further, leading = found
    stated = [item for item in further if item.per is Per.DOSE and _is_stated(text, item)]
    first = _doses(own, text) or _masses(stated) or _reckoned(own, act, place)
    if first is not None:
        return first
    for some in (further, leading):
        chosen = _doses(some, text) or _reckoned(some, act, place)
        if chosen is not None:
            return chosen
    return None


def _of_volume(volume: Amount, act: Act, place: Place) -> Amount:
    """Return what a volume before the name holds, by what stands behind it; else the volume."""
    text = act.reading.text
    own = [
        item for item in amounts(text, *place.follows) if not is_waste(text, item, *place.follows)
    ]
    masses = [
        item
        for item in own
        if item.per is Per.DOSE
        and item.unit != "mL"
        and text[place.end : item.start].strip() in {"(", "=", "(="}
    ]
    strengths = [item for item in own[:1] if item.per is Per.VOLUME]
    return masses[0] if masses else _reckoned([volume, *strengths], act, place) or volume


def _doses(found: Sequence[Amount], text: str) -> Amount | None:
    """Return what is told as a dose, that which is named or reckoned as one first."""
    masses = [item for item in found if item.per is Per.DOSE and item.unit != "mL"]
    stated = [item for item in masses if _is_stated(text, item)]
    return stated[0] if stated else masses[0] if masses else None


def _masses(found: Sequence[Amount]) -> Amount | None:
    masses = [item for item in found if item.unit != "mL"]
    return masses[0] if masses else None


def _reckoned(found: Sequence[Amount], act: Act, place: Place) -> Amount | None:
    """Return what strength and volume, weight or containers make."""
    text = act.reading.text
    volumes = [item for item in found if item.per is Per.DOSE and item.unit == "mL"]
    strengths = [item for item in found if item.per is Per.VOLUME]
    named = _NAMED_STRENGTH.search(text[place.start : place.end])
    if volumes and strengths:
        one, strength = volumes[0], strengths[0]
        value = one.total * strength.value / strength.each
        return replace(one, value=value, unit=strength.unit, times=1)
    if volumes and named and "omnipaque" not in act.mention.term.lower():
        return replace(volumes[0], value=volumes[0].value * Decimal(named["strength"]), unit="mg")
    packages = [item for item in found if item.per is Per.PACKAGE]
    if packages:
        return packages[0]
    for per, told in ((Per.WEIGHT, weight), (Per.SURFACE, surface)):
        scaled = [item for item in found if item.per is per]
        # The whole record is looked through for it, so only where it is needed.
        measure = told(text) if scaled else None
        if measure is not None:
            return replace(scaled[0], value=scaled[0].value * measure, per=Per.DOSE)
    if strengths and not volumes and _is_one_container(strengths[0], act):
        return strengths[0]
    return volumes[0] if volumes else None


def _is_stated(text: str, amount: Amount) -> bool:
    """Whether the amount is the result of a reckoning, or named as what was given."""
    return bool(_STATED.search(text[max(0, amount.start - _STATED_WITHIN) : amount.start]))


def _is_one_container(strength: Amount, act: Act) -> bool:
    """Whether a strength for some milliliters is what one container that is sold holds."""
    if strength.is_whole:
        return True
    for entry in catalogue().by_concept.get(act.concept.name, ()):
        dose = doses().get(entry.code)
        if dose is not None and dose.in_own_unit(strength.value, strength.unit) in dose.packages:
            return True
    return False


def _route(act: Act, place: Place) -> str:
    text = act.reading.text
    for start, end in (
        place.follows,
        place.leads,
        statement_of(act),
        place.goes_on,
        (act.section.start, act.section.body),
    ):
        found = route_in(text[start:end])
        if found:
            return found
    return ""


_MOST_MENTIONS = 24
"""How many mentions of one drug are weighed: no record of an encounter tells of it more often."""


def _administrations(several: Sequence[Given]) -> list[Given]:
    """Return the mentions of one drug as what they tell of: one administration, or several."""
    with_amount = [given for given in several if given.amount is not None or given.counted]
    if not with_amount:
        return [_joined(several)]
    found: list[Given] = []
    for given in with_amount:
        same = next((number for number, one in enumerate(found) if _is_same(one, given)), None)
        if same is None:
            found.append(given)
        else:
            found[same] = _joined((found[same], given))
    rest = [given for given in several if given not in with_amount]
    if rest and len(found) == 1:
        found[0] = _joined((found[0], *rest))
    return found


def _is_same(one: Given, other: Given) -> bool:
    is_again = _AGAIN.search(other.text[: other.place.after - other.place.before])
    if is_again and not _ATTEMPT.search(other.text):
        return False
    if one.dose is not None and one.dose.unit in COUNTED and one.amount and other.amount:
        # Counted by doses: two activities of a tracer are two, one at rest and one at stress.
        unit, value = one.amount.unit, one.amount.total
        if unit == other.amount.unit and value != other.amount.total:
            return False
    if one.own_amount() == other.own_amount():
        first, second = _CLOCK.search(one.text), _CLOCK.search(other.text)
        return first is None or second is None or first[0] == second[0]
    return False


def _joined(several: Sequence[Given]) -> Given:
    first = max(several, key=lambda given: (given.amount is not None, bool(given.route)))
    spans = tuple(dict.fromkeys(span for given in (first, *several) for span in given.spans))
    route = first.route or next((given.route for given in several if given.route), "")
    others = tuple(told for given in several for told in given.told if told[0] is not first.act)
    return replace(
        first,
        route=route,
        spans=spans,
        is_ours=all(given.is_ours for given in several),
        others=tuple(dict.fromkeys(others)),
    )


def _completed(given: Given, ordered: Given | None, case: ServiceCase) -> Given:
    """Return it with dose and route of the order, where the record of giving leaves them out."""
    if ordered is None or (given.amount is not None and given.route):
        return given
    completed = replace(
        given,
        amount=given.amount or ordered.amount,
        route=given.route or ordered.route,
        spans=tuple(dict.fromkeys((*given.spans, *ordered.spans))),
    )
    return _with_code(completed, case)
