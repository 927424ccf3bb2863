"""What a reference of an index means: another term, a row of a table, a category, or no place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nosology.codesets.index.data_sets import COLUMNS, Table
from nosology.codesets.index.words import key, split

_CATEGORY = re.compile(r"(?:sub)?categor(?:y|ies)\s+([A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?-?)\b")
_TABLE_OF_DRUGS = ("table", "of", "drugs", "and", "chemicals")
_TABLE_OF_NEOPLASMS = ("table", "of", "neoplasms")


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference, taken apart.

    Attributes:
        table: where it leads; None for the table that it stands in.
        parts: titles from the main term on; empty where it names a table as a whole.
        column: number of the column of the table; None for all.
        is_general: it asks for the site, type or drug at hand (``by site``), or for the condition.
        category: category or subcategory, without a dot.
    """

    table: Table | None = None
    parts: tuple[str, ...] = ()
    column: int | None = None
    is_general: bool = False
    category: str = ""


def read_reference(text: str) -> Reference:
    """Return what the words of a reference mean."""
    parts = [part.strip(" -") for part in text.split(",")]
    parts = [part for part in parts if part]
    if [part.lower() for part in parts] == ["condition"]:
        return Reference(is_general=True)
    if (found := _CATEGORY.match(text)) is not None:
        return Reference(category=found[1].replace(".", "").rstrip("-"))
    specific = [part for part in parts if not part.lower().startswith("by ")]
    is_general = len(specific) < len(parts)
    if not specific:
        return Reference(is_general=True)
    first = tuple(split(specific[0]))
    if first == _TABLE_OF_DRUGS:
        column, rest = take_column(Table.DRUG, specific[1:])
        rest = [part for part in rest if "categories" not in part]
        return Reference(Table.DRUG, tuple(rest), column, is_general)
    if first == _TABLE_OF_NEOPLASMS or first[:1] == ("neoplasm",):
        column, rest = take_column(Table.NEOPLASM, specific[1:])
        return Reference(Table.NEOPLASM, ("Neoplasm", *rest), column, is_general)
    return Reference(None, tuple(specific), None, is_general)


def take_column(table: Table, parts: list[str]) -> tuple[int | None, list[str]]:
    """Return the column that one of the parts names, and the other parts."""
    for number, column in COLUMNS[table].items():
        for words in column.words:
            for place, part in enumerate(parts):
                if key(part) == key(words):
                    return number, parts[:place] + parts[place + 1 :]
    return None, parts


def column_in(table: Table, text: str) -> tuple[int | None, str]:
    """Return the column that words of the text name, and the text without them."""
    named = [
        (-len(words), number, words)
        for number, column in COLUMNS[table].items()
        for words in column.words
    ]
    for _, number, words in sorted(named):
        found = re.search(rf"\b{re.escape(words)}\b", text, re.IGNORECASE)
        if found is not None:
            return number, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text
