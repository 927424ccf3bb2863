"""Reads the relative values and payment indicators of the Medicare physician fee schedule.

Layout of the published file (``PPRRVU2026_Apr_nonQPP.csv``): a title, the date of release and the
AMA's notice, then a header of several rows with repeated names, the last of which begins with
HCPCS, MOD and DESCRIPTION; then a code and modifier a row. From 2026 on there is one file for
participants in advanced payment models (QPP) and one for all others.

========= ==================================== ========= =========================================
column    what                                 column    what
========= ==================================== ========= =========================================
1         code                                 15        global days
2         modifier                             16, 17    preoperative, intraoperative share
3         description: never kept              18        postoperative share
4         status                               19        multiple procedures
5         ``+`` not used for Medicare          20        bilateral surgery
6         work                                 21        assistant at surgery
7         practice expense, not in facility    22, 23    co-surgeons, team surgery
8         ``NA`` for it                        BASE      base of the endoscopy family
9         practice expense, in facility        FACTOR    conversion factor
10        ``NA`` for it                        then      supervision of diagnostic procedures
11        malpractice                          then      calculation flag: not kept
12, 13    totals, not in and in facility       then      family of diagnostic imaging
14        professional or technical component  then      three values for the outpatient cap
========= ==================================== ========= =========================================

Some years have a column more before the conversion factor. So the two columns that are named above
are found by their names in the header; the others stand where the table says.

A second layout, in which the file is often passed on, is two files: one of the values, with the
header ``hcpcs_code,mod,rvu_work,...,cf``, and one of the indicators, ``hcpcs_code,mod,status,...``.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from nosology.codesets.loaders import periods
from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.delimited import (
    Noted,
    Record,
    begins_with_table,
    positions,
    squeezed,
    table,
)
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import InputError

DATA_SET = "mpfs"
QUALIFYING = "qpp"
VALUES = "amounts"
INDICATORS = "indicators"

_FIRST_COLUMNS = ("hcpcs", "mod", "description")
_AFTER_FACTOR = 7  # conversion factor to the last of the three values for the cap
_MODIFIER = re.compile(r"[0-9A-Z]{2}|")
_STATUS = re.compile(r"[A-Z]")
_INDICATOR = re.compile(r"[0-9A-Z]{0,2}")
_DIGIT = re.compile(r"([0-9])(?:\.0)?|")
_GLOBAL = re.compile(r"[0-9]{3}|[A-Z]{3}|")
_CODE_OR_NOTHING = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]|")

_TITLE = re.compile(r"(20\d\d) national physician fee schedule relative value file (\w+) release")
_NAME = re.compile(r"pprrvu(?:20)?(\d\d)[_-]?([a-z]{3})", re.IGNORECASE)
_LETTER = re.compile(r"rvu[a-z_]*(?:20)?(\d\d)-?([a-d])(?![a-z])", re.IGNORECASE)

_LABEL = re.compile(r"(20\d\d)Q([1-4])")
_FIRST_OF_TWO = 2026  # from then on there is a file for participants (QPP) and one for all others

_VALUE_COLUMNS = {
    "code": ("hcpcs code",),
    "modifier": ("mod",),
    "work": ("rvu work",),
    "nonfacility_expense": ("rvu non pe",),
    "facility_expense": ("rvu fac pe",),
    "malpractice": ("rvu mp",),
    "nonfacility_total": ("rvu non sum",),
    "facility_total": ("rvu fac sum",),
    "conversion_factor": ("cf",),
    "opps_nonfacility_expense": ("rvu opps non pe",),
    "opps_facility_expense": ("rvu opps fac pe",),
    "opps_malpractice": ("rvu opps mp",),
}
_INDICATOR_COLUMNS = {
    "code": ("hcpcs code",),
    "modifier": ("mod",),
    "status": ("status",),
    "not_used": ("not used mcr",),
    "nonfacility_na": ("non na",),
    "facility_na": ("fac na",),
    "component": ("pctc",),
    "global_days": ("glob",),
    "preoperative": ("pre op",),
    "intraoperative": ("intra op",),
    "postoperative": ("post op",),
    "multiple": ("mult proc",),
    "bilateral": ("bilat surg",),
    "assistant": ("asst surg",),
    "co_surgeons": ("co surg",),
    "team": ("team surg",),
    "endoscopic_base": ("endo base",),
    "supervision": ("phys diag pro",),
    "imaging_family": ("diag img fam",),
}
# 0-based places in the published file, in the order of the columns above.
_VALUE_PLACES = (0, 1, 5, 6, 8, 10, 11, 12)
_INDICATOR_PLACES = (0, 1, 3, 4, 7, 9, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22)


@dataclass(frozen=True, slots=True)
class ValueRow:
    """Relative values of a code, in decimal text as published."""

    code: str
    modifier: str
    work: str
    nonfacility_expense: str
    facility_expense: str
    malpractice: str
    nonfacility_total: str
    facility_total: str
    conversion_factor: str
    opps_nonfacility_expense: str
    opps_facility_expense: str
    opps_malpractice: str


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """Payment indicators of a code, as published."""

    code: str
    modifier: str
    status: str
    not_used: str
    nonfacility_na: str
    facility_na: str
    component: str
    global_days: str
    preoperative: str
    intraoperative: str
    postoperative: str
    multiple: str
    bilateral: str
    assistant: str
    co_surgeons: str
    team: str
    endoscopic_base: str
    supervision: str
    imaging_family: str


FeeRow = tuple[ValueRow | None, IndicatorRow | None]


def read_mpfs(publication: Publication) -> Iterator[FeeRow]:
    """Yield values and indicators of each code and modifier; None for what the file has not.

    Raises:
        MalformedRow: naming the first row that does not follow the layout.
    """
    with table(publication, _is_header, "HCPCS, MOD and DESCRIPTION") as (header, rows):
        kind = _kind(header.cells)
        values: tuple[int, ...] = ()
        indicators: tuple[int, ...] = ()
        if kind == VALUES:
            values = tuple(positions(header, _VALUE_COLUMNS).values())
        elif kind == INDICATORS:
            indicators = tuple(positions(header, _INDICATOR_COLUMNS).values())
        else:
            values, indicators = _published(header)
        seen: set[tuple[str, str]] = set()
        for record in rows:
            code = record.procedure(0)
            modifier = record.matching(1, _MODIFIER, "a modifier of two characters or nothing")
            if (code, modifier) in seen:
                raise record.wrong(0, f"repeats {code}; expected each code and modifier once")
            seen.add((code, modifier))
            yield (
                _values(record, values) if values else None,
                _indicators(record, indicators) if indicators else None,
            )


def _published(header: Record) -> tuple[tuple[int, ...], tuple[int, ...]]:
    names = [squeezed(cell) for cell in header.cells]
    factor = _named(header, names, "factor")
    base = _named(header, names, "base")
    if base < _INDICATOR_PLACES[-1] + 1 or factor < base or len(names) < factor + _AFTER_FACTOR:
        raise header.wrong(
            len(names) - 1,
            f"ends a header of {len(names)} columns; expected the 31 of the published file",
        )
    values = (*_VALUE_PLACES, factor, factor + 4, factor + 5, factor + 6)
    return values, (*_INDICATOR_PLACES, base, factor + 1, factor + 3)


def _named(header: Record, names: Sequence[str], ending: str) -> int:
    found = [place for place, name in enumerate(names) if name.split()[-1:] == [ending]]
    if len(found) != 1:
        raise header.wrong(
            len(names) - 1,
            f"ends a header with {len(found)} columns {ending.upper()!r}; expected 1",
        )
    return found[0]


def _values(record: Record, places: Sequence[int]) -> ValueRow:
    numbers = [record.number(place) for place in places[2:]]
    return ValueRow(record.text(places[0]), record.text(places[1]), *numbers)


def _indicators(record: Record, places: Sequence[int]) -> IndicatorRow:
    place = dict(zip(_INDICATOR_COLUMNS, places, strict=True))

    def digit(name: str) -> str:
        # A conversion prints the digit as a fraction.
        return record.matching(place[name], _DIGIT, "one digit").removesuffix(".0")

    def short(name: str) -> str:
        return record.matching(place[name], _INDICATOR, "an indicator of two characters")

    def share(name: str) -> str:
        return record.number(place[name], empty=True)

    return IndicatorRow(
        record.text(0),
        record.text(1),
        record.matching(place["status"], _STATUS, "a status of one letter"),
        record.one_of(place["not_used"], ("", "+")),
        record.one_of(place["nonfacility_na"], ("", "NA")),
        record.one_of(place["facility_na"], ("", "NA")),
        digit("component"),
        record.matching(place["global_days"], _GLOBAL, "global days of three characters"),
        share("preoperative"),
        share("intraoperative"),
        share("postoperative"),
        digit("multiple"),
        digit("bilateral"),
        digit("assistant"),
        digit("co_surgeons"),
        digit("team"),
        record.matching(place["endoscopic_base"], _CODE_OR_NOTHING, "a procedure code or nothing"),
        short("supervision"),
        short("imaging_family"),
    )


def _kind(cells: Sequence[str]) -> str | None:
    """Return which of the three files has the header: VALUES, INDICATORS, the whole as '', None."""
    names = [squeezed(cell) for cell in cells]
    if tuple(names[:3]) == _FIRST_COLUMNS:
        return ""
    if names[:2] == ["hcpcs code", "mod"]:
        if "rvu work" in names:
            return VALUES
        if "status" in names:
            return INDICATORS
    return None


def _is_header(cells: Sequence[str]) -> bool:
    return _kind(cells) is not None


@dataclass(frozen=True, slots=True)
class MpfsLoader:
    """Loads the relative values of a quarter."""

    name: str = "mpfs-relative-values"
    title: str = "National Physician Fee Schedule Relative Value File"
    publisher: str = "CMS"
    licence: str = "public domain; descriptions, which are the AMA's, are not read"
    labels: str = "year and quarter, such as 2026Q4"

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the head has the header of any of the layouts."""
        return begins_with_table(publication, _is_header)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the quarter of the title or the name; it holds to the end of the year.

        The parts are: ``qpp`` for participants in advanced payment models; ``amounts`` and
        ``indicators`` for the two files of the second layout.
        """
        quarter = _quarter(publication)
        part = _part(publication)
        if quarter is None or part is None:
            return ()
        year, number = quarter
        return (Edition(DATA_SET, f"{year}Q{number}", *_span(year, number), part),)

    def data_set_of(self, publication: Publication) -> tuple[str, str]:
        """Return the part that the header tells, or the name.

        Raises:
            InputError: when neither tells for whom the values are.
        """
        part = _part(publication)
        if part is None:
            raise InputError(
                publication.name,
                "does not say whether it is the file for participants in advanced payment models or"
                " that for all others; give it a name with QPP or nonQPP in it, as CMS does",
            )
        return DATA_SET, part

    def span_of(self, label: str) -> tuple[dt.date, dt.date | None] | None:
        """Return the days from the quarter's first to the year's last."""
        found = _LABEL.fullmatch(label)
        return _span(int(found[1]), int(found[2])) if found else None

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every code and modifier of the file."""
        progress(f"{publication.name}: reading", 0, 1)
        rows = Noted(read_mpfs(publication))
        for values, indicators in rows:
            if values:
                _insert(connection, "relative_value", (release, *astuple(values)))
            if indicators:
                _insert(connection, "fee_indicator", (release, *astuple(indicators)))
        progress(f"{publication.name}: reading", 1, 1)
        return Loaded(rows.count, anchors=rows.anchors(_described), remark=_remark(publication))


