"""Typed answers from edits, fees, drugs, coverage and groupings, each for the date of service."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.loaders.ptp import write_ptp
from nosology.codesets.reference import open_reference_book
from nosology.codesets.reference.answers import (
    AddOn,
    AspLimit,
    CoverageDecision,
    GemTarget,
    Gpci,
    HccCategory,
    Mue,
    PtpEdit,
)
from nosology.codesets.reference.book import ReferenceBook
from nosology.codesets.reference.drugs import normalized_ndc
from nosology.codesets.reference.pairs import PtpRow, PtpTerms
from nosology.model.errors import InputError, MissingCodeSet
from tests.codesets.loaders.cms_files import FILES, PublishedFile, empty_store, install

IN_APRIL = dt.date(2026, 4, 14)

COVERAGE_FILES = (
    "article_x_icd10_covered.csv",
    "article_x_icd10_noncovered.csv",
    "article_x_hcpc_code.csv",
    "article.csv",
    "lcd_related_documents.csv",
)


@pytest.fixture
def store() -> Iterator[sqlite3.Connection]:
    connection = empty_store()
    yield connection
    connection.close()


@pytest.fixture
def book(store: sqlite3.Connection) -> ReferenceBook:
    def rows(query: str, *values: object) -> list[Any]:
        return store.execute(query, values).fetchall()

    return ReferenceBook(rows)


@pytest.fixture
def add(store: sqlite3.Connection, tmp_path: Path) -> Callable[..., None]:
    """A call that installs published files, each under its own name or another."""

    def install_them(*names: str, known_as: str = "", text: str | None = None) -> None:
        for name in names:
            file = FILES[name]
            renamed = PublishedFile(
                known_as or name,
                file.text if text is None else text,
                file.loader,
                file.read,
                file.rows,
                file.encoding,
            )
            install(store, file.loader, renamed.written(tmp_path))

    return install_them


def add_release(
    store: sqlite3.Connection, data_set: str, label: str, first: str, last: str | None, part: str
) -> int:
    number = store.execute(
        "INSERT INTO release (system, label, part, valid_from, valid_to, rows, completeness,"
        " remark, source, publisher, licence, sha256, loader)"
        " VALUES (?, ?, ?, ?, ?, 0, 'full', '', '', '', '', '', '')",
        (data_set, label, part, first, last),
    ).lastrowid
    assert number is not None
    return number


def all_parts(add: Callable[..., None], first_day: int = 19960101) -> None:
    """Install the four files of practitioner pairs, the last three beginning with the day."""
    add("ccipra-v321r0-f1.TXT")
    head = FILES["ccipra-v321r0-f1.TXT"].text.partition("10001\t")[0]
    for part in (2, 3, 4):
        add(
            "ccipra-v321r0-f1.TXT",
            known_as=f"ccipra-v321r0-f{part}.TXT",
            text=f"{head}{part}0001\t{part}0002\t\t{first_day}\t*\t0\tPart {part}\r\n",
        )


def test_a_pair_in_force(book: ReferenceBook, add: Callable[..., None]) -> None:
    all_parts(add)
    assert book.ptp("10001", "10002", IN_APRIL) == PtpEdit(
        "10001", "10002", 1, dt.date(2020, 1, 1), None, "More of the same", "2026Q2"
    )
    assert book.ptp("40001", "40002", IN_APRIL) == PtpEdit(
        "40001", "40002", 0, dt.date(1996, 1, 1), None, "Part 4", "2026Q2"
    )
    assert book.ptp("10002", "10001", IN_APRIL) is None
    assert book.ptp("10001", "10003", IN_APRIL) is None, "ended in 2019"
    assert book.ptp("10001", "Q9001", dt.date(2019, 4, 1)) is None, "withdrawn from its first day"
    assert book.ptp("10001", "99999", IN_APRIL) is None


def test_dated_pairs_answer_for_the_time_before_their_edition(
    book: ReferenceBook, add: Callable[..., None]
) -> None:
    add("ncci_ptp_hospital_2024q3.csv")
    add("ccipra-v321r0-f1.TXT", known_as="ccioph-v321r0.TXT")
    edit = book.ptp("10001", "10003", dt.date(2019, 12, 31), "hospital")
    assert edit is not None
    assert (edit.deletion, edit.release) == (dt.date(2019, 12, 31), "2026Q2")
    assert book.ptp("10001", "10003", dt.date(2020, 1, 1), "hospital") is None
    # In its own quarter the edition that has no first days answers.
    edit = book.ptp("10001", "10002", dt.date(2024, 7, 1), "hospital")
    assert edit is not None
    assert (edit.effective, edit.release) == (None, "2024Q3")


def test_an_edition_reaches_no_further_back_than_each_of_its_files(
    book: ReferenceBook, add: Callable[..., None]
) -> None:
    all_parts(add, first_day=20200101)
    assert book.has("ncci-ptp-practitioner", dt.date(2020, 1, 1))
    assert not book.has("ncci-ptp-practitioner", dt.date(2019, 12, 31))
    assert not book.has("ncci-ptp-practitioner", dt.date(2026, 7, 1))


def test_pairs_without_first_days_do_not_answer_for_the_time_before(
    book: ReferenceBook, add: Callable[..., None]
) -> None:
    add("ncci_ptp_hospital_2024q3.csv")
    assert book.has("ncci-ptp-hospital", dt.date(2024, 7, 1))
    with pytest.raises(
        MissingCodeSet, match=r"no edition answers for 2019-12-31; installed: 2024Q3"
    ):
        book.ptp("10001", "10003", dt.date(2019, 12, 31), "hospital")


def test_an_edition_of_which_a_file_is_missing_does_not_answer(
    book: ReferenceBook, add: Callable[..., None]
) -> None:
    add("ccipra-v321r0-f1.TXT")
    assert not book.has("ncci-ptp-practitioner", IN_APRIL)
    with pytest.raises(MissingCodeSet, match="the files f2, f3, f4 are not installed"):
        book.ptp("10001", "10002", IN_APRIL)


def test_pairs_of_a_code_in_either_place(book: ReferenceBook, add: Callable[..., None]) -> None:
    all_parts(add)
    assert [(edit.column1, edit.column2) for edit in book.ptp_pairs_for("10001", IN_APRIL)] == [
        ("10001", "10002"),
        ("10004", "10001"),
    ]
    assert book.ptp_pairs_for("99999", IN_APRIL) == ()


def test_a_pair_that_was_ended_and_made_again(
    store: sqlite3.Connection, book: ReferenceBook
) -> None:
    release = add_release(store, "ncci-ptp-hospital", "2026Q2", "2019-07-01", "2026-06-30", "")
    write_ptp(
        store,
        release,
        [
            PtpRow("10001", "10002", PtpTerms(20190701, 20191231, 0, "")),
            PtpRow("10001", "10002", PtpTerms(20201001, None, 1, "")),
        ],
    )
    days = (dt.date(2019, 12, 31), dt.date(2020, 1, 1), dt.date(2020, 10, 1))
    edits = [book.ptp("10001", "10002", day, "hospital") for day in days]
    assert [edit and edit.modifier_indicator for edit in edits] == [0, None, 1]


def test_units(book: ReferenceBook, add: Callable[..., None]) -> None:
    add("MCR_MUE_PractitionerServices_Eff_04-01-2026.csv")
    assert book.mue("10002", IN_APRIL) == Mue("10002", 12, 3, "Data", "2026Q2")
    assert book.mue("99999", IN_APRIL) is None
    for service, day in (("outpatient", IN_APRIL), ("practitioner", dt.date(2026, 7, 1))):
        with pytest.raises(MissingCodeSet, match="codesets add FILE"):
            book.mue("10002", day, service)  # type: ignore[arg-type]


def test_add_on_codes(book: ReferenceBook, add: Callable[..., None]) -> None:
    add("AOC_V2026Q2-MCR.txt")
    assert book.add_on("10011", IN_APRIL) == AddOn("10011", 1, ("10001",), False, "2026Q2")
    before = book.add_on("10011", dt.date(2023, 12, 31))
    assert before is not None
    assert before.primary_codes == ("10001", "10002")
    assert book.add_on("10012", IN_APRIL) == AddOn("10012", 2, (), True, "2026Q2")
    assert book.add_on("10013", IN_APRIL) == AddOn("10013", 3, (), True, "2026Q2")
    assert book.add_on("10001", IN_APRIL) is None
    assert not book.has("ncci-add-on", dt.date(2013, 3, 31))


def test_relative_values(book: ReferenceBook, add: Callable[..., None]) -> None:
    add("PPRRVU2026_Apr_nonQPP.csv")
    value = book.relative_value("10001", "", IN_APRIL)
    assert value is not None
    assert value.work == Decimal("1.30")
    assert str(value.malpractice) == "0.10"
    assert value.conversion_factor == Decimal("33.4009")
    assert (value.global_days, value.status, value.preoperative) == ("090", "A", Decimal("0.10"))
    assert (value.bilateral, value.co_surgeons, value.not_used_for_medicare) == ("1", "1", False)
    component = book.relative_value("10001", "26", IN_APRIL)
    assert component is not None
    assert component.not_used_for_medicare
    assert component.nonfacility_na
    assert (component.endoscopic_base, component.supervision) == ("10002", "6A")
    assert component.opps_nonfacility_expense == Decimal("1234.50")
    assert book.relative_value("10001", "TC", IN_APRIL) is None
    # The year's file holds until the next one, and no longer than the year.
    assert book.has("mpfs", dt.date(2026, 12, 31))
    assert not book.has("mpfs", dt.date(2026, 3, 31))
    assert not book.has("mpfs", dt.date(2027, 1, 1))


def test_participants_have_values_of_their_own(
    book: ReferenceBook, add: Callable[..., None]
) -> None:
    text = FILES["PPRRVU2026_Jul_QPP.csv"].text.replace("33.4009", "33.5675")
    add("PPRRVU2026_Jul_QPP.csv", text=text)
    value = book.relative_value("10001", "", IN_APRIL, is_qualifying=True)
    assert value is not None
    assert value.conversion_factor == Decimal("33.5675")
    assert not book.has("mpfs", IN_APRIL)
    with pytest.raises(MissingCodeSet, match="PPRRVU nonQPP"):
        book.relative_value("10001", "", IN_APRIL)


def test_values_and_indicators_may_come_in_two_files(
    book: ReferenceBook, add: Callable[..., None]
) -> None:
    day = dt.date(2024, 8, 1)
    add("rvu_amounts_2024c.csv")
    assert not book.has("mpfs", day)
    with pytest.raises(MissingCodeSet, match="the files indicators are not installed"):
        book.relative_value("10001", "", day)


def test_values_and_indicators_of_two_files_are_joined(
    book: ReferenceBook, add: Callable[..., None]
) -> None:
    add("rvu_amounts_2024c.csv", "rvu_indicators_2024c.csv")
    value = book.relative_value("10001", "", dt.date(2024, 8, 1))
    assert value is not None
    assert (value.facility_expense, value.multiple) == (Decimal("0.56"), "2")


def test_localities(book: ReferenceBook, add: Callable[..., None]) -> None:
    add("GPCI2026.csv", "26LOCCO.csv", "ANES2026.csv")
    assert book.gpci("99101-01", IN_APRIL) == Gpci(
        "9910101",
        "AK",
        "FAR NORTH",
        Decimal("1.5"),
        Decimal("0.990"),
        Decimal("1.081"),
        Decimal("0.592"),
        "2026",
    )
    assert book.gpci("9910199", IN_APRIL) is None
    assert [place.locality for place in book.localities(IN_APRIL, "big state")] == [
        "9910205",
        "9910299",
    ]
    assert len(book.localities(IN_APRIL)) == 3
    assert book.anesthesia_factor("9910205", IN_APRIL) == Decimal("20.04")
    assert book.anesthesia_factor("9910205", IN_APRIL, is_qualifying=True) == Decimal("20.10")
    assert book.anesthesia_factor("9910299", IN_APRIL) is None
    for ask in (book.gpci, book.anesthesia_factor):
        with pytest.raises(InputError, match="01112-05"):
            ask("05", IN_APRIL)


def test_drugs(book: ReferenceBook, add: Callable[..., None]) -> None:
    add("limits.csv", "crosswalk.csv")
    assert book.asp_limit("J9001", IN_APRIL) == AspLimit(
        "J9001", "10 MG", Decimal("1234.50"), Decimal("0.000"), "Added then", "2026Q2"
    )
    limit = book.asp_limit("J9002", IN_APRIL)
    assert limit is not None
    assert limit.amount is None
    packages = book.drug("99991-1-1".replace("-1-1", "-0001-1"))
    assert [(package.code, package.billing_units) for package in packages] == [
        ("J9001", Decimal("5")),
        ("J9003", Decimal("50")),
    ]
    assert book.drug("11111-1111-11", IN_APRIL) == ()
    with pytest.raises(MissingCodeSet, match="2026Q2"):
        book.drug("99991-0001-01", dt.date(2026, 7, 1))


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("12345-6789-01", "12345678901"),
        ("12345678901", "12345678901"),
        ("1234-5678-90", "01234567890"),
        ("12345-678-90", "12345067890"),
        ("12345-6789-0", "12345678900"),
        (" 12345-6789-01 ", "12345678901"),
        ("123456789012", "123456789012"),
    ],
)
def test_package_numbers(written: str, digits: str) -> None:
    assert normalized_ndc(written) == digits


@pytest.mark.parametrize("written", ["", "1234567890", "1234-567-89", "12345-6789", "1234567890A"])
def test_what_is_no_package_number_is_refused(written: str) -> None:
    with pytest.raises(InputError, match="5-4-1"):
        normalized_ndc(written)


def test_coverage_by_articles(book: ReferenceBook, add: Callable[..., None]) -> None:
    for name in COVERAGE_FILES:
        add(name, known_as=name.replace(".csv", "_2026-02.csv"))
    covered = book.coverage("10001", "E119", IN_APRIL)
    assert (covered.decision, covered.covered_by, covered.not_covered_by) == (
        CoverageDecision.COVERED,
        ("A50001", "L30001"),
        (),
    )
    excluded = book.coverage("10001", "I10", IN_APRIL)
    assert excluded.decision is CoverageDecision.NOT_COVERED
    assert excluded.not_covered_by == ("A50001", "L30001")
    unlisted = book.coverage("10001", "Z999", IN_APRIL)
    assert unlisted.decision is CoverageDecision.NOT_COVERED
    assert book.coverage("99999", "E119", IN_APRIL).decision is CoverageDecision.NO_POLICY
    # The second article ended in March, and its list of what is covered names no code.
    in_march = dt.date(2026, 3, 31)
    assert book.coverage("10002", "I10", in_march).decision is CoverageDecision.NOT_COVERED
    assert book.coverage("10002", "E119", in_march).decision is CoverageDecision.NO_POLICY
    assert book.coverage("10002", "I10", IN_APRIL).decision is CoverageDecision.NO_POLICY


def test_coverage_by_pairs(book: ReferenceBook, add: Callable[..., None]) -> None:
    add("coverage_2026-05.csv")
    day = dt.date(2026, 6, 1)
    covered = book.coverage("10001", "E119", day)
    assert (covered.decision, covered.covered_by, covered.not_covered_by) == (
        CoverageDecision.COVERED,
        ("L30001", "L30002"),
        ("A50001",),
    )
    assert book.coverage("10001", "I10", day).decision is CoverageDecision.NOT_COVERED
    assert book.coverage("10001", "Z999", day).not_covered_by == ("A50001", "L30001", "L30002")
    assert book.coverage("10009", "E119", day).decision is CoverageDecision.NO_POLICY


def test_coverage_needs_the_files_that_decide(
    book: ReferenceBook, add: Callable[..., None]
) -> None:
    add("article_x_hcpc_code.csv", known_as="article_x_hcpc_code_2026-02.csv")
    assert not book.has("coverage", IN_APRIL)
    with pytest.raises(MissingCodeSet, match="covered, not-covered"):
        book.coverage("10001", "E119", IN_APRIL)


def test_groupings(book: ReferenceBook, add: Callable[..., None]) -> None:
    add(
        "2026 Midyear_Final ICD-10-CM Mappings.csv",
        "DXCCSR_v2026-1.csv",
        "2018_I9gem.txt",
        "2018_I10gem.txt",
    )
    assert book.hcc_models(2026) == ("CMS-HCC ESRD V24", "CMS-HCC V28", "RxHCC V08")
    assert book.hcc("E1122", "CMS-HCC V28", 2026) == (
        HccCategory("37", "CMS-HCC V28", True, "2026"),
    )
    assert book.hcc("Z999", "CMS-HCC V28", 2026) == ()
    with pytest.raises(MissingCodeSet, match="CMS-HCC V22"):
        book.hcc("E1122", "CMS-HCC V22", 2026)
    with pytest.raises(MissingCodeSet, match="no edition answers for 2025-01-01"):
        book.hcc("E1122", "CMS-HCC V28", 2025)
    ccsr = book.ccsr("E1122", IN_APRIL)
    assert ccsr is not None
    assert ccsr.categories == (("END003", "Sugar with more"), ("GEN003", "Kidneys"))
    assert (ccsr.inpatient_default, ccsr.release) == ("END003", "2026.1")
    assert book.ccsr("Z999") is None
    assert book.gem("E8888", "icd9-to-icd10cm") == (
        GemTarget("W19XXXA", True, 1, 1),
        GemTarget("Y92009", True, 1, 2),
    )
    assert book.gem("V9099", "icd9-to-icd10cm") == (GemTarget(None, True, 0, 0),)
    assert book.gem("0000", "icd9-to-icd10cm") == ()
    assert book.gem("A000", "icd10cm-to-icd9") == (GemTarget("0010", False, 0, 0),)
    with pytest.raises(MissingCodeSet, match="installed: none"):
        book.gem("0016070", "icd10pcs-to-icd9")


def test_nothing_installed_is_never_taken_for_no_edit(book: ReferenceBook) -> None:
    for data_set in ("ncci-ptp-hospital", "mue-dme", "ncci-add-on", "mpfs", "coverage", "hcc"):
        assert not book.has(data_set)
        assert not book.has(data_set, IN_APRIL)
    asks: list[Callable[[], object]] = [
        lambda: book.ptp("10001", "10002", IN_APRIL),
        lambda: book.ptp_pairs_for("10001", IN_APRIL, "hospital"),
        lambda: book.mue("10001", IN_APRIL),
        lambda: book.add_on("10001", IN_APRIL),
        lambda: book.relative_value("10001", "", IN_APRIL),
        lambda: book.gpci("9910101", IN_APRIL),
        lambda: book.localities(IN_APRIL),
        lambda: book.anesthesia_factor("9910101", IN_APRIL),
        lambda: book.drug("12345678901"),
        lambda: book.asp_limit("J9001", IN_APRIL),
        lambda: book.coverage("10001", "E119", IN_APRIL),
        lambda: book.hcc("E1122", "CMS-HCC V28", 2026),
        lambda: book.ccsr("E1122"),
        lambda: book.gem("0010", "icd9-to-icd10cm"),
    ]
    for ask in asks:
        with pytest.raises(MissingCodeSet, match="installed: none; add the published file"):
            ask()


def test_the_store_of_a_home_is_opened(nosology_home: Path, code_book: SqliteCodeBook) -> None:
    book = open_reference_book(nosology_home)
    assert not book.has("mpfs", IN_APRIL)
    with pytest.raises(MissingCodeSet, match="mpfs"):
        book.relative_value("99213", "", IN_APRIL)
