"""The releases that the store is built from, read strictly from ``sources.toml``."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nosology.codesets.schema import SOURCES
from nosology.model.code import System
from nosology.model.errors import InputError, MissingCodeSet

LAYOUTS = frozenset({"tabular-xml"})
_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Anchor:
    """An entry that a release must hold exactly so."""

    code: str
    title: str
    billable: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """How many entries of each sort a release must have."""

    chapters: int
    sections: int
    printed: int
    headers: int
    billable: int


@dataclass(frozen=True, slots=True)
class SeventhCharacterLimit:
    """Codes that take fewer of their category's seventh characters than it defines.

    Attributes:
        codes: how many codes the limit must apply to.
        note: beginning of the note under the category that says so.
    """

    category: str
    sixth_characters: str
    seventh_characters: str
    codes: int
    note: str


@dataclass(frozen=True, slots=True)
class MisplacedTerm:
    """An inclusion term of a code that the file prints under one of its seventh characters."""

    code: str
    seventh_character: str
    term: str


@dataclass(frozen=True, slots=True)
class Source:
    """One published release: where its file is, what it must hold and from when to when it holds.

    Attributes:
        valid_to: inclusive.
        file: path inside the package's folder.
        is_archived: the package is not installed; its file comes out of its archive.
    """

    system: System
    label: str
    valid_from: dt.date
    valid_to: dt.date
    layout: str
    package: str
    package_version: str
    file: str
    is_archived: bool
    sha256: str
    publisher: str
    licence: str
    expected: Expected
    anchors: tuple[Anchor, ...]
    seventh_character_limits: tuple[SeventhCharacterLimit, ...]
    misplaced_inclusion_terms: tuple[MisplacedTerm, ...]

    def locate(self) -> Path:
        """Return the path of the file in the installed package, which is never imported.

        Raises:
            MissingCodeSet: when the package or its file is not installed.
        """
        # Imported here: reading a finished store needs none of it.
        from importlib import metadata

        remedy = f"install it with: pip install {self.package}=={self.package_version}"
        try:
            distribution = metadata.distribution(self.package)
        except metadata.PackageNotFoundError:
            raise MissingCodeSet(
                f"{self.system} {self.label}",
                f"the package {self.package} that carries the release is not installed; {remedy}",
            ) from None
        path = Path(str(distribution.locate_file(self.file)))
        if not path.is_file():
            raise MissingCodeSet(
                f"{self.system} {self.label}",
                f"{self.package} {distribution.version} does not hold {self.file}; {remedy}",
            )
        return path


@dataclass(frozen=True, slots=True)
class DerivedSource:
    """A release that shares another one's entries, with the codes that were valid at its time.

    Attributes:
        based_on: label of the release whose entries it shares.
        codes: where the codes come from: ``code-dates``, the dates that the Medicare Code Editor
            gives; or ``package:table``, a list of codes and titles in an archive's extract.
        completeness: what is known of it beside the codes themselves.
        remark: what the user should know of it.
    """

    system: System
    label: str
    valid_from: dt.date
    valid_to: dt.date
    based_on: str
    codes: str
    completeness: str
    remark: str
    publisher: str
    licence: str
    billable: int
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that the store's ICD-10-CM releases are made from.

    Attributes:
        is_archives_read: whether the archives' data belongs in the store.
    """

    releases: tuple[Source, ...]
    derived: tuple[DerivedSource, ...]
    is_archives_read: bool


