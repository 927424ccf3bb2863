"""Claims of 837 files: each value stands in the field that it belongs to."""

import datetime as dt
from decimal import Decimal

import pytest

from nosology.model.claim import ClaimDiagnosis, ClaimKind, ClaimProcedure, ClaimType, Provider
from nosology.model.encounter import Payer, Sex
from tests.claims.x12.made import (
    BILLING,
    STAY,
    SUBSCRIBER,
    VISIT,
    file_of,
    read,
    read_stay,
    read_visit,
)

DAY = dt.date(2026, 4, 14)
OTHER_PAYER = """\
SBR*S*01*******MC
CAS*PR*1*21.89
NM1*IL*1*OTHER*NAME****MI*OTHERMEMBER
N4*OTHERTOWN*TX*75001
NM1*PR*2*OTHER PAYER*****PI*OTHERPAYER
DTP*573*D8*20260501
REF*F8*OTHERCLAIM
NM1*82*1"""


def line_of(*segments):
    (line,) = read_visit("CLM*C1*10***11:B:1", "HI*ABK:I10", "LX*1", *segments).lines
    return line


def test_a_visit():
    claim = read_visit(VISIT)
    assert (claim.id, claim.type, claim.frequency) == ("C1", ClaimType.PROFESSIONAL, "1")
    assert claim.total_charge == Decimal("120.5")
    assert (claim.payer, claim.payer_id) == (Payer.MEDICARE, "PAY01")
    assert claim.billing_provider == Provider(
        npi="1234567893", taxonomy="207Q00000X", tax_id="12-3456789", zip="450010001", state="OH"
    )
    patient = claim.patient
    assert (patient.birth_date, patient.sex) == (dt.date(1958, 3, 2), Sex.FEMALE)
    assert (patient.id, patient.zip) == ("1AB2CD3EF45", "45001")
    assert claim.diagnoses == (ClaimDiagnosis("E119"), ClaimDiagnosis("I10"))
    (line,) = claim.lines
    assert (line.code, line.modifiers, line.units) == ("99213", ("25",), 1)
    assert (line.place_of_service, line.diagnoses, line.date) == ("11", (1, 2), DAY)
    assert (line.charge, line.has_units, line.number) == (Decimal("120.5"), True, 1)
    assert claim.bill_type == ""
    assert claim.flaws == ()


def test_a_stay():
    claim = read_stay(
        STAY,
        "HI*ABF:E119:::::::N*ABF:Z794:::::::1",
        "HI*ABN:W010XXA:::::::Y",
        "HI*BBR:0BH17EZ:D8:20260411",
        "HI*BBQ:5A1935Z:D8:20260412",
        "HI*BE:80:::5*BE:A2:::15.31",
        "HI*BH:11:D8:20260409",
        "HI*BI:74:RD8:20260412-20260413",
        "HI*BG:09",
    )
    assert (claim.type, claim.bill_type) == (ClaimType.INSTITUTIONAL, "0111")
    assert claim.kind is ClaimKind.INPATIENT
    assert (claim.statement_from, claim.statement_to) == (
        dt.date(2026, 4, 10),
        dt.date(2026, 4, 15),
    )
    assert (claim.admission_date, claim.discharge_date) == (
        dt.date(2026, 4, 10),
        dt.date(2026, 4, 15),
    )
    assert (claim.admission_type, claim.admission_source, claim.discharge_status) == (
        ("1", "2", "01")
    )
    assert claim.diagnoses == (
        ClaimDiagnosis("J189", "Y"),
        ClaimDiagnosis("E119", "N"),
        ClaimDiagnosis("Z794", "1"),
        ClaimDiagnosis("W010XXA", "Y", "external-cause"),
    )
    assert claim.admitting_diagnosis == "R0602"
    assert claim.procedures == (
        ClaimProcedure("0BH17EZ", dt.date(2026, 4, 11)),
        ClaimProcedure("5A1935Z", dt.date(2026, 4, 12)),
    )
    assert claim.value_codes == (("80", Decimal(5)), ("A2", Decimal("15.31")))
    assert claim.occurrence_codes == (
        ("11", dt.date(2026, 4, 9)),
        ("74", dt.date(2026, 4, 12)),
    )
    assert claim.condition_codes == ("09",)
    (line,) = claim.lines
    assert (line.revenue_code, line.code, line.units) == ("0120", "", 5)
    assert (line.place_of_service, line.date) == ("", None)
    assert claim.flaws == ()


