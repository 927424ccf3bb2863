"""The code book: what a release says of a code, by date."""

from __future__ import annotations

import csv
import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nosology.codesets import build, installed_releases, release_for_date
from nosology.codesets.book import SqliteCodeBook
from nosology.model.code import CodeBook, Note, System, Title
from nosology.model.errors import MissingCodeSet, UnknownCode

from .conftest import TABULAR, TinyRelease

DATE = dt.date(2026, 4, 14)


@pytest.fixture
def tiny_book(tmp_path: Path, tiny_release: TinyRelease) -> Iterator[SqliteCodeBook]:
    book = SqliteCodeBook(tmp_path / "home", tiny_release.sources)
    yield book
    book.close()


def test_it_is_a_code_book(code_book: SqliteCodeBook) -> None:
    port: CodeBook = code_book
    assert port.release(DATE) == "2026-04"


def test_lookup_with_its_own_and_inherited_notes(tiny_book: SqliteCodeBook) -> None:
    code = tiny_book.lookup("s10.12")
    assert (code.code, code.display) == ("S1012", "Bent sprocket of small wheel")
    assert not code.billable
    assert code.parents == ("S101", "S10", "S10-S12", "S10-T07", "1")
    assert code.children == ("S1012X1", "S1012X2")
    assert code.includes == (Note("warped sprocket", "S10"), Note("chapter include", "1"))
    assert code.excludes1 == (Note("broken sprocket (S11.-)", "S10"),)
    assert code.excludes2 == (Note("umbrella exclusion (Z99)", "S10-T07"),)
    assert code.code_first == (Note("section first (A00)", "S10-S12"),)
    assert [note.text for note in code.use_additional] == [
        *("code for the tool (Y99)", "code for the place (Y92)"),
    ]
    assert code.code_also == (Note("any rust (S12)", "S10"),)
    assert code.notes == (
        Note("chapter note", "1"),
        Note("One of these belongs to each code of S10", "S10"),
    )
    # A release shows that a code was valid then, not from when on.
    assert (code.valid_from, code.valid_to) == (None, None)


def test_notes_and_title_by_themselves_are_those_of_the_lookup(code_book: SqliteCodeBook) -> None:
    kinds = ("excludes1", "excludes2", "code_first", "use_additional", "code_also", "includes")
    for name in ("E11.22", "S72.001A", "W19.XXXA", "E11", "4", "E08-E13", "I10", "F02.80"):
        code = code_book.lookup(name, DATE)
        told = code_book.notes(name, DATE, kinds)
        assert {kind: told.get(kind, ()) for kind in kinds} == {
            kind: getattr(code, kind) for kind in kinds
        }, name
        assert code_book.title(name, DATE) == code.display


@pytest.mark.parametrize("name", ["ZZZ", "", "E11.99", "É11"])
def test_an_unknown_code_has_neither_notes_nor_title(code_book: SqliteCodeBook, name: str) -> None:
    assert code_book.notes(name, DATE, ("excludes1",)) == {}
    assert code_book.title(name, DATE) == ""


def test_inclusion_terms_are_the_code_s_own(tiny_book: SqliteCodeBook) -> None:
    assert tiny_book.lookup("S10.0").inclusion_terms == (Note("Crooked crank sprocket", "S100"),)
    assert tiny_book.lookup("S10.0XXA").inclusion_terms == (Note("Crooked crank sprocket", "S100"),)
    assert tiny_book.lookup("S10").inclusion_terms == ()


def test_seventh_characters_are_inherited_and_a_nearer_definition_replaces_them(
    tiny_book: SqliteCodeBook,
) -> None:
    assert tiny_book.lookup("S10.0").seventh_characters == (
        ("A", "initial encounter; first visit"),
        ("D", "subsequent encounter"),
        ("S", "sequela"),
    )
    assert tiny_book.lookup("S10.12").seventh_characters == (("1", "right"), ("2", "left"))


