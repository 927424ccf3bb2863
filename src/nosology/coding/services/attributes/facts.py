"""Facts about acts: each attribute looked for once a document, and read from the nearest place."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.attributes.dressings import square_inches, widths
from nosology.coding.services.attributes.lenses import cylinders, spheres
from nosology.coding.services.attributes.numbers import (
    areas,
    counted,
    counting,
    lengths,
    minutes,
)
from nosology.coding.services.attributes.sides import coronaries, digits, eyelids, sides
from nosology.coding.services.attributes.told import Attribute, Reach, Told
from nosology.coding.services.attributes.words import site_attribute, word_attributes
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.reports import reports_specimens, reports_study
from nosology.model.encounter import Encounter
from nosology.model.reading import Reading, SectionKind

_LONGEST_BLOCK = 12
"""Most sentences that follow an act and still speak of it."""
_REPORT_SECTIONS = frozenset(
    {
        *(SectionKind.PROCEDURE, SectionKind.TECHNIQUE, SectionKind.FINDINGS),
        *(SectionKind.PREOPERATIVE_DIAGNOSIS, SectionKind.POSTOPERATIVE_DIAGNOSIS),
    }
)
_REPORTS = ("operative", "operation", "procedure", "radiology", "imaging", "pathology")
"""Words in the type of a document that reports one procedure or study."""

_OF_A_REPORT = frozenset(
    {
        *("views", "gestationweeks", "monitordays", "deviceleads", "drugclasses", "ncsstudies"),
        *("grams", "prenatal-visits", "veins", "vein-incisions", "fibroids", "hemorrhoid-columns"),
        *("lesions-told", "biopsy-targets", "prostate-implants", "thyroid-nodules", "anal-tags"),
        *("stimulator-leads", "limb-muscles", "rib-levels", "resections"),
    }
)
"""Numbers that a report may tell anywhere."""
WORKED_OUT = (
    *("structures", "pathlevel", "technique", "screening", "colon-risk", "ileum", "lobes"),
    *("stations", "right", "left", "coronaries", "grafts", "work", "vessel", "coronary-lesions"),
    *("region", "spine-part", "spine-levels", "facets", "interspaces", "bodies", "alone"),
    *("by-operator", "sedation-minutes", "sedation-more", "arteries", "territory", "leg-work"),
    *("occluded", "operation", "anesthesia-minutes", "pump", "lung", "labor-epidural"),
    *("emergency-anesthesia", "extreme-age"),
)
"""Attributes that no word tells by itself: what an area works out of a whole report."""


@cache
def attributes() -> dict[str, Attribute]:
    """Return every attribute that is looked for in the text, by name."""
    found = {
        "side": Attribute("side", Reach.DOCUMENT, sides),
        "digit": Attribute("digit", Reach.DOCUMENT, digits),
        "eyelid": Attribute("eyelid", Reach.DOCUMENT, eyelids),
        "coronary": Attribute("coronary", Reach.BLOCK, coronaries),
        "cm": Attribute("cm", Reach.DOCUMENT, lengths),
        "area": Attribute("area", Reach.DOCUMENT, areas),
        "minutes": Attribute("minutes", Reach.BLOCK, minutes),
        "site": site_attribute(),
        "sqin": Attribute("sqin", Reach.SENTENCE, square_inches),
        "width": Attribute("width", Reach.SENTENCE, widths),
        "sphere": Attribute("sphere", Reach.DOCUMENT, spheres),
        "cylinder": Attribute("cylinder", Reach.DOCUMENT, cylinders),
    }
    for name in counted():
        reach = Reach.DOCUMENT if name in _OF_A_REPORT else Reach.BLOCK
        found[name] = Attribute(name, reach, counting(name))
    for name in WORKED_OUT:
        found[name] = Attribute(name, Reach.SENTENCE, _nothing)
    return found | word_attributes()


def _nothing(_: Reading) -> list[Told]:
    """Return no values: an area works them out and keeps them by ``Facts.derive``."""
    return []


@dataclass(frozen=True)
class Facts:
    """What the documents of an encounter tell of its acts, and what the encounter itself tells.

    Attributes:
        acts: all acts of the record, in the order of the text.
    """

    encounter: Encounter
    readings: tuple[Reading, ...]
    acts: tuple[Act, ...]
    on: dt.date | None = None
    _found: dict[tuple[int, str], list[Told]] = field(default_factory=dict)
    _derived: dict[tuple[int, int, str, str], list[Told]] = field(default_factory=dict)
    _once: dict[str, Any] = field(default_factory=dict)
    _done: set[str] = field(init=False)
    _by_document: dict[int, list[Act]] = field(init=False)
    _studies: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        done = {act.concept.name for act in self.acts if act.standing is Standing.DONE}
        object.__setattr__(self, "_done", done)
        grouped: dict[int, list[Act]] = {}
        for act in self.acts:
            grouped.setdefault(act.reading.index, []).append(act)
        object.__setattr__(self, "_by_document", grouped)
        studies = (index for index, acts in grouped.items() if reports_study(acts[0].reading, acts))
        object.__setattr__(self, "_studies", frozenset(studies))

    def reports_only(self) -> bool:
        """Return whether no document tells of a visit: each reports a study or a specimen."""
        return bool(self.readings) and all(
            reading.index in self._studies or reports_specimens(reading, self.encounter)
            for reading in self.readings
        )

    def is_report(self, reading: Reading) -> bool:
        """Return whether the document reports a procedure or study rather than a visit."""
        return reading.index in self._studies or is_report(reading)

    def of_encounter(self, name: str) -> tuple[Value, ...] | None:
        """Return what the encounter tells of an attribute; None where the text tells it.

        ``with`` names every concept that the record says was done.
        """
        encounter = self.encounter
        match name:
            case "age":
                age = encounter.patient_age
                return () if age is None else (Decimal(age),)
            case "sex":
                return (encounter.patient_sex.value,) if encounter.patient_sex else ()
            case "payer":
                return (encounter.payer.value,) if encounter.payer else ()
            case "setting":
                return (encounter.setting.value,)
            case "specialty":
                return (encounter.specialty,) if encounter.specialty else ()
            case "patient":
                return (encounter.patient_status.value,) if encounter.patient_status else ()
            case "with":
                return tuple(sorted(self._done)) or ("nothing",)
        return None

    def told(self, act: Act, name: str, reach: Reach | None = None) -> Told | None:
        """Return the value nearest to the act, or None.

        The sentence of the act is looked through first, then what follows on the same act, its
        section, and where the document is a report of one act the whole of it.

        Args:
            act: what the value is to be told of.
            name: of the attribute.
            reach: how far to look, where it is not as far as the attribute itself reaches.
        """
        found = self.all_told(act, name, reach)
        return found[0] if found else None

    def all_told(self, act: Act, name: str, reach: Reach | None = None) -> list[Told]:
        """Return the values in the nearest place that holds any, those next to the act first."""
        derived = self._derived.get((*act.order, act.concept.name, name))
        if derived is not None:
            return derived
        attribute = attributes().get(name)
        if attribute is None:
            return []
        everything = self.in_document(act.reading, name)
        if not everything:
            return []
        limit = attribute.reach if reach is None else min(reach, attribute.reach)
        for start, end in self._scopes(act, limit):
            inside = _between(everything, start, end)
            if inside:
                middle = (act.mention.start, act.mention.end)
                return sorted(inside, key=lambda told: (_distance(told, *middle), told.start))
        return []

    def once[T](self, name: str, make: Callable[[], T]) -> T:
        """Return what ``make`` gives, made the first time that it is asked for in this record."""
        if name not in self._once:
            self._once[name] = make()
        made: T = self._once[name]
        return made

    def derive(self, act: Act, name: str, *told: Told) -> None:
        """Keep what an area has worked out of an act: it stands before what words alone tell."""
        self._derived[(*act.order, act.concept.name, name)] = list(told)

    def beside(self, act: Act, name: str) -> Told | None:
        """Return the value in the act's own sentence, else in what its line says before."""
        told = self.told(act, name, Reach.SENTENCE)
        if told is not None:
            return told
        start = max(_line_of(act), act.section.start)
        inside = _between(self.in_document(act.reading, name), start, act.sentence.start)
        return inside[-1] if inside else None

    def in_document(self, reading: Reading, name: str) -> list[Told]:
        """Return all values of the attribute in the document, in the order of the text."""
        key = (reading.index, name)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = attributes()[name].find(reading)
        return found

    def values(self, act: Act, name: str) -> tuple[Value, ...]:
        """Return what is told of the attribute, with what it is part of; empty for nothing."""
        own = self.of_encounter(name)
        if own is not None:
            return own
        told = self.told(act, name)
        return told.values if told else ()

    def number(self, act: Act, name: str) -> Decimal | None:
        """Return the number that is told of the attribute."""
        return next((v for v in self.values(act, name) if isinstance(v, Decimal)), None)

    def _scopes(self, act: Act, limit: Reach) -> Iterable[tuple[int, int]]:
        sentence, section = act.sentence, act.section
        # What a heading names is told of by the heading too.
        yield min(act.mention.start, sentence.start), sentence.end
        if limit >= Reach.BLOCK:
            yield max(_line_of(act), section.start), sentence.end
            yield sentence.start, self._end_of_block(act)
        if limit >= Reach.SECTION:
            yield section.start, section.end
        if limit >= Reach.DOCUMENT and (section.kind in _REPORT_SECTIONS or is_report(act.reading)):
            yield 0, len(act.reading.text)

    def _end_of_block(self, act: Act) -> int:
        """Return where what is said of the act ends: before the next act of the same area."""
        sentences = act.reading.sentences
        last = min(act.mention.sentence + _LONGEST_BLOCK, len(sentences) - 1)
        section = act.sentence.section
        others = {
            other.mention.sentence
            for other in self._by_document.get(act.reading.index, ())
            if other.concept.name != act.concept.name
            and other.concept.area == act.concept.area
            and other.concept.kind != "part"
        }
        end = act.sentence.end
        for number in range(act.mention.sentence + 1, last + 1):
            if sentences[number].section != section or number in others:
                break
            end = sentences[number].end
        return end


def _line_of(act: Act) -> int:
    """Return where the line that holds the act begins; its label tells of it (``R ear: ...``)."""
    return act.reading.text.rfind("\n", 0, act.sentence.start) + 1


@cache
def _is_report_type(kind: str) -> bool:
    return any(word in kind for word in _REPORTS)


def is_report(reading: Reading) -> bool:
    """Return whether the document reports a procedure or study rather than a visit."""
    if _is_report_type(reading.document.type):
        return True
    kinds = {section.kind for section in reading.sections}
    return bool(kinds & _REPORT_SECTIONS) and not kinds & {
        SectionKind.ASSESSMENT_AND_PLAN,
        SectionKind.REVIEW_OF_SYSTEMS,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
    }


def _between(found: Sequence[Told], start: int, end: int) -> list[Told]:
    first = bisect_left(found, start, key=lambda told: told.start)
    inside = []
    for told in found[first:]:
        if told.start >= end:
            break
        inside.append(told)
    return inside


def _distance(told: Told, start: int, end: int) -> int:
    if told.end <= start:
        return start - told.end
    return told.start - end if told.start >= end else 0