def test_the_reason_for_a_visit_is_no_diagnosis_of_the_list():
    claim = read_stay("CLM*O1*5***13:A:1", "HI*ABK:J189", "HI*APR:R05*APR:R0602")
    assert [item.role for item in claim.diagnoses] == ["", "reason-for-visit", "reason-for-visit"]


def test_a_patient_who_stays_on_has_no_discharge():
    claim = read_stay(STAY.replace("CL1*1*2*01", "CL1*1*2*30"))
    assert (claim.discharge_date, claim.statement_to) == (None, dt.date(2026, 4, 15))


def test_an_outpatient_bill_has_no_discharge():
    assert read_stay(STAY.replace("11:A:1", "13:A:1")).discharge_date is None


def test_a_bill_without_a_place_has_no_type():
    assert read_stay("CLM*S1*900").bill_type == ""


@pytest.mark.parametrize(
    ("indicator", "payer"),
    [
        ("MA", Payer.MEDICARE),
        ("MB", Payer.MEDICARE),
        ("MC", Payer.MEDICAID),
        ("CI", Payer.COMMERCIAL),
        ("16", Payer.COMMERCIAL),
        ("", None),
    ],
)
def test_the_payer_is_told_by_the_filing_indicator(indicator, payer):
    subscriber = SUBSCRIBER.replace("*MB", f"*{indicator}")
    assert read_visit(VISIT, subscriber=subscriber).payer is payer


def test_another_payer_leaves_the_claim_as_it_is():
    own = "NM1*82*1*DOCTOR*ANY****XX*1999999984\nPRV*PE*PXC*207R00000X"
    opening, service = VISIT.splitlines()[:2], VISIT.splitlines()[2:]
    claim = read_visit(*opening, own, OTHER_PAYER, *service)
    alone = read_visit(*opening, own, *service)
    assert claim == alone
    assert claim.rendering_provider == Provider(npi="1999999984", taxonomy="207R00000X")


def test_another_payer_is_not_that_of_the_next_claim():
    second = VISIT.replace("C1", "C2")
    lines = VISIT.splitlines()
    found = read(file_of(BILLING, SUBSCRIBER, *lines[:2], OTHER_PAYER, *lines[2:], second))
    assert [claim.payer_id for claim in found.claims] == ["PAY01", "PAY01"]
    assert [claim.patient.id for claim in found.claims] == ["1AB2CD3EF45"] * 2


def test_dependents_are_told_from_one_another_without_their_names():
    family = SUBSCRIBER.replace("22*0", "22*1")
    child = """\
HL*{level}*2*23*0
PAT*19
NM1*QC*1*PERSON*{name}
N4*SPRINGTOWN*OH*45002
DMG*D8*20150101*M"""
    found = read(
        file_of(
            BILLING,
            family,
            child.format(level=3, name="FIRST"),
            VISIT,
            child.format(level=4, name="SECOND"),
            VISIT,
            child.format(level=5, name="First"),
            VISIT,
        )
    )
    first, second, again = (claim.patient for claim in found.claims)
    assert first == again
    assert first.id != second.id
    assert first.id.startswith("1AB2CD3EF45-")
    assert "FIRST" not in first.id
    assert (first.birth_date, first.sex, first.zip) == (dt.date(2015, 1, 1), Sex.MALE, "45002")
    assert {claim.payer for claim in found.claims} == {Payer.MEDICARE}


def test_a_new_subscriber_and_a_new_biller_take_nothing_from_those_before():
    other = "HL*3**20*1\nNM1*85*2*OTHER*****XX*1999999984\nHL*4*3*22*0\nSBR*P*18"
    _, claim = read(file_of(BILLING, SUBSCRIBER, VISIT, other, VISIT)).claims
    assert claim.billing_provider == Provider(npi="1999999984")
    assert (claim.payer, claim.payer_id, claim.patient.id) == (None, "", "")
    assert claim.patient.birth_date is None


