from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.language.analytes import Direction, analytes, judge, leveled_unit, names
from nosology.language.measurements import latest
from nosology.language.pipeline import Reader
from nosology.model.reading import Flag, Measurement, Reading
from nosology.model.record import Document


def read(text: str) -> Reading:
    return Reader().read(Document(text))


def only(text: str) -> Measurement:
    (found,) = read(text).measurements
    return found


@pytest.mark.parametrize(
    ("text", "analyte", "amount", "quote"),
    [
        ("His potassium was 2.9 today.", "potassium", "2.9", "potassium was 2.9"),
        ("A1c 9.2%.", "hemoglobin a1c", "9.2", "A1c 9.2%"),
        ("WBC: 14.2", "white blood cells", "14.2", "WBC: 14.2"),
        ("Platelet count of 90 K/uL", "platelets", "90", "Platelet count of 90 K/uL"),
        ("platelets 90,000", "platelets", "90", "platelets 90,000"),
        ("Leukocytes 14.610/mm3", "white blood cells", "14.61", "Leukocytes 14.610/mm3"),
        ("Creatinine 177 umol/L", "creatinine", "2.00187", "Creatinine 177 umol/L"),
        ("Glucose 5.5", "glucose", "99.088", "Glucose 5.5"),
        ("Temperature 101.2 F", "temperature", "38.4", "Temperature 101.2 F"),
        ("Temp 98.6", "temperature", "37", "Temp 98.6"),
        ("T 38.9 C", "temperature", "38.9", "T 38.9 C"),
        ("SpO2 88% on room air", "oxygen saturation", "88", "SpO2 88%"),
        ("LVEF of 30-35%", "ejection fraction", "30", "LVEF of 30-35%"),
        ("T score - 2.6", "bone density t-score", "-2.6", "T score - 2.6"),
        ("K+ 3.1", "potassium", "3.1", "K+ 3.1"),
        ("hemoglobin 13,7 g/dl", "hemoglobin", "13.7", "hemoglobin 13,7 g/dl"),
        ("eGFR 38 mL/min/1.73 m2", "glomerular filtration rate", "38", "eGFR 38 mL/min/1.73 m2"),
        ("Haemoglobin 71 g/L", "hemoglobin", "7.1", "Haemoglobin 71 g/L"),
    ],
)
def test_value_in_the_unit_of_the_analyte(text: str, analyte: str, amount: str, quote: str) -> None:
    found = only(text)
    assert (found.analyte, found.amount) == (analyte, Decimal(amount))
    assert text[found.start : found.end] == quote


@pytest.mark.parametrize(
    "text",
    [
        "Goal A1c < 7.",
        "Call if temperature above 101.",
        "Potassium chloride 20 mEq daily.",
        "Potassium 20 mEq daily.",
        "Vitamin D 2000 units daily.",
        "Recheck potassium in 2 weeks.",
        "Low sodium diet, 2 g.",
        "The PT saw him 3 times.",
        "Calcium channel blocker 5 mg.",
        "He takes 20 mg of Mg 2 times.",
        "An urinary pH of 7.",
        "Pleural fluid glucose 20.",
        "Lumbar puncture was performed: glucose 51 mg/dl.",
        "Right ventricle ejection fraction 10.",
        "Platelets 1887 mg/dl.",
        "Inferior leads with negative T waves.",
        "FAMILY HISTORY\nFather with cholesterol 400.",
        "MEDICATIONS\nMagnesium 4 daily.",
        "Sodium bicarbonate 650 mg.",
    ],
)
def test_what_is_no_result(text: str) -> None:
    assert read(text).measurements == ()


@pytest.mark.parametrize(
    ("text", "flag", "is_critical"),
    [
        ("Na 128 (L) 135-145 mmol/L", Flag.LOW, False),
        ("Sodium | 128 | L | 135-145", Flag.LOW, False),
        ("Creatinine   2.1   H   0.6-1.2 mg/dL", Flag.HIGH, False),
        ("Potassium 6.8 HH", Flag.HIGH, True),
        ("Potassium 6.8 critically high", Flag.HIGH, True),
        ("TSH was elevated at 12.3.", Flag.HIGH, False),
        ("elevated creatinine of 2.4", Flag.HIGH, False),
        ("TSH was normal at 2.68.", Flag.NORMAL, False),
        ("Calcium 11.8 *", Flag.ABNORMAL, False),
        ("Troponin negative.", Flag.NEGATIVE, False),
        ("Rapid COVID-19 test performed today in office is negative.", Flag.NEGATIVE, False),
        ("HIV non-reactive.", Flag.NEGATIVE, False),
        ("Blood cultures x2 negative.", Flag.NEGATIVE, False),
        ("Positive ANA.", Flag.POSITIVE, False),
        ("Fibrinogen 1500 (normal values 200-400)", None, False),
        ("Glucose 402 mg/dl, normal gait.", None, False),
    ],
)
def test_flag_of_the_record(text: str, flag: Flag | None, is_critical: bool) -> None:
    found = only(text)
    assert (found.flag, found.is_critical) == (flag, is_critical)


def test_reference_range_of_the_laboratory() -> None:
    assert only("Hgb 7.1 g/dL (ref 12.0 - 16.0)").reference == (Decimal("12.0"), Decimal("16.0"))
    assert only("Potassium 4.1 3.5-5.1").reference == (Decimal("3.5"), Decimal("5.1"))
    assert only("Troponin I 0.03 (<0.04)").reference == (None, Decimal("0.04"))
    assert only("eGFR 38 (>60)").reference == (Decimal(60), None)


