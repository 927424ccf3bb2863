from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from nosology.evaluation.datasets import (
    LabeledEncounter,
    Part,
    code_of_line,
    part_of,
    read_dataset,
    shown_line,
)
from nosology.model.encounter import Setting, encounter_from_mapping
from nosology.model.errors import InputError

SHARED = Path(__file__).parents[3] / "shared" / "data"


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "notes.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_reads_codes_as_texts_and_as_objects_without_dots_and_once(tmp_path: Path) -> None:
    path = write(
        tmp_path, '{"id": "A", "text": "x", "icd10cm": ["E11.22", {"code": "i10"}, "I10"]}'
    )
    (labeled,) = read_dataset(path)
    assert labeled.gold == {"E1122", "I10"}
    assert labeled.encounter.id == "A"


def test_passes_over_blank_lines_and_the_fields_of_the_data_set(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "\ufeff"
        '{"id": "A", "text": "x", "icd10cm": [], "icd10cm_not_billable_2026": ["T14.8"],'
        ' "icd10pcs": [], "services": [], "annotator": 2, "date_of_service": "2025-01-31"}',
        "",
        '{"id": "B", "text": "y", "icd10cm": []}',
    )
    labeled = list(read_dataset(path))
    assert [item.encounter.id for item in labeled] == ["A", "B"]
    assert labeled[0].encounter.date_of_service == dt.date(2025, 1, 31)


def test_takes_inpatient_as_the_facility_of_an_inpatient(tmp_path: Path) -> None:
    path = write(tmp_path, '{"id": "A", "text": "x", "icd10cm": [], "setting": "inpatient"}')
    (labeled,) = read_dataset(path)
    assert labeled.encounter.setting is Setting.INPATIENT_FACILITY


@pytest.mark.parametrize(("limit", "found"), [(0, 0), (1, 1), (2, 2), (9, 2), (None, 2)])
def test_limit(tmp_path: Path, limit: int | None, found: int) -> None:
    line = '{"id": "A", "text": "x", "icd10cm": []}'
    assert len(list(read_dataset(write(tmp_path, line, line), limit))) == found


def test_an_empty_file_holds_no_encounter(tmp_path: Path) -> None:
    assert list(read_dataset(write(tmp_path))) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "must be a JSON object"),
        ('{"id": "B", "text": "y"}', "field 'icd10cm' must be the list"),
        ('{"id": "B", "text": "y", "icd10cm": "I10"}', "field 'icd10cm' must be the list"),
        ('{"id": "B", "text": "y", "icd10cm": [1]}', r"field 'icd10cm\[0\]'"),
        ('{"id": "B", "text": "y", "icd10cm": ["I10", "high"]}', r"field 'icd10cm\[1\]'"),
        ('{"id": "B", "text": "y", "icd10cm": [{"display": "x"}]}', r"field 'icd10cm\[0\]'"),
        ('{"id": "B", "icd10cm": []}', "field 'text'"),
        ('{"id": "B", "text": "y", "icd10cm": [], "setting": "shop"}', "field 'setting'"),
    ],
)
def test_errors_name_the_file_and_the_line(tmp_path: Path, line: str, message: str) -> None:
    path = write(tmp_path, '{"id": "A", "text": "x", "icd10cm": []}', line)
    with pytest.raises(InputError, match=rf"^notes\.jsonl:2: .*{message}"):
        list(read_dataset(path))


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_bytes('{"id": "A", "text": "Ménière", "icd10cm": []}'.encode("latin-1"))
    with pytest.raises(InputError, match=r"^notes\.jsonl:1: is not UTF-8"):
        list(read_dataset(path))


@pytest.mark.parametrize("name", ["absent.jsonl", "."])
def test_what_cannot_be_opened_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(read_dataset(tmp_path / name))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "notes"),
    [("acibench_dev/notes.jsonl", 67), ("codiesp/dev.jsonl", 250), ("codiesp/train.jsonl", 500)],
)
def test_the_shared_data_sets_are_read_whole(name: str, notes: int) -> None:
    if not (SHARED / name).is_file():
        pytest.skip(f"{name} of the shared development data is not beside the project")
    assert len(list(read_dataset(SHARED / name))) == notes


def test_a_quarter_is_held_out_and_the_parts_make_the_whole() -> None:
    labeled = [
        LabeledEncounter(
            encounter_from_mapping({"id": f"N{number}", "text": "Gout."}), frozenset({"M109"})
        )
        for number in range(67)
    ]
    held_out = part_of(labeled, Part.HELD_OUT)
    development = part_of(labeled, Part.DEVELOPMENT)
    assert len(held_out) == 17
    assert sorted([*held_out, *development], key=labeled.index) == labeled
    assert part_of(labeled[::-1], Part.HELD_OUT) == held_out[::-1], "the order does not matter"


def test_reads_services_as_numbers_and_as_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '{"id": "A", "text": "x", "services": ["99213",'
        ' {"code": "20610", "modifiers": ["rt", "59"]}, {"code": "A0425", "units": 7.2}]}',
    )
    (labeled,) = read_dataset(path)
    assert labeled.services == {"99213 x1", "20610-59-RT x1", "A0425 x7.2"}
    assert {code_of_line(line) for line in labeled.services} == {"99213", "20610", "A0425"}
    assert (labeled.has_diagnoses, labeled.gold, labeled.procedures) == (False, frozenset(), None)


def test_reads_procedures(tmp_path: Path) -> None:
    path = write(tmp_path, '{"id": "A", "text": "x", "icd10cm": [], "icd10pcs": ["0dtj4zz"]}')
    (labeled,) = read_dataset(path)
    assert labeled.procedures == {"0DTJ4ZZ"}
    assert (labeled.has_diagnoses, labeled.services) == (True, None)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ('"icd10pcs": ["0DTJ4Z"]', r"field 'icd10pcs\[0\]' must be an ICD-10-PCS code"),
        ('"services": ["992"]', r"field 'services\[0\]' must be a CPT or HCPCS code"),
        ('"services": "99213"', "field 'services' must be the list"),
        (
            '"services": [{"code": "99213", "modifiers": "25"}]',
            r"field 'services\[0\].modifiers' must be a list",
        ),
        (
            '"services": [{"code": "99213", "units": 0}]',
            r"field 'services\[0\].units' must be a number",
        ),
    ],
)
def test_errors_of_the_other_gold_fields(tmp_path: Path, field: str, message: str) -> None:
    path = write(tmp_path, '{"id": "A", "text": "x", ' + field + "}")
    with pytest.raises(InputError, match=rf"^notes\.jsonl:1: .*{message}"):
        list(read_dataset(path))


def test_units_and_modifiers_are_written_one_way() -> None:
    assert shown_line("20610", ("rt", "59"), Decimal("10.0")) == "20610-59-RT x10"
    assert shown_line("20610", ("59", "RT"), 10) == "20610-59-RT x10"
