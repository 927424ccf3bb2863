"""Delivery: which of the items that a record names were handed over, and which only ordered.

What the part of the sentence says decides first, then the heading below which it stands; in a
supplier's own record an item of which nothing else is said was delivered.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.diagnostics.implied import is_mist_by_machine
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.supplies.cues import named, words
from nosology.model.encounter import Setting
from nosology.model.reading import Experiencer, Polarity, Reading, SectionKind

AREA = "supplies"
_PART = re.compile(r"[;\n]|\.\s|,?\s+but\s+|,\s+(?:and\s+)?(?=(?:will|the)\s)")
_HEADING = re.compile(
    r"^[ \t]*(?P<mark>[-*•#]\s*)?(?P<title>[A-Za-z][^:\n]{1,60}?)[ \t]*(?::|$)", re.MULTILINE
)
_SUPPLYING = frozenset({Setting.OFFICE, Setting.HOPD_FACILITY, Setting.HOME})
_LONGEST_TITLE = 6


class Fate(StrEnum):
    """What became of an item."""

    DELIVERED = "delivered"
    ORDERED = "ordered"
    KEPT = "kept"
    """Not delivered, taken back, refused, or the patient's own."""


@dataclass
class Deliveries:
    """Tells the fate of the items of one record; what it finds in a document is kept."""

    case: ServiceCase
    _zones: dict[int, list[tuple[int, str]]] = field(default_factory=dict)

    def delivered(self) -> tuple[list[Act], list[Act]]:
        """Return the acts that were delivered, and those that were only ordered."""
        fates = [(act, self.fate(act)) for act in self.case.acts if act.concept.area == AREA]
        done = [act for act, fate in fates if fate is Fate.DELIVERED]
        ordered = [act for act, fate in fates if fate is Fate.ORDERED]
        if not done and ordered and self._is_supplier and self._is_said_delivered():
            return ordered, []
        return done, ordered

    def fate(self, act: Act) -> Fate:
        """Return what became of the item that the act names."""
        if act.mention.context.experiencer is not Experiencer.PATIENT:
            return Fate.KEPT
        part, text = act.part(_PART), act.reading.text
        if not self._is_supplier:
            return self._in_office(act, part)
        zone = _label_of(act) or self._zone(act)
        if zone == "not_delivered":
            return Fate.KEPT
        for name, pattern in named("fate"):
            if pattern.search(part):
                if name in ("not_delivered", "owned"):
                    return Fate.KEPT
                if name == "delivered":
                    return Fate.ORDERED if zone == "history" else Fate.DELIVERED
                return Fate.DELIVERED if zone == "delivery" else Fate.ORDERED
        if zone in ("order", "history"):
            return Fate.ORDERED
        is_listed = zone == "delivery" and not _OF_IT.match(text, act.mention.end)
        is_listed = is_listed and not _SPOKEN.search(_ahead_of(act))
        return Fate.DELIVERED if is_listed or _is_item(act) else Fate.ORDERED

    @property
    def _is_supplier(self) -> bool:
        return self.case.encounter.setting is Setting.DME_SUPPLIER

    def _in_office(self, act: Act, part: str) -> Fate:
        if self.case.encounter.setting not in _SUPPLYING:
            return Fate.KEPT
        if act.mention.context.polarity is Polarity.NEGATED or act.kind in _OF_BEFORE:
            return Fate.KEPT
        if is_mist_by_machine(act):
            return Fate.KEPT
        for name, pattern in named("fate"):
            if name in ("not_delivered", "owned") and pattern.search(part):
                return Fate.KEPT
        if words("dispensed", "words").search(part) and act.standing not in (
            Standing.PAST,
            Standing.NOT_DONE,
        ):
            return Fate.DELIVERED
        return Fate.KEPT

    def _zone(self, act: Act) -> str:
        """Return what the nearest heading above the act opens; empty for none."""
        reading = act.reading
        zones = self._zones.get(reading.index)
        if zones is None:
            zones = self._zones[reading.index] = _zones(reading)
        place = bisect_right(zones, act.mention.start, key=lambda item: item[0])
        if place:
            return zones[place - 1][1]
        for name, pattern in named("zones"):
            if reading.document.type != "note" and pattern.search(reading.document.type):
                return name
        return ""

    def _is_said_delivered(self) -> bool:
        """Whether a sentence says that what was ordered was delivered."""
        for reading in self.case.readings:
            for sentence in reading.sentences:
                said = reading.text[sentence.start : sentence.end]
                if words("generic_delivery", "words").search(said) and not words(
                    "generic_delivery", "but_not"
                ).search(said):
                    return True
        return False


_OF_BEFORE = frozenset(
    {
        *(SectionKind.PAST_SURGICAL_HISTORY, SectionKind.PAST_MEDICAL_HISTORY),
        *(SectionKind.SOCIAL_HISTORY, SectionKind.MEDICATIONS, SectionKind.FAMILY_HISTORY),
    }
)


def _label_of(act: Act) -> str:
    """Return what a label in the act's own sentence, before it, opens; empty for none."""
    ahead = act.reading.text[act.sentence.start : act.mention.start]
    label, colon, _ = ahead.rpartition(":")
    if not colon or len(label.split()) > _LONGEST_TITLE:
        return ""
    return next((name for name, pattern in named("zones") if pattern.search(label)), "")


def _ahead_of(act: Act) -> str:
    """Return what stands before the item in its sentence and line."""
    start = max(act.sentence.start, act.line_start)
    return act.reading.text[start : act.mention.start]


def _is_item(act: Act) -> bool:
    """Whether the sentence lists the item, rather than speaks of it."""
    ahead = _ahead_of(act)
    if _OF_IT.match(act.reading.text, act.mention.end):
        return False
    if len(ahead.split()) <= _MOST_WORDS_AHEAD and not _SPOKEN.search(ahead):
        return True
    return re.search(r"\b(?:new|qty|quantity|purchase|x\s?\d)\b|\s{3,}", act.said) is not None


_OF_IT = re.compile(
    r"\s*(?:supplies|supply|accessories|resupply|refill|order|delivery|user|amputee)\b",
    re.IGNORECASE,
)
"""Words behind an item by which something else is named."""
_MOST_WORDS_AHEAD = 5
_SPOKEN = re.compile(
    r"\b(?:diabetes|disease|failure|cancer|syndrome|fracture|apnea|COPD|stroke|type|he|she|they|patient|pt|can|walks?|sits?|with|without|via|by|after|before|because|is|"
    r"was|has|had|on)\b",
    re.IGNORECASE,
)


def _is_label(match: re.Match[str]) -> bool:
    return match.group().endswith(":")


def _is_title(match: re.Match[str]) -> bool:
    """Whether a line without a colon stands as a heading: in capitals, and no item of a list."""
    return match["mark"] is None and (match["title"].isupper() or match["title"].istitle())


def _zones(reading: Reading) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for match in _HEADING.finditer(reading.text):
        title = match["title"]
        if len(title.split()) > _LONGEST_TITLE or not (_is_label(match) or _is_title(match)):
            continue
        for name, pattern in named("zones"):
            if pattern.search(title):
                found.append((match.start(), name))
                # What follows a label on its line is all of it, but for what was delivered.
                line_end = reading.text.find("\n", match.end())
                if (
                    line_end > 0
                    and name != "delivery"
                    and reading.text[match.end() : line_end].strip()
                ):
                    found.append((line_end, ""))
                break
    return found
