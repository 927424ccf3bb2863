"""What each loader of CMS and AHRQ files makes of a row, and what it says of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from nosology.codesets.loaders.add_on import AddOnRow, read_add_on
from nosology.codesets.loaders.anesthesia import AnesthesiaRow, read_anesthesia
from nosology.codesets.loaders.asp import AspRow, read_asp
from nosology.codesets.loaders.ccsr import CcsrRow, read_ccsr
from nosology.codesets.loaders.coverage import (
    ArticleRow,
    DiagnosisRow,
    PairRow,
    RelatedRow,
    ServiceRow,
    read_coverage,
)
from nosology.codesets.loaders.gems import GemRow, read_gems
from nosology.codesets.loaders.gpci import GpciRow, read_gpci
from nosology.codesets.loaders.hcc import HccRow, model_name, read_hcc
from nosology.codesets.loaders.localities import LocalityRow, read_localities
from nosology.codesets.loaders.mpfs import IndicatorRow, ValueRow, read_mpfs
from nosology.codesets.loaders.mue import MueRow, read_mue
from nosology.codesets.loaders.ndc import PackageRow, read_packages
from nosology.codesets.loaders.ptp import read_ptp
from nosology.codesets.reference.pairs import PtpRow, PtpTerms
from nosology.model.errors import MalformedRow
from tests.codesets.loaders.cms_files import FILES, empty_store, silent


def test_pairs(tmp_path: Path) -> None:
    assert list(read_ptp(FILES["ccipra-v321r0-f1.TXT"].written(tmp_path))) == [
        PtpRow("10001", "10002", PtpTerms(20200101, None, 1, "More of the same")),
        PtpRow("10001", "10003", PtpTerms(19960101, 20191231, 0, "Part of the whole")),
        PtpRow("10001", "Q9001", PtpTerms(20190401, 20190401, 9, "Part of the whole")),
        PtpRow("10004", "10001", PtpTerms(20240101, None, 0, 'Part of the whole, "and more"')),
    ]
    assert list(read_ptp(FILES["ncci_ptp_hospital_2024q3.csv"].written(tmp_path))) == [
        PtpRow("10001", "10002", PtpTerms(None, None, 1, "More of the same")),
        PtpRow("10001", "10003", PtpTerms(None, 20191231, 0, "Part, of the whole")),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Column 1\tColumn 2\t* old\tEffective\tDeletion\tModifier\tRationale\n",
        'Column1\tColumn2\t"*=in existence\nprior to 1996"\t"Effective\nDate"\tb\tc\td\n',
        '"Column 1"\t"Column 2"\ta\tb\tc\td\te\n\n',
    ],
)
def test_the_header_of_pairs_may_be_one_line_or_quoted(header: str, tmp_path: Path) -> None:
    file = FILES["ccipra-v321r0-f1.TXT"]
    publication = file.written(tmp_path, header + "10001 \t 10002\t*\t20200101\t*\t1\tx\t\n")
    assert file.loader.recognizes(publication)
    assert list(read_ptp(publication)) == [
        PtpRow("10001", "10002", PtpTerms(20200101, None, 1, "x"))
    ]


@pytest.mark.parametrize(
    ("name", "label", "part"),
    [
        ("ccipra-v320r0-f4.TXT", "2026Q1", "f4"),
        ("CCIPRA-V303R1-F2.txt", "2024Q4", "f2"),
        ("ccipra_v32.2.txt", "2026Q3", ""),
        ("ncci_ptp_practitioner_2025-Q3.txt", "2025Q3", ""),
        ("ccipra.txt", None, ""),
        ("ccipra-v329r0-f1.TXT", None, ""),
    ],
)
def test_the_version_of_pairs_is_their_quarter(
    name: str, label: str | None, part: str, tmp_path: Path
) -> None:
    file = FILES["ccipra-v321r0-f1.TXT"]
    publication = file.written(tmp_path)
    path = publication.path.rename(tmp_path / name)
    editions = file.loader.editions(type(publication)(path))
    assert [(edition.label, edition.part) for edition in editions] == (
        [(label, part)] if label else []
    )


def test_units(tmp_path: Path) -> None:
    assert list(
        read_mue(FILES["MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"].written(tmp_path))
    ) == [
        MueRow("10001", 1, 2, "Code says one"),
        MueRow("10002", 12, 3, "Data"),
        MueRow("A9001", 0, 1, "CMS Policy"),
    ]


@pytest.mark.parametrize(
    ("header", "name", "data_set"),
    [
        ("HCPCS/CPT Code,Outpatient Hospital Services MUE Values", "x.csv", "mue-outpatient"),
        ("HCPCS/CPT Code,Facility Outpatient Services MUE Values", "x.csv", "mue-outpatient"),
        ("HCPCS/CPT Code,DME Supplier Services MUE Values", "x.csv", "mue-dme"),
        ("HCPCS Code,MUE Values", "mue_dme.csv", "mue-dme"),
        ("HCPCS Code,MUE Values", "mue.csv", None),
    ],
)
def test_the_service_of_units_is_told_by_the_header_else_by_the_name(
    header: str, name: str, data_set: str | None, tmp_path: Path
) -> None:
    file = FILES["MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"]
    text = f"{header},MUE Adjudication Indicator,MUE Rationale\n10001,1,2 x,y\n"
    publication = file.written(tmp_path, text)
    path = publication.path.rename(tmp_path / name.replace(".csv", "_2026q2.csv"))
    editions = file.loader.editions(type(publication)(path))
    assert [edition.data_set for edition in editions] == ([data_set] if data_set else [])


def test_units_in_the_layout_that_is_passed_on_name_their_service_in_a_column(
    tmp_path: Path,
) -> None:
    file = FILES["MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"]
    text = (
        "hcpcs_code,mue_units,mue_mai,mue_rationale,mue_service\n"
        "10001,3,1,Data,Outpatient Hospital\n"
    )
    publication = file.written(tmp_path, text)
    assert list(read_mue(publication)) == [MueRow("10001", 3, 1, "Data")]
    assert [edition.data_set for edition in file.loader.editions(publication)] == ["mue-outpatient"]


def test_add_on_codes_end_with_the_first_that_ends(tmp_path: Path) -> None:
    assert list(read_add_on(FILES["AOC_V2026Q2-MCR.txt"].written(tmp_path))) == [
        AddOnRow("10011", "10001", 1, 20130401),
        AddOnRow("10011", "10002", 1, 20130401, 20231231),
        AddOnRow("10012", "CCCCC", 2, 20140101, None, "Contractor defined"),
        AddOnRow("10013", "10001", 3, 20150101, 20201231),
        AddOnRow("10013", "CCCCC", 3, 20150101),
    ]


def test_add_on_codes_as_they_are_passed_on_have_no_days(tmp_path: Path) -> None:
    file = FILES["AOC_V2026Q2-MCR.txt"]
    publication = file.written(tmp_path, "primary_code,add_on_code,aoc_edit_type\nCCCCC,10012,2\n")
    assert file.loader.recognizes(publication)
    assert list(read_add_on(publication)) == [AddOnRow("10012", "CCCCC", 2)]


def test_add_on_codes_of_medicaid_are_not_taken_for_medicare_s(tmp_path: Path) -> None:
    file = FILES["AOC_V2026Q2-MCR.txt"]
    publication = file.written(tmp_path)
    path = publication.path.rename(tmp_path / "AOC_V2026Q2-MCD.txt")
    assert file.loader.editions(type(publication)(path)) == ()


VALUES = ValueRow(
    "10001", "", "1.30", "1.33", "0.56", "0.10", "2.73", "1.96", "33.4009", "0.00", "0.00", "0.00"
)
INDICATORS = IndicatorRow(
    code="10001",
    modifier="26",
    status="A",
    not_used="+",
    nonfacility_na="NA",
    facility_na="",
    component="1",
    global_days="XXX",
    preoperative="0.00",
    intraoperative="0.00",
    postoperative="0.00",
    multiple="0",
    bilateral="0",
    assistant="0",
    co_surgeons="0",
    team="0",
    endoscopic_base="10002",
    supervision="6A",
    imaging_family="88",
)


@pytest.mark.parametrize("name", ["PPRRVU2026_Apr_nonQPP.csv", "PPRRVU2026_Jul_QPP.csv"])
def test_relative_values_with_and_without_the_further_column(name: str, tmp_path: Path) -> None:
    rows = list(read_mpfs(FILES[name].written(tmp_path)))
    assert rows[0][0] == VALUES
    assert rows[1][1] == INDICATORS
    assert rows[1][0] is not None
    assert rows[1][0].opps_nonfacility_expense == "1234.50"


def test_relative_values_as_they_are_passed_on_lose_the_noise_of_binary_fractions(
    tmp_path: Path,
) -> None:
    ((values, nothing), _) = read_mpfs(FILES["rvu_amounts_2024c.csv"].written(tmp_path))
    assert values is not None
    assert nothing is None
    assert values.facility_expense == "0.56"
    ((nothing, indicators), _) = read_mpfs(FILES["rvu_indicators_2024c.csv"].written(tmp_path))
    assert nothing is None
    assert indicators is not None
    assert (indicators.component, indicators.multiple, indicators.preoperative) == ("0", "2", "0.1")


def test_indices_have_the_floor_and_lose_the_note_s_asterisk(tmp_path: Path) -> None:
    assert list(read_gpci(FILES["GPCI2026.csv"].written(tmp_path))) == [
        GpciRow("99101", "01", "AK", "FAR NORTH", "1.5", "0.990", "1.081", "0.592"),
        GpciRow("99102", "05", "TX", "BIG TOWN, SUBURBS", "1.017", "1.017", "1.093", "0.662"),
    ]


def test_localities_take_the_state_of_the_row_above(tmp_path: Path) -> None:
    assert list(read_localities(FILES["26LOCCO.csv"].written(tmp_path))) == [
        LocalityRow("09101", "01", "FAR NORTH", "STATEWIDE", "ALL COUNTIES"),
        LocalityRow("99102", "05", "BIG STATE", "BIG TOWN", "NEAR, FAR AND WIDE"),
        LocalityRow("99102", "99", "BIG STATE", "REST OF STATE", "ALL OTHER COUNTIES"),
    ]


def test_anesthesia_has_a_factor_for_participants(tmp_path: Path) -> None:
    file = FILES["ANES2026.csv"]
    assert list(read_anesthesia(file.written(tmp_path))) == [
        AnesthesiaRow("99101", "01", "27.86", "27.95"),
        AnesthesiaRow("99102", "05", "20.04", "20.10"),
    ]
    before = "Contractor,Locality,Locality Name,National Anes CF of 20.3178\n99101,01,X,19.31\n"
    assert list(read_anesthesia(file.written(tmp_path, before))) == [
        AnesthesiaRow("99101", "01", "19.31", "")
    ]


def test_payment_limits(tmp_path: Path) -> None:
    assert list(read_asp(FILES["limits.csv"].written(tmp_path))) == [
        AspRow("10001", "1 ML", "137.828", "20.000", ""),
        AspRow("J9001", "10 MG", "1234.50", "0.000", "Added then"),
        AspRow("J9002", "1 EACH", "", "20.000", '"lesser of" applied'),
    ]


def test_packages(tmp_path: Path) -> None:
    rows = list(read_packages(FILES["crosswalk.csv"].written(tmp_path)))
    assert rows[0] == PackageRow(
        "99991000101", "J9001", "Nobody, LLC", "Nothing®", "10 MG", "0.5", "10", "5", "50"
    )
    assert rows[2].ndc == "999910001012"


def test_crosswalks_of_other_payment_systems_are_parts_of_their_own(tmp_path: Path) -> None:
    file = FILES["crosswalk.csv"]
    text = file.text.replace("ASP NDC - HCPCS", "OPPS NDC - HCPCS").encode("cp1252")
    assert [edition.part for edition in file.loader.editions(file.written(tmp_path, text))] == [
        "opps"
    ]


def test_coverage(tmp_path: Path) -> None:
    def rows(name: str) -> list[object]:
        return list(read_coverage(FILES[name].written(tmp_path)))

    assert rows("article_x_icd10_covered.csv") == [
        DiagnosisRow("50001", 3, True, "E119", 1),
        DiagnosisRow("50001", 3, True, "S52521A", 2),
        DiagnosisRow("50002", 1, True, "XX000", 1),
    ]
    assert rows("article_x_icd10_noncovered.csv")[0] == DiagnosisRow("50001", 3, False, "I10", 1)
    assert rows("article_x_hcpc_code.csv")[1] == ServiceRow("J9001", "50001", 3, 1)
    assert rows("article.csv") == [
        ArticleRow("50001", 3, 'Billing of "nothing"', "A", 20260201, None),
        ArticleRow("50002", 1, "Billing of naught", "R", 20250201, 20260331),
    ]
    assert rows("lcd_related_documents.csv") == [
        RelatedRow("50001", "30001"),
        RelatedRow("", "30001"),
    ]
    assert rows("coverage_2026-05.csv")[:2] == [
        PairRow("10001", "E119", True, "L30001 L30002"),
        PairRow("10001", "I10", False, "L30001"),
    ]


def test_a_cell_may_be_as_long_as_an_article(tmp_path: Path) -> None:
    file = FILES["article.csv"]
    text = file.text.replace("<p>Much", "<p>" + "Much " * 60_000)
    assert len(list(read_coverage(file.written(tmp_path, text)))) == 2


def test_mappings(tmp_path: Path) -> None:
    assert list(read_gems(FILES["2018_I9gem.txt"].written(tmp_path))) == [
        GemRow("0010", "A000"),
        GemRow("0011", "A001", approximate=True),
        GemRow("V9099", "", approximate=True),
        GemRow("E8888", "W19XXXA", True, 1, 1),
        GemRow("E8888", "Y92009", True, 1, 2),
    ]


@pytest.mark.parametrize(
    ("text", "data_set"),
    [
        ("0001  3E05317 10000\n3995  NoPCS   11000\n", "gem-icd9-icd10pcs"),
        ("0016070 0232  10000\n001607A NoPCS 11000\n", "gem-icd10pcs-icd9"),
    ],
)
def test_mappings_of_procedures_are_known_by_their_codes(
    text: str, data_set: str, tmp_path: Path
) -> None:
    file = FILES["2018_I9gem.txt"]
    publication = file.written(tmp_path, text)
    assert [edition.data_set for edition in file.loader.editions(publication)] == [data_set]
    assert len(list(read_gems(publication))) == 2


def test_ccsr(tmp_path: Path) -> None:
    assert list(read_ccsr(FILES["DXCCSR_v2026-1.csv"].written(tmp_path))) == [
        CcsrRow(
            "E1122",
            ("END003", "GEN003"),
            "END003",
            "END003",
            (("END003", "Sugar with more"), ("GEN003", "Kidneys")),
        ),
        CcsrRow("Y92009", ("EXT029",), "XXX000", "XXX000", (("EXT029", "Place, where"),)),
    ]


def test_condition_categories(tmp_path: Path) -> None:
    assert list(read_hcc(FILES["2026 Midyear_Final ICD-10-CM Mappings.csv"].written(tmp_path))) == [
        HccRow("E1122", "CMS-HCC ESRD V24", "18", True),
        HccRow("E1122", "CMS-HCC V28", "37", True),
        HccRow("E1122", "RxHCC V08", "30", True),
        HccRow("A0103", "CMS-HCC ESRD V24", "115", True),
        HccRow("F3481", "CMS-HCC V28", "155", False),
    ]


@pytest.mark.parametrize(
    ("published", "ours"),
    [
        ("CMS-HCC Model V28", "CMS-HCC V28"),
        ("CMS-HCC\nESRD Model\nCategory V24", "CMS-HCC ESRD V24"),
        ("CMS-HCC PACE/ESRD Model Category V21", "CMS-HCC ESRD V21"),
        ("RxHCC Model Category V08", "RxHCC V08"),
        ("Sprocket Model V01", None),
    ],
)
def test_names_of_models(published: str, ours: str | None) -> None:
    assert model_name(published) == ours


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("ccipra-v321r0-f1.TXT", "20200101", "00000000", r":7: column 4 .*'00000000'.*yyyymmdd"),
        ("ccipra-v321r0-f1.TXT", "\t*\t1\tMore", "\t20200230\t1\tMore", r":7: column 5 .* or \*"),
        ("ccipra-v321r0-f1.TXT", "\t1\tMore", "\t2\tMore", r":7: column 6 .*0, 1 or 9"),
        ("ccipra-v321r0-f1.TXT", "10001\t10003\t*", "10001\t10003\tx", r":8: column 3"),
        ("MCR_MUE_PractitionerServices_Eff_04-01-2026.csv", "10002,12", "10002,-1", r"column 2"),
        ("MCR_MUE_PractitionerServices_Eff_04-01-2026.csv", "10002,", "10001,", r"repeats 10001"),
        ("AOC_V2026Q2-MCR.txt", "2023365", "2023366", r":4: column 5 .*yyyyddd"),
        ("AOC_V2026Q2-MCR.txt", "\t2014001\t", "\t\t", r":5: column 6 .*first day"),
        ("AOC_V2026Q2-MCR.txt", "\r\n2\t", "\r\n4\t", r":5: column 1 .*one of 1, 2, 3"),
        ("PPRRVU2026_Apr_nonQPP.csv", ",1.33,", ",1.3x,", r":11: column 7 .*expected a number"),
        ("PPRRVU2026_Apr_nonQPP.csv", "10001,26", "10001,", r":12: column 1 .*repeats 10001"),
        ("PPRRVU2026_Apr_nonQPP.csv", ",BASE,", ",BSE,", r":10: .*'BASE'"),
        ("GPCI2026.csv", "99102,TX,5", "99101,TX,01", r":5: column 1 .*repeats locality 01"),
        ("GPCI2026.csv", "1.093", "1.0.93", r":5: column 7"),
        ("26LOCCO.csv", "1,FAR NORTH", "1,", r":4: column 3 .*first row"),
        ("ANES2026.csv", "20.04", "", r":3: column 5 .*expected a number"),
        ("limits.csv", "137.828", "free", r":10: column 4"),
        ("crosswalk.csv", "99991-0001-01", "99991-001-01", r":10: column 4 .*NDC"),
        ("article_x_icd10_covered.csv", "E11.9", "11.9", r":2: column 3 .*ICD-10-CM"),
        ("article.csv", "2026-02-01 00", "2026-02-30 00", r":2: column 6 .*date"),
        ("2018_I9gem.txt", "00000", "00001", r":1: column 3 .*do not fit"),
        ("2018_I9gem.txt", "NoDx    11000", "NoDx    10000", r":3: column 3 .*second flag"),
        ("DXCCSR_v2026-1.csv", "'GEN003'", "'GEN03'", r":2: column 9 .*END002"),
        ("2026 Midyear_Final ICD-10-CM Mappings.csv", "155", "1555", r":\d+: column 4 .*category"),
        ("2026 Midyear_Final ICD-10-CM Mappings.csv", "Notes:", "Note", r"column 1 .*'Note'"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(
    name: str, old: str, new: str, message: str, tmp_path: Path
) -> None:
    file = FILES[name]
    assert old in file.text
    text = file.text.replace(old, new, 1).encode(file.encoding)
    with pytest.raises(MalformedRow, match=message):
        list(file.read(file.written(tmp_path, text)))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        (
            "ccipra-v321r0-f1.TXT",
            "10001 before 10002: modifier 1",
            "10004 before 10001: modifier 0",
        ),
        (
            "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv",
            "10001: 1 units, indicator 2",
            "A9001: 0 units, indicator 1",
        ),
        ("AOC_V2026Q2-MCR.txt", "10011 beside 10001: type 1", "10013 beside CCCCC: type 3"),
        (
            "PPRRVU2026_Apr_nonQPP.csv",
            "10001: total 2.73, in a facility 1.96",
            "10001 26: total 0.72, in a facility 0.72",
        ),
        (
            "rvu_indicators_2024c.csv",
            "10001: status A, global 090",
            "10001 26: status A, global XXX",
        ),
        (
            "GPCI2026.csv",
            "99101-01 FAR NORTH: work 1.5, expense 1.081, malpractice 0.592",
            "99102-05 BIG TOWN, SUBURBS: work 1.017, expense 1.093, malpractice 0.662",
        ),
        ("26LOCCO.csv", "09101-01 FAR NORTH: STATEWIDE", "99102-99 BIG STATE: REST OF STATE"),
        ("ANES2026.csv", "99101-01: 27.86 dollars a unit", "99102-05: 20.04 dollars a unit"),
        ("limits.csv", "10001: 137.828 dollars for 1 ML", "J9002: no dollars for 1 EACH"),
        (
            "crosswalk.csv",
            "99991000101 Nothing®: 50 units of J9001",
            "999910001012 Device: 60 units of 10001",
        ),
        ("article_x_icd10_covered.csv", "A50001: E119 supports", "A50002: XX000 supports"),
        ("article_x_hcpc_code.csv", "A50001: 10001", "A50002: 10002"),
        (
            "article.csv",
            'A50001 version 3: Billing of "nothing"',
            "A50002 version 1: Billing of naught",
        ),
        ("lcd_related_documents.csv", "L30001: A50001", "L30001: another determination"),
        (
            "coverage_2026-05.csv",
            "E119 supports 10001 (L30001 L30002)",
            "S52521A supports 10001 (A50001)",
        ),
        ("2018_I10gem.txt", "A000 to 0010", "Z9989 to nothing"),
        ("DXCCSR_v2026-1.csv", "E1122: END003, GEN003", "Y92009: EXT029"),
        ("ra_dx_to_cc_2026.csv", "E1122: CMS-HCC V28 category 37", "E1122: RxHCC V08 category 30"),
    ],
)
def test_the_first_and_the_last_row_are_shown(
    name: str, first: str, last: str, tmp_path: Path
) -> None:
    file = FILES[name]
    loaded = file.loader.load(empty_store(), 1, file.written(tmp_path), silent)
    assert loaded.anchors == (first, last)
