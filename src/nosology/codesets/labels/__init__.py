"""Plain labels of what the code sets leave unnamed, or name in words that cannot be passed on.

Each table stands beside this file, one fact a line. The labels of CPT modifiers and sections and of
HCPCS letters are this project's own words; places of service carry the names of their code set.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from nosology.codesets.labels.table import Row, installed

_PLACES = "place_of_service.tsv"
_MODIFIERS = "cpt_modifiers.tsv"
_LETTERS = "hcpcs_groups.tsv"
_SECTIONS = "cpt_sections.tsv"
_PCS_SECTIONS = "pcs_sections.tsv"
_RATES = ("facility", "non-facility")


@dataclass(frozen=True, slots=True)
class PlaceOfService:
    """Where a service was rendered.

    Attributes:
        code: two digits.
        is_facility: whether the Medicare physician fee schedule pays its facility rate there.
        valid_from: the day that the code set states; None where it states none.
    """

    code: str
    name: str
    is_facility: bool
    valid_from: dt.date | None


@dataclass(frozen=True, slots=True)
class CptModifier:
    """A modifier of CPT, two characters, in plain words."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class HcpcsGroup:
    """The codes of HCPCS Level II that begin with a letter."""

    letter: str
    label: str


@dataclass(frozen=True, slots=True)
class CptSection:
    """A range of CPT numbers, both ends included."""

    first: str
    last: str
    label: str

    def holds(self, code: str) -> bool:
        """Return whether a number lies in the range.

        A number with a letter at its end lies only in a range whose ends carry that letter.
        """
        return self.first <= code <= self.last and _series(code) == _series(self.first)


@cache
def place_of_service() -> Mapping[str, PlaceOfService]:
    """Return the places of service by their code.

    Raises:
        MalformedRow: when the table that is installed does not follow its layout.
    """
    return MappingProxyType({place.code: place for place in read_places(*installed(_PLACES))})


@cache
def cpt_modifiers() -> Mapping[str, CptModifier]:
    """Return the modifiers of CPT by their code; those of HCPCS Level II come with that code set.

    Raises:
        MalformedRow: when the table that is installed does not follow its layout.
    """
    return MappingProxyType({one.code: one for one in read_modifiers(*installed(_MODIFIERS))})


@cache
def hcpcs_groups() -> tuple[HcpcsGroup, ...]:
    """Return the groups of HCPCS Level II in the order of their letters.

    Raises:
        MalformedRow: when the table that is installed does not follow its layout.
    """
    return tuple(read_letters(*installed(_LETTERS)))


@cache
def cpt_sections() -> tuple[CptSection, ...]:
    """Return the ranges of CPT numbers in ascending order, a wider one before those within it.

    Raises:
        MalformedRow: when the table that is installed does not follow its layout.
    """
    return tuple(read_sections(*installed(_SECTIONS)))


@cache
def pcs_sections() -> Mapping[str, str]:
    """Return the first character of ICD-10-PCS codes -> the name of their section.

    Raises:
        MalformedRow: when the table that is installed does not follow its layout.
    """
    return MappingProxyType(read_pcs_sections(*installed(_PCS_SECTIONS)))


def cpt_sections_of(code: str) -> tuple[CptSection, ...]:
    """Return the ranges in which a CPT number lies, the narrowest first; empty for none."""
    return tuple(section for section in reversed(cpt_sections()) if section.holds(code))


def read_places(text: str, file: str = _PLACES) -> list[PlaceOfService]:
    """Return the places of service of a table.

    Raises:
        MalformedRow: when a row does not follow the layout, or stands out of order.
    """
    places = []
    for row in _ascending(Row.read(text, ("code", "name", "rate", "valid from"), file)):
        code = row.matching("code", "[0-9]{2}", "two digits")
        rate = row["rate"]
        if rate not in _RATES:
            raise row.error("rate", f"must be one of {', '.join(_RATES)}")
        day = row.optional_day("valid from")
        places.append(PlaceOfService(code, row.label("name"), rate == "facility", day))
    return places


def read_modifiers(text: str, file: str = _MODIFIERS) -> list[CptModifier]:
    """Return the modifiers of a table.

    Raises:
        MalformedRow: when a row does not follow the layout, or stands out of order.
    """
    return [
        CptModifier(
            row.matching("code", "[0-9]{2}|[0-9]P|P[0-9]", "two digits, or a digit and P"),
            row.label("label"),
        )
        for row in _ascending(Row.read(text, ("code", "label"), file))
    ]


def read_letters(text: str, file: str = _LETTERS) -> list[HcpcsGroup]:
    """Return the groups of a table.

    Raises:
        MalformedRow: when a row does not follow the layout, or stands out of order.
    """
    return [
        HcpcsGroup(row.matching("letter", "[A-V]", "a letter from A to V"), row.label("label"))
        for row in _ascending(Row.read(text, ("letter", "label"), file))
    ]


def read_pcs_sections(text: str, file: str = _PCS_SECTIONS) -> dict[str, str]:
    """Return the sections of a table.

    Raises:
        MalformedRow: when a row does not follow the layout, or stands out of order.
    """
    rows = _ascending(Row.read(text, ("character", "name"), file))
    return {
        row.matching("character", "[0-9A-HJ-NP-Z]", "a digit, or a letter but I and O"): row.label(
            "name"
        )
        for row in rows
    }


def read_sections(text: str, file: str = _SECTIONS) -> list[CptSection]:
    """Return the ranges of a table.

    Raises:
        MalformedRow: when a row does not follow the layout, stands out of order, or its range
            overlaps another one without lying in it.
    """
    sections: list[CptSection] = []
    within: list[CptSection] = []
    for row in Row.read(text, ("first", "last", "label"), file):
        number = "[0-9]{4}[0-9AFMTU]"
        first = row.matching("first", number, "a CPT number")
        last = row.matching("last", number, "a CPT number")
        if last < first or _series(first) != _series(last):
            raise row.error("last", f"must not lie before {first}, nor end in another letter")
        section = CptSection(first, last, row.label("label"))
        if sections and _order(section) <= _order(sections[-1]):
            raise row.error("first", "must be in ascending order, a wider range first")
        while within and not within[-1].holds(first):
            within.pop()
        if within and not within[-1].holds(last):
            raise row.error("last", f"must lie in {within[-1].first}-{within[-1].last} too")
        within.append(section)
        sections.append(section)
    return sections


def _series(code: str) -> str:
    """The letter at the end of a number; empty for a number of digits alone."""
    return code[-1:].strip("0123456789")


def _order(section: CptSection) -> tuple[str, str, int]:
    return _series(section.first), section.first, -int(section.last[:5].rstrip("AFMTU"))


def _ascending(rows: list[Row]) -> list[Row]:
    """Return the rows, whose first cells must be in ascending order, each once."""
    for before, row in pairwise(rows):
        if row.first <= before.first:
            raise row.error(row.columns[0], f"must come after {before.first}, each once")
    return rows
