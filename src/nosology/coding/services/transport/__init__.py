"""Transport: ambulances by level, origin and destination, and loaded miles; other vehicles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from nosology.coding.rules import because
from nosology.coding.services.catalogue import Entry, catalogue
from nosology.coding.services.catalogue.conditions import Truth
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.selection import by_catalogue
from nosology.coding.services.transport.level import Level, level_of, words
from nosology.coding.services.transport.miles import Miles, covered, loaded
from nosology.coding.services.transport.places import Place, between, coded, named, place
from nosology.model.encounter import Payer, Setting
from nosology.model.record import Span

AREA = "transport"
_READ_WHOLE = frozenset(
    {"ambulance-ground", "ambulance-air", "ambulance-miles", "ambulance-no-transport"}
)
"""Concepts that are read from the whole report, not from where they are named."""
_LEG = re.compile(
    r"^[ \t]*(?:(?:leg|trip|run|transport|segment)\s*#?\s*(?:\d|one|two|a|b)\b|"
    r"(?:outbound|return|first|second|initial) (?:trip|leg|transport|run))\b[^\n]*$"
    r"|^[ \t]*(?:outbound|return|inbound)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_ROUND_TRIP = re.compile(
    r"\b(?:round[\s-]trip|return (?:trip|transport|leg)|both ways|each way|"
    r"(?:returned|transported back|taken back|back) (?:(?:him|her|them|patient|pt) )?to "
    r"(?!(?:the )?(?:service|base|station|quarters|post|normal|baseline|bed)\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Run:
    """One trip with a patient aboard.

    Attributes:
        pair: letters of origin and destination; empty where one of them is not told.
    """

    text: str
    start: int
    document: int
    pair: str
    places: tuple[Span, ...]
    miles: Miles | None


def propose(case: ServiceCase) -> Proposal:
    """Return the runs of the record, with their miles."""
    if case.encounter.setting is not Setting.AMBULANCE_SUPPLIER:
        return Proposal()
    vans = by_catalogue(case, AREA, lambda act: act.concept.name not in _READ_WHOLE)
    text = "\n".join(reading.text for reading in case.readings)
    if vans.drafts and not words("vehicle", "words").search(text):
        return vans
    proposal = Proposal()
    for run in _runs(case):
        proposal += _of_run(run, case)
    return proposal


def _runs(case: ServiceCase) -> Iterator[_Run]:
    for reading in case.readings:
        if not reading.text.strip():
            continue
        cuts = [match.start() for match in _LEG.finditer(reading.text)]
        if len(cuts) > 1:
            edges = [*cuts, len(reading.text)]
            for start, end in pairwise(edges):
                run = _run(reading.text[start:end], start, reading.index)
                if run.pair or run.miles:
                    yield run
            continue
        run = _run(reading.text, 0, reading.index)
        yield run
        if run.pair and _ROUND_TRIP.search(reading.text):
            told = loaded(reading.text, 0, reading.index)
            miles = told[1] if len(told) > 1 else run.miles
            yield replace(run, pair=run.pair[::-1], miles=miles)
        return


def _run(text: str, start: int, document: int) -> _Run:
    origin, destination = _ends(text, start, document)
    written = coded((text,))
    told = loaded(text, start, document)
    nearest = covered(text, start, document)
    if nearest and told and nearest.miles < told[0].miles:
        told = [nearest]
    known = tuple(one for one in (origin, destination) if one is not None)
    pair = written or (_pair(origin, destination))
    return _Run(
        text, start, document, pair, tuple(one.span for one in known), told[0] if told else None
    )


def _ends(text: str, start: int, document: int) -> tuple[Place | None, Place | None]:
    """Return origin and destination: told together, each by its label or verb, else as named."""
    both = between(text, start, document)
    if both:
        return both
    origin = place("origin", text, start, document)
    destination = place("destination", text, start, document)
    if origin is None or destination is None:
        known = named(text, start, document)
        if destination is None and known and known[-1].letter in _RECEIVING:
            destination = known[-1]
        if origin is None and destination is not None:
            origin = next((one for one in known if one.span.start < destination.span.start), None)
    return origin, destination


_RECEIVING = frozenset("HNEJGDPR")


def _pair(origin: Place | None, destination: Place | None) -> str:
    if origin is None or destination is None:
        return ""
    return origin.letter + destination.letter


def _of_run(run: _Run, case: ServiceCase) -> Proposal:
    text = run.text
    dead = words("outcome", "dead").search(text)
    if words("outcome", "canceled").search(text) and not run.miles:
        return Proposal()
    if words("outcome", "no_transport").search(text) and not dead:
        return _not_transported(run, case)
    wing = _wing(text)
    is_emergency = _is_emergency(text)
    if dead and not words("outcome", "dead_after_loading").search(text):
        if words("outcome", "dead_before_dispatch").search(text):
            return Proposal()
        span = Span(run.start + dead.start(), run.start + dead.end(), run.document)
        return _dead(span, wing)
    told = level_of(text, run.start, run.document, is_emergency=is_emergency)
    urgency = "emergency" if is_emergency else "nonemergency"
    base = _entry(wing, told, urgency)
    support = tuple(dict.fromkeys((*told.spans, *run.places))) or (_opening(run),)
    modifiers, missing = _modifiers(run, case, is_emergency=is_emergency)
    draft = ServiceDraft(
        code=base.code,
        area=AREA,
        support=support,
        rationale=(because("transport-level", f"({told.name}: {told.why}; {urgency})"),),
        concept=base.concept,
        facts=(("pair", run.pair),),
    )
    if not run.pair:
        return Proposal(missing=(_asked(draft, "origin-destination"),))
    draft = draft.with_modifiers(run.pair, *modifiers).because("transport-places", f"({run.pair})")
    proposal = Proposal((draft,))
    for topic in missing:
        proposal += Proposal(missing=(replace(_asked(draft, topic), is_beside=True),))
    miles = _chosen("ambulance-miles", {"ambulance-wing": (wing or "none",)})
    line = ServiceDraft(
        code=miles.code,
        area=AREA,
        support=run.miles.spans if run.miles else support[:1],
        rationale=(because("transport-miles", f"({run.miles.miles})" if run.miles else ""),),
        concept=miles.concept,
        modifiers=draft.modifiers,
        facts=draft.facts,
    )
    if run.miles is None:
        return proposal + Proposal(missing=(_asked(line, "mileage"),))
    return proposal + Proposal((replace(line, units=_units(run.miles.miles)),))


def _units(miles: Decimal) -> int | Decimal:
    return int(miles) if miles == miles.to_integral_value() else miles


def _wing(text: str) -> str:
    if words("air", "not_flown").search(text):
        return ""
    if words("air", "fixed").search(text):
        return "fixed"
    return "rotary" if words("air", "rotary").search(text) else ""


def _is_emergency(text: str) -> bool:
    """Whether the run answered an emergency: plainly said, before what is only suggested."""
    if words("response", "plainly_nonemergency").search(text):
        return False
    if words("response", "plainly_emergency").search(text):
        return True
    if words("response", "nonemergency").search(text):
        return False
    return words("response", "emergency").search(text) is not None


def _entry(wing: str, told: Level, urgency: str) -> Entry:
    if wing:
        return _chosen("ambulance-air", {"ambulance-wing": (wing,)})
    return _chosen(
        "ambulance-ground", {"ambulance-level": (told.name,), "ambulance-urgency": (urgency,)}
    )


def _chosen(concept: str, told: dict[str, tuple[str, ...]]) -> Entry:
    """Return the entry of the concept whose conditions hold."""
    return next(
        entry
        for entry in catalogue().by_concept[concept]
        if all(one.of(told.get(one.name, ())) is Truth.YES for one in entry.when)
    )


def _modifiers(
    run: _Run, case: ServiceCase, *, is_emergency: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the further modifiers of a run, and what is to be asked beside it."""
    text = run.text
    modifiers: list[str] = []
    missing: list[str] = []
    if words("several", "words").search(text) and not words("several", "alone").search(text):
        modifiers.append("GM")
    modifiers += [name for name in ("QM", "QN") if words("arranged", name).search(text)]
    if case.encounter.payer is not Payer.MEDICARE:
        return tuple(modifiers), ()
    is_needed = words("certified", "needed").search(text)
    if words("certified", "unneeded").search(text) and not is_needed and not is_emergency:
        modifiers.append("GA" if words("notice", "signed").search(text) else "GY")
    elif not is_emergency:
        is_certified = words("certified", "present").search(text)
        if not is_certified or words("certified", "absent").search(text):
            missing.append("physician-certification")
        if not is_needed:
            missing.append("medical-necessity")
    return tuple(modifiers), tuple(missing)