def read_sources(path: Path = SOURCES) -> Sources:
    """Return every release of the file, in its order.

    Raises:
        InputError: naming the key that is missing, unknown or of the wrong type.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(path.name, f"is not readable TOML: {error}") from None
    table = _Table(document, path.name)
    if (schema := table.take("schema", int)) != _SCHEMA:
        raise InputError(path.name, f"schema is {schema}, expected {_SCHEMA}")
    is_archives_read = table.take("archives", bool)
    releases = tuple(_source(release) for release in table.tables("release"))
    derived = tuple(_derived(release) for release in table.tables("derived"))
    table.finish()
    if not releases:
        raise InputError(path.name, "names no release; expected at least one [[release]]")
    names = [(source.system, source.label) for source in releases]
    names += [(source.system, source.label) for source in derived]
    if len(set(names)) != len(names):
        raise InputError(path.name, "names a release twice; each system and label must be unique")
    for source in derived:
        if (source.system, source.based_on) not in names[: len(releases)]:
            raise InputError(
                path.name, f"bases {source.label} on {source.based_on}, which is no [[release]]"
            )
    return Sources(releases, derived, is_archives_read)


def _derived(table: _Table) -> DerivedSource:
    source = DerivedSource(
        system=_system(table),
        label=table.take("label", str),
        valid_from=table.take("valid_from", dt.date),
        valid_to=table.take("valid_to", dt.date),
        based_on=table.take("based_on", str),
        codes=table.take("codes", str),
        completeness=table.take("completeness", str),
        remark=table.take("remark", str),
        publisher=table.take("publisher", str),
        licence=table.take("licence", str),
        billable=table.take("billable", int),
        added=table.take("added", int),
        removed=table.take_last("removed", int),
    )
    _check_validity(table, source.valid_from, source.valid_to)
    return source


def _system(table: _Table) -> System:
    try:
        return System(table.take("system", str))
    except ValueError as error:
        raise table.error("system", str(error)) from None


def _check_validity(table: _Table, valid_from: dt.date, valid_to: dt.date) -> None:
    if valid_to < valid_from:
        raise table.error("valid_to", "is before valid_from")


def _source(table: _Table) -> Source:
    source = Source(
        system=_system(table),
        label=table.take("label", str),
        valid_from=table.take("valid_from", dt.date),
        valid_to=table.take("valid_to", dt.date),
        layout=table.take("layout", str),
        package=table.take("package", str),
        package_version=table.take("package_version", str),
        file=table.take("file", str),
        is_archived=table.take("archived", bool),
        sha256=table.take("sha256", str),
        publisher=table.take("publisher", str),
        licence=table.take("licence", str),
        expected=_expected(table.table("expected")),
        anchors=tuple(
            Anchor(code, anchor.take("title", str), anchor.take_last("billable", bool))
            for code, anchor in table.named_tables("anchors")
        ),
        seventh_character_limits=tuple(
            SeventhCharacterLimit(
                category=limit.take("category", str),
                sixth_characters=limit.take("sixth_characters", str),
                seventh_characters=limit.take("seventh_characters", str),
                codes=limit.take("codes", int),
                note=limit.take_last("note", str),
            )
            for limit in table.tables("seventh_character_limits")
        ),
        misplaced_inclusion_terms=tuple(
            MisplacedTerm(
                code=term.take("code", str),
                seventh_character=term.take("seventh_character", str),
                term=term.take_last("term", str),
            )
            for term in table.tables("misplaced_inclusion_terms")
        ),
    )
    table.finish()
    if source.layout not in LAYOUTS:
        raise table.error("layout", f"is {source.layout!r}, expected one of {sorted(LAYOUTS)}")
    _check_validity(table, source.valid_from, source.valid_to)
    return source


def _expected(table: _Table) -> Expected:
    return Expected(
        chapters=table.take("chapters", int),
        sections=table.take("sections", int),
        printed=table.take("printed", int),
        headers=table.take("headers", int),
        billable=table.take_last("billable", int),
    )


class _Table:
    """A TOML table of which every key must be read exactly once, with the type that it must have.

    No strict reader comes with the standard library, and a key misspelt must not pass in silence.
    """

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._values = dict(values)
        self._where = where

    def error(self, key: str, message: str) -> InputError:
        return InputError(self._where, f"{key} {message}")

    def take[T](self, key: str, kind: type[T]) -> T:
        value = self._values.pop(key, None)
        # bool is an int, and a date with a time is a date: neither may stand for the other.
        if type(value) is not kind:
            found = "nothing" if value is None else repr(value)
            raise self.error(key, f"must be of type {kind.__name__}, found {found}")
        return value

    def take_last[T](self, key: str, kind: type[T]) -> T:
        value = self.take(key, kind)
        self.finish()
        return value

    def table(self, key: str) -> _Table:
        return _Table(self.take(key, dict), f"{self._where}: {key}")

    def named_tables(self, key: str) -> list[tuple[str, _Table]]:
        where = f"{self._where}: {key}"
        inner = self.table(key)
        return [
            (name, _Table(inner.take(name, dict), f"{where}.{name}"))
            for name in list(inner._values)
        ]

    def tables(self, key: str) -> list[_Table]:
        values = self.take(key, list)
        found = []
        for number, value in enumerate(values, start=1):
            if not isinstance(value, dict):
                raise self.error(key, "must be an array of tables")
            found.append(_Table(value, f"{self._where}: {key} {number}"))
        return found

    def finish(self) -> None:
        if self._values:
            raise self.error(sorted(self._values)[0], "is not a key that is read here")
