"""The list of addresses is read strictly, and the one that ships says what is true of it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from nosology.codesets.loaders.registry import loaders
from nosology.codesets.updating.calendar import filled
from nosology.codesets.updating.catalogue import UPDATES, read_catalogue
from nosology.model.errors import InputError

SMALL = """
schema = 1
hosts = ["cms.gov"]

[[licence]]
name = "terms"
title = "the terms"
holder = "Holder"
summary = "Be good."
page = "https://www.cms.gov/license"
mentions = ["Holder"]
verified = "unverified"

[[data_set]]
name = "small"
title = "Small"
publisher = "CMS"
systems = ["small"]
licences = ["terms"]
calendar = { begins = ["01-01", "07-01?"], label = "{year}-{month}" }
page = "https://www.cms.gov/small"
most_megabytes = 3

[[data_set.file]]
name = "file"

[[data_set.file.place]]
listing = "https://www.cms.gov/small"
link = "small-{year}\\\\.zip"
verified = "unverified"

[[data_set.file.place]]
address = "https://www.cms.gov/files/zip/small-{year}.zip"
begins = "01-01"
verified = "unverified"
"""


def read(tmp_path: Path, text: str) -> object:
    path = tmp_path / "updates.toml"
    path.write_text(text, encoding="utf-8")
    return read_catalogue(path)


def test_a_small_list_is_read(tmp_path: Path) -> None:
    path = tmp_path / "updates.toml"
    path.write_text(SMALL, encoding="utf-8")
    catalogue = read_catalogue(path)
    [small] = catalogue.choose(())
    [file] = small.files
    january = small.calendar.in_force(dt.date(2026, 2, 1))
    july = small.calendar.in_force(dt.date(2026, 8, 1))
    assert (small.most_bytes, small.licences, file.parts) == (3_000_000, ("terms",), 1)
    assert (january.is_certain, july.is_certain) == (True, False)
    assert [place.suits(january) for place in file.places] == [True, True]
    assert [place.suits(july) for place in file.places] == [True, False]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("schema = 1", "schema = 2", "schema is 2, expected 1"),
        ("schema = 1", "schema = true", "schema must be of type int"),
        ('hosts = ["cms.gov"]', 'hosts = "cms.gov"', "hosts must be of type list"),
        ('title = "Small"\n', "", "data_set small: title must be of type str, found nothing"),
        ('title = "Small"', 'title = " "', "title is empty"),
        ('title = "Small"', 'title = "Small"\ntilte = "x"', "tilte is not a key"),
        ('publisher = "CMS"', "publisher = 2026-01-01", "publisher must be of type str"),
        ('systems = ["small"]', "systems = []", "systems is missing"),
        ('systems = ["small"]', "systems = [1]", "systems must list texts"),
        ('licences = ["terms"]', 'licences = ["other"]', "needs other, which is no"),
        ('name = "terms"', 'name = "other"', "needs terms, which is no"),
        ('"01-01", ', '"13-01", ', "begins has '13-01'"),
        ('"01-01", ', '"02-29", ', "begins has '02-29'"),
        ('"01-01", ', '"1-1", ', "begins has '1-1'"),
        ('["01-01", "07-01?"]', "[]", "begins is empty"),
        ("{year}-{month}", "{season}", "label names 'season'"),
        ("small-{year}.zip", "small-{season}.zip", "address names 'season'"),
        ("small-{year}\\\\.zip", "small-({year}", "link is no pattern"),
        ('link = "small-{year}\\\\.zip"\n', "", "link belongs to a listing"),
        ('begins = "01-01"', 'link = "x"', "link belongs to a listing"),
        ('mentions = ["Holder"]\n', "", "mentions is missing"),
        ('page = "https://www.cms.gov/small"', 'page = "http://www.cms.gov"', "begins with https"),
        ('address = "https:', 'address = "ftp:', "begins with https"),
        ("most_megabytes = 3", "most_megabytes = 0", "most_megabytes is 0"),
        ('name = "file"', 'name = "file"\nparts = 2\nsave_as = "x"', "save_as is one name"),
        ('name = "file"', 'name = "file"\nsave_as = "{season}"', "save_as names 'season'"),
        ("most_megabytes = 3", 'obtain = "buy it"', "file must be there, or obtain"),
        ("[[data_set.file.place]]", "[[data_set.file.else]]", "else is not a key"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in SMALL
    with pytest.raises(InputError, match=re.escape(says)):
        read(tmp_path, SMALL.replace(old, new))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("schema =", "is not readable TOML"),
        (SMALL + SMALL.partition("hosts")[2].partition("\n")[2], "gives a name twice"),
        ("schema = 1\nhosts = []\ndata_set = [1]\n", "data_set must be an array of tables"),
    ],
)
def test_a_list_that_is_wrong_as_a_whole(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read(tmp_path, text)


def test_an_unknown_data_set_is_told_with_the_nearest() -> None:
    catalogue = read_catalogue()
    with pytest.raises(InputError, match="did you mean 'icd10cm'"):
        catalogue.choose(("icd10",))
    with pytest.raises(InputError, match="expected icd10cm, icd10pcs"):
        catalogue.choose(("weather",))
    assert len(catalogue.choose(("all",))) == len(catalogue.data_sets)
    assert [each.name for each in catalogue.choose(("hcpcs", "icd10cm"))] == ["icd10cm", "hcpcs"]


def test_every_address_is_on_a_host_that_may_be_asked() -> None:
    catalogue = read_catalogue()
    for data_set in catalogue.data_sets.values():
        for on in (dt.date(2026, 4, 1), dt.date(2026, 11, 22)):
            edition = data_set.calendar.in_force(on)
            for file in data_set.files:
                for place in file.places:
                    address = filled(place.address, edition.variables())
                    host = address.removeprefix("https://").partition("/")[0]
                    assert host.endswith(catalogue.hosts), address


def test_every_edition_has_a_place_to_look() -> None:
    for data_set in read_catalogue().data_sets.values():
        edition = data_set.calendar.in_force(dt.date(2026, 11, 22))
        for _ in range(5):
            for file in data_set.files:
                assert any(place.suits(edition) for place in file.places), data_set.name
            following = data_set.calendar.next(edition.valid_from)
            edition = following or edition


def test_every_place_says_where_it_was_seen_and_none_claims_more() -> None:
    text = UPDATES.read_text(encoding="utf-8")
    for data_set in read_catalogue().data_sets.values():
        for file in data_set.files:
            for place in file.places:
                assert "seen" in place.verified or place.verified.startswith("unverified")
                assert "tried" not in place.verified
    assert "Nothing here was tried against the live sites" in text


def test_what_carries_cpt_asks_for_its_licence() -> None:
    catalogue = read_catalogue()
    needing = {name for name, each in catalogue.data_sets.items() if "ama-cpt" in each.licences}
    assert needing == {
        *("ncci-ptp-practitioner", "ncci-ptp-hospital", "ncci-add-on"),
        *("mue-practitioner", "mue-outpatient", "mue-dme"),
        *("mpfs", "asp-limits", "asp-ndc"),
    }
    assert not catalogue.data_sets["cpt"].files


def test_the_store_knows_every_data_set_by_its_name() -> None:
    """A name that no loader writes would never be found up to date."""
    modules = [
        Path(__import__(type(each).__module__, fromlist=["x"]).__file__) for each in loaders()
    ]
    written = "\n".join(path.read_text(encoding="utf-8") for path in set(modules))
    for data_set in read_catalogue().data_sets.values():
        for system in data_set.systems:
            assert f'"{system}"' in written or system in {"icd10cm", "icd10pcs", "hcpcs", "cpt"}


def test_the_documentation_shows_every_address_and_where_it_was_seen() -> None:
    page = Path(__file__).parents[3] / "docs" / "updating.md"
    rows = [
        "| data set | page or address | name of the file | seen, not tried |",
        "|---|---|---|---|",
    ]
    catalogue = read_catalogue()
    for data_set in catalogue.data_sets.values():
        if data_set.obtain:
            rows.append(
                f"| `{data_set.name}` | {data_set.page} | never fetched | for information only |"
            )
        for place in (place for file in data_set.files for place in file.places):
            pattern = place.link.replace("|", "\\|")
            name = f"`{pattern}`" if pattern else "the address itself"
            rows.append(f"| `{data_set.name}` | {place.address} | {name} | {place.verified} |")
    rows += [
        f"| license `{licence.name}` | {licence.page} | the page itself | {licence.verified} |"
        for licence in catalogue.licences.values()
    ]
    table = "\n".join(rows) + "\n"
    assert page.read_text(encoding="utf-8").endswith("\n\n" + table), f"expected:\n{table}"
