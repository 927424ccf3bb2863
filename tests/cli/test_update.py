"""``nosology codesets update``, against a publisher's site on this machine."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import zipfile
from pathlib import Path

import click
import pytest

from nosology.cli import update as command
from nosology.cli.update import Bar, update
from nosology.codesets.loaders.contract import Edition
from nosology.codesets.updating.catalogue import UPDATES, Licence, read_catalogue
from nosology.codesets.updating.download import Downloader, Patience
from nosology.codesets.updating.licences import Wording
from nosology.codesets.updating.status import InstalledEdition
from nosology.codesets.updating.transport import Transport
from tests.codesets.updating.publisher import (
    Answer,
    FakeClock,
    Site,
    identity,
    no_proxies,
    ranged,
    site,
)

__all__ = ["identity", "no_proxies", "site"]

LISTS = """
schema = 1
hosts = ["127.0.0.1"]

[[licence]]
name = "terms"
title = "the terms"
holder = "Holder"
summary = "Be good."
page = "SITE/license"
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
[[data_set.file]]
name = "file"
[[data_set.file.place]]
address = "SITE/plain-{year}-{month}.zip"
verified = "unverified"

[[data_set]]
name = "gated"
title = "Gated"
publisher = "P"
systems = ["gated"]
licences = ["terms"]
calendar = { begins = ["01-01"], label = "{year}" }
page = "SITE/gated"
[[data_set.file]]
name = "file"
[[data_set.file.place]]
address = "SITE/gated-{year}.zip"
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
ON = ("--on", "2026-11-22")


def archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("file.txt", "rows")
    return packed.getvalue()


def held(system: str, label: str, first: str) -> InstalledEdition:
    return InstalledEdition(system, label, dt.date.fromisoformat(first), None, "full")


