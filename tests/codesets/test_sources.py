"""The sources of the releases, read strictly."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from nosology.codesets.schema import SOURCES
from nosology.codesets.sources import read_sources
from nosology.model.code import System
from nosology.model.errors import InputError, MissingCodeSet

from .conftest import TinyRelease

TEXT = SOURCES.read_text(encoding="utf-8")


def test_the_embedded_release() -> None:
    source = read_sources().releases[0]
    assert source.system is System.ICD10CM
    assert source.label == "2026-04"
    assert (source.valid_from, source.valid_to) == (dt.date(2026, 4, 1), dt.date(2026, 9, 30))
    assert source.expected.billable == 74_719


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("schema = 1", "schema = 2", "schema is 2, expected 1"),
        ("schema = 1", "", "schema must be of type int, found nothing"),
        ('label = "2026-04"', "label = 2026", "label must be of type str, found 2026"),
        ("valid_to = 2026-09-30", "valid_to = 2026-09-30T10:00:00", "must be of type date"),
        ("valid_to = 2026-09-30", "valid_to = 2025-09-30", "valid_to is before valid_from"),
        ('system = "icd10cm"', 'system = "icd9"', "system 'icd9' is not a valid System"),
        ('layout = "tabular-xml"', 'layout = "pdf"', "expected one of"),
        ("chapters = 22", "chapters = true", "chapters must be of type int, found True"),
        ("chapters = 22", "chapters = 22\nextra = 1", "extra is not a key"),
        ("\nlicence = ", "\nlicense = ", "licence must be of type str, found nothing"),
        ('category = "S06"', 'category = "S06"\nother = 1', "other is not a key"),
        ("archived = false", "", "archived must be of type bool, found nothing"),
        ('based_on = "2025-04"', 'based_on = "2025-05"', "bases 2023-10 on 2025-05"),
        ("schema = 1", "schema = = 1", "is not readable TOML"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TEXT
    path = tmp_path / "sources.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_sources(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith("sources.toml")


def test_a_release_named_twice_is_an_error(tiny_release: TinyRelease) -> None:
    tiny_release.name({}, {})
    with pytest.raises(InputError, match=r"names a release twice"):
        read_sources(tiny_release.sources)


def test_a_package_that_is_not_installed_is_named_with_the_remedy(
    tiny_release: TinyRelease,
) -> None:
    text = tiny_release.sources.read_text(encoding="utf-8")
    tiny_release.sources.write_text(text.replace('"tiny-release"', '"no-such-release"'))
    (source,) = read_sources(tiny_release.sources).releases
    with pytest.raises(MissingCodeSet, match=r"pip install no-such-release==1.0") as caught:
        source.locate()
    assert caught.value.exit_status == 3


def test_a_package_without_the_file_is_named(tiny_release: TinyRelease) -> None:
    tiny_release.name({"file": "tiny_release/other.xml"})
    (source,) = read_sources(tiny_release.sources).releases
    with pytest.raises(MissingCodeSet, match=r"tiny-release 1.0 does not hold"):
        source.locate()
