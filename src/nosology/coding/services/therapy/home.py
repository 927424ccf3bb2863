"""Visits of home health: whose they are, in quarter hours in the home."""

from __future__ import annotations

import re

from nosology.coding.rules import because
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.therapy.cues import words
from nosology.coding.services.therapy.minutes import quarters
from nosology.model.encounter import Setting
from nosology.model.reading import Reading
from nosology.model.record import Span

_WHO = (
    ("physical_assistant", "home-physical-assistant"),
    ("occupational_assistant", "home-occupational-assistant"),
    ("physical", "home-physical-therapist"),
    ("occupational", "home-occupational-therapist"),
    ("speech", "home-speech-therapist"),
    ("social", "home-social-worker"),
    ("aide", "home-aide"),
    ("practical", "home-practical-nurse"),
    ("nurse", "home-nurse"),
)
HOME_VISITS = frozenset(concept for _, concept in _WHO)
"""Concepts of visits that are read from the whole record."""
_IN_AND_OUT = re.compile(
    r"\b(?:time\s+)?(?:in|arriv\w+|start)(?:\s+(?:the\s+)?home|"
    r"\s+time)?\s*(?:at\s*)?[:=]?\s*(?P<h1>\d{1,2}):(?P<m1>\d{2})\s*(?P<p1>[ap]m?)?"
    r"[^\n]{0,30}?\b(?:out|depart\w*|left|end|"
    r"stop)(?:\s+time)?\s*(?:at\s*)?[:=]?\s*(?P<h2>\d{1,2}):(?P<m2>\d{2})\s*(?P<p2>[ap]m?)?",
    re.IGNORECASE,
)
_HALF_DAY, _DAY = 12 * 60, 24 * 60


def home_visit(case: ServiceCase) -> Proposal | None:
    """Return the visit of a home health agency; None where the record is none."""
    if case.encounter.setting is not Setting.HOME:
        return None
    for reading in case.readings:
        found = words("home", "record").search(reading.text)
        if found is None:
            continue
        who = _who(reading)
        if who is None:
            continue
        concept, span = who
        entry = catalogue().by_concept[concept][0]
        draft = ServiceDraft(
            code=entry.code,
            area="therapy",
            support=(span,),
            rationale=(because("therapy-home-visit"),),
            concept=concept,
        )
        told = _minutes(reading, case)
        if told is None:
            asked = draft.because("service-incomplete", "(minutes)")
            return Proposal(missing=(Missing(asked, "minutes"),))
        number, at = told
        units = quarters(number)
        if not units:
            return Proposal()
        line = ServiceDraft(
            code=entry.code,
            area="therapy",
            support=(span, at),
            rationale=(because("therapy-home-visit", f"({number} minutes)"),),
            concept=concept,
            units=units,
        )
        return Proposal((line,))
    return None


def _who(reading: Reading) -> tuple[str, Span] | None:
    """Return whose visit it is: by its title first, then by the first named anywhere."""
    titles = list(words("home", "title").finditer(reading.text[:400]))
    for scope in (*[(match.start(), match.end()) for match in titles], (0, len(reading.text))):
        for name, concept in _WHO:
            match = words("home", name).search(reading.text, *scope)
            if match:
                return concept, Span(match.start(), match.end(), reading.index)
    return None


def _minutes(reading: Reading, case: ServiceCase) -> tuple[int, Span] | None:
    match = _IN_AND_OUT.search(reading.text)
    if match:
        start = int(match["h1"]) * 60 + int(match["m1"])
        end = int(match["h2"]) * 60 + int(match["m2"])
        length = end - start
        if length < 0:
            length += _HALF_DAY if length > -_HALF_DAY else _DAY
        return length, Span(match.start(), match.end(), reading.index)
    told = case.facts.in_document(reading, "minutes")
    if not told:
        return None
    first = told[0]
    return int(str(first.value).split(".")[0]), Span(first.start, first.end, reading.index)
