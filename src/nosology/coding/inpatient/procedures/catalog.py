"""The knowledge of procedures, read from the tables beside this module and kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from nosology.coding.lexicon.bags import bag_of
from nosology.language.terms import STOP_WORDS, Term, TermIndex, build_index
from nosology.language.tokens import words_of
from nosology.model.tables import any_of, parts, rows, settings, table

_PACKAGE = "nosology.coding.inpatient.procedures"
_NAME_COLUMNS = ("names", "code", "how")
_BODY_COLUMNS = ("system", "names", "any", "right", "left", "both")
_AXIS_COLUMNS = ("codes", "axis", "value", "words")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A code as far as a name decides it.

    Attributes:
        table: section, body system and operation; a body system in brackets is any of these.
        body: of the body part, as ``approach``, ``device`` and ``qualifier`` are of theirs.
    """

    table: str
    body: str
    approach: str
    device: str
    qualifier: str

    def tables(self) -> tuple[str, ...]:
        """Return the tables that it may be of, in the order of preference."""
        found = _SYSTEMS.fullmatch(self.table)
        if found is None:
            return (self.table,)
        return tuple(found[1] + system + found[3] for system in found[2])


_SYSTEMS = re.compile(r"(.)\[(.+)\](.)")


@dataclass(frozen=True, slots=True)
class Named:
    """A row of the names.

    Attributes:
        special: the name of the rule that builds the codes, where patterns do not say enough.
        how: words that tell how the name is read, as the table's head lists them.
    """

    number: int
    names: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    special: str
    how: frozenset[str]


@dataclass(frozen=True, slots=True)
class BodyPart:
    """A body system's value for a part of the body, by its side."""

    system: str
    name: str
    unsided: str
    right: str
    left: str
    both: str


@dataclass(frozen=True, slots=True)
class AxisWords:
    """What the words of a record say of an axis of some codes."""

    codes: re.Pattern[str]
    axis: str
    value: str
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Cues:
    """The word lists of ``procedures.toml``, each as one expression."""

    listing: re.Pattern[str]
    describing: re.Pattern[str]
    aside: re.Pattern[str]
    dated: re.Pattern[str]
    elsewhere: re.Pattern[str]
    detailing: re.Pattern[str]
    operation_document: re.Pattern[str]
    done: re.Pattern[str]
    not_done: re.Pattern[str]
    before_stay: re.Pattern[str]
    discontinued: re.Pattern[str]
    converted: re.Pattern[str]


@cache
def cues() -> Cues:
    """Return the word lists, read once."""
    return Cues(
        **{
            name: any_of(_wrapped(patterns))
            for name, patterns in settings(_PACKAGE, "procedures.toml").items()
        }
    )


def _wrapped(patterns: Iterable[str]) -> list[str]:
    """The patterns, in which a space is the end of a line as well."""
    return [pattern.replace(" ", r"\s") for pattern in patterns]


@cache
def named() -> tuple[Named, ...]:
    """Return the names of procedures, read once."""
    found = []
    for number, row in enumerate(rows(table(_PACKAGE, "names.tsv"), _NAME_COLUMNS)):
        code = row["code"]
        special = code[1:] if code.startswith("#") else ""
        patterns = () if special else tuple(_pattern(part) for part in code.split(" + "))
        found.append(
            Named(number, parts(row["names"]), patterns, special, frozenset(row["how"].split()))
        )
    return tuple(found)


def _pattern(text: str) -> Pattern:
    head, body, approach, device, qualifier = text.split()
    return Pattern(head, body, approach, device, qualifier)


@cache
def body_parts() -> tuple[tuple[BodyPart, ...], ...]:
    """Return the parts of the body, those of one name together, read once."""
    return _bodies()[1]


@cache
def _bodies() -> tuple[dict[frozenset[str], int], tuple[tuple[BodyPart, ...], ...]]:
    numbers: dict[frozenset[str], int] = {}
    grouped: list[dict[str, BodyPart]] = []
    for row in rows(table(_PACKAGE, "bodies.tsv"), _BODY_COLUMNS):
        for name in parts(row["names"]):
            bag = frozenset(bag_of(name))
            number = numbers.setdefault(bag, len(numbers))
            if number == len(grouped):
                grouped.append({})
            part = BodyPart(row["system"], name, row["any"], row["right"], row["left"], row["both"])
            known = grouped[number].get(part.system)
            grouped[number][part.system] = part if known is None else _together(known, part)
    return numbers, tuple(tuple(same.values()) for same in grouped)


def _together(one: BodyPart, other: BodyPart) -> BodyPart:
    return BodyPart(
        one.system,
        one.name,
        one.unsided or other.unsided,
        one.right or other.right,
        one.left or other.left,
        one.both or other.both,
    )


@cache
def name_index() -> TermIndex:
    """Return the index in which names of procedures are found; concepts are numbers of rows."""
    return build_index(
        Term(name, str(row.number), "", "lexicon", bag)
        for row in named()
        for name in row.names
        for bag in _bags(name)
    )


def _bags(name: str) -> tuple[tuple[str, ...], ...]:
    """The words by which a name is found: spelled out, and as it is abbreviated."""
    written = tuple(dict.fromkeys(word for word in words_of(name) if word not in STOP_WORDS))
    bags = [bag_of(name), written]
    if len(written) > 1 and "hd" in written:
        bags.append(tuple("hd-other" if word == "hd" else word for word in written))
    return tuple(dict.fromkeys(bags))


@cache
def body_numbers() -> dict[frozenset[str], int]:
    """Return the number of each name of a part of the body, by its words."""
    return _bodies()[0]


@cache
def _axis_words() -> dict[str, tuple[AxisWords, ...]]:
    found: dict[str, list[AxisWords]] = {}
    for row in rows(table(_PACKAGE, "axes.tsv"), _AXIS_COLUMNS):
        codes = re.compile(row["codes"].replace("?", "."))
        line = AxisWords(codes, row["axis"], row["value"], any_of(_wrapped(parts(row["words"]))))
        found.setdefault(row["axis"], []).append(line)
    return {axis: tuple(lines) for axis, lines in found.items()}


@lru_cache(maxsize=4096)
def axis_words(axis: str, prefix: str) -> tuple[AxisWords, ...]:
    """Return the lines on an axis of codes that begin so, in the order of the table."""
    return tuple(line for line in _axis_words().get(axis, ()) if line.codes.match(prefix))
