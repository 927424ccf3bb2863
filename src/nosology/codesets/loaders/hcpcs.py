"""The official HCPCS Level II file of a quarter, ``HCPC20YY_MMM_ANWEB``, fixed width.

A code or modifier has a first record with all its facts and further records, as many as its long
description needs, with text only.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field

from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.periods import month_of, names, quarter, quarter_of_names
from nosology.codesets.loaders.publication import Publication
from nosology.model.code import System
from nosology.model.errors import MalformedRow

# name: first and last column, 1-based, inclusive. What lies between and behind is not read here.
LAYOUT = {
    "code": (1, 5),
    "sequence": (6, 10),
    "record": (11, 11),
    "description": (12, 91),
    "short description": (92, 119),
    "price": (120, 121),
    "coverage": (230, 230),
    "betos": (257, 259),
    "added": (269, 276),
    "effective": (277, 284),
    "terminated": (285, 292),
    "action": (293, 293),
}
_FIRST = {"3": "code", "7": "modifier"}
_FURTHER = {"4": "code", "8": "modifier"}
_SHORTEST = LAYOUT["effective"][1]
_BEGINNING = re.compile(r"(?:[A-Z]\d{4}|   [A-Z0-9]{2})\d{5}[3478]")
_LONGEST = 320
_CODE = re.compile(r"[A-Z]\d{4}")
_MODIFIER = re.compile(r"   ([A-Z0-9]{2})")
_BETOS = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_DIGITS = re.compile(r"\d{2}")
_LETTER = re.compile(r"[A-Z0-9]")
_OF_MONTH = re.compile(r"(20\d\d)[-_ ]?(jan|apr|jul|oct)", re.IGNORECASE)
_MONTH_OF = re.compile(r"(?<![a-z])(jan|apr|jul|oct)[a-z]*[-_ ]*(20\d\d)", re.IGNORECASE)
_BATCH = 1000
_LINES_LOOKED_AT = 5
_MOST_FURTHER = 400


@dataclass(slots=True)
class HcpcsRow:
    """One code or modifier.

    Attributes:
        kind: ``code`` or ``modifier``.
        price: pricing indicator; like the letters below, empty where there is none.
        valid_from: yyyymmdd, first day of the code, however it was revised since.
        terminated: yyyymmdd of the last day, None for one that goes on.
        action: what this edition changed: N for nothing.
    """

    line: int
    code: str
    kind: str
    short_title: str
    price: str
    coverage: str
    betos: str
    valid_from: int
    terminated: int | None
    action: str
    texts: list[str] = field(default_factory=list)
    sequence: int = 0

    @property
    def title(self) -> str:
        """The long description, put together from all its records."""
        return " ".join(" ".join(self.texts).split())

    @property
    def status(self) -> str:
        """What else is said of it, as ``name=value``."""
        said = {
            "coverage": self.coverage,
            "betos": self.betos,
            "price": self.price,
            "action": self.action,
        }
        return "; ".join(f"{name}={value}" for name, value in said.items() if value)


def read_hcpcs(publication: Publication) -> Iterator[HcpcsRow]:
    """Yield every code and modifier, its records joined.

    Raises:
        MalformedRow: naming line and column of the first departure from the layout.
    """
    row: HcpcsRow | None = None
    seen: dict[tuple[str, str], int] = {}
    for number, line in publication.lines():
        record = _Record(publication.name, number, line)
        kind = record.one("record", "3478")
        code = record.code(_FIRST.get(kind) or _FURTHER[kind])
        if kind in _FIRST:
            if row is not None:
                yield _finished(row, publication.name)
            row = record.first(code, _FIRST[kind])
            if (row.kind, code) in seen:
                raise record.wrong(
                    "code", f"repeats {code}, which line {seen[row.kind, code]} already has"
                )
            seen[row.kind, code] = number
        elif line[LAYOUT["description"][1] : LAYOUT["betos"][1]].strip():
            raise record.wrong("short description", "must be blank in a further record")
        elif row is None or (row.code, row.kind) != (code, _FURTHER[kind]):
            raise record.wrong("code", f"goes on with {code}, whose first record is missing")
        elif record.sequence() <= row.sequence or len(row.texts) > _MOST_FURTHER:
            raise record.wrong("sequence", "does not follow the record before it")
        record.check_end()
        row.sequence = record.sequence()
        row.texts.append(record.text("description"))
    if row is None:
        raise MalformedRow(publication.name, 1, 1, f"is missing: the file is empty; {_EXPECTED}")
    yield _finished(row, publication.name)


_EXPECTED = (
    "expected the HCPCS file as published (HCPC20YY_MMM_ANWEB.txt); if it is, download it again"
)


def _finished(row: HcpcsRow, file: str) -> HcpcsRow:
    if not row.title:
        raise MalformedRow(file, row.line, "description", f"of {row.code} is empty; {_EXPECTED}")
    return row


@dataclass(frozen=True, slots=True)
class _Record:
    """One line, cut into its fields."""

    file: str
    number: int
    line: str

    def wrong(self, name: str, message: str) -> MalformedRow:
        return MalformedRow(self.file, self.number, LAYOUT[name][0], f"{message}; {_EXPECTED}")

    def raw(self, name: str) -> str:
        first, last = LAYOUT[name]
        return self.line[first - 1 : last]

    def text(self, name: str) -> str:
        found = self.raw(name)
        if not found.isprintable():
            raise self.wrong(name, "holds what is no text")
        return found.rstrip() if name == "description" else found.strip()

    def one(self, name: str, values: str) -> str:
        found = self.raw(name)
        if len(found) != 1 or found not in values:
            raise self.wrong(name, f"must be one of {', '.join(values)}, found {found!r}")
        return found

    def code(self, kind: str) -> str:
        found = self.raw("code")
        if kind == "code":
            if not _CODE.fullmatch(found):
                raise self.wrong("code", "must be a code such as J1100")
            return found
        modifier = _MODIFIER.fullmatch(found)
        if modifier is None:
            raise self.wrong("code", "must be a modifier in columns 4-5, such as LT")
        return modifier[1]

    def sequence(self) -> int:
        found = self.raw("sequence")
        if len(found) != 5 or not (found.isascii() and found.isdigit()):
            raise self.wrong("sequence", "must be a number of five digits")
        return int(found)

    def check_end(self) -> None:
        """Check that no second record follows on the line; other things differ by the year."""
        end = self.line[_SHORTEST if self.raw("record") in _FIRST else LAYOUT["betos"][1] :]
        if _BEGINNING.search(end) or self.line[_LONGEST:].strip():
            raise self.wrong("action", "is followed by more than a record holds")

    def first(self, code: str, kind: str) -> HcpcsRow:
        if len(self.line) < _SHORTEST:
            raise MalformedRow(
                self.file,
                self.number,
                len(self.line) + 1,
                f"is missing: the record is cut short; {_EXPECTED}",
            )
        # A few old codes have only one of the two.
        dates = [day for day in (self.day("added"), self.day("effective")) if day is not None]
        if not dates:
            raise self.wrong("added", "and the next field must hold at least one date")
        terminated = self.day("terminated")
        return HcpcsRow(
            line=self.number,
            code=code,
            kind=kind,
            short_title=self.text("short description"),
            price=self.matching("price", _DIGITS, "two digits"),
            coverage=self.matching("coverage", _LETTER, "one letter"),
            betos=self.matching("betos", _BETOS, "a BETOS category such as O1A"),
            # What was revised since has been a code from its first day on.
            valid_from=min(dates),
            terminated=terminated,
            action=self.matching("action", _LETTER, "one letter"),
        )

    def matching(self, name: str, pattern: re.Pattern[str], expected: str) -> str:
        found = self.text(name)
        if found and not pattern.fullmatch(found):
            raise self.wrong(name, f"must be {expected} or blank")
        return found

    def day(self, name: str) -> int | None:
        found = self.text(name)
        if not found:
            return None
        try:
            if len(found) == 8 and found.isascii() and found.isdigit():
                dt.date(int(found[:4]), int(found[4:6]), int(found[6:]))
                return int(found)
        except ValueError:
            pass
        raise self.wrong(name, "must be a date as yyyymmdd")


@dataclass(frozen=True, slots=True)
class HcpcsLoader:
    """Loads the codes and modifiers of a quarter with their descriptions."""

    name: str = "hcpcs-anweb"
    title: str = "HCPCS Level II codes and modifiers (HCPC20YY_MMM_ANWEB.txt)"
    publisher: str = "CMS"
    licence: str = "public domain; the D codes are CDT, of the American Dental Association"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether each of the first lines begins as a record does."""
        lines = publication.head_text().splitlines()[:_LINES_LOOKED_AT]
        return bool(lines) and all(_BEGINNING.match(line) for line in lines)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the quarter that the name states, as ``HCPC2026_APR_ANWEB``."""
        data_set, part = self.data_set_of(publication)
        for name in names(publication):
            if found := _OF_MONTH.search(name):
                year, month = int(found[1]), found[2]
            elif found := _MONTH_OF.search(name):
                year, month = int(found[2]), found[1]
            else:
                continue
            number = ((month_of(month) or 1) + 2) // 3
            return (quarter(data_set, year, number, part),)
        edition = quarter_of_names(data_set, publication, part)
        return (edition,) if edition else ()

    def data_set_of(self, publication: Publication) -> tuple[str, str]:
        """Return the code set; the file stands beside what else is known of its codes."""
        del publication
        return System.HCPCS.value, "anweb"

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every code and modifier under the release's number."""
        rows = list(self._counted(publication, progress))
        connection.executemany(
            "INSERT INTO dated_code VALUES (?, ?, ?, ?, ?, ?, ?, 'official', ?, ?)",
            (
                (
                    release,
                    System.HCPCS.value,
                    row.code,
                    row.valid_from,
                    row.terminated,
                    row.title,
                    row.short_title,
                    row.kind,
                    row.status,
                )
                for row in rows
            ),
        )
        codes = [row for row in rows if row.kind == "code"]
        anchors = [codes[0], codes[len(codes) // 2], codes[-1]] if codes else rows[:1]
        return Loaded(
            len(rows), len(codes), tuple(f"{row.code} {row.short_title}" for row in anchors)
        )

    def _counted(self, publication: Publication, progress: Progress) -> Iterator[HcpcsRow]:
        stage = f"{publication.name}: reading codes"
        # Two records of 320 bytes a code: near enough for a bar.
        total = max(publication.size // 640, 1)
        for count, row in enumerate(read_hcpcs(publication)):
            if count % _BATCH == 0:
                progress(stage, min(count, total), total)
            yield row
        progress(stage, total, total)


LOADERS = (HcpcsLoader(),)
