"""A whole update against a publisher's site on this machine."""

from __future__ import annotations

import datetime as dt
import io
import json
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from nosology.codesets.loaders.contract import Edition
from nosology.codesets.updating.catalogue import Catalogue, Licence, read_catalogue
from nosology.codesets.updating.download import Downloader
from nosology.codesets.updating.licences import Wording
from nosology.codesets.updating.status import InstalledEdition
from nosology.codesets.updating.update import FOLDER, Outcome, Result, Updater
from nosology.model.errors import InputError
from tests.codesets.updating.publisher import Answer, FakeClock, Site, ranged

NOVEMBER = dt.date(2026, 11, 22)
LISTS = """
schema = 1
hosts = ["127.0.0.1"]

[[licence]]
name = "terms"
title = "the terms"
holder = "Holder"
summary = "Be good."
page = "SITE/license?file={path}"
mentions = ["Holder"]
query = "agree=yes"
verified = "unverified"

[[data_set]]
name = "plain"
title = "Plain"
publisher = "P"
systems = ["plain"]
calendar = { begins = ["10-01", "04-01"], label = "{year}-{month}" }
page = "SITE/plain"
most_megabytes = 1
[[data_set.file]]
name = "file"
[[data_set.file.place]]
listing = "SITE/plain"
link = "plain-{year}-{month}(?:-r(?P<version>\\\\d))?\\\\.zip"
verified = "unverified"
[[data_set.file.place]]
address = "SITE/files/plain-{year}.zip"
verified = "unverified"
[[data_set.file]]
name = "extra"
optional = true
[[data_set.file.place]]
address = "SITE/files/extra-{year}.zip"
verified = "unverified"

[[data_set]]
name = "gated"
title = "Gated"
publisher = "P"
systems = ["gated"]
licences = ["terms"]
calendar = { begins = ["01-01", "04-01?", "07-01?", "10-01?"], label = "{year}Q{quarter}" }
page = "SITE/gated"
[[data_set.file]]
name = "series"
parts = 2
[[data_set.file.place]]
listing = "SITE/gated"
link = "gated-{year}q{quarter}-f(?P<part>\\\\d)\\\\.zip"
verified = "unverified"

[[data_set]]
name = "newest"
title = "Newest only"
publisher = "P"
systems = ["newest"]
calendar = { begins = ["01-01", "04-01", "07-01", "10-01"], label = "{year}-{month}" }
only_newest = true
page = "SITE/newest"
[[data_set.file]]
name = "file"
save_as = "newest-{year}-{month}.zip"
[[data_set.file.place]]
address = "SITE/files/current.zip"
verified = "unverified"

[[data_set]]
name = "licensed"
title = "Licensed"
publisher = "Q"
systems = ["licensed"]
calendar = { begins = ["01-01"], label = "{year}" }
page = "SITE/licensed"
obtain = "get it from Q"
"""


def held(system: str, label: str, first: str, last: str | None = None) -> InstalledEdition:
    until = dt.date.fromisoformat(last) if last else None
    return InstalledEdition(system, label, dt.date.fromisoformat(first), until, "full")


OLD_PLAIN = held("plain", "2026-04", "2026-04-01", "2026-09-30")
OLD_GATED = held("gated", "2025Q1", "2025-01-01")


def archive(content: str = "rows") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("file.txt", content)
    return packed.getvalue()


def page_of(*references: str) -> Answer:
    listed = "".join(f'<a href="{each}">x</a>' for each in references)
    return Answer(200, f"<html><main>{listed}</main>".encode(), {"Content-Type": "text/html"})


class Store:
    """Stands for the store: takes files, and says which edition they are."""

    def __init__(self, *installed: InstalledEdition) -> None:
        self.installed = list(installed)
        self.given: list[list[tuple[str, bytes]]] = []
        self.edition: Edition | None = None
        self.refuses = False

    def read(self) -> Sequence[InstalledEdition]:
        return tuple(self.installed)

    def identify(self, paths: Sequence[Path]) -> Sequence[Edition]:
        folder = paths[0].parent
        told = Edition(folder.parent.name, folder.name, dt.date(int(folder.name[:4]), 10, 1), None)
        return (told,) if self.edition is None else (self.edition,)

    def install(self, paths: Sequence[Path]) -> Sequence[Edition]:
        if self.refuses:
            raise InputError(paths[0].name, "holds a row that is malformed")
        self.given.append([(path.name, path.read_bytes()) for path in paths])
        [edition] = self.identify(paths)
        self.installed.append(held(edition.data_set, edition.label, edition.valid_from.isoformat()))
        return (edition,)


