"""The ICD-10-PCS Tables of one edition, read from the store: what may follow what in a code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from nosology.codesets.pcs.titles import compose_title
from nosology.codesets.release import Rows, read_releases, release_for
from nosology.model.code import plain
from nosology.model.errors import InputError, MissingCodeSet, shown

LENGTH = 7
_LISTED = 12
_TABLE = 3
TABLES = "icd10pcs-tables"
DEFINITIONS = "icd10pcs-definitions"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an axis.

    Attributes:
        axis: what the character says, such as Body Part.
        definition: what the value means, where the tables or the definitions tell.
    """

    axis: str
    value: str
    label: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table: any combination of one value from each axis completes a code."""

    table: str
    axes: tuple[tuple[Value, ...], ...]

    def codes(self) -> Iterator[str]:
        """Yield the codes of the row."""
        for values in product(*self.axes):
            yield self.table + "".join(one.value for one in values)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the definitions say of a value.

    Attributes:
        includes: names that are coded to the value, such as anatomical parts and brands.
    """

    definition: str
    explanation: str
    includes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GeneralDevice:
    """A device, and the more general one that stands for it where a table does not have it.

    Attributes:
        operation: root operation, or words that say all of them.
        value: of the general device; label: its name.
    """

    device: str
    operation: str
    body_systems: tuple[str, ...]
    value: str
    label: str


