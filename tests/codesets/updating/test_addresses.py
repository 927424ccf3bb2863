"""Finding the files of an edition on a publisher's page."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.codesets.updating.addresses import NotThere, find, newest
from nosology.codesets.updating.calendar import CalendarEdition
from nosology.codesets.updating.catalogue import Catalogue, read_catalogue
from nosology.codesets.updating.listing import Link, links, shown_text

PAGE = "https://www.cms.gov/medicare/page"
OCTOBER = CalendarEdition("2026Q4", dt.date(2026, 10, 1), dt.date(2026, 12, 31))
APRIL = CalendarEdition("2026Q2", dt.date(2026, 4, 1), dt.date(2026, 6, 30))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue()


def page_of(*references: str) -> str:
    listed = "".join(f'<li><a class="x" href="{each}">a file</a></li>' for each in references)
    return f"<!doctype html><html><body><ul>{listed}</ul></body></html>"


def found_on_page(
    catalogue: Catalogue,
    name: str,
    on: dt.date,
    *references: str,
    pages: dict[str, str] | None = None,
) -> list[list[str]]:
    """The names that each place of each file of a data set leads to."""
    data_set = catalogue.data_sets[name]
    edition = data_set.calendar.in_force(on)

    def read(address: str) -> str:
        if pages is None:
            return page_of(*references)
        if address not in pages:
            raise NotThere(address)
        return pages[address]

    return [
        [link.name for link in find(place, file, edition, read)]
        for file in data_set.files
        for place in file.places
        if place.suits(edition) and place.link
    ]


def test_links_are_resolved_and_each_is_given_once() -> None:
    html = """<head><base href="https://www.cms.gov/base/"></head>
    <a href="/files/zip/a.zip">A</a> <a href='b.zip?x=1&amp;y=2#top'>B</a> <a name="c">C</a>
    <a href="/files/zip/a.zip">A again</a> <a href="https://[broken">D</a> <a href="">E</a>
    <a href="https://host:port/f.zip">F</a> <A HREF=unquoted.zip>G</A>"""
    assert list(links(html, PAGE)) == [
        Link("https://www.cms.gov/files/zip/a.zip"),
        Link("https://www.cms.gov/base/b.zip?x=1&y=2"),
        Link("https://www.cms.gov/base/unquoted.zip"),
    ]


def test_a_link_through_a_licence_page_is_taken_for_its_file() -> None:
    [link] = links(page_of("/license/ama?file=/files/zip/x%20y.zip&amp;z=1"), PAGE)
    assert link.address == "https://www.cms.gov/files/zip/x y.zip"
    assert link.licence_page == "https://www.cms.gov/license/ama?file=/files/zip/x%20y.zip&z=1"
    assert link.name == "x y.zip"


def test_the_file_behind_a_licence_page_stays_subject_to_the_check_of_hosts() -> None:
    [link] = links(page_of("/license/ama?file=https://elsewhere.example/x.zip"), PAGE)
    assert link.address == "https://elsewhere.example/x.zip"


@given(st.text(alphabet="<>/=\"' abhref-!&;#?[]{}\n", max_size=200))
def test_no_page_is_too_broken_to_read(html: str) -> None:
    assert all(link.address for link in links(html, PAGE))
    assert "\n" not in shown_text(html)


def test_only_what_is_shown_is_text() -> None:
    html = """<html><head><title>T</title><style>s</style></head><body><nav>menu</nav>
    <script>var x = "<p>no</p>";</script><main><p>The <b>terms</b>&nbsp;apply.</p></main></body>"""
    assert shown_text(html) == "The terms apply."
    assert shown_text("<p>All of it</p><p>then</p>") == "All of it then"


def test_the_newest_revision_is_taken() -> None:
    pattern = re.compile(r"rvu26d(?:-updated-(?P<posted>\d\d-\d\d-\d{4}))?\.zip")
    names = ["rvu26d.zip", "rvu26d-updated-08-26-2026.zip", "rvu26d-updated-12-01-2025.zip"]
    [link] = newest([Link(f"https://x/{name}") for name in names], pattern, 1, OCTOBER)
    assert link.name == "rvu26d-updated-08-26-2026.zip"


def test_a_series_is_taken_whole_and_of_one_version() -> None:
    pattern = re.compile(r"ptp-v(?P<version>\d+r\d+)-f(?P<part>\d)\.zip")
    names = [
        f"ptp-v323r{r}-f{f}.zip" for r, fs in ((0, "2134"), (1, "123"), (10, "1243")) for f in fs
    ]
    found = newest([Link(f"https://x/{name}") for name in names], pattern, 4, OCTOBER)
    assert [link.name for link in found] == [f"ptp-v323r10-f{f}.zip" for f in "1234"]
    incomplete = [Link(f"https://x/{name}") for name in names if "r1-" in name]
    assert newest(incomplete, pattern, 4, OCTOBER) == ()


@pytest.mark.parametrize(
    ("effective", "is_taken"),
    [("04012026", True), ("06-30-2026", True), ("07012026", False), ("03312026", False),
     ("13012026", False)],
)  # fmt: skip
def test_a_day_of_effect_must_be_of_the_edition(effective: str, is_taken: bool) -> None:
    pattern = re.compile(r"aoc-(?P<effective>[\d-]+)\.zip")
    found = newest([Link(f"https://x/aoc-{effective}.zip")], pattern, 1, APRIL)
    assert bool(found) is is_taken


@pytest.mark.parametrize(
    ("name", "on", "published", "wanted"),
    [
        (
            "icd10cm",
            "2026-11-22",
            ["2026-code-tables-tabular-index.zip", "2027-code-tables-tabular-index.zip",
             "2027-code-descriptions-tabular-order.zip", "2027-conversion-table.zip"],
            [["2027-code-tables-tabular-index.zip"], []],
        ),
        (
            "icd10cm",
            "2026-04-14",
            ["2026-code-tables-tabular-index.zip", "april-1-2026-code-tables-tabular-index.zip"],
            [["april-1-2026-code-tables-tabular-index.zip"], []],
        ),
        (
            "icd10cm",
            "2026-04-14",
            ["icd10cm-April-1-2026-XML.zip", "icd10cm-April-1-2026-PDF.zip"],
            [[], ["icd10cm-April-1-2026-XML.zip"]],
        ),
        (
            "icd10cm",
            "2025-11-01",
            ["icd10cm-table%20and%20index-2026.zip", "icd10cm-Code%20Descriptions-2026.zip"],
            [[], ["icd10cm-table and index-2026.zip"]],
        ),
        (
            "hcpcs",
            "2026-11-22",
            ["july-2026-alpha-numeric-hcpcs-file.zip", "october-2026-alpha-numeric-hcpcs-file.zip",
             "october-2026-alpha-numeric-hcpcs-corrections.zip"],
            [["october-2026-alpha-numeric-hcpcs-file.zip"]],
        ),
        (
            "mue-outpatient",
            "2026-11-22",
            ["medicare-ncci-2026-q4-practitioner-services-mue-table.zip",
             "medicare-ncci-2026-q4-facility-outpatient-hospital-services-mue-table.zip"],
            [["medicare-ncci-2026-q4-facility-outpatient-hospital-services-mue-table.zip"]],
        ),
        (
            "ncci-add-on",
            "2026-05-01",
            ["add-code-edits-medicare-effective-01012026.zip",
             "add-code-edits-medicare-effective-06012026.zip",
             "add-code-edits-medicaid-effective-04012026.zip"],
            [["add-code-edits-medicare-effective-06012026.zip"]],
        ),
        (
            "asp-limits",
            "2026-11-22",
            ["october-2026-medicare-part-b-payment-limit-files-preliminary.zip",
             "october-2026-medicare-part-b-payment-limit-files-final.zip",
             "october-2026-ndc-hcpcs-crosswalk-final.zip"],
            [["october-2026-medicare-part-b-payment-limit-files-final.zip"]],
        ),
        (
            "asp-limits",
            "2026-05-01",
            ["april-2026-medicare-part-b-payment-limit-files-03-10-2026-preliminary-file.zip",
             "april-2026-medicare-part-b-payment-limit-files-03-19-2026-final-file.zip",
             "april-2026-medicare-part-b-payment-limit-files-03-30-2026-final-file.zip"],
            [["april-2026-medicare-part-b-payment-limit-files-03-30-2026-final-file.zip"]],
        ),
        (
            "asp-ndc",
            "2026-11-22",
            ["october-2026-ndc-hcpcs-crosswalk-final.zip",
             "october-2026-medicare-part-b-payment-limit-files-final.zip"],
            [["october-2026-ndc-hcpcs-crosswalk-final.zip"]],
        ),
        (
            "ccsr",
            "2025-12-01",
            ["DXCCSR-v2026-1.zip", "DXCCSR_v2025-1.zip", "PRCCSR-v2026-1.zip"],
            [["DXCCSR-v2026-1.zip"]],
        ),
        (
            "hcc",
            "2026-11-22",
            ["2026-initial-icd-10-cm-mappings.zip", "2026-midyear-final-icd-10-mappings.zip",
             "2026-initial-model-software.zip"],
            [["2026-midyear-final-icd-10-mappings.zip"], ["2026-initial-icd-10-cm-mappings.zip"]],
        ),
    ],
)  # fmt: skip
def test_names_that_publishers_have_used_are_found(
    catalogue: Catalogue, name: str, on: str, published: list[str], wanted: list[list[str]]
) -> None:
    """The names were seen in public code; the pages around them are made up."""
    references = [f"/files/zip/{each}" for each in published]
    assert found_on_page(catalogue, name, dt.date.fromisoformat(on), *references) == wanted


def test_the_four_files_of_pairs_are_found_behind_their_licence(catalogue: Catalogue) -> None:
    stem = "/license/ama?file=/files/zip/medicare-ncci-2026q4-{}-ptp-edits-{}-v323r0-f{}.zip"
    references = [
        stem.format(kind, short, f)
        for kind, short in (("practitioner", "ccipra"), ("hospital", "ccioph"))
        for f in (1, 2, 3, 4)
    ]
    [names] = found_on_page(catalogue, "ncci-ptp-hospital", dt.date(2026, 11, 22), *references)
    assert names == [
        f"medicare-ncci-2026q4-hospital-ptp-edits-ccioph-v323r0-f{f}.zip" for f in (1, 2, 3, 4)
    ]


def test_a_file_behind_a_second_page_is_found(catalogue: Catalogue) -> None:
    base = "https://www.cms.gov/medicare/payment/fee-schedules/physician/pfs-relative-value-files"
    pages = {
        base: page_of(*(f"{base}/{each}" for each in ("rvu26c", "rvu26d", "rvu25d-0"))),
        f"{base}/rvu26d": page_of(
            "/files/zip/rvu26d-updated-08-26-2026.zip", "/files/zip/rvu26d.zip", "/about"
        ),
    }
    on = dt.date(2026, 11, 22)
    assert found_on_page(catalogue, "mpfs", on, pages=pages) == [["rvu26d-updated-08-26-2026.zip"]]
    assert found_on_page(catalogue, "mpfs", dt.date(2027, 1, 1), pages=pages) == [[]]
    with pytest.raises(NotThere):
        found_on_page(catalogue, "mpfs", on, pages={})