@pytest.fixture
def world(site, identity, tmp_path, monkeypatch):
    """A site with a plain and a gated data set, and a store in which both are out of date."""
    lists = tmp_path / "updates.toml"
    lists.write_text(LISTS.replace("SITE", site.address), encoding="utf-8")
    installed = [held("plain", "2026-04", "2026-04-01"), held("gated", "2025", "2025-01-01")]
    site.installed = installed
    site.serve("/plain-2026-10.zip", ranged(archive()))
    site.serve("/gated-2026.zip", ranged(archive()))
    site.serve("/license", Answer(200, b"<p>Holder says\x1b[31m so</p>"))

    def identify(paths):
        return [
            Edition(path.parent.parent.name, path.parent.name, dt.date(2026, 10, 1), None)
            for path in paths
        ]

    def install_into(home, report):
        def install(paths):
            report("adding", 1, 1)
            found = identify(paths)
            installed.extend(held(each.data_set, each.label, "2026-10-01") for each in found)
            return found

        return install

    def downloader(catalogue):
        transport = Transport(catalogue.hosts, timeout=5, context=identity.for_client())
        return Downloader(transport, Patience(), FakeClock())

    monkeypatch.setenv("NOSOLOGY_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(command, "build_visibly", lambda: None)
    monkeypatch.setattr(command, "load_catalogue", lambda: read_catalogue(lists))
    monkeypatch.setattr(command, "make_downloader", downloader)
    monkeypatch.setattr("nosology.codesets.updating.installing.identify", identify)
    monkeypatch.setattr("nosology.codesets.updating.installing.installer", install_into)
    monkeypatch.setattr(
        "nosology.codesets.updating.installing.installed_editions", lambda: tuple(installed)
    )
    return site


def lines(outcome):
    return [json.loads(line) for line in outcome.output.splitlines()]


def results(outcome):
    return {each["data_set"]: each["result"] for each in lines(outcome)}


def test_check_says_how_everything_stands_and_asks_no_network(run, world: Site):
    outcome = run("codesets", "update", "--check", *ON)
    assert outcome.status == 1
    assert outcome.errors == []
    assert lines(outcome)[0] == {
        "data_set": "plain",
        "title": "Plain",
        "state": "stale",
        "installed": "2026-04",
        "in_force": {"release": "2026-10", "valid_from": "2026-10-01", "valid_to": "2027-03-31"},
        "next": {"release": "2027-04", "valid_from": "2027-04-01", "valid_to": "2027-09-30"},
        "licences": [],
        "downloadable": True,
    }
    states = [(each["data_set"], each["state"], each["downloadable"]) for each in lines(outcome)]
    assert states[1:] == [("gated", "stale", True), ("licensed", "not installed", False)]
    assert world.asked == []


def test_check_is_content_where_nothing_is_out_of_date(run, world: Site):
    assert run("codesets", "update", "--check", "--on", "2025-06-01", "gated").status == 0
    assert run("codesets", "update", "--check", "--on", "2026-09-30", "plain").status == 0
    assert run("codesets", "update", "--check", "--on", "2026-10-01", "plain").status == 1


def test_check_of_what_is_named_and_not_there(run, world: Site):
    assert run("codesets", "update", "--check", *ON, "licensed").status == 1
    world.installed.clear()
    assert run("codesets", "update", "--check", *ON).status == 0


def test_check_as_a_table(run, world: Site):
    outcome = run("codesets", "update", "--check", *ON, "--format", "table")
    table = outcome.output.decode()
    assert "Data set" in table
    assert "plain     stale          2026-04    2026-10   2027-04  2027-04-01" in table


def test_yes_fetches_and_installs(run, world: Site):
    outcome = run("codesets", "update", "plain", *ON, "--yes")
    assert outcome.status == 0
    assert lines(outcome) == [
        {
            "data_set": "plain",
            "result": "installed",
            "release": "2026-10",
            "says": "plain 2026-10",
            "addresses": [world.at("/plain-2026-10.zip")],
        }
    ]
    assert run("codesets", "update", "--check", "plain", *ON).status == 0
    assert results(run("codesets", "update", "plain", *ON)) == {"plain": "up to date"}


def test_a_table_says_the_same(run, world: Site):
    outcome = run("codesets", "update", "plain", *ON, "--yes", "--format", "table")
    printed = outcome.output.decode().splitlines()
    assert printed == [
        "plain 2026-10  installed  plain 2026-10",
        f"  {world.at('/plain-2026-10.zip')}",
    ]


def test_nobody_to_ask_means_nothing_is_fetched(run, world: Site):
    outcome = run("codesets", "update", *ON)
    assert outcome.status == 2
    assert outcome.error == (
        "nosology: update: would fetch plain 2026-10, gated 2026; give --yes, as nobody can be "
        "asked here"
    )
    assert world.asked == []


@pytest.mark.parametrize(("answer", "status", "fetched"), [(b"y\n", 0, True), (b"n\n", 1, False)])
def test_a_person_is_asked_first(run, world: Site, monkeypatch, answer, status, fetched):
    monkeypatch.setattr(command, "_is_terminal", lambda: True)
    outcome = run("codesets", "update", "plain", *ON, stdin=answer)
    assert outcome.status == status
    assert "Fetch and install plain 2026-10? [y/N]" in "".join(outcome.errors)
    assert bool(world.asked) is fetched


def test_yes_accepts_no_licence(run, world: Site):
    outcome = run("codesets", "update", "gated", *ON, "--yes")
    assert outcome.status == 1
    assert results(outcome) == {"gated": "license not accepted"}
    assert "--accept-licence terms" in lines(outcome)[0]["says"]
    assert world.paths() == ["/license"]


def test_a_licence_is_accepted_by_name(run, world: Site, tmp_path: Path):
    outcome = run("codesets", "update", "gated", *ON, "--yes", "--accept-licence", "terms")
    assert outcome.status == 0
    assert world.paths() == ["/license", "/gated-2026.zip?agree=yes"]
    written = json.loads((tmp_path / "home" / "licences.json").read_text())
    assert written["terms"]["accepted"] == dt.date.today().isoformat()


@pytest.mark.parametrize(("answer", "status"), [(b"y\n", 0), (b"n\n", 1), (b"\n", 1)])
def test_a_licence_is_shown_in_its_own_words(run, world: Site, monkeypatch, answer, status):
    monkeypatch.setattr(command, "_is_terminal", lambda: True)
    outcome = run("codesets", "update", "gated", *ON, "--yes", stdin=answer)
    shown = "\n".join(outcome.errors)
    assert outcome.status == status
    assert "Holder says [31m so" in shown
    assert "\x1b" not in shown
    assert "Do you accept the terms? [y/N]" in shown


def test_an_unknown_licence_is_an_error(run, world: Site):
    outcome = run("codesets", "update", *ON, "--yes", "--accept-licence", "everything")
    assert outcome.status == 2
    assert "names 'everything'; expected one of terms" in outcome.error
    assert world.asked == []


def test_what_is_licensed_is_told_where_to_get(run, world: Site):
    outcome = run("codesets", "update", "licensed", *ON)
    assert outcome.status == 1
    assert lines(outcome)[0]["says"] == "get it from Q"


def test_a_dry_run_asks_nobody_and_fetches_nothing(run, world: Site, tmp_path: Path):
    outcome = run("codesets", "update", *ON, "--dry-run")
    assert outcome.status == 0
    assert results(outcome) == {
        "plain": "would be fetched",
        "gated": "would be fetched",
        "licensed": "not installed",
    }
    assert lines(outcome)[0]["addresses"] == [world.at("/plain-2026-10.zip")]
    assert world.asked == []
    assert not (tmp_path / "home" / "licences.json").exists()


def test_a_failure_is_one_line_and_does_not_stop_the_others(run, world: Site):
    world.serve("/plain-2026-10.zip", Answer(403))
    outcome = run("codesets", "update", "plain", "gated", *ON, "--yes", "--accept-licence", "terms")
    assert outcome.status == 2
    assert results(outcome) == {"plain": "failed", "gated": "installed"}
    assert outcome.error.startswith(f"nosology: {world.at('/plain-2026-10.zip')}: the server")


def test_what_is_not_there_yet_needs_the_user(run, world: Site):
    outcome = run("codesets", "update", "plain", "--on", "2027-04-01", "--yes")
    assert outcome.status == 1
    assert results(outcome) == {"plain": "not published"}


def test_usage_errors(run, world: Site):
    assert "did you mean 'plain'" in run("codesets", "update", "plane").error
    assert "exclude one another" in run("codesets", "update", "--check", "--dry-run").error
    assert "--on" in run("codesets", "update", "--on", "2026-13-01").error


def test_the_date_is_today_where_none_is_given(run, world: Site):
    [named] = lines(run("codesets", "update", "--check", "gated"))
    assert named["in_force"]["release"] == f"{dt.date.today().year}"


def test_the_bar_makes_way_and_comes_back(monkeypatch):
    from contextlib import contextmanager

    happened: list[str] = []

    @contextmanager
    def bar():
        happened.append("shown")
        yield lambda stage, done, total: happened.append(stage)
        happened.append("removed")

    monkeypatch.setattr(command, "progress_bar", bar)
    shown = Bar()
    shown.close()
    shown.report("one", 0, 1)
    shown.report("two", 1, 1)
    shown.close()
    shown.report("three", 0, 1)
    shown.close()
    assert happened == ["shown", "one", "two", "removed", "shown", "three", "removed"]


def test_a_licence_can_only_be_accepted_beforehand_or_on_a_terminal():
    licence = Licence("a", "a", "a", "a", "https://a", ("a",), "", "a")
    wording = Wording("https://a", "a", "a")
    bar = Bar()
    assert command._consent(("a",), bar)(licence, wording)
    assert not command._consent(("b",), bar)(licence, wording)


def test_the_help_names_every_option():
    with click.Context(update) as context:
        told = update.get_help(context)
    for option in ("--check", "--dry-run", "--yes", "--accept-licence", "--on"):
        assert option in told


def test_the_usual_updater_asks_the_publishers_only(tmp_path, monkeypatch):
    monkeypatch.setenv("NOSOLOGY_HOME", str(tmp_path))
    catalogue = command.load_catalogue()
    updater = command.make_updater(
        catalogue, lambda *_: False, dt.date(2026, 11, 22), lambda *_: None
    )
    assert updater.home == tmp_path
    updater.downloader.transport.check("https://www.cms.gov/x")


CCSR = """\
'ICD-10-CM CODE','ICD-10-CM CODE DESCRIPTION','Default CCSR CATEGORY IP',\
'Default CCSR CATEGORY DESCRIPTION IP','Default CCSR CATEGORY OP',\
'Default CCSR CATEGORY DESCRIPTION OP','CCSR CATEGORY 1','CCSR CATEGORY 1 DESCRIPTION'
'E1122','-','END003','Diabetes','END003','Diabetes','END003','Diabetes'
"""


@pytest.mark.usefixtures("home")
def test_the_store_takes_what_was_fetched(
    run, site: Site, identity, tmp_path, monkeypatch, nosology_home
):
    """From the publisher's page to the store, with nothing put in between."""
    own_home = tmp_path / "home"
    shutil.copytree(nosology_home, own_home)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("DXCCSR_v2027-1.csv", CCSR)
    page = b'<a href="DXCCSR-v2027-1.zip">Download</a>'
    site.serve("/toolssoftware/ccsr/dxccsr.jsp", Answer(200, page, {"Content-Type": "text/html"}))
    site.serve("/toolssoftware/ccsr/DXCCSR-v2027-1.zip", ranged(packed.getvalue()))
    lists = tmp_path / "updates.toml"
    text = UPDATES.read_text(encoding="utf-8")
    text = text.replace("https://hcup-us.ahrq.gov", site.address)
    lists.write_text(text.replace('hosts = ["', 'hosts = ["127.0.0.1", "'), encoding="utf-8")
    monkeypatch.setenv("NOSOLOGY_HOME", str(own_home))
    monkeypatch.setenv("SSL_CERT_FILE", str(identity.certificate))
    monkeypatch.setattr(command, "load_catalogue", lambda: read_catalogue(lists))
    assert lines(run("codesets", "update", "--check", "ccsr", *ON))[0]["state"] != "current"

    outcome = run("codesets", "update", "ccsr", *ON, "--yes")
    assert (outcome.status, outcome.errors) == (0, [])
    assert lines(outcome)[0]["says"] == "ccsr 2027.1"
    [standing] = lines(run("codesets", "update", "--check", "ccsr", *ON))
    assert (standing["state"], standing["installed"]) == ("current", "2027.1")
    assert not list((own_home / "downloads").rglob("*.zip"))
