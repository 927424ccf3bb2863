"""Converter of pyoce: the tables of the Integrated Outpatient Code Editor.

The archive holds an LMDB file whose values are marshalled Python dictionaries. CPT short
descriptors and names of dental codes are in it too; they are never written: a short title is taken
for codes of HCPCS Level II alone, which begin with a letter other than D.
"""

from __future__ import annotations

import lzma
import marshal
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nosology.codesets.extraction.conversion import Contents
from nosology.codesets.extraction.pages import PagedFile
from nosology.codesets.extraction.plain_table import Value
from nosology.codesets.extraction.writer import ExtractWriter
from nosology.model.errors import InputError

MEMBER = "pyoce/data/pyoce.mdb.xz"
_LARGEST = 1 << 29
_AT_ONCE = 1 << 22
_CODE = re.compile(r"[0-9A-Z]{5}")
_PERIOD = ("valid_from", "valid_to")

PROCEDURES = (
    "code",
    "kind",
    *_PERIOD,
    "short_title",
    "status_indicator",
    "payment_indicator",
    "apc",
    "lowest_age",
    "highest_age",
    "approved",
    "terminated",
    "mid_quarter_edit",
    "flags",
)
DIAGNOSES = ("code", *_PERIOD, "short_title", "lowest_age", "highest_age", "flags")
MODIFIERS = ("modifier", *_PERIOD, "flags")
MODIFIER_CONFLICTS = ("modifier", "other", *_PERIOD)
REVENUE_CODES = ("revenue_code", *_PERIOD, "status_indicator", "flags")
ADD_ON = ("add_on", "primary", "type", *_PERIOD)
PTP = ("column_one", "column_two", "modifier", *_PERIOD)
LABELS = ("indicator", *_PERIOD, "label")
EDITIONS = ("label", *_PERIOD)

HCPCS, CPT, DENTAL = "hcpcs", "cpt", "dental"

_PLAIN = frozenset({bool, int, str})
_NAMES = frozenset({str})

_OLDEST = 124
"""What the editor writes where there is no highest age."""

Fields = Mapping[str, object]


def convert(contents: Contents, writer: ExtractWriter) -> None:
    """Write every table of which the product uses something."""
    file = PagedFile(MEMBER, _unpack(contents.read(MEMBER)))
    editions = _Editions.read(file)
    tables = _Tables(file, editions)
    writer.table("editions", EDITIONS, editions.rows())
    writer.table("procedures", PROCEDURES, tables.procedures())
    writer.table("diagnoses", DIAGNOSES, tables.diagnoses())
    writer.table("modifiers", MODIFIERS, tables.modifiers())
    writer.table("modifier_conflicts", MODIFIER_CONFLICTS, tables.modifier_conflicts())
    writer.table("revenue_codes", REVENUE_CODES, tables.revenue_codes())
    writer.table("add_on", ADD_ON, tables.add_on())
    writer.table("ptp", PTP, tables.pairs())
    writer.table("status_indicators", LABELS, tables.labels("data_status_indicator"))
    writer.table("payment_indicators", LABELS, tables.labels("data_payment_indicator"))


def kind_of(code: str) -> str:
    """Return whose code it is, told by its first character.

    HCPCS Level II has a letter in front; of these, D belongs to the American Dental Association.
    Everything that begins with a digit is the American Medical Association's: categories I to III
    of CPT, proprietary laboratory analyses and administrative codes.
    """
    if code[0].isdigit():
        return CPT
    return DENTAL if code[0] == "D" else HCPCS


def _unpack(packed: bytes) -> bytearray:
    """Return the file that is packed. It is never on disk, because it holds texts of CPT."""
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ)
    unpacked = bytearray()
    try:
        while not decompressor.eof:
            unpacked += decompressor.decompress(packed, _AT_ONCE)
            packed = b""
            if len(unpacked) > _LARGEST or (decompressor.needs_input and not decompressor.eof):
                raise InputError(MEMBER, "is cut off or larger than expected")
    except lzma.LZMAError as error:
        raise InputError(MEMBER, f"cannot be unpacked: {error}") from None
    return unpacked


def _fields(value: bytes) -> Fields:
    """Return the dictionary that a value marshals; plain values under names, nothing else."""
    try:
        fields = marshal.loads(value)
    except (ValueError, EOFError, TypeError) as error:
        raise InputError(MEMBER, f"holds a value that cannot be read: {error}") from None
    if (
        type(fields) is not dict
        or not _PLAIN.issuperset(map(type, fields.values()))
        or not _NAMES.issuperset(map(type, fields))
    ):
        raise InputError(MEMBER, "holds a value that is not plain fields")
    return fields


def _number(fields: Fields, name: str) -> int:
    value = fields.get(name)
    # Marshalled by a program that writes 0 and 1 as false and true.
    if not isinstance(value, int):
        raise InputError(MEMBER, f"has no number {name}")
    return int(value)


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise InputError(MEMBER, f"has no text {name}")
    return value


def _code(value: object) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise InputError(MEMBER, "has a procedure code that is not five letters or digits")
    return value


def _flags(fields: Fields, *without: str) -> str:
    """Return the names of what is true, in the order of the alphabet."""
    return ",".join(
        sorted(name for name, value in fields.items() if value is True and name not in without)
    )


