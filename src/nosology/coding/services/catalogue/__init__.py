"""The catalogue: what services are called, and which number each is, as tables a coder can mend.

``concepts/AREA.tsv`` holds what people call a service; ``services/AREA.tsv`` the numbers, and what
must be told for each to be the right one. The columns are explained in the head of each file's
folder, ``README.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources.abc import Traversable
from itertools import product

from nosology.coding.services.catalogue.conditions import Condition, conditions
from nosology.coding.services.catalogue.indicators import indicators_of
from nosology.coding.services.catalogue.units import Units, units
from nosology.model.code import System
from nosology.model.errors import MalformedRow
from nosology.model.tables import Row, parts, rows, table

_PACKAGE = "nosology.coding.services.catalogue"
CONCEPT_COLUMNS = ("concept", "kind", "terms")
SERVICE_COLUMNS = ("code", "concept", "when", "units", "modifiers", "days", "includes", "source")
KINDS = frozenset(
    {
        *("procedure", "point-of-care", "laboratory", "pathology", "imaging", "tracing"),
        *("therapy", "drug", "vaccine", "infusion", "supply", "transport", "visit", "part"),
    }
)
MODIFIER_NEEDS = frozenset(
    {"side", "digit", "eyelid", "coronary", "component", "qw", "bilateral", "assistant"}
)
DAYS = frozenset({"", "000", "010", "090", "MMM", "XXX", "YYY", "ZZZ"})
GROUP_COLUMNS = ("group", "words")
_GROUPS = "word_groups.tsv"
_ADD_ON = "+"


@dataclass(frozen=True, slots=True)
class Concept:
    """A service by what it is, before it is told which number it is.

    Attributes:
        kind: how it comes about and is told, one of ``KINDS``; a ``part`` is billed by no number
            of its own, but tells others apart.
        area: name of the files that hold it.
        terms: what people call it.
    """

    name: str
    kind: str
    area: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A number, and what must be told for it to be the right one.

    Attributes:
        is_add_on: whether it is billed beside another number of the same act.
        modifiers: what it needs a modifier for, of ``MODIFIER_NEEDS``.
        stated_days: global period as the row states it, for numbers without ``indicators``.
        includes: concepts and numbers that are no service of their own beside it.
        place: in the file, by which the first of two equally fitting entries is known.
    """

    code: str
    concept: str
    area: str
    when: tuple[Condition, ...]
    units: Units
    modifiers: frozenset[str]
    stated_days: str
    includes: tuple[str, ...]
    source: str
    is_add_on: bool
    place: int

    @property
    def days(self) -> str:
        """Global period as the fee schedule writes it; empty where none is known."""
        return indicators_of(self.code).days or self.stated_days

    @property
    def system(self) -> System:
        """The code set of the number."""
        return system_of_code(self.code)


def system_of_code(code: str) -> System:
    """Return CPT for a number that begins with a digit, else HCPCS Level II."""
    return System.CPT if code[:1].isdigit() else System.HCPCS


@dataclass(frozen=True)
class Catalogue:
    """All concepts by name, and all entries by concept and by number."""

    concepts: dict[str, Concept]
    by_concept: dict[str, tuple[Entry, ...]]
    by_code: dict[str, Entry] = field(init=False)

    def __post_init__(self) -> None:
        by_code: dict[str, Entry] = {}
        for held in self.by_concept.values():
            for entry in held:
                by_code.setdefault(entry.code, entry)
        object.__setattr__(self, "by_code", by_code)


@cache
def catalogue() -> Catalogue:
    """Return the catalogue.

    Raises:
        MalformedRow: naming file, line and column of what does not follow the format.
    """
    concepts: dict[str, Concept] = {}
    for source in _tables("concepts"):
        for concept, row in _concepts(source):
            if concept.name in concepts:
                raise MalformedRow(row.file, row.line, "concept", f"{concept.name} stands twice")
            concepts[concept.name] = concept
    by_concept: dict[str, list[Entry]] = {}
    for source in _tables("services"):
        for entry, row in _entries(source):
            if entry.concept not in concepts:
                raise MalformedRow(row.file, row.line, "concept", f"no concept {entry.concept!r}")
            by_concept.setdefault(entry.concept, []).append(entry)
    return Catalogue(concepts, {name: tuple(held) for name, held in by_concept.items()})


def sources() -> list[Traversable]:
    """Return the tables of the catalogue, for a fingerprint of what is made from them."""
    return [*_tables("concepts"), *_tables("services"), table(_PACKAGE, _GROUPS)]


def area_of(name: str) -> str:
    """Return the area that a table belongs to: what stands before the first hyphen of its name."""
    return name.removesuffix(".tsv").partition("-")[0]


def _tables(folder: str) -> list[Traversable]:
    found = [item for item in table(_PACKAGE, folder).iterdir() if item.name.endswith(".tsv")]
    return sorted(found, key=lambda item: item.name)


def _concepts(source: Traversable) -> Iterator[tuple[Concept, Row]]:
    area = area_of(source.name)
    for row in rows(source, CONCEPT_COLUMNS):
        _among(row, "kind", [row["kind"]], KINDS)
        terms = tuple(
            dict.fromkeys(
                spelled for term in parts(row["terms"]) for spelled in _spelled_out(term, row)
            )
        )
        yield Concept(row["concept"], row["kind"], area, terms), row


def _spelled_out(term: str, row: Row) -> Iterator[str]:
    """Yield every term that one with alternatives stands for: ``wound|cut @repair``."""
    if "|" not in term and "@" not in term:
        yield term
        return
    choices = [
        [
            spelled
            for choice in part.split("|")
            for spelled in (_words_of_group(choice, row) if choice.startswith("@") else [choice])
        ]
        for part in term.split()
    ]
    for chosen in product(*choices):
        yield " ".join(word.replace("+", " ") for word in chosen)


def _words_of_group(name: str, row: Row) -> list[str]:
    words = _word_groups().get(name.removeprefix("@"))
    if words is None:
        raise MalformedRow(row.file, row.line, "terms", f"no group of words {name!r}")
    return words


@cache
def _word_groups() -> dict[str, list[str]]:
    return {
        row["group"]: row["words"].split() for row in rows(table(_PACKAGE, _GROUPS), GROUP_COLUMNS)
    }


def _entries(source: Traversable) -> Iterator[tuple[Entry, Row]]:
    area = area_of(source.name)
    for row in rows(source, SERVICE_COLUMNS):
        needs = parts(row["modifiers"])
        _among(row, "modifiers", needs, MODIFIER_NEEDS)
        _among(row, "days", [row["days"]], DAYS)
        try:
            when, counted = conditions(row["when"]), units(row["units"])
        except ValueError as error:
            raise MalformedRow(row.file, row.line, "when", str(error)) from None
        entry = Entry(
            row["code"].removeprefix(_ADD_ON),
            row["concept"],
            area,
            when,
            counted,
            frozenset(needs),
            row["days"],
            parts(row["includes"]),
            row["source"],
            row["code"].startswith(_ADD_ON),
            row.line,
        )
        yield entry, row


def _among(row: Row, column: str, given: Iterable[str], known: frozenset[str]) -> None:
    for value in given:
        if value not in known:
            raise MalformedRow(
                row.file, row.line, column, f"{value!r} is none of {', '.join(sorted(known))}"
            )