def _not_transported(run: _Run, case: ServiceCase) -> Proposal:
    treated = words("outcome", "treated").search(run.text)
    if treated is None:
        return Proposal()
    entry = catalogue().by_concept["ambulance-no-transport"][0]
    span = Span(run.start + treated.start(), run.start + treated.end(), run.document)
    draft = ServiceDraft(
        code=entry.code,
        area=AREA,
        support=(span,),
        rationale=(because("transport-none"),),
        concept=entry.concept,
        modifiers=("GY",) if case.is_medicare else (),
    )
    return Proposal((draft,))


def _dead(span: Span, wing: str) -> Proposal:
    """Return the run to one who was pronounced dead after it was called: the base, no miles."""
    told = Level("bls", "", ())
    entry = _entry(wing, told, "emergency")
    draft = ServiceDraft(
        code=entry.code,
        area=AREA,
        support=(span,),
        rationale=(because("transport-dead"),),
        concept=entry.concept,
        modifiers=("QL",),
    )
    return Proposal((draft,))


def _asked(draft: ServiceDraft, topic: str) -> Missing:
    lowered = replace(draft, confidence=0.5).because("service-incomplete", f"({topic})")
    return Missing(lowered, topic)


def _opening(run: _Run) -> Span:
    """Return where the run names its vehicle or crew, else its first words."""
    match = words("vehicle", "words").search(run.text) or re.search(r"\S+", run.text)
    start, end = match.span() if match else (0, len(run.text))
    return Span(run.start + start, run.start + end, run.document)
