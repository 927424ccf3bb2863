"""Complexity of a therapist's evaluation: as told, or from its parts where all of them are told."""

from __future__ import annotations

import re

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.numbers import number_of
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.therapy.cues import words

_LEVELS = ("low", "moderate", "high")
_TOLD = re.compile(
    r"\b(?P<before>low|moderate|mod|high)[\s-]+complexity\b|"
    r"\bcomplexity\s*(?:level)?\s*[:=]?\s*(?:is\s+)?"
    r"(?P<after>low|moderate|mod|high)\b|\b(?P<code>9716[1-3567])\b",
    re.IGNORECASE,
)
_OF_CODE = {"97161": 0, "97162": 1, "97163": 2, "97165": 0, "97166": 1, "97167": 2}
_N = r"(?P<n>\d{1,2}|no|zero|one|two|three|four|five|six)"
_FACTORS = re.compile(
    rf"\b{_N}\s+(?:or more\s+)?(?:personal factors?|comorbidit\w+)", re.IGNORECASE
)
_ELEMENTS = re.compile(
    rf"\b{_N}\s+(?:or more\s+)?(?:body (?:structures?|functions?|systems?)|elements?)",
    re.IGNORECASE,
)


def complexity_of(act: Act, case: ServiceCase) -> str:
    """Return ``low``, ``moderate`` or ``high``; empty where it is not told, nor all its parts."""
    for reading in (act.reading, *case.readings):
        match = _TOLD.search(reading.text)
        if match is None:
            continue
        if match["code"]:
            return _LEVELS[_OF_CODE[match["code"]]]
        told = (match["before"] or match["after"]).lower()
        return "moderate" if told == "mod" else told
    return _from_parts(act.reading.text)


def _from_parts(text: str) -> str:
    factors, elements = _FACTORS.search(text), _ELEMENTS.search(text)
    presentation = next(
        (
            level
            for level, name in ((2, "unstable"), (1, "evolving"), (0, "stable"))
            if words("presentation", name).search(text)
        ),
        None,
    )
    if factors is None or elements is None or presentation is None:
        return ""
    number, examined = _number(factors["n"]), _number(elements["n"])
    by_factors = 2 if number >= 3 else 1 if number else 0
    by_elements = 2 if examined >= 4 else 1 if examined == 3 else 0
    return _LEVELS[min(by_factors, by_elements, presentation)]


def _number(text: str) -> int:
    return 0 if text.lower() in ("no", "zero") else int(number_of(text) or 0)