class Asked:
    """Answers what a user is asked, and notes it."""

    def __init__(self, answer: bool) -> None:
        self.answer = answer
        self.wordings: list[Wording] = []

    def __call__(self, licence: Licence, wording: Wording) -> bool:
        assert licence.name == "terms"
        self.wordings.append(wording)
        return self.answer


@pytest.fixture
def catalogue(site: Site, tmp_path: Path) -> Catalogue:
    path = tmp_path / "updates.toml"
    path.write_text(LISTS.replace("SITE", site.address), encoding="utf-8")
    return read_catalogue(path)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def make(
    catalogue: Catalogue, home: Path, downloader: Downloader, store: Store, consents: bool = True
) -> tuple[Updater, Asked]:
    asked = Asked(consents)
    updater = Updater(
        catalogue,
        home,
        downloader,
        store.identify,
        store.install,
        asked,
        NOVEMBER,
        lambda *_: None,
        0.05,
    )
    return updater, asked


def run(updater: Updater, store: Store, *names: str, on: dt.date = NOVEMBER, dry: bool = False):
    return list(updater.update(names, on, store.read, dry_run=dry))


def left_in(home: Path) -> list[str]:
    return sorted(
        path.name
        for path in (home / FOLDER).rglob("*")
        if path.is_file() and path.suffix != ".lock"
    )


def serve_plain(site: Site, content: bytes) -> None:
    site.serve("/plain", page_of("/files/plain-2026-04.zip", "/files/plain-2026-10.zip"))
    site.serve("/files/plain-2026-10.zip", ranged(content))


def serve_gated(site: Site, quarter: str = "2026q4", terms: str = "Holder says") -> None:
    names = [f"gated-{quarter}-f{part}.zip" for part in (1, 2)]
    site.serve("/gated", page_of(*(f"/license?file=/files/{name}" for name in names)))
    for name in names:
        site.serve(f"/files/{name}", ranged(archive(name)))
        wording = f"<main>{terms} of {name}</main>".encode()
        site.serve(
            f"/license?file=/files/{name}", Answer(200, wording, {"Content-Type": "text/html"})
        )


