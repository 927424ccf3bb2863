"""Which edition a file counts as: what it tells, and what the user says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from nosology.codesets.editions import NamedEdition, editions_of
from nosology.codesets.loaders.contract import Edition, Loader
from nosology.codesets.loaders.publication import Publication
from nosology.codesets.loaders.registry import loader_named
from nosology.model.errors import InputError
from tests.codesets.loaders.cms_files import FILES
from tests.codesets.loaders.layouts import HCPCS, order_file, published

DAY = dt.date(2026, 10, 1)


def loader(name: str) -> Loader:
    found = loader_named(name)
    assert found is not None
    return found


def of_order(folder: Path, name: str, named: NamedEdition) -> list[tuple[str, str, str]]:
    publication = published(folder, name, order_file())
    found = editions_of(loader("icd10-order"), publication, named)
    return [(one.label, str(one.valid_from), str(one.valid_to)) for one in found]


def test_the_file_tells(tmp_path: Path) -> None:
    found = of_order(tmp_path, "icd10cm_order_2027.txt", NamedEdition())
    assert found == [("2026-10", "2026-10-01", "2027-09-30")]


@pytest.mark.parametrize(
    ("named", "edition"),
    [
        (NamedEdition("2026-10"), ("2026-10", "2026-10-01", "2027-09-30")),
        (NamedEdition("2027-04"), ("2027-04", "2027-04-01", "2027-09-30")),
        (
            NamedEdition("2026-10", valid_to=dt.date(2027, 3, 31)),
            ("2026-10", "2026-10-01", "2027-03-31"),
        ),
        (
            NamedEdition("2026-12", dt.date(2026, 12, 5), dt.date(2027, 1, 1)),
            ("2026-12", "2026-12-05", "2027-01-01"),
        ),
    ],
)
def test_the_user_says(tmp_path: Path, named: NamedEdition, edition: tuple[str, str, str]) -> None:
    assert of_order(tmp_path, "order.txt", named) == [edition]
    assert of_order(tmp_path, "icd10cm_order_2020.txt", named) == [edition]


def test_a_date_alone_changes_what_the_file_tells(tmp_path: Path) -> None:
    named = NamedEdition(valid_to=dt.date(2027, 3, 31))
    found = of_order(tmp_path, "icd10cm_order_2027.txt", named)
    assert found == [("2026-10", "2026-10-01", "2027-03-31")]


def test_quarters(tmp_path: Path) -> None:
    publication = published(tmp_path, "hcpcs.txt", HCPCS)
    [found] = editions_of(loader("hcpcs-anweb"), publication, NamedEdition("2026Q4"))
    assert found == Edition("hcpcs", "2026Q4", DAY, dt.date(2026, 12, 31), "anweb")


@pytest.mark.parametrize(
    ("named", "message"),
    [
        (NamedEdition(), "order.txt: is of the kind .* --release 2026-10 .*--from DATE --to DATE"),
        (NamedEdition(valid_from=DAY), "neither its content nor its name tells"),
        (NamedEdition("FY2027"), "--release: is 'FY2027' for icd10cm; expected year and month"),
        (NamedEdition("2026Q4"), "--release: is '2026Q4' for icd10cm"),
        (NamedEdition("2026-13"), "--release: is '2026-13'"),
        (NamedEdition("2026-12"), "does not say from when to when it holds; give --from"),
        (NamedEdition("2026-10", dt.date(2026, 11, 1)), "is 2026-10, but the first day is"),
        (NamedEdition("2026-10", DAY, dt.date(2026, 9, 30)), "--to: 2026-09-30 is before"),
    ],
)
def test_what_does_not_fit_together(tmp_path: Path, named: NamedEdition, message: str) -> None:
    with pytest.raises(InputError, match=message):
        of_order(tmp_path, "order.txt", named)


def test_a_quarter_that_the_first_day_is_not_in(tmp_path: Path) -> None:
    publication = published(tmp_path, "hcpcs.txt", HCPCS)
    with pytest.raises(InputError, match="in which the first day, 2026-10-01, does not lie"):
        editions_of(loader("hcpcs-anweb"), publication, NamedEdition("2026Q2", DAY))


class TwoEditions:
    """A loader of files that serve two editions, or of which nothing tells what they are."""

    name = title = publisher = licence = "two"

    def __init__(self, *labels: str) -> None:
        self.labels = labels

    def recognizes(self, publication: Publication) -> bool:
        return bool(publication)

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        return tuple(Edition("gems", label, DAY, None) for label in self.labels)

    def load(self, *_: object) -> None:  # type: ignore[override]
        raise AssertionError("nothing is loaded here")


def test_dates_cannot_belong_to_two_editions(tmp_path: Path) -> None:
    publication = published(tmp_path, "x", "x")
    two: Loader = TwoEditions("2026", "2027")  # type: ignore[assignment]
    assert len(editions_of(two, publication, NamedEdition())) == 2
    with pytest.raises(InputError, match=r"serves several editions \(2026, 2027\)"):
        editions_of(two, publication, NamedEdition(valid_from=DAY))
    [one] = editions_of(two, publication, NamedEdition("2026", valid_from=DAY))
    assert (one.label, one.valid_from, one.valid_to) == ("2026", DAY, None)


def test_a_data_set_that_nothing_tells(tmp_path: Path) -> None:
    none: Loader = TwoEditions()  # type: ignore[assignment]
    with pytest.raises(InputError, match="give the file the name under which it was published"):
        editions_of(none, published(tmp_path, "x", "x"), NamedEdition("2026"))


class NamedByPeriod(TwoEditions):
    """A loader that finds the period in the file's name alone."""

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        return (Edition("gpci", "2026", DAY, None, "a"),) if "2026" in publication.name else ()


