"""A licence is shown as its publisher words it, and its acceptance is written down."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from nosology.codesets.updating.catalogue import Licence
from nosology.codesets.updating.licences import (
    Acceptances,
    Wording,
    read_wording,
    wording_page,
)
from nosology.codesets.updating.listing import Link
from nosology.codesets.updating.transport import DownloadFailed
from nosology.model.errors import InputError

LICENCE = Licence(
    name="terms",
    title="the terms",
    holder="Holder of Rights",
    summary="Be good.",
    page="https://www.cms.gov/license?file={path}",
    mentions=("Holder of Rights",),
    query="agree=yes",
    verified="unverified",
)
PAGE = "https://www.cms.gov/license"
TODAY = dt.date(2026, 11, 22)


def page(file: str, terms: str = "You may read it.") -> str:
    return f"<nav>x</nav><main><p>{file}</p><p>© Holder of\nRights. {terms}</p></main>"


@pytest.fixture
def acceptances(tmp_path: Path) -> Acceptances:
    return Acceptances(tmp_path / "home" / "licences.json")


def test_the_wording_is_the_same_for_every_file() -> None:
    one = read_wording(LICENCE, PAGE, page("a.zip"), "a.zip")
    two = read_wording(LICENCE, PAGE, page("b.zip"), "b.zip")
    assert one == two
    assert one.text == "© Holder of Rights. You may read it."
    assert len(one.identity) == 64


def test_another_wording_is_another_identity() -> None:
    one = read_wording(LICENCE, PAGE, page("a.zip"), "a.zip")
    other = read_wording(LICENCE, PAGE, page("a.zip", "You may not."), "a.zip")
    assert one.identity != other.identity


def test_a_page_without_the_wording_cannot_be_accepted() -> None:
    with pytest.raises(DownloadFailed, match="does not show the wording of the terms"):
        read_wording(LICENCE, PAGE, "<p>Please enable JavaScript</p>", "a.zip")


def test_the_page_is_the_one_that_the_link_leads_through() -> None:
    file = "https://www.cms.gov/files/zip/a.zip"
    assert wording_page(LICENCE, Link(file, "https://www.cms.gov/own")) == "https://www.cms.gov/own"
    assert wording_page(LICENCE, Link(file)) == "https://www.cms.gov/license?file=/files/zip/a.zip"


def test_an_acceptance_is_remembered_with_date_and_wording(acceptances: Acceptances) -> None:
    wording = Wording(PAGE, "text", "abc")
    assert not acceptances.holds(LICENCE, wording)
    acceptances.keep(LICENCE, wording, TODAY)
    assert acceptances.holds(LICENCE, wording)
    assert not acceptances.holds(LICENCE, Wording(PAGE, "other", "def"))
    assert json.loads(acceptances.path.read_text()) == {
        "terms": {"accepted": "2026-11-22", "wording": "abc", "address": PAGE}
    }


def test_acceptances_stand_side_by_side(acceptances: Acceptances) -> None:
    from dataclasses import replace

    other = replace(LICENCE, name="other")
    acceptances.keep(LICENCE, Wording(PAGE, "text", "abc"), TODAY)
    acceptances.keep(other, Wording(PAGE, "text", "def"), TODAY)
    acceptances.keep(other, Wording(PAGE, "text", "ghi"), TODAY)
    assert {name: each.wording for name, each in acceptances.read().items()} == {
        "terms": "abc",
        "other": "ghi",
    }


@pytest.mark.parametrize(
    "damage", ["", "[]", "{", '{"terms": 1}', '{"terms": {"accepted": "soon"}}', '{"terms": {}}']
)
def test_a_damaged_record_accepts_nothing(acceptances: Acceptances, damage: str) -> None:
    acceptances.path.parent.mkdir()
    acceptances.path.write_text(damage)
    with pytest.raises(InputError, match="remove it to be asked again"):
        acceptances.holds(LICENCE, Wording(PAGE, "text", "abc"))
    with pytest.raises(InputError):
        acceptances.keep(LICENCE, Wording(PAGE, "text", "abc"), TODAY)
    assert acceptances.path.read_text() == damage


def test_what_cannot_be_written_down_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    acceptances = Acceptances(tmp_path / "home" / "licences.json")
    with pytest.raises(InputError, match="cannot be"):
        acceptances.keep(LICENCE, Wording(PAGE, "text", "abc"), TODAY)