@pytest.mark.parametrize(
    ("code", "display", "nearest"),
    [
        ("S10.0XXA", "Bent sprocket of crank, initial encounter", "S100"),
        ("S10.12X2", "Bent sprocket of small wheel, left", "S1012"),
        ("S10.1X31", "Bent sprocket of wheel with teeth missing, right", "S101X3"),
        ("T07.XXXA", "Several sprockets, initial encounter", "T07"),
        # Printed with all seven characters: it takes none of those defined above it.
        ("S10.1X34", "Bent sprocket of wheel with teeth intact", "S101X"),
    ],
)
def test_seven_character_codes(
    tmp_path: Path, tiny_release: TinyRelease, code: str, display: str, nearest: str
) -> None:
    book = SqliteCodeBook(tmp_path / "home", tiny_release.sources)
    found = book.lookup(code)
    assert (found.display, found.billable) == (display, True)
    assert (found.parents[0], found.children) == (nearest, ())
    assert book.is_billable(code)
    assert book.ancestors(code) == found.parents
    book.close()


def test_billable_codes_are_those_that_are_complete(tiny_book: SqliteCodeBook) -> None:
    assert list(tiny_book.billable_codes()) == [
        *("S100XXA", "S100XXD", "S100XXS", "S1012X1", "S1012X2", "S101X31", "S101X32", "S101X34"),
        *("S119", "T07XXXA"),
    ]
    assert [tiny_book.is_billable(code) for code in ("S11.9", "S11", "S10.0", "Q99", "1")] == [
        *(True, False, False, False, False),
    ]
    assert tiny_book.billable_below("S10.1") == (
        "S101X31",
        "S101X32",
        "S101X34",
        "S1012X1",
        "S1012X2",
    )
    assert tiny_book.billable_below("S10", limit=2) == ("S100XXA", "S100XXD")
    assert tiny_book.billable_below("S11.9") == ("S119",)
    assert tiny_book.billable_below("S10.0XXA") == ("S100XXA",)
    assert tiny_book.billable_below("Q99") == ()


def test_children_and_ancestors(tiny_book: SqliteCodeBook) -> None:
    assert tiny_book.children("1") == ("S10-T07",)
    assert tiny_book.children("S10-T07") == ("S10-S12", "T07-T07")
    assert tiny_book.children("S10.1") == ("S101X", "S1012")
    assert tiny_book.children("S11.9") == ()
    assert tiny_book.children("Q99") == ()
    assert tiny_book.ancestors("S11.9") == ("S11", "S10-S12", "S10-T07", "1")
    assert tiny_book.ancestors("1") == ()
    assert tiny_book.ancestors("Q99") == ()


def test_subtree_is_as_printed(tiny_book: SqliteCodeBook) -> None:
    assert tiny_book.subtree("S11") == [
        Title("S11", "Broken sprocket", False),
        Title("S119", "Broken sprocket, unspecified", True, ("Broken sprocket NOS",)),
    ]
    by_code = {title.code: title for title in tiny_book.subtree("S10")}
    assert list(by_code) == ["S10", "S100", "S101", "S101X", "S101X3", "S101X34", "S1012"]
    assert by_code["S1012"].seventh_characters == (("1", "right"), ("2", "left"))
    # A category that divides further is not completed by a character, though it defines some.
    assert by_code["S10"].seventh_characters == ()
    assert [title.code for title in tiny_book.subtree("S10-T07")] == [
        *by_code,
        *("S11", "S119", "T07"),
    ]
    assert tiny_book.subtree("S100XXA") == [
        Title("S100XXA", "Bent sprocket of crank, initial encounter", True)
    ]
    assert tiny_book.subtree("Q99") == []


def test_titles_are_every_category_and_code(tiny_book: SqliteCodeBook) -> None:
    assert [title.code for title in tiny_book.titles()] == [
        *("S10", "S100", "S101", "S101X", "S101X3", "S101X34", "S1012", "S11", "S119", "T07"),
    ]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("S11.8", "S11.8: does not exist in release 2099-01; S11 divides into S11.9"),
        ("S11.99", "S11.99: does not exist in release 2099-01; S11.9 is complete as it is"),
        ("S10.0A", "S10.0A: does not exist in release 2099-01; S10.0 is completed as "
                   "S10.0XXA, S10.0XXD, S10.0XXS"),
        ("T07XXXB", "T07.XXXB: does not exist in release 2099-01; T07 is completed as T07.XXXA"),
        ("S12.0", "S12.0: does not exist in release 2099-01; the nearest categories are "
                  "S10, S11, T07"),
    ],
)  # fmt: skip
def test_an_unknown_code_is_told_with_the_nearest(
    tiny_book: SqliteCodeBook, code: str, message: str
) -> None:
    with pytest.raises(UnknownCode) as caught:
        tiny_book.lookup(code, dt.date(2099, 4, 1))
    assert str(caught.value) == message