def test_the_place_to_pay_to_is_not_where_the_biller_is():
    claim = read(file_of(BILLING, "NM1*87*2\nN4*ELSEWHERE*TX*75001", SUBSCRIBER, VISIT)).claim
    assert claim.billing_provider.zip == "450010001"


def test_an_address_abroad_has_no_zip():
    subscriber = SUBSCRIBER.replace("OH*45001", "*SW1A 1AA*GB")
    assert read_visit(VISIT, subscriber=subscriber).patient.zip == ""


def test_providers_and_numbers_of_a_claim():
    claim = read_visit(
        "CLM*C1*10***21:B:7",
        "DTP*435*D8*20260401",
        "DTP*096*D8*20260420",
        "DTP*439*D8*20260331",
        "DTP*431*D8*20260330",
        "REF*F8*PAYERS1",
        "REF*G1*AUTH1",
        "REF*X4*36D1234567",
        "HI*ABK:I10",
        "NM1*DN*1*A*B****XX*1111111112",
        "NM1*77*2*PLACE*****XX*1222222220",
        "N4*SPRINGTOWN*OH*45003",
        "NM1*DQ*1*A*B****XX*1333333338",
        "N4*NOWHERE*TX*75001",
        "LX*1",
        "SV1*HC:80053*10*UN*1***1",
        "NM1*DK*1*A*B****XX*1444444446",
    )
    assert (claim.frequency, claim.original_claim) == ("7", "PAYERS1")
    assert claim.prior_authorization == "AUTH1"
    assert claim.billing_provider.clia == "36D1234567"
    assert claim.referring_provider.npi == "1111111112"
    assert claim.service_facility == Provider(npi="1222222220", zip="45003", state="OH")
    assert claim.ordering_provider.npi == "1444444446"
    assert claim.admission_date == dt.date(2026, 4, 1)
    assert claim.discharge_date == dt.date(2026, 4, 20)
    assert claim.accident_date == dt.date(2026, 3, 31)
    assert claim.lines[0].place_of_service == "21"


def test_the_attending_of_a_stay():
    claim = read_stay(STAY.replace("LX*1", "NM1*71*1*A*B****XX*1111111112\nLX*1"))
    assert claim.attending_provider.npi == "1111111112"


def test_a_provider_without_npi_has_none():
    claim = read_visit("CLM*C1*10***11:B:1", "NM1*82*1*A*B****24*123456789")
    assert claim.rendering_provider == Provider()


def test_a_line_of_several_days_with_a_drug():
    line = line_of(
        "SV1*HC:J0696:JZ::::MADE UP WORDS*80.25*UN*4.00*12**1**Y",
        "DTP*472*RD8*20260414-20260417",
        "DTP*471*D8*20260101",
        "LIN**N4*00004196501",
        "CTP****7.50*ML",
        "NM1*82*1*A*B****XX*1111111112",
        "PRV*PE*PXC*207R00000X",
        "SVD*PAYER*1*HC:99213**1",
        "DTP*573*D8*20260601",
    )
    assert (line.code, line.modifiers, line.units) == ("J0696", ("JZ",), 4)
    assert (line.date, line.end_date) == (DAY, dt.date(2026, 4, 17))
    assert (line.place_of_service, line.emergency) == ("12", True)
    assert (line.ndc, line.ndc_quantity, line.ndc_unit) == ("00004196501", Decimal("7.5"), "ML")
    assert line.rendering_provider == Provider(npi="1111111112", taxonomy="207R00000X")


def test_a_line_without_units_has_none():
    line = line_of("SV1*HC:99213*10*UN**11**1")
    assert (line.units, line.has_units) == (0, False)


def test_a_rate_code_stands_as_the_code():
    claim = read_stay("CLM*S1*5***21:A:1", "LX*1", "SV2*0022*HP:ABAA1*0*UN*14")
    assert (claim.lines[0].code, claim.flaws) == ("ABAA1", ())


