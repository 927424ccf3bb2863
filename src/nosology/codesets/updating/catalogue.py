"""The data sets that can be brought up to date, read strictly from ``updates.toml``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from nosology.codesets.toml_table import TomlTable, read_toml
from nosology.codesets.updating.calendar import (
    Calendar,
    CalendarEdition,
    Final,
    Recurring,
    YearDay,
    filled,
    unknown_placeholders,
)
from nosology.model.errors import InputError

UPDATES = Path(__file__).parent.parent / "updates.toml"
_SCHEMA = 1
_YEAR_DAY = re.compile(r"(?P<month>\d\d)-(?P<day>\d\d)(?P<doubtful>\?)?")
_MEGABYTE = 1_000_000
_HTTPS = "https://"
_ANY_EDITION = CalendarEdition("", dt.date(2000, 1, 1), None)


@dataclass(frozen=True, slots=True)
class Licence:
    """What the publisher wants to be accepted before a file is fetched.

    Attributes:
        summary: what it says, in our own words.
        page: address of the wording; ``{path}`` stands for the path of the file.
        mentions: words that a page must hold to be taken for the wording.
        query: what is added to the address of a file once the licence is accepted.
        verified: where the way to accept it was seen.
    """

    name: str
    title: str
    holder: str
    summary: str
    page: str
    mentions: tuple[str, ...]
    query: str
    verified: str


@dataclass(frozen=True, slots=True)
class Place:
    """One way to find a file of an edition.

    Attributes:
        address: of the file itself, or of the page that links to it where ``link`` is given.
        link: pattern of the linked file's whole name; empty where ``address`` is the file's own.
        through: pattern of the last part of a page's address, linked from ``address``, that has
            the link.
        begins: editions that it holds for, as ``10-01``; empty for all.
        verified: where it was seen, or ``unverified``.
    """

    address: str
    link: str
    through: str
    begins: str
    verified: str

    def suits(self, edition: CalendarEdition) -> bool:
        """Return whether the place is one for the edition."""
        return self.begins in {"", f"{edition.valid_from:%m-%d}"}


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One file of an edition, or several of one series.

    Attributes:
        parts: how many files the series has at least.
        is_optional: whether the edition is of use without it.
        save_as: template of the name to keep it under, where its own does not tell the edition;
            empty for its own.
        places: where to look, the likeliest first.
    """

    name: str
    parts: int
    is_optional: bool
    save_as: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class DataSet:
    """One data set, with its calendar and where its files are.

    Attributes:
        systems: names under which the store holds it.
        licences: names of the licences to accept first.
        page: address for people.
        most_bytes: a file that is longer is refused.
        is_only_newest: whether the publisher gives out nothing but the edition of today.
        files: none where it is never downloaded.
        obtain: what the user must get and from whom, where it is never downloaded.
    """

    name: str
    title: str
    publisher: str
    systems: tuple[str, ...]
    calendar: Calendar
    licences: tuple[str, ...]
    page: str
    most_bytes: int
    is_only_newest: bool
    files: tuple[PublishedFile, ...]
    obtain: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All data sets.

    Attributes:
        hosts: domains that anything may be fetched from, each with what stands below it.
    """

    hosts: tuple[str, ...]
    licences: dict[str, Licence]
    data_sets: dict[str, DataSet]

    def choose(self, names: tuple[str, ...]) -> tuple[DataSet, ...]:
        """Return the data sets of the names, in the catalogue's order; all of them for ``all``.

        Raises:
            InputError: for a name that there is no data set of.
        """
        unknown = sorted(set(names) - set(self.data_sets) - {"all"})
        if unknown:
            from difflib import get_close_matches

            near = get_close_matches(unknown[0], self.data_sets, n=1)
            offer = f"did you mean {near[0]!r}?" if near else ""
            raise InputError(
                unknown[0],
                f"is not a data set; {offer or 'expected ' + ', '.join(self.data_sets) + ', all'}",
            )
        return tuple(
            data_set
            for name, data_set in self.data_sets.items()
            if name in names or "all" in names or not names
        )


def read_catalogue(path: Path = UPDATES) -> Catalogue:
    """Return what the file says.

    Raises:
        InputError: naming the key that is missing, unknown or wrong.
    """
    table = read_toml(path, schema=_SCHEMA)
    hosts = table.texts("hosts")
    licences = [_licence(each) for each in table.optional_tables("licence")]
    data_sets = [_data_set(each) for each in table.optional_tables("data_set")]
    table.finish()
    catalogue = Catalogue(
        hosts,
        {licence.name: licence for licence in licences},
        {data_set.name: data_set for data_set in data_sets},
    )
    if len(catalogue.licences) != len(licences) or len(catalogue.data_sets) != len(data_sets):
        raise InputError(path.name, "gives a name twice; each must be unique")
    for data_set in data_sets:
        for name in data_set.licences:
            if name not in catalogue.licences:
                raise InputError(
                    path.name, f"{data_set.name} needs {name}, which is no [[licence]]"
                )
    return catalogue


def _licence(table: TomlTable) -> Licence:
    licence = Licence(
        name=table.text("name"),
        title=table.text("title"),
        holder=table.text("holder"),
        summary=table.text("summary"),
        page=_address(table, "page"),
        mentions=table.texts("mentions"),
        query=table.optional_text("query"),
        verified=table.text("verified"),
    )
    table.finish()
    if not licence.mentions:
        raise table.error("mentions", "is missing: without it any page would pass for the wording")
    return licence


def _data_set(table: TomlTable) -> DataSet:
    data_set = DataSet(
        name=table.text("name"),
        title=table.text("title"),
        publisher=table.text("publisher"),
        systems=table.texts("systems"),
        calendar=_calendar(table.table("calendar")),
        licences=table.texts("licences"),
        page=_address(table, "page"),
        most_bytes=table.number("most_megabytes", 100) * _MEGABYTE,
        is_only_newest=table.truth("only_newest", default=False),
        files=tuple(_file(each) for each in table.optional_tables("file")),
        obtain=table.optional_text("obtain"),
    )
    table.finish()
    if not data_set.systems:
        raise table.error("systems", "is missing; expected the names that the store holds it under")
    if bool(data_set.files) == bool(data_set.obtain):
        raise table.error("file", "must be there, or obtain in its place, and not both")
    return data_set


def _calendar(table: TomlTable) -> Calendar:
    calendar: Calendar
    if table.has("begins"):
        days = tuple(_year_day(table, written) for written in table.texts("begins"))
        label = table.text("label")
        if not days:
            raise table.error("begins", "is empty; expected days such as 10-01")
        if unknown := unknown_placeholders(label):
            raise table.error("label", f"names {sorted(unknown)[0]!r}, which no edition has")
        calendar = Recurring(days, label)
    else:
        calendar = Final(CalendarEdition(table.text("label"), table.date("valid_from"), None))
    table.finish()
    return calendar


def _year_day(table: TomlTable, written: str) -> YearDay:
    found = _YEAR_DAY.fullmatch(written)
    month, day = (int(found["month"]), int(found["day"])) if found else (0, 0)
    # The 28th and earlier exist in every month of every year.
    if found is None or not 1 <= month <= 12 or not 1 <= day <= 28:
        raise table.error("begins", f"has {written!r}; expected month and day as 10-01, or 10-01?")
    return YearDay(month, day, is_certain=found["doubtful"] is None)


def _file(table: TomlTable) -> PublishedFile:
    file = PublishedFile(
        name=table.text("name"),
        parts=table.number("parts", 1),
        is_optional=table.truth("optional", default=False),
        save_as=table.optional_text("save_as"),
        places=tuple(_place(each) for each in table.optional_tables("place")),
    )
    table.finish()
    if unknown := unknown_placeholders(file.save_as):
        raise table.error("save_as", f"names {sorted(unknown)[0]!r}, which no edition has")
    if file.save_as and file.parts > 1:
        raise table.error("save_as", "is one name, and the files of a series need one each")
    if not file.places:
        raise table.error("place", "is missing; expected where to look for the file")
    return file


def _place(table: TomlTable) -> Place:
    has_listing = table.has("listing")
    place = Place(
        address=_address(table, "listing" if has_listing else "address"),
        link=table.optional_text("link"),
        through=table.optional_text("through"),
        begins=table.optional_text("begins"),
        verified=table.text("verified"),
    )
    table.finish()
    templates = {"address": place.address, "link": place.link, "through": place.through}
    for key, template in templates.items():
        if unknown := unknown_placeholders(template):
            raise table.error(key, f"names {sorted(unknown)[0]!r}, which no edition has")
    if bool(place.link) != has_listing:
        raise table.error("link", "belongs to a listing, and a listing needs one")
    for key in ("link", "through"):
        try:
            re.compile(filled(templates[key], _ANY_EDITION.variables()))
        except re.error as error:
            raise table.error(key, f"is no pattern: {error}") from None
    return place


def _address(table: TomlTable, key: str) -> str:
    address = table.text(key)
    if not address.startswith(_HTTPS):
        raise table.error(key, f"is {address!r}; expected an address that begins with {_HTTPS}")
    return address
