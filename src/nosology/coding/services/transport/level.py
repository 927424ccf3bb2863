"""Level of an ambulance's service, from its crew, what it did, and how it was called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nosology.coding.services.attributes.numbers import number_of
from nosology.model.record import Span
from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.services.transport"
_SENTENCE = re.compile(r"[^.\n;]+(?:\.\d+[^.\n;]*)*")
_CLOCK = re.compile(r"\b(?:[01]?\d|2[0-3]):?[0-5]\d\b(?!\s*(?:mg|mcg|ml|mmhg))")
_DRUGS_FOR_SECOND = 3
_SAME = {
    "epi": "epinephrine",
    "versed": "midazolam",
    "ativan": "lorazepam",
    "zofran": "ondansetron",
}
_SAME |= {"narcan": "naloxone", "cardizem": "diltiazem", "lasix": "furosemide", "d50": "dextrose"}
_SAME |= {"d10": "dextrose", "bicarb": "sodium bicarbonate", "levophed": "norepinephrine"}
_SAME |= {"toradol": "ketorolac", "phenergan": "promethazine", "benadryl": "diphenhydramine"}


def words(group: str, name: str) -> re.Pattern[str]:
    """Return the pattern of one list of ``transport.toml``."""
    return patterns(_PACKAGE, "transport.toml", group)[name]


@dataclass(frozen=True, slots=True)
class Level:
    """What was found of the level.

    Attributes:
        name: ``bls``, ``als1``, ``als2``, ``sct`` or ``intercept``.
        why: in a few words.
    """

    name: str
    why: str
    spans: tuple[Span, ...]


def level_of(text: str, start: int, document: int, *, is_emergency: bool) -> Level:
    """Return the level that the text of a run supports, never a higher one."""

    def found(match: re.Match[str], offset: int = 0) -> tuple[Span, ...]:
        return (Span(start + offset + match.start(), start + offset + match.end(), document),)

    intercept = words("notice", "intercept").search(text)
    if intercept:
        return Level("intercept", "paramedic intercept", found(intercept))
    specialty = words("crew", "specialty").search(text)
    if specialty and words("crew", "interfacility").search(text):
        return Level("sct", "critical care between facilities", found(specialty))
    crew = words("crew", "als").search(text)
    if crew is None:
        return Level("bls", "no crew of advanced life support", ())
    second = _done("second", text)
    if second:
        return Level("als2", second[0].group(), found(*second))
    drugs = _drugs(text)
    if sum(number for number, _, _ in drugs) >= _DRUGS_FOR_SECOND:
        spans = tuple(span for _, match, at in drugs for span in found(match, at))
        return Level("als2", "three medications into a vein", spans)
    first = _done("first", text)
    if first:
        return Level("als1", first[0].group(), (*found(crew), *found(*first)))
    assessment = next(
        (
            match
            for match in words("crew", "assessment").finditer(text)
            if not _DENIED.search(text[max(0, match.start() - 12) : match.start()])
        ),
        None,
    )
    if is_emergency and assessment:
        return Level("als1", "assessment of an emergency", found(assessment))
    return Level("bls", "no intervention of advanced life support", found(crew))


def _done(which: str, text: str) -> tuple[re.Match[str], int] | None:
    """Return the first intervention of the list that was done, with where its sentence stands."""
    pattern, undone = words("interventions", which), words("interventions", "not_done")
    for sentence in _SENTENCE.finditer(text):
        for match in pattern.finditer(sentence.group()):
            before = re.split(r",|\band\b|\bbut\b|:", sentence.group()[: match.start()])[-1]
            behind = re.split(r",|\band\b|\bthen\b", sentence.group()[match.end() :])[0]
            if not undone.search(f"{before} | {behind[:45]}"):
                return match, sentence.start()
    return None


def _drugs(text: str) -> list[tuple[int, re.Match[str], int]]:
    """Return the administrations into a vein: how many, and where each drug is named."""
    found: dict[str, tuple[int, re.Match[str], int]] = {}
    clocks: dict[str, set[str]] = {}
    for sentence in _SENTENCE.finditer(text):
        said = sentence.group()
        if not words("interventions", "intravenous").search(said):
            continue
        matches = list(words("interventions", "drugs").finditer(said))
        for place, match in enumerate(matches):
            end = matches[place + 1].start() if place + 1 < len(matches) else len(said)
            own = said[match.start() : end]
            before = said[max(0, match.start() - 28) : match.start()]
            ahead = said[matches[place - 1].end() if place else 0 : match.start()]
            if not words("interventions", "dose").search(own + ahead[-18:]):
                continue
            if words("interventions", "not_done").search(before.rsplit(",", 1)[-1]):
                continue
            if not words("interventions", "intravenous").search(own) and _OTHER_ROUTE.search(own):
                continue
            name = match.group().lower()
            name = _SAME.get(name, name)
            clock = _CLOCK.search(ahead[-14:]) or _CLOCK.search(own)
            if clock:
                clocks.setdefault(name, set()).add(clock.group())
            times = words("interventions", "times").search(own)
            number = int(number_of(times["n"] or times["n2"]) or 1) if times else 1
            known = found.get(name)
            if known is None or number > known[0]:
                found[name] = (number, match, sentence.start())
    return [
        (max(number, len(clocks.get(name, ()))), match, at)
        for name, (number, match, at) in found.items()
    ]


_DENIED = re.compile(r"\b(?:no|not|without)\s+(?:an? )?$", re.IGNORECASE)
_OTHER_ROUTE = re.compile(
    r"\b(?:IM|intramuscular|SL|sublingual|IN|intranasal|nebuliz\w+|PO|orally|ODT|SQ|subcut\w*|"
    r"topical)\b"
)