def test_what_is_out_of_date_is_fetched_checked_and_installed(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    serve_plain(site, archive())
    store = Store(OLD_PLAIN)
    updater, _ = make(catalogue, home, downloader, store)
    plain, gated, newest, licensed = run(updater, store)
    assert (plain.result, plain.edition, plain.says) == (
        Result.INSTALLED,
        "2026-10",
        "plain 2026-10",
    )
    assert plain.addresses == (site.at("/files/plain-2026-10.zip"),)
    assert store.given == [[("plain-2026-10.zip", archive())]]
    assert [each.result for each in (gated, newest, licensed)] == [Result.NOT_INSTALLED] * 3
    assert left_in(home) == []
    assert not (home / "licences.json").exists()


def test_nothing_is_asked_of_the_network_where_all_is_current(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    store = Store(held("plain", "2026-10", "2026-10-01"))
    updater, _ = make(catalogue, home, downloader, store)
    assert run(updater, store, "plain")[0].result is Result.UP_TO_DATE
    run(updater, store)
    assert site.asked == []


def test_an_optional_file_comes_along_where_it_is_there(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    serve_plain(site, archive())
    site.serve("/files/extra-2026.zip", ranged(archive("extra")))
    store = Store(OLD_PLAIN)
    updater, _ = make(catalogue, home, downloader, store)
    run(updater, store, "plain")
    assert [[name for name, _ in given] for given in store.given] == [
        ["plain-2026-10.zip", "extra-2026.zip"]
    ]


@pytest.mark.parametrize(
    "listing", [None, page_of("/about"), Answer(403), Answer(200, b"x", {"Content-Encoding": "br"})]
)
def test_where_the_page_leads_nowhere_the_usual_address_is_tried(
    site: Site,
    catalogue: Catalogue,
    home: Path,
    downloader: Downloader,
    listing: Answer | None,
) -> None:
    if listing is not None:
        site.serve("/plain", listing)
    site.serve("/files/plain-2026.zip", ranged(archive()))
    store = Store(OLD_PLAIN)
    updater, _ = make(catalogue, home, downloader, store)
    [outcome] = run(updater, store, "plain")
    assert outcome.result is Result.INSTALLED
    assert outcome.addresses == (site.at("/files/plain-2026.zip"),)


def test_what_is_nowhere_is_not_published_yet(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    site.serve("/plain", page_of("/files/plain-2026-04.zip"))
    store = Store(OLD_PLAIN)
    updater, _ = make(catalogue, home, downloader, store)
    [outcome] = run(updater, store, "plain")
    assert outcome.result is Result.NOT_PUBLISHED
    assert site.at("/plain") in outcome.says
    assert "codesets add" in outcome.says


def test_a_page_that_refuses_is_told_where_nothing_else_helps(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    site.serve("/plain", Answer(403))
    store = Store(OLD_PLAIN)
    updater, _ = make(catalogue, home, downloader, store)
    [outcome] = run(updater, store, "plain")
    assert outcome.result is Result.FAILED
    assert outcome.error is not None
    assert outcome.error.where == site.at("/plain")


@pytest.mark.parametrize(
    "content", [b"<html>Please accept the license</html>", archive()[:-20], b"%PDF"]
)
def test_what_is_not_the_file_is_never_installed(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader, content: bytes
) -> None:
    serve_plain(site, content)
    store = Store(OLD_PLAIN)
    updater, _ = make(catalogue, home, downloader, store)
    [outcome] = run(updater, store, "plain")
    assert outcome.result is Result.FAILED
    assert store.given == []
    assert left_in(home) == []
    serve_plain(site, archive())
    [outcome] = run(make(catalogue, home, downloader, store)[0], store, "plain")
    assert outcome.result is Result.INSTALLED


def test_what_the_store_refuses_fails_alone_and_is_not_fetched_twice(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    serve_plain(site, archive())
    site.serve("/files/current.zip", ranged(archive()))
    store = Store(OLD_PLAIN, held("newest", "2026-04", "2026-04-01"))
    store.refuses = True
    updater, _ = make(catalogue, home, downloader, store)
    outcomes = {each.data_set.name: each for each in run(updater, store)}
    assert outcomes["plain"].result is Result.FAILED
    assert outcomes["newest"].result is Result.FAILED
    assert outcomes["plain"].says == "holds a row that is malformed"
    store.refuses = False
    site.asked.clear()
    [outcome] = run(make(catalogue, home, downloader, store)[0], store, "plain")
    assert outcome.result is Result.INSTALLED
    again = [headers for path, headers in site.asked if path == "/files/plain-2026-10.zip"]
    assert [headers["If-None-Match"] for headers in again] == ['"one"']


def test_another_edition_than_the_one_looked_for_is_not_installed(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    serve_plain(site, archive())
    store = Store(OLD_PLAIN)
    store.edition = Edition("plain", "2025-10", dt.date(2025, 10, 1), None)
    updater, _ = make(catalogue, home, downloader, store)
    [outcome] = run(updater, store, "plain")
    assert outcome.result is Result.FAILED
    assert outcome.says.startswith("tells that it is plain 2025-10, not plain 2026-10, so nothing")
    assert store.given == []
    kept = home / FOLDER / "plain" / "2026-10" / "plain-2026-10.zip"
    assert outcome.error is not None
    assert outcome.error.where == str(kept)
    assert kept.read_bytes() == archive()


def test_a_licence_is_asked_once_for_all_files_and_remembered(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    serve_gated(site)
    store = Store(OLD_GATED)
    updater, asked = make(catalogue, home, downloader, store)
    [outcome] = run(updater, store, "gated")
    assert outcome.result is Result.INSTALLED
    assert len(asked.wordings) == 1
    assert asked.wordings[0].text == "Holder says of"
    assert [path for path in site.paths() if path.startswith("/files")] == [
        "/files/gated-2026q4-f1.zip?agree=yes",
        "/files/gated-2026q4-f2.zip?agree=yes",
    ]
    written = json.loads((home / "licences.json").read_text())
    assert written["terms"]["accepted"] == "2026-11-22"
    assert written["terms"]["wording"] == asked.wordings[0].identity

    again, asked_again = make(catalogue, home, downloader, Store(OLD_GATED))
    run(again, Store(OLD_GATED), "gated")
    assert asked_again.wordings == []


def test_a_licence_that_reads_otherwise_is_asked_again(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    serve_gated(site)
    store = Store(OLD_GATED)
    run(make(catalogue, home, downloader, store)[0], store, "gated")
    serve_gated(site, terms="Holder says otherwise")
    updater, asked = make(catalogue, home, downloader, Store(OLD_GATED), consents=False)
    [outcome] = run(updater, Store(OLD_GATED), "gated")
    assert len(asked.wordings) == 1
    assert outcome.result is Result.REFUSED


def test_a_licence_that_is_refused_means_that_nothing_is_fetched(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    serve_gated(site)
    store = Store(OLD_GATED)
    updater, _ = make(catalogue, home, downloader, store, consents=False)
    [outcome] = run(updater, store, "gated")
    assert outcome.result is Result.REFUSED
    assert "--accept-licence terms" in outcome.says
    assert [path for path in site.paths() if path.startswith("/files")] == []
    assert store.given == []
    assert not (home / "licences.json").exists()
    assert left_in(home) == []


@pytest.mark.parametrize("page", [Answer(404), page_of("/about")])
def test_a_licence_that_cannot_be_read_cannot_be_accepted(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader, page: Answer
) -> None:
    serve_gated(site)
    site.serve("/license?file=/files/gated-2026q4-f1.zip", page)
    store = Store(OLD_GATED)
    updater, asked = make(catalogue, home, downloader, store)
    [outcome] = run(updater, store, "gated")
    assert outcome.result is Result.FAILED
    assert asked.wordings == []
    assert [path for path in site.paths() if path.startswith("/files")] == []


def test_of_editions_that_may_be_skipped_the_newest_there_is_is_taken(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    serve_gated(site, "2026q2")
    store = Store(OLD_GATED)
    updater, _ = make(catalogue, home, downloader, store)
    [outcome] = run(updater, store, "gated")
    assert (outcome.result, outcome.edition) == (Result.INSTALLED, "2026Q2")


def test_of_editions_that_may_be_skipped_an_installed_one_stays(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    serve_gated(site, "2026q2")
    store = Store(held("gated", "2026Q2", "2026-04-01"))
    updater, _ = make(catalogue, home, downloader, store)
    [outcome] = run(updater, store, "gated")
    assert outcome.result is Result.UP_TO_DATE
    assert outcome.says == "nothing newer than 2026Q2 is published"
    assert store.given == []


def test_a_series_that_lacks_a_part_is_not_published(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    site.serve("/gated", page_of("/license?file=/files/gated-2026q1-f1.zip"))
    store = Store(OLD_GATED)
    updater, _ = make(catalogue, home, downloader, store)
    assert run(updater, store, "gated")[0].result is Result.NOT_PUBLISHED


def test_a_name_that_tells_no_edition_is_replaced(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    site.serve("/files/current.zip", ranged(archive()))
    store = Store()
    updater, _ = make(catalogue, home, downloader, store)
    run(updater, store, "newest")
    assert [name for name, _ in store.given[0]] == ["newest-2026-10.zip"]


def test_what_is_there_today_is_not_taken_for_another_day(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    site.serve("/files/current.zip", ranged(archive()))
    store = Store()
    updater, _ = make(catalogue, home, downloader, store)
    [outcome] = run(updater, store, "newest", on=dt.date(2026, 5, 1))
    assert outcome.result is Result.NOT_PUBLISHED
    assert site.asked == []


def test_what_is_licensed_is_never_fetched(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    store = Store(held("licensed", "2026", "2026-01-01"))
    updater, _ = make(catalogue, home, downloader, store)
    [named] = run(updater, store, "licensed")
    assert (named.result, named.says) == (Result.TO_OBTAIN, "get it from Q")
    stale = run(updater, store, on=dt.date(2027, 1, 1))
    assert stale[-1].result is Result.TO_OBTAIN
    assert site.asked == []


def test_a_dry_run_looks_and_leaves_everything(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    serve_plain(site, archive())
    serve_gated(site)
    store = Store(OLD_PLAIN, OLD_GATED)
    updater, asked = make(catalogue, home, downloader, store)
    plain, gated = run(updater, store, "plain", "gated", dry=True)
    assert plain.result is gated.result is Result.PLANNED
    assert plain.says == "nothing fetched; not every address was seen"
    assert gated.says == "nothing fetched"
    assert [address.rpartition("/")[2] for address in plain.addresses] == [
        "plain-2026-10.zip",
        "extra-2026.zip",
    ]
    assert len(gated.addresses) == 2
    assert set(site.paths()) == {"/plain", "/gated"}
    assert asked.wordings == []
    assert store.given == []


def test_a_file_that_the_page_offers_from_elsewhere_is_not_fetched(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    site.serve("/plain", page_of("https://elsewhere.example/plain-2026-10.zip"))
    store = Store(OLD_PLAIN)
    updater, _ = make(catalogue, home, downloader, store)
    [outcome] = run(updater, store, "plain")
    assert outcome.result is Result.FAILED
    assert "is not on a publisher's site" in outcome.says


@pytest.mark.parametrize("name", ["..%2F..%2Fescape.zip", "%2e%2e", "a%00b.zip", ".hidden.zip"])
def test_no_name_leads_out_of_the_folder(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader, name: str
) -> None:
    from nosology.codesets.updating.listing import links

    [link] = links(f'<a href="/files/{name}">x</a>', site.at("/"))
    updater, _ = make(catalogue, home, downloader, Store())
    data_set = catalogue.data_sets["plain"]
    edition = data_set.calendar.in_force(NOVEMBER)
    path = updater.place_of(data_set, data_set.files[0], edition, link)
    assert path.parent == home / FOLDER / "plain" / "2026-10"
    assert not path.name.startswith(".")
    assert "\x00" not in path.name


def test_two_updates_do_not_run_at_once(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader, clock: FakeClock
) -> None:
    serve_plain(site, archive())
    store = Store(OLD_PLAIN)
    first, _ = make(catalogue, home, downloader, store)
    going = first.update(("plain",), NOVEMBER, store.read)
    assert next(going).result is Result.INSTALLED
    second, _ = make(catalogue, home, Downloader(downloader.transport), store)
    with pytest.raises(InputError, match="another update is running"):
        run(second, store, "plain")
    assert list(going) == []
    assert run(second, store, "plain")[0].result is Result.UP_TO_DATE


def test_an_update_that_waited_sees_what_the_other_installed(
    site: Site, catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    serve_plain(site, archive())
    store = Store(OLD_PLAIN)
    first, _ = make(catalogue, home, downloader, store)
    second, _ = make(catalogue, home, downloader, store)
    second.lock_seconds = 20.0
    outcomes: list[Outcome] = []
    going = first.update(("plain",), NOVEMBER, store.read)
    # The first holds the lock from here on, and has installed.
    assert next(going).result is Result.INSTALLED
    waiting = threading.Thread(target=lambda: outcomes.extend(run(second, store, "plain")))
    waiting.start()
    assert list(going) == []
    waiting.join()
    assert [each.result for each in outcomes] == [Result.UP_TO_DATE]
    assert len(store.given) == 1


def test_a_home_that_cannot_be_written_is_said(
    catalogue: Catalogue, tmp_path: Path, downloader: Downloader
) -> None:
    home = tmp_path / "home"
    home.write_text("a file where the folder should be")
    store = Store(OLD_PLAIN)
    updater, _ = make(catalogue, home, downloader, store)
    with pytest.raises(InputError, match="NOSOLOGY_HOME"):
        run(updater, store, "plain")


def test_an_unknown_name_is_said_before_anything_happens(
    catalogue: Catalogue, home: Path, downloader: Downloader
) -> None:
    store = Store()
    updater, _ = make(catalogue, home, downloader, store)
    with pytest.raises(InputError, match="did you mean 'plain'"):
        run(updater, store, "plane")
    assert not home.exists()
