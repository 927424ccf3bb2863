"""How each drug was given: injected, pushed or infused, for how long, and by what care."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.drugs.doses import Dose
from nosology.coding.services.drugs.given import Given
from nosology.coding.services.drugs.lines import is_small_fluid
from nosology.coding.services.drugs.place import infusion_line
from nosology.coding.services.infusions.times import Ran, in_flowsheet, ran
from nosology.coding.services.infusions.wording import wording
from nosology.model.record import Span

LONGEST_PUSH = 15
"""Minutes; what runs longer is an infusion. Source: CPT, Therapeutic ... Infusions."""
_PROLONGED = 8 * 60
_CHEMO_KINDS = frozenset({"chemo"})
_NEOPLASM = ("C", "D0", "D37", "D38", "D39", "D4")


class Method(StrEnum):
    """By what technique a drug is given."""

    INJECTION = "injection"
    ON_BODY = "on-body"
    PUSH = "push"
    INFUSION = "infusion"
    PUMP = "pump"
    HYDRATION = "hydration"
    UNDER_SKIN = "infusion under the skin"


class Care(StrEnum):
    """What care a drug needs, by which its administration is told."""

    CHEMO = "chemotherapy"
    HORMONAL = "hormonal chemotherapy"
    PLAIN = "therapeutic"


@dataclass(frozen=True, slots=True)
class Administration:
    """One administration of one drug.

    Attributes:
        lacks_times: whether the record tells of an infusion, but not how long it ran.
        is_concurrent: whether the words say that another ran at the same time.
        times: how many injections it took.
        is_second_access: whether it ran through another vein than the rest, which was needed.
    """

    given: Given
    method: Method
    care: Care
    ran: Ran
    lacks_times: bool = False
    is_concurrent: bool = False
    times: int = 1
    is_second_access: bool = False

    @property
    def minutes(self) -> int:
        """How long it ran; nothing where that is not told."""
        return self.ran.minutes or 0

    @property
    def concept(self) -> str:
        """The drug."""
        return self.given.act.concept.name

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where the words stand that tell of it."""
        spans = self.given.spans
        if self.ran.last > self.ran.first:
            spans = (*spans, Span(self.ran.first, self.ran.last, self.given.act.reading.index))
        return spans


def administration(given: Given, case: ServiceCase) -> Administration | None:
    """Return how the drug was given; None where that belongs to a procedure or is no service."""
    dose = given.dose
    if (
        dose is None
        or is_small_fluid(given)
        or dose.kind
        in {
            *("contrast", "radiopharmaceutical", "anesthetic", "device", "toxin"),
            *("oral", "oral-cancer"),
        }
    ):
        return None
    words = wording("technique")
    text = given.act.reading.text
    clause = text[given.place.before : given.place.after]
    sentence = given.act.sentence
    # The bag that carries a drug stands behind it.
    said = text[given.place.before : max(sentence.end, given.place.after)]
    care = _care(given, case)
    if given.route in {"IM", "SC"}:
        if words["on_body"].search(given.text):
            return Administration(given, Method.ON_BODY, care, Ran())
        when = _when(given)
        if (
            given.route == "SC"
            and words["under_skin"].search(clause)
            and (when.minutes or 0) > LONGEST_PUSH
        ):
            return Administration(given, Method.UNDER_SKIN, care, when)
        times = 2 if words["twice"].search(given.text) else 1
        return Administration(given, Method.INJECTION, care, Ran(), times=times)
    if given.route != "IV":
        return None
    found = _through_vein(given, dose, care, clause, said)
    return replace(found, is_second_access=_is_second_access(given))


def _is_second_access(given: Given) -> bool:
    """Whether the drug ran by a second access, for which the record gives a reason."""
    words = wording("technique")
    reading, sentence = given.act.reading, given.act.sentence
    last = max(sentence.end, given.place.after)
    return bool(
        words["second_access"].search(reading.text, sentence.start, last)
        and words["second_access_needed"].search(reading.text)
    )


def _through_vein(given: Given, dose: Dose, care: Care, clause: str, said: str) -> Administration:
    words = wording("technique")
    when = _when(given)
    is_concurrent = bool(words["concurrent"].search(clause))
    if dose.kind == "fluid":
        lacks = when.minutes is None
        return Administration(given, Method.HYDRATION, care, when, lacks, is_concurrent)
    if when.minutes is not None and when.minutes > LONGEST_PUSH:
        method = Method.INFUSION
        if when.minutes > _PROLONGED and words["pump"].search(given.text) and care is Care.CHEMO:
            method = Method.PUMP
        return Administration(given, method, care, when, is_concurrent=is_concurrent)
    lacks = (
        when.minutes is None
        and not words["push"].search(clause)
        and bool(words["infusion"].search(said))
    )
    return Administration(given, Method.PUSH, care, when, lacks, is_concurrent)


def _when(given: Given) -> Ran:
    text, place = given.act.reading.text, given.place
    found = in_flowsheet(text, given.act.mention.start)
    if found.minutes is not None:
        return found
    for start, end in (place.follows, place.leads, place.goes_on):
        found = ran(text, start, end)
        if found.minutes is not None:
            return found
    for start, end in (place.follows, place.leads, place.goes_on):
        found = ran(text, start, end)
        if found.start is not None:
            return found
    line = infusion_line(given.act, place)
    return ran(text, *line) if line else Ran()


def _care(given: Given, case: ServiceCase) -> Care:
    if given.kind in _CHEMO_KINDS or given.kind == "biologic-sc":
        return Care.CHEMO
    if given.kind == "biologic" and given.route == "IV":
        return Care.CHEMO
    if given.kind == "hormonal" and any(item.code.startswith(_NEOPLASM) for item in case.diagnoses):
        return Care.HORMONAL
    return Care.PLAIN