def _insert(connection: sqlite3.Connection, name: str, values: tuple[object, ...]) -> None:
    connection.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(values))})", values)


def _span(year: int, number: int) -> tuple[dt.date, dt.date | None]:
    quarter = periods.quarter(DATA_SET, year, number)
    return quarter.valid_from, periods.year_of(DATA_SET, year).valid_to


def _part(publication: Publication) -> str | None:
    """Return which part of an edition the file is; None where that does not show."""
    if kind := _file_kind(publication):
        return kind
    name = publication.name.lower()
    if "qpp" in name:
        return "" if "nonqpp" in name else QUALIFYING
    quarter = _quarter(publication)
    return "" if quarter and quarter[0] < _FIRST_OF_TWO else None


def _file_kind(publication: Publication) -> str:
    with table(publication, _is_header, "HCPCS, MOD and DESCRIPTION") as (header, _):
        return _kind(header.cells) or ""


def _remark(publication: Publication) -> str:
    part = _file_kind(publication)
    other = {VALUES: INDICATORS, INDICATORS: VALUES}.get(part)
    return f"only the {part}; the {other} are in another file" if other else ""


def _quarter(publication: Publication) -> tuple[int, int] | None:
    """Return year and quarter as the title says, or the name."""
    title = re.sub(r'[\s,"]+', " ", publication.head_text("utf-8-sig")[:4000].lower())
    if found := _TITLE.search(title):
        month = periods.month_of(found[2])
        if month:
            return int(found[1]), (month + 2) // 3
    for name in periods.names(publication):
        if (found := _NAME.search(name)) and (month := periods.month_of(found[2])):
            return 2000 + int(found[1]), (month + 2) // 3
        if found := _LETTER.search(name):
            return 2000 + int(found[1]), "abcd".index(found[2].lower()) + 1
    return None


def _described(row: FeeRow) -> str:
    values, indicators = row
    if values is not None:
        totals = f"total {values.nonfacility_total}, in a facility {values.facility_total}"
        return f"{values.code} {values.modifier}".strip() + f": {totals}"
    assert indicators is not None  # a row has one of the two
    named = f"{indicators.code} {indicators.modifier}".strip()
    return f"{named}: status {indicators.status}, global {indicators.global_days}"


LOADERS = (MpfsLoader(),)