def test_the_period_that_a_name_lacks_is_what_the_user_says(tmp_path: Path) -> None:
    loader_of_names: Loader = NamedByPeriod()  # type: ignore[assignment]
    publication = published(tmp_path, "x", "x")
    [one] = editions_of(loader_of_names, publication, NamedEdition("2026"))
    assert one == Edition("gpci", "2026", dt.date(2026, 1, 1), dt.date(2026, 12, 31), "a")
    with pytest.raises(InputError, match="which of its lists it is does not show"):
        editions_of(loader_of_names, publication, NamedEdition("2027"))


# Label and what becomes of it, of a file under a name that tells nothing.
RENAMED = {
    "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv": "2026Q2",
    "rvu_amounts_2024c.csv": "2024Q3",
    "rvu_indicators_2024c.csv": "2024Q3",
    "GPCI2026.csv": "2026",
    "26LOCCO.csv": "2026",
    "ANES2026.csv": "2026",
    "limits.csv": "2026Q2",
    "crosswalk.csv": "2026Q2",
    "AOC_V2026Q2-MCR.txt": "2026Q2",
    "coverage_2026-05.csv": "2026-05",
    "2018_I9gem.txt": "2018",
    "2018_I10gem.txt": "2018",
    "DXCCSR_v2026-1.csv": "2026.1",
    "2026 Midyear_Final ICD-10-CM Mappings.csv": "2026",
    "ra_dx_to_cc_2026.csv": "2026",
}


@pytest.mark.parametrize("name", RENAMED)
def test_a_renamed_file_is_the_same_edition_once_its_label_is_said(
    name: str, tmp_path: Path
) -> None:
    file = FILES[name]
    [told] = editions_of(file.loader, file.written(tmp_path), NamedEdition())
    renamed = published(tmp_path, "x", file.text.encode(file.encoding))
    assert editions_of(file.loader, renamed, NamedEdition(RENAMED[name])) == (told,)
    assert editions_of(file.loader, file.written(tmp_path), NamedEdition(RENAMED[name])) == (told,)


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith(("article", "lcd"))])
def test_a_file_of_the_coverage_database_is_a_part_of_the_month_that_is_said(
    name: str, tmp_path: Path
) -> None:
    file = FILES[name]
    renamed = published(tmp_path, "x.csv", file.text)
    with pytest.raises(InputError, match=r"--release .year and month of the download, such as"):
        editions_of(file.loader, renamed, NamedEdition())
    [one] = editions_of(file.loader, renamed, NamedEdition("2026-10"))
    assert (one.data_set, one.label, one.valid_from, one.valid_to) == (
        "coverage",
        "2026-10",
        DAY,
        None,
    )
    assert one.part in ("articles", "services", "covered", "not-covered", "related")


@pytest.mark.parametrize(
    ("name", "text", "label", "message"),
    [
        ("ccipra-v321r0-f1.TXT", None, "2026Q2", "for practitioners or for hospitals, which look"),
        (
            "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv",
            ("Practitioner Services MUE Values", "MUE Values"),
            "2026Q2",
            "does not say whether its units are for practitioners, hospitals or suppliers",
        ),
        ("PPRRVU2026_Apr_nonQPP.csv", None, "2026Q2", "give it a name with QPP or nonQPP in it"),
    ],
)
def test_what_the_content_does_not_tell_is_asked_for(
    name: str, text: tuple[str, str] | None, label: str, message: str, tmp_path: Path
) -> None:
    file = FILES[name]
    content = file.text.replace(*text) if text else file.text
    renamed = published(tmp_path, "x", content)
    assert file.loader.recognizes(renamed)
    for named in (NamedEdition(), NamedEdition(label)):
        with pytest.raises(InputError, match=f"x: .*{message}"):
            editions_of(file.loader, renamed, named)


def test_before_there_were_two_fee_schedules_the_name_need_not_tell_which(tmp_path: Path) -> None:
    file = FILES["PPRRVU2026_Apr_nonQPP.csv"]
    renamed = published(tmp_path, "x", file.text.replace("2026 National", "2025 National"))
    [one] = editions_of(file.loader, renamed, NamedEdition())
    assert (one.label, one.part, str(one.valid_to)) == ("2025Q2", "", "2025-12-31")


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("DXCCSR_v2026-1.csv", "2026", "expected year and number of the version, such as 2026.1"),
        ("2018_I9gem.txt", "2018-10", "expected the year, such as 2018"),
        ("coverage_2026-05.csv", "2026Q2", "expected year and month of the download"),
        ("rvu_amounts_2024c.csv", "2024", "expected year and quarter, such as 2026Q4"),
    ],
)
def test_a_label_of_another_kind(name: str, label: str, expected: str, tmp_path: Path) -> None:
    file = FILES[name]
    with pytest.raises(InputError, match=f"--release: is '{label}' for .*{expected}"):
        editions_of(file.loader, file.written(tmp_path), NamedEdition(label))


def test_an_older_mapping_ended_with_its_year(tmp_path: Path) -> None:
    file = FILES["2018_I9gem.txt"]
    renamed = published(tmp_path, "x", file.text)
    [one] = editions_of(file.loader, renamed, NamedEdition("2016"))
    assert (one.data_set, str(one.valid_from), str(one.valid_to)) == (
        "gem-icd9-icd10cm",
        "2015-10-01",
        "2016-09-30",
    )
