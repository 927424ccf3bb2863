"""A table of a TOML file of which every key is read exactly once, with the type it must have.

No strict reader comes with the standard library, and a key that is misspelled must not pass in
silence.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path

from nosology.model.errors import InputError


def read_toml(path: Path, *, schema: int) -> TomlTable:
    """Return the whole file as a table, its number ``schema`` read already.

    Raises:
        InputError: when it is no TOML, or of another schema.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(path.name, f"is not readable TOML: {error}") from None
    table = TomlTable(document, path.name)
    if (found := table.number("schema")) != schema:
        raise table.error("schema", f"is {found}, expected {schema}")
    return table


class TomlTable:
    """What stands under one heading. A key that is misspelled or left over is an error.

    A key that may be left out is read by a call that says so, by its name or by a default.
    """

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._values = dict(values)
        self.where = where

    def error(self, key: str, message: str) -> InputError:
        """Return the error that says what is wrong with a key."""
        return InputError(self.where, f"{key} {message}")

    def has(self, key: str) -> bool:
        """Return whether the key is there and has not been read."""
        return key in self._values

    def text(self, key: str) -> str:
        """Return the text of a key, which must be there and not empty."""
        text = self._take(key, str)
        if not text.strip():
            raise self.error(key, "is empty; expected a text")
        return text

    def optional_text(self, key: str) -> str:
        """Return the text of a key; an empty one where it is not there."""
        return self.text(key) if self.has(key) else ""

    def number(self, key: str, default: int | None = None, *, least: int = 1) -> int:
        """Return the whole number of a key, not below the least."""
        if default is not None and not self.has(key):
            return default
        number = self._take(key, int)
        if number < least:
            raise self.error(key, f"is {number}; expected a number of {least} or more")
        return number

    def truth(self, key: str, *, default: bool | None = None) -> bool:
        """Return true or false as the key says."""
        if default is not None and not self.has(key):
            return default
        return self._take(key, bool)

    def date(self, key: str) -> dt.date:
        """Return the date of a key."""
        return self._take(key, dt.date)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts that a key lists; none where it is not there."""
        if not self.has(key):
            return ()
        found = []
        for value in self._take(key, list):
            if not isinstance(value, str) or not value.strip():
                raise self.error(key, "must list texts, none of them empty")
            found.append(value)
        return tuple(found)

    def table(self, key: str) -> TomlTable:
        """Return the table below a key."""
        return TomlTable(self._take(key, dict), f"{self.where}: {key}")

    def tables(self, key: str) -> list[TomlTable]:
        """Return the tables that a key lists."""
        found = []
        for number, value in enumerate(self._take(key, list), start=1):
            if not isinstance(value, dict):
                raise self.error(key, "must be an array of tables")
            name = value.get("name", number)
            found.append(TomlTable(value, f"{self.where}: {key} {name}"))
        return found

    def optional_tables(self, key: str) -> list[TomlTable]:
        """Return the tables that a key lists; none where it is not there."""
        return self.tables(key) if self.has(key) else []

    def named_tables(self, key: str) -> list[tuple[str, TomlTable]]:
        """Return the name and table of each that stands below a key."""
        inner = self.table(key)
        return [(name, inner.table(name)) for name in list(inner._values)]

    def finish(self) -> None:
        """Check that every key has been read.

        Raises:
            InputError: naming one that has not.
        """
        if self._values:
            raise self.error(sorted(self._values)[0], "is not a key that is read here")

    def _take[T](self, key: str, kind: type[T]) -> T:
        value = self._values.pop(key, None)
        # bool is an int, and a date with a time is a date: neither may stand for the other.
        if type(value) is not kind:
            found = "nothing" if value is None else repr(value)
            raise self.error(key, f"must be of type {kind.__name__}, found {found}")
        return value