@dataclass(frozen=True, slots=True)
class _Editions:
    """The quarters that the editor covers, by its number of the version."""

    starts: Mapping[int, int]
    ends: Mapping[int, int]

    @classmethod
    def read(cls, file: PagedFile) -> _Editions:
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        for _, value in file.items("version_range"):
            fields = _fields(value)
            version = _number(fields, "version")
            starts[version] = _number(fields, "date_started")
            ends[version] = _number(fields, "date_ended")
        if not starts:
            raise InputError(MEMBER, "names no version; expected one a quarter")
        # The newest is given ten years; what is known of it is its own quarter.
        newest = max(starts)
        ends[newest] = _last_day_of_quarter(starts[newest])
        return cls(starts, ends)

    def period(self, fields: Fields) -> tuple[int, int | None]:
        """Return first and last day; no last one where the row stands in the newest version."""
        low, high = _number(fields, "lo_version"), _number(fields, "hi_version")
        return self.days(low, high)

    def days(self, low: int, high: int) -> tuple[int, int | None]:
        """Return the first day of one version, and the last of another unless it is the newest."""
        try:
            return self.starts[low], None if high == max(self.ends) else self.ends[high]
        except KeyError as error:
            raise InputError(MEMBER, f"names version {error}, which it does not date") from None

    def rows(self) -> Iterator[tuple[str, int, int]]:
        """Yield the label of each quarter, its first and its last day."""
        for version, start in sorted(self.starts.items()):
            quarter = (start // 100 % 100 + 2) // 3
            yield f"{start // 10000}Q{quarter}", start, self.ends[version]


def _last_day_of_quarter(first_day: int) -> int:
    year, month = divmod(first_day // 100, 100)
    try:
        last = {1: 331, 4: 630, 7: 930, 10: 1231}[month]
    except KeyError:
        raise InputError(MEMBER, "has a version that begins within a quarter") from None
    return year * 10000 + last


@dataclass(frozen=True, slots=True)
class _Tables:
    """The rows of each plain table."""

    file: PagedFile
    editions: _Editions

    def _rows(self, database: str) -> Iterator[tuple[list[str], Fields]]:
        """Yield the parts of each key, and its fields."""
        for key, value in self.file.items(database):
            yield key.decode("ascii", "replace").split("|"), _fields(value)

    def procedures(self) -> Iterator[tuple[Value, ...]]:
        numbers = ("mid_quarter_date_edit", "ph_duration", "iop_duration")
        not_flags = ("lo_age", "hi_age", "sex", "payment_indicator", *numbers)
        for key, fields in self._rows("data_hcpcs"):
            code = _code(key[0])
            kind = kind_of(code)
            durations = [
                f"{name}={number}" for name in numbers[1:] if (number := _number(fields, name))
            ]
            yield (
                code,
                kind,
                *self.editions.period(fields),
                # Texts of CPT and of dental codes belong to others: they end here.
                _text(fields, "description").strip() if kind == HCPCS else "",
                _text(fields, "status_indicator"),
                _number(fields, "payment_indicator"),
                _text(fields, "apc").strip("0") and _text(fields, "apc"),
                _number(fields, "lo_age") or None,
                _highest(fields),
                _number(fields, "date_approved") or None,
                _number(fields, "date_terminated") or None,
                _number(fields, "mid_quarter_date_edit") or None,
                ",".join(filter(None, [_flags(fields, *not_flags), *durations])),
            )

    def diagnoses(self) -> Iterator[tuple[Value, ...]]:
        for key, fields in self._rows("data_dx10"):
            yield (
                key[0],
                *self.editions.period(fields),
                _text(fields, "description").strip(),
                _number(fields, "lo_age") or None,
                _highest(fields),
                _flags(fields, "lo_age", "hi_age", "sex"),
            )

    def modifiers(self) -> Iterator[tuple[Value, ...]]:
        for key, fields in self._rows("data_modifier"):
            # With a number sign begin places that contractors fill in for themselves.
            if not key[0].startswith("#"):
                yield key[0], *self.editions.period(fields), _flags(fields, "date_activated")

    def modifier_conflicts(self) -> Iterator[tuple[Value, ...]]:
        for key, fields in self._rows("map_modifier_conflict"):
            yield key[0], key[1], *self.editions.period(fields)

    def revenue_codes(self) -> Iterator[tuple[Value, ...]]:
        for key, fields in self._rows("data_revenue"):
            yield (
                key[0].zfill(4),
                *self.editions.period(fields),
                _text(fields, "status_indicator"),
                _flags(fields),
            )

    def add_on(self) -> Iterator[tuple[Value, ...]]:
        for kind in (1, 2, 3):
            for key, fields in self._rows(f"map_addon_type{kind}"):
                # Type 2 names no primary code: the contractor decides which are accepted.
                primary = "" if kind == 2 else _code(fields.get("addon_primary"))
                yield _code(key[0]), primary, kind, *self.editions.period(fields)

    def pairs(self) -> Iterator[tuple[Value, ...]]:
        spans: dict[tuple[int, int], tuple[int, int | None]] = {}
        for key, value in self.file.items("map_ncci"):
            column_one = _code(key.decode("ascii", "replace"))
            for column_two, low, high, modifier in _pairs_of(value):
                span = spans.get((low, high))
                if span is None:
                    span = spans[low, high] = self.editions.days(low, high)
                yield column_one, column_two, modifier, *span

    def labels(self, database: str) -> Iterator[tuple[Value, ...]]:
        for key, fields in self._rows(database):
            yield key[0], *self.editions.period(fields), _text(fields, "description")


def _highest(fields: Fields) -> int | None:
    age = _number(fields, "hi_age")
    return None if age == _OLDEST else age


def _pairs_of(value: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Yield the second code, first and last version and modifier indicator of each pair."""
    try:
        pairs = marshal.loads(value)
        for pair in pairs:
            _, inner = pair
            fields = marshal.loads(inner)
            yield (
                _code(fields["code2"]),
                int(fields["lo_version"]),
                int(fields["hi_version"]),
                int(fields["mod_indicator"]),
            )
    except (ValueError, EOFError, TypeError, KeyError):
        raise InputError(MEMBER, "holds pairs that cannot be read") from None
