from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosology.codesets.book import SqliteCodeBook
from nosology.model.coding import Diagnosis, Scope, system_of
from nosology.model.encounter import encounter_from_mapping
from nosology.workflow.code import Coder, term_index
from nosology.workflow.install import install

NOTE = """\
CHIEF COMPLAINT: Cough.
HPI: Ms. Example, 61, with known hypothyroidism. Denies fever.
ASSESSMENT AND PLAN
1. Acute bronchitis. Fluids.
2. CKD stage 3a with hypertension - continue lisinopril.
"""
ON = "2026-04-14"


@pytest.fixture(scope="module")
def coder(code_book: SqliteCodeBook) -> Coder:
    return Coder(code_book)


def answer(coder: Coder, text: str, **fields: object) -> dict[str, object]:
    given_fields = {"id": "1", "text": text, "date_of_service": ON, **fields}
    return coder.code(encounter_from_mapping(given_fields)).as_json()


def test_the_same_input_gives_the_same_bytes(code_book: SqliteCodeBook) -> None:
    one = json.dumps(answer(Coder(code_book), NOTE))
    other = json.dumps(answer(Coder(code_book), NOTE))
    assert one == other


def test_the_release_is_named(coder: Coder) -> None:
    assert answer(coder, NOTE)["releases"] == {
        "icd10cm": "2026-04",
        "cpt": "2026Q2",
        "hcpcs": "2026Q2",
    }
    assert answer(coder, NOTE)["notices"] == []


def test_a_date_that_no_release_covers_is_said(coder: Coder) -> None:
    notices = answer(coder, NOTE, date_of_service="2031-01-01")["notices"]
    assert isinstance(notices, list)
    assert all("2031-01-01" in notice for notice in notices)
    assert [name for notice in notices for name in ("2026-10", "2026Q2") if name in notice] == [
        "2026-10",
        "2026Q2",
    ]


def test_a_heading_whose_divisions_have_no_title_is_told_and_not_coded(coder: Coder) -> None:
    note = "ASSESSMENT\n1. Dilated cardiomyopathy.\n2. Plantar fascial fibromatosis.\n"
    encounter = {"id": "1", "text": note, "date_of_service": "2026-11-22"}
    coding = coder.code(encounter_from_mapping(encounter))
    assert coding.icd10cm == ()
    divided = [notice for notice in coding.notices if "divides into" in notice]
    assert [notice.split(" in release")[0] for notice in divided] == [
        "I42.0 divides into I42.00, I42.01, I42.09",
        "M72.2 divides into M72.20, M72.21, M72.22",
    ]
    before = coder.code(encounter_from_mapping(encounter | {"date_of_service": "2026-04-14"}))
    assert [diagnosis.code for diagnosis in before.icd10cm] == ["I420", "M722"]
    assert not any("divides into" in notice for notice in before.notices)


def test_without_a_date_the_newest_release_answers(coder: Coder) -> None:
    encounter = encounter_from_mapping({"id": "1", "text": NOTE})
    assert coder.code(encounter).releases["icd10cm"] == "2026-10"


def test_documents_of_others_give_no_diagnosis(coder: Coder) -> None:
    encounter = encounter_from_mapping(
        {
            "id": "1",
            "date_of_service": ON,
            "documents": [
                {"type": "nursing note", "author": "nurse", "text": "ASSESSMENT: Pneumonia."},
                {"type": "note", "author": "provider", "text": "ASSESSMENT: Gout."},
            ],
        }
    )
    coding = coder.code(encounter)
    assert [item.code for item in coding.icd10cm] == ["M109"]
    assert [words.document for words in coding.icd10cm[0].evidence] == [1]


def test_roles_follow_the_setting(coder: Coder) -> None:
    office = coder.code(encounter_from_mapping({"id": "1", "text": NOTE, "date_of_service": ON}))
    assert [item.role.value for item in office.icd10cm][:2] == ["first-listed", "secondary"]
    stay = coder.code(
        encounter_from_mapping(
            {
                "id": "1",
                "text": "DISCHARGE DIAGNOSIS\nPneumonia.",
                "setting": "inpatient-facility",
                "date_of_service": ON,
            }
        )
    )
    assert [item.role.value for item in stay.icd10cm] == ["principal"]


def test_a_treated_condition_that_nobody_assessed_is_suggested(coder: Coder) -> None:
    text = (
        "PAST MEDICAL HISTORY\nHypothyroidism.\nMEDICATIONS\nLevothyroxine 50 mcg daily\n"
        "ASSESSMENT\nGout.\n"
    )
    coding = coder.code(encounter_from_mapping({"id": "1", "text": text, "date_of_service": ON}))
    assert [item.code for item in coding.icd10cm] == ["M109"]
    suggested = [item.code for item in coding.suggestions if isinstance(item, Diagnosis)]
    assert suggested == ["E039"]


def test_a_missing_side_is_asked_for(coder: Coder) -> None:
    text = "ASSESSMENT\nCarpal tunnel syndrome.\n"
    coding = coder.code(encounter_from_mapping({"id": "1", "text": text, "date_of_service": ON}))
    [query] = coding.queries
    assert query.topic == "laterality"
    assert "Unable to determine" in query.options
    assert [item.quote for item in query.evidence] == ["Carpal tunnel syndrome"]


def test_the_compiled_lexicon_is_kept_in_the_store(code_book: SqliteCodeBook) -> None:
    on = dt.date(2026, 4, 14)
    first = term_index(code_book, on)
    told: list[str] = []
    again = term_index(code_book, on, told.append)
    assert told == []
    assert len(again) == len(first)


def test_install_is_repeatable(nosology_home: object) -> None:
    stages: list[str] = []
    report = install(progress=lambda stage, done, total: stages.append(stage))
    assert report.path.exists()
    assert "compiling the lexicon" in stages


PIECES = st.sampled_from(
    ["ASSESSMENT\n", "1. ", "- ", "Type 2 diabetes", " with ", "CKD stage 3", ", ", "no ", "left ",
     "knee pain", "\n", "possible ", "pneumonia", ". ", "BMI 33", "\u200f", "\x00", "é", "s/p ",
     "fracture of the right wrist", "PLAN:\n", "24 weeks pregnant", "mother with ", "\r\n", "\t"]
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=200),
    setting=st.sampled_from(["office", "inpatient-facility", "imaging-center-global"]),
    scope=st.sampled_from(list(Scope)),
)
def test_every_answer_is_billable_and_quotes_the_text(
    coder: Coder, code_book: SqliteCodeBook, text: str, setting: str, scope: Scope
) -> None:
    encounter = encounter_from_mapping(
        {"id": "1", "text": text, "setting": setting, "date_of_service": ON}
    )
    coding = coder.code(encounter, scope)
    codes = [item.code for item in coding.icd10cm]
    assert len(codes) == len(set(codes))
    for item in (*coding.icd10cm, *coding.icd10pcs, *coding.services, *coding.suggestions):
        assert code_book.is_billable(item.code, dt.date(2026, 4, 14), system_of(item))
        assert item.evidence
        assert item.rationale
        assert 0 < item.confidence <= 1
        for words in item.evidence:
            assert text[words.start : words.end] == words.quote != ""
    assert coder.code(dataclasses.replace(encounter, id="2"), scope).icd10cm == coding.icd10cm