def test_many_nearest_codes_are_counted(code_book: SqliteCodeBook) -> None:
    with pytest.raises(UnknownCode) as caught:
        code_book.lookup("E11.Q", DATE)
    assert str(caught.value) == (
        "E11.Q: does not exist in release 2026-04; E11 divides into "
        "E11.0, E11.1, E11.2, E11.3, E11.4, E11.5, E11.6, E11.8 and 2 more"
    )


@pytest.mark.parametrize(
    "code", ["", "E", "patient Jane Doe", "E11.22222", "E11;22", "é11", "\ud800"]
)
def test_what_is_not_written_as_a_code_is_not_repeated(
    code_book: SqliteCodeBook, code: str
) -> None:
    with pytest.raises(UnknownCode, match=r"^code: is not written as ICD-10-CM codes are"):
        code_book.lookup(code)
    assert not code_book.is_billable(code)
    assert code_book.children(code) == ()


def test_the_release_that_answers(tmp_path: Path, tiny_release: TinyRelease) -> None:
    tiny_release.write(
        TABULAR.replace("S11.9", "S11.8").replace("S119", "S118"), "tiny_release/old.xml"
    )
    tiny_release.write(TABULAR)
    tiny_release.name({"label": "new"})
    anchored = tiny_release.sources.read_text()
    tiny_release.name(
        {
            "label": "old",
            "file": "tiny_release/old.xml",
            "valid_from": "2098-01-01",
            "valid_to": "2098-06-30",
        }
    )
    old = tiny_release.sources.read_text().replace("S119 =", "S118 =")
    tiny_release.sources.write_text(
        anchored + old.removeprefix("schema = 1\narchives = false\nderived = []\n")
    )
    book = SqliteCodeBook(tmp_path / "home", tiny_release.sources)
    answers = {
        on: (book.release(on), book.covers(on))
        for on in (
            dt.date(2097, 1, 1),
            dt.date(2098, 1, 1),
            dt.date(2098, 6, 30),
            dt.date(2098, 7, 1),
            dt.date(2098, 12, 31),
            dt.date(2099, 1, 1),
            dt.date(2199, 1, 1),
        )
    }
    assert list(answers.values()) == [
        *(("old", False), ("old", True), ("old", True), ("old", False)),
        *(("new", False), ("new", True), ("new", False)),
    ]
    assert book.release(None) == "new"
    assert [release.label for release in book.releases] == ["old", "new"]
    assert book.is_billable("S11.8", dt.date(2098, 2, 1))
    assert not book.is_billable("S11.8", dt.date(2099, 2, 1))
    assert [hit.code for hit in book.search("S11.", dt.date(2098, 2, 1))] == ["S11", "S118"]
    with pytest.raises(UnknownCode) as caught:
        book.lookup("S11.8", dt.date(2099, 2, 1))
    assert str(caught.value) == (
        "S11.8: was not valid on 2099-02-01: it is in old (2098-01-01 to 2098-06-30) but not in "
        "release new; S11 divides into S11.9"
    )
    with pytest.raises(UnknownCode, match="the nearest to 2097-01-01, which no installed release"):
        book.lookup("S11.9", dt.date(2097, 1, 1))
    book.close()


def test_a_system_that_is_not_installed_is_an_error(tiny_book: SqliteCodeBook) -> None:
    for call in (
        lambda: tiny_book.release(DATE, System.HCPCS),
        lambda: tiny_book.lookup("J1100", DATE, System.HCPCS),
        lambda: tiny_book.is_billable("J1100", DATE, System.HCPCS),
        lambda: tiny_book.search("dexamethasone", system=System.HCPCS),
    ):
        with pytest.raises(MissingCodeSet, match="hcpcs: is not installed") as caught:
            call()
        assert caught.value.exit_status == 3