class PcsTables:
    """Reads the tables in the edition of a date; the newest without a date."""

    def __init__(self, rows: Rows, on: dt.date | None = None) -> None:
        """Choose the edition.

        Raises:
            MissingCodeSet: when no tables are installed.
        """
        self._rows = rows
        releases = read_releases(rows)
        held = {str(release.system) for release in releases}
        if TABLES not in held:
            raise MissingCodeSet(
                TABLES,
                "are not installed; load the ICD-10-PCS Tables (icd10pcs_tables_YYYY.xml) with: "
                "nosology codesets add FILE",
            )
        release = release_for(tuple(releases), on, TABLES)
        self.release = release.label
        self._number = releases[release]
        self._definitions = (
            releases[release_for(tuple(releases), on, DEFINITIONS)] if DEFINITIONS in held else None
        )

    def sections(self) -> tuple[Value, ...]:
        """Return the first characters."""
        return self.values("")

    def values(self, prefix: str) -> tuple[Value, ...]:
        """Return what may follow the first characters of a code; empty where nothing may.

        Values that several rows of the table offer stand once, in the order of the rows. A value
        that means one thing in one row and another in the next stands once for each.
        """
        prefix = plain(prefix)
        if len(prefix) < _TABLE:
            return tuple(
                self._defined(prefix, len(prefix) + 1, value)
                for name, value in self._heads.items()
                if len(name) == len(prefix) + 1 and name.startswith(prefix)
            )
        if len(prefix) >= LENGTH:
            return ()
        position = len(prefix)
        found: dict[tuple[str, str], Value] = {}
        for row in self.rows(prefix[:_TABLE]):
            if _holds(row, prefix):
                for value in row.axes[position - _TABLE]:
                    found.setdefault((value.value, value.label), value)
        return tuple(
            self._defined(prefix, position + 1, value) for _, value in sorted(found.items())
        )

    def rows(self, table: str) -> tuple[TableRow, ...]:
        """Return the rows of the table of that name (``0DT``); empty where there is none."""
        if table not in self._cached_rows:
            self._cached_rows[table] = tuple(
                TableRow(table, tuple(self._axes[number] for number in numbers))
                for numbers in self._rows(
                    "SELECT axis4, axis5, axis6, axis7 FROM pcs_row"
                    " WHERE release = ? AND prefix = ? ORDER BY row",
                    self._number,
                    table,
                )
            )
        return self._cached_rows[table]

    def tables(self) -> tuple[str, ...]:
        """Return the names of all tables, in the order of codes."""
        return tuple(sorted(name for name in self._heads if len(name) == _TABLE))

    def codes(self, prefix: str = "") -> Iterator[str]:
        """Yield every code that begins so, in the order of the tables and their rows."""
        prefix = plain(prefix)
        for table in self.tables():
            if table.startswith(prefix) or prefix.startswith(table):
                for row in self.rows(table):
                    yield from (code for code in row.codes() if code.startswith(prefix))

    def is_code(self, code: str) -> bool:
        """Return whether the tables make the code."""
        return self.find(code) is not None

    def find(self, code: str) -> tuple[Value, ...] | None:
        """Return the seven values of a code; None where the tables do not make it."""
        code = plain(code)
        if len(code) != LENGTH:
            return None
        for row in self.rows(code[:_TABLE]):
            if _holds(row, code):
                head = tuple(self._heads[code[:length]] for length in range(1, _TABLE + 1))
                return head + tuple(
                    next(value for value in axis if value.value == character)
                    for axis, character in zip(row.axes, code[_TABLE:], strict=True)
                )
        return None

    def axes(self, code: str) -> tuple[Value, ...]:
        """Return the seven values of a code, with the definitions that are known.

        Raises:
            InputError: naming the first character that does not fit, and what may stand there.
        """
        code = plain(code)
        values = self.find(code)
        if values is None:
            raise self._misfit(code)
        return tuple(
            self._defined(code[:place], place + 1, value) for place, value in enumerate(values)
        )

    def compose_title(self, code: str) -> str:
        """Return a title of the code in the manner of the published ones.

        Raises:
            InputError: as ``axes`` does.
        """
        code = plain(code)
        values = self.find(code)
        if values is None:
            raise self._misfit(code)
        return compose_title(code, [(value.axis, value.label) for value in values])

    def meaning(self, section: str, position: int, label: str) -> Meaning | None:
        """Return what the definitions say of a value; None where they say nothing."""
        if self._definitions is None:
            return None
        found: dict[str, list[str]] = {}
        for kind, text in self._rows(
            "SELECT kind, text FROM pcs_definition INDEXED BY pcs_definition_label"
            " WHERE release = ? AND section = ? AND position = ? AND label = ? ORDER BY sequence",
            *(self._definitions, section, position, label),
        ):
            found.setdefault(kind, []).append(text)
        if not found:
            return None
        return Meaning(
            " ".join(found.get("definition", ())),
            " ".join(found.get("explanation", ())),
            tuple(found.get("includes", ())),
        )

    def general_devices(self) -> tuple[GeneralDevice, ...]:
        """Return the devices that a general one stands for; empty without the definitions."""
        if self._definitions is None:
            return ()
        found = self._rows(
            "SELECT device, operation, body_systems, value, label FROM pcs_device"
            " WHERE release = ? ORDER BY sequence",
            self._definitions,
        )
        return tuple(
            GeneralDevice(device, operation, tuple(systems.split("\n")), value, label)
            for device, operation, systems, value, label in found
        )

    def _defined(self, prefix: str, position: int, value: Value) -> Value:
        if value.definition or not prefix:
            return value
        meaning = self.meaning(prefix[0], position, value.label)
        if meaning is None or not meaning.definition:
            return value
        return Value(value.axis, value.value, value.label, meaning.definition)

    def _misfit(self, code: str) -> InputError:
        for length in range(1, LENGTH + 1):
            offered = self.values(code[: length - 1])
            if length > len(code) or code[length - 1] not in {value.value for value in offered}:
                listed = ", ".join(f"{value.value} {value.label}" for value in offered[:_LISTED])
                rest = len(offered) - _LISTED
                listed += f" and {rest} more" if rest > 0 else ""
                return InputError(
                    shown(code),
                    f"is not in the tables of {self.release}: character {length} must be one of "
                    f"{listed}",
                )
        return InputError(shown(code), f"has more than {LENGTH} characters")

    @cached_property
    def _heads(self) -> dict[str, Value]:
        return {
            prefix: Value(axis, prefix[-1], label, definition)
            for prefix, axis, label, definition in self._rows(
                "SELECT prefix, axis, label, definition FROM pcs_table WHERE release = ?"
                " ORDER BY prefix",
                self._number,
            )
        }

    @cached_property
    def _axes(self) -> dict[int, tuple[Value, ...]]:
        found: dict[int, list[Value]] = {}
        for axis, title, value, label in self._rows(
            "SELECT axis, title, value, label FROM pcs_axis WHERE release = ?"
            " ORDER BY axis, sequence",
            self._number,
        ):
            found.setdefault(axis, []).append(Value(title, value, label))
        return {axis: tuple(values) for axis, values in found.items()}

    @cached_property
    def _cached_rows(self) -> dict[str, tuple[TableRow, ...]]:
        return {}


def _holds(row: TableRow, prefix: str) -> bool:
    """Return whether the row has the characters after those of the table."""
    return all(
        any(value.value == character for value in axis)
        for axis, character in zip(row.axes, prefix[_TABLE:], strict=False)
    )
