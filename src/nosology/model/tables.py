"""Strict reader of the tab-separated tables in which knowledge is kept, one fact a line."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from nosology.model.errors import MalformedRow


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of a table.

    Attributes:
        cells: the columns by name, stripped.
        file: the table's name, and ``line`` the 1-based line, for errors.
    """

    cells: dict[str, str]
    file: str
    line: int

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def table(package: str, *path: str) -> Traversable:
    """Return the table that stands beside the code of ``package``."""
    return files(package).joinpath(*path)


def settings(package: str, name: str) -> dict[str, Any]:
    """Return the TOML file that stands beside the code of ``package``."""
    return tomllib.loads(table(package, name).read_text(encoding="utf-8"))


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern that finds any of these, without regard to case."""
    return re.compile("|".join(f"(?:{item})" for item in patterns), re.IGNORECASE)


@cache
def patterns(package: str, name: str, group: str = "") -> Mapping[str, re.Pattern[str]]:
    """Return what finds any of the words of each list in a TOML file beside ``package``'s code.

    Args:
        package: that holds the file.
        name: of the file.
        group: the table of the file in which the lists stand; empty where they stand in none.
    """
    read = settings(package, name)
    lists = read[group] if group else read
    return MappingProxyType({key: any_of(listed) for key, listed in lists.items()})


def parts(cell: str) -> tuple[str, ...]:
    """Return what a cell lists, its parts separated by ``; ``.

    A semicolon without a space behind it is part of what it stands in, as in an expression.
    """
    return tuple(part.strip() for part in cell.split("; ") if part.strip())


def rows(source: Traversable, columns: tuple[str, ...]) -> Iterator[Row]:
    """Yield the rows of a table whose header names exactly ``columns``.

    Raises:
        MalformedRow: for another header, a row with more or fewer cells, or an empty first cell.
    """
    text = source.read_text(encoding="utf-8")
    header_seen = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))
        if not header_seen:
            if tuple(cells) != columns:
                raise MalformedRow(
                    source.name, number, 1, f"header must be {columns}, found {tuple(cells)}"
                )
            header_seen = True
            continue
        if len(cells) != len(columns):
            raise MalformedRow(
                source.name,
                number,
                len(cells),
                f"expected {len(columns)} cells, found {len(cells)}",
            )
        if not cells[0].strip():
            raise MalformedRow(source.name, number, columns[0], "must not be empty")
        yield Row(
            dict(zip(columns, (cell.strip() for cell in cells), strict=True)), source.name, number
        )