def test_comparators_and_titers() -> None:
    assert only("Troponin I <0.01 ng/mL").comparator == "<"
    assert only("Ferritin greater than 1000.").comparator == ">"
    titer = only("ANA 1:320")
    assert (titer.comparator, titer.value, titer.amount) == ("1:", Decimal(320), None)


@pytest.mark.parametrize(
    "text", ["BP 150/90 mm Hg.", "Blood pressure is 150 over 90.", "B/P 150s/90s"]
)
def test_blood_pressure_is_a_pair(text: str) -> None:
    found = only(text)
    assert (found.value, found.second) == (Decimal(150), Decimal(90))


def test_pair_of_names_with_a_pair_of_values() -> None:
    found = read("BUN/Cr 40/2.1").measurements
    assert [(item.analyte, item.value) for item in found] == [
        ("urea nitrogen", Decimal(40)),
        ("creatinine", Decimal("2.1")),
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Hgb down to 7.1 from 9.", {"7.1": False, "9": True}),
        ("Creatinine improved from 2.1 to 1.2.", {"2.1": True, "1.2": False}),
        ("Creatinine 1.2 -> 2.1 -> 1.8", {"1.2": True, "2.1": True, "1.8": False}),
        ("Creatinine 1.0 rose to 2.4.", {"1.0": True, "2.4": False}),
        ("Creatinine 1.9 (baseline 1.1)", {"1.9": False, "1.1": True}),
        ("Baseline creatinine 1.1.", {"1.1": True}),
        ("Previous A1c was 8.1.", {"8.1": True}),
    ],
)
def test_earlier_values_are_told_apart(text: str, values: dict[str, bool]) -> None:
    found = read(text).measurements
    assert {str(item.value): item.is_earlier for item in found} == values


def test_span_of_a_joined_value_begins_with_the_words_that_join_it() -> None:
    text = "Creatinine 1.9 (baseline 1.1)"
    first, second = read(text).measurements
    assert text[first.start : first.end] == "Creatinine 1.9"
    assert text[second.start : second.end] == "baseline 1.1"


def test_latest_goes_by_the_date_beside_the_value() -> None:
    text = "A1c on 03/04/2026: 8.2%\nA1c on 2025-12-01: 9.5%\nNa 128\nNa 133"
    found = latest(read(text).measurements)
    assert found["hemoglobin a1c"].value == Decimal("8.2")
    assert found["hemoglobin a1c"].date == dt.date(2026, 3, 4)
    assert found["sodium"].value == Decimal(133)


def test_culture_includes_what_it_grew() -> None:
    text = "Urine culture positive for Escherichia coli, and nitrites."
    found = only(text)
    assert text[found.start : found.end] == "Urine culture positive for Escherichia coli"


def test_a_flag_of_the_sentence_before_is_another_result_s() -> None:
    (found,) = read("Pregnancy test negative.\nTroponin was drawn.").measurements
    assert found.analyte == "pregnancy test"


def test_judged_by_flag_then_by_range_then_by_usual_values() -> None:
    flagged = judge(only("Na 130 H (135-145)"))
    given_range = judge(only("Na 146 (136-148)"))
    usual = judge(only("Na 146"))
    assert flagged is not None
    assert (flagged.direction, flagged.basis) == (Direction.HIGH, "flag")
    assert given_range is not None
    assert (given_range.direction, given_range.basis) == (Direction.NORMAL, "range given")
    assert usual is not None
    assert (usual.direction, usual.basis, usual.source) == (
        Direction.HIGH,
        "usual range",
        "most laboratories",
    )


def test_usual_values_by_sex_and_age() -> None:
    hemoglobin = only("Hgb 12.5")
    sides = {sex: judge(hemoglobin, sex, 50) for sex in ("M", "F", "")}
    assert {sex: item and item.direction for sex, item in sides.items()} == {
        "M": Direction.LOW,
        "F": Direction.NORMAL,
        "": Direction.NORMAL,
    }
    assert judge(only("Heart rate 140"), "M", 1) is None


def test_pressure_is_judged_by_both_numbers() -> None:
    high = judge(only("BP 130/95"))
    low = judge(only("BP 80/50"))
    assert high is not None
    assert high.direction is Direction.HIGH
    assert low is not None
    assert low.direction is Direction.LOW


def test_nothing_tells_of_a_titer() -> None:
    assert judge(only("ANA 1:320")) is None


def test_codes_of_analytes_have_the_form_of_loinc() -> None:
    codes = [analyte.loinc for analyte in analytes().values() if analyte.loinc]
    assert len(codes) > 60
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"\d{1,5}-\d", code) and _check_digit(code) for code in codes)


def _check_digit(code: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others, as LOINC prescribes."""
    digits = [int(digit) for digit in code.replace("-", "")]
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def test_tables_agree_with_one_another() -> None:
    for analyte in analytes().values():
        if analyte.unit:
            assert analyte.possible is not None, analyte.name
            assert analyte.knows(leveled_unit(analyte.unit))
    listed = {name.analyte.name for same in names().values() for name in same}
    assert listed == set(analytes())


@given(st.text(alphabet="Na K128.,/-()<>HL:|\n wasfrom%→", max_size=80))
def test_spans_lie_in_the_text(text: str) -> None:
    for item in read(text).measurements:
        assert 0 <= item.start < item.end <= len(text)
        assert text[item.start : item.end].strip()