def test_threads_may_share_a_book(code_book: SqliteCodeBook) -> None:
    def read(_: int) -> tuple[str, int]:
        return code_book.lookup("I10").display, len(code_book.subtree("E11"))

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(read, range(200)))
    assert found == [("Essential (primary) hypertension", 65)] * 200


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_a_forked_process_opens_the_store_itself(code_book: SqliteCodeBook) -> None:
    program = (
        "import os, sys\n"
        "from nosology.codesets import open_code_book\n"
        "book = open_code_book()\n"
        "child = os.fork()\n"
        "answer = book.is_billable('I10')\n"
        "if child == 0:\n"
        "    os._exit(0 if answer else 1)\n"
        "sys.exit(os.waitpid(child, 0)[1])\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_reading_loads_nothing_that_only_a_build_needs(code_book: SqliteCodeBook) -> None:
    program = (
        "import sys\n"
        "from nosology.codesets import open_code_book\n"
        "open_code_book().lookup('E11.22')\n"
        "print(*{'filelock', 'platformdirs', 'xml.parsers.expat', 'tomllib',\n"
        "        'importlib.metadata', 'simple_icd_10_cm'} & sys.modules.keys())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
    )
    assert run.stdout == "\n"


# Billable codes as CMS counts them; those of 2026-10 are known by their dates only.
@pytest.mark.parametrize(
    ("label", "on", "billable", "completeness"),
    [
        ("2023-10", "2024-02-29", 74_044, "titles-only"),
        ("2024-10", "2025-03-31", 74_260, "full"),
        ("2025-04", "2025-04-01", 74_260, "full"),
        ("2025-10", "2025-12-31", 74_719, "full"),
        ("2026-04", "2026-04-14", 74_719, "full"),
        ("2026-10", "2026-11-22", 74_879, "dates-only"),
    ],
)
def test_the_embedded_releases(
    code_book: SqliteCodeBook, label: str, on: str, billable: int, completeness: str
) -> None:
    day = dt.date.fromisoformat(on)
    release = release_for_date(day)
    assert (release.label, release.billable, release.completeness) == (
        label,
        billable,
        completeness,
    )
    assert release.covers(day)
    codes = list(code_book.billable_codes(day))
    assert len(codes) == billable
    assert codes == sorted(set(codes))


def test_a_store_that_is_right_is_not_built_again(code_book: SqliteCodeBook) -> None:
    assert code_book.covers(DATE)
    assert not build().built
    assert len(installed_releases()) > 6
    assert not release_for_date(dt.date(2020, 1, 1)).covers(dt.date(2020, 1, 1))


@pytest.mark.parametrize(
    ("on", "message"),
    [
        (
            dt.date(2016, 1, 1),
            "was valid on 2016-01-01: its dates are from 2015-10-01 to 2016-09-30",
        ),
        (DATE, "was not valid on 2026-04-14: its dates are from 2015-10-01 to 2016-09-30"),
        (None, "is valid from 2015-10-01 to 2016-09-30 only"),
    ],
)
def test_a_code_older_than_every_release_is_told_with_its_dates(
    code_book: SqliteCodeBook, on: dt.date | None, message: str
) -> None:
    with pytest.raises(UnknownCode, match=r"H40\.11 divides into H40\.111, H40\.112") as caught:
        code_book.lookup("H40.11X0", on)
    assert caught.value.message.startswith(message)


def test_the_dates_of_a_code_are_its_own_whatever_release_answers(
    code_book: SqliteCodeBook,
) -> None:
    for on in (dt.date(1990, 1, 1), dt.date(2019, 1, 1), DATE, dt.date(2060, 1, 1)):
        code = code_book.lookup("A79.82", on)
        assert (code.valid_from, code.valid_to) == (dt.date(2021, 10, 1), None)
        assert code_book.lookup("A79.8", on).valid_from is None


def test_a_code_that_only_dates_are_known_of(code_book: SqliteCodeBook) -> None:
    autumn = dt.date(2026, 11, 22)
    code = code_book.lookup("I42.00", autumn)
    assert code.billable
    assert "no title is known" in code.display
    assert code.parents == ("I420", "I42", "I30-I5A", "9")
    assert code.valid_from == dt.date(2026, 10, 1)
    heading = code_book.lookup("I42.0", autumn)
    assert (heading.billable, heading.children) == (False, ("I4200", "I4201", "I4209"))
    assert code_book.lookup("I42.0", DATE).billable
    assert not code_book.is_billable("I42.00", DATE)
    assert "I4200" not in {title.code for title in code_book.titles(autumn)}


@pytest.mark.parametrize(
    ("code", "display"),
    [
        ("E11.22", "Type 2 diabetes mellitus with diabetic chronic kidney disease"),
        ("S52.021B", "Displaced fracture of olecranon process without intraarticular extension of "
         "right ulna, initial encounter for open fracture type I or II"),
        ("H34.8112", "Central retinal vein occlusion, right eye, stable"),
        ("M1A.00X0", "Idiopathic chronic gout, unspecified site, without tophus (tophi)"),
        ("O31.8X10", "Other complications specific to multiple gestation, first trimester, not "
         "applicable or unspecified"),
        ("W08.XXXA", "Fall from other furniture, initial encounter"),
    ],
)  # fmt: skip
def test_titles_of_the_embedded_release(code_book: SqliteCodeBook, code: str, display: str) -> None:
    found = code_book.lookup(code, DATE)
    assert (found.display, found.billable) == (display, True)


def test_a_category_may_have_a_letter_in_the_second_place(code_book: SqliteCodeBook) -> None:
    assert code_book.lookup("QA0").parents == ("QA0-QA0", "17")


def test_death_before_consciousness_takes_the_initial_encounter_only(
    code_book: SqliteCodeBook,
) -> None:
    assert code_book.children("S06.1X7") == ("S061X7A",)
    assert code_book.lookup("S06.1X7").seventh_characters == (("A", "initial encounter"),)
    assert code_book.children("S06.1X6") == ("S061X6A", "S061X6D", "S061X6S")


def test_a_term_printed_under_a_seventh_character_goes_to_its_code(
    code_book: SqliteCodeBook,
) -> None:
    code = code_book.lookup("W08")
    assert [note.text for note in code.inclusion_terms] == ["Fall from stool"]
    assert code.seventh_characters[-1] == ("S", "sequela")


def test_notes_of_a_section_that_groups_sections_reach_its_codes(
    code_book: SqliteCodeBook,
) -> None:
    code = code_book.lookup("V43.52XA")
    assert code.parents[-3:] == ("V00-V99", "V00-X58", "20")
    assert "V00-V99" in {note.origin for note in code.notes}


def test_manifestations_are_flagged(code_book: SqliteCodeBook) -> None:
    assert "manifestation" in code_book.lookup("H36.89").flags
    assert code_book.lookup("B95.2").flags == ("unacceptable-principal",)
    assert code_book.lookup("E11.22").flags == ()


@pytest.mark.shared
def test_the_billable_codes_are_those_of_the_medicare_code_editor(
    code_book: SqliteCodeBook, shared_data: Path
) -> None:
    path = shared_data / "codesets" / "other" / "mce_i10dx_master.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not among the development data")
    with path.open(newline="") as file:
        official = {
            row["code"]
            for row in csv.DictReader(file)
            if row["start"] <= f"{DATE:%Y%m%d}" <= row["end"]
        }
    assert set(code_book.billable_codes(DATE)) == official


@pytest.mark.shared
def test_every_flagged_manifestation_is_one_for_the_medicare_code_editor(
    code_book: SqliteCodeBook, shared_data: Path
) -> None:
    path = shared_data / "codesets" / "other" / "mce_i10dx_master.csv"
    if not path.is_file():
        pytest.skip(f"{path.name} is not among the development data")
    with path.open(newline="") as file:
        official = {
            row["code"] for row in csv.DictReader(file) if "manifestation" in row["attributes"]
        }
    flagged = {
        title.code
        for title in code_book.titles(DATE)
        if title.billable
        and "classified elsewhere" in title.display
        and "as the cause of" not in title.display
        and "manifestation" in code_book.lookup(title.code, DATE).flags
    }
    assert len(flagged) == 270
    assert flagged <= official
