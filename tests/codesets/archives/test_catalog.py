"""The catalog of archives, read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosology.codesets.archives.catalog import ARCHIVES, read_catalog
from nosology.codesets.extraction.conversion import CONVERTERS
from nosology.model.errors import InputError
from tests.codesets.archives.conftest import TinyCatalog


def test_every_pinned_archive_has_a_converter_and_the_other_way_round() -> None:
    catalog = read_catalog()
    assert {archive.package for archive in catalog.archives} == set(CONVERTERS)
    for archive in catalog.archives:
        assert len(archive.sha256) == 64
        assert archive.file.startswith(archive.package.replace("-", "_"))
        assert archive.version in archive.file
        assert archive.name == f"{archive.package}-{archive.version}"


def test_no_address_is_named() -> None:
    assert "://" not in ARCHIVES.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("schema =", "is not readable TOML"),
        ("schema = 2\nplatforms = []\narchive = []\n", "schema is 2, expected 1"),
        ("schema = 1\narchive = []\n", "platforms is missing"),
        ('schema = 1\nplatforms = ""\narchive = []\n', "platforms is '', expected list"),
        ("schema = 1\nplatforms = []\narchive = [1]\n", "archive 1: is 1, expected a table"),
        ("schema = 1\nplatforms = []\narchive = []\nextra = 1\n", "extra is not a key"),
    ],
)
def test_a_catalog_that_is_off_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "archives.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=message):
        read_catalog(file)


def test_a_value_of_another_type_is_refused(tiny_catalog: TinyCatalog) -> None:
    tiny_catalog.pin(tiny_catalog.publish(), extraction="1")
    with pytest.raises(InputError, match="extraction is '1', expected int"):
        read_catalog(tiny_catalog.file)


def test_a_package_may_be_pinned_once(tiny_catalog: TinyCatalog) -> None:
    archive = tiny_catalog.publish()
    tiny_catalog.pin(archive, archive)
    with pytest.raises(InputError, match="names a package twice"):
        read_catalog(tiny_catalog.file)