@pytest.mark.parametrize(
    ("segments", "field"),
    [
        (["SV1*HC:99213*ABC*UN*1***1"], "charge"),
        (["SV1*HC:99213*1_0*UN*1***1"], "charge"),
        (["SV1*HC:99213*10*UN*NaN***1"], "units"),
        (["SV1*HC:99213*10*UN*1***A"], "diagnoses"),
        (["SV1*ZZ:99213*10*UN*1***1"], "code"),
        (["SV1*HC:99213*10*UN*1***1", "DTP*472*D8*20260231"], "date"),
        (["SV1*HC:99213*10*UN*1***1", "DTP*472*D8*SECRET"], "date"),
        (["SV1*HC:99213*10*UN*1***1", "DTP*472*RD8*20260401-2026"], "end_date"),
        (["SV1*HC:99213*10*UN*1***1", "LIN**N4*1", "CTP****X*ML"], "ndc_quantity"),
        (["SV2*0300*HC:99213*10*UN*1"], "code"),
    ],
)
def test_a_value_of_a_line_that_cannot_be_read_is_a_flaw_that_does_not_show_it(segments, field):
    claim = read_visit("CLM*C1*10***11:B:1", "HI*ABK:I10", "LX*1", *segments)
    (flaw,) = claim.flaws
    assert (flaw.field, flaw.line) == (field, 1)
    assert "segment " in flaw.problem
    assert "SECRET" not in flaw.problem
    assert "ABC" not in flaw.problem


@pytest.mark.parametrize(
    ("segment", "field"),
    [
        ("CLM*C1*SECRET***11:B:1", "total_charge"),
        ("CLM*C1*1***11:A:1", "place_of_service"),
        ("DTP*435*D8*20261301", "admission_date"),
        ("DTP*439*D8*", "accident_date"),
        ("HI*BE:80:::X", "value_codes"),
        ("HI*BH:11:D8:SECRET", "occurrence_codes"),
    ],
)
def test_a_value_of_a_claim_that_cannot_be_read_is_a_flaw(segment, field):
    opening = [] if segment.startswith("CLM") else ["CLM*C1*10***11:B:1"]
    (flaw,) = read_visit(*opening, segment).flaws
    assert (flaw.field, flaw.line) == (field, None)
    assert "SECRET" not in flaw.problem


def test_flaws_of_a_patient_belong_to_each_claim():
    subscriber = SUBSCRIBER.replace("19580302*F", "19581302*X")
    found = read(file_of(BILLING, subscriber, VISIT, VISIT))
    for claim in found.claims:
        assert [flaw.field for flaw in claim.flaws] == ["patient.birth_date", "patient.sex"]
        assert (claim.patient.birth_date, claim.patient.sex) == (None, None)
        assert "19581302" not in str(claim.flaws)


def test_codes_of_the_ninth_revision_are_a_flaw_from_october_2015():
    old = VISIT.replace("ABK:E119*ABF:I10", "BK:25000*BF:4019")
    (flaw,) = read_visit(old).flaws
    assert flaw.field == "diagnoses"
    before = read_visit(old.replace("20260414", "20150930"))
    assert before.flaws == ()
    assert [item.code for item in before.diagnoses] == ["25000", "4019"]


def test_a_line_without_a_service_is_a_flaw_and_stays_a_line():
    claim = read_visit(VISIT, "LX*2", "DTP*472*D8*20260414")
    assert len(claim.lines) == 2
    (flaw,) = claim.flaws
    assert (flaw.field, flaw.line) == ("code", 2)


def test_a_service_that_no_lx_opens_is_a_line():
    claim = read_visit("CLM*C1*10***11:B:1", "HI*ABK:I10", VISIT.splitlines()[3])
    assert [line.number for line in claim.lines] == [1]


def test_parts_that_another_character_divides_than_isa_names_are_read_and_told():
    claim = read_visit(VISIT.replace(":", ">"))
    (flaw,) = claim.flaws
    assert (flaw.field, "ISA16" in flaw.problem) == ("place_of_service", True)
    assert [item.code for item in claim.diagnoses] == ["E119", "I10"]
    assert (claim.lines[0].code, claim.lines[0].modifiers) == ("99213", ("25",))


def test_what_is_not_known_is_passed_over():
    lines = VISIT.splitlines()
    noise = "ZZZ*1*2\nHI*XX:1*:*\nDTP*999*D8*X\nNTE*ADD*WORDS\nREF"
    claim = read(file_of(BILLING, SUBSCRIBER, *lines[:2], noise, *lines[2:])).claim
    assert claim == read_visit(VISIT)
