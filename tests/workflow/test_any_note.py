"""What holds for the answer to any note: composed at random, or a real one damaged at random."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nosology.coding.lexicon.entries import entries
from nosology.model.coding import Coding, Diagnosis, Role, Scope, Service, system_of
from nosology.model.encounter import Encounter, Setting, encounter_from_mapping
from nosology.workflow.code import Coder
from tests.coding.gold_files import gold_cases

ON = "2026-04-14"
SAMPLES = Path(__file__).parents[2] / "samples"
HEADINGS = (
    "CHIEF COMPLAINT", "HPI:", "PMH:", "Family History:", "ROS", "Physical Exam", "RESULTS",
    "ASSESSMENT", "A/P:", "PLAN", "Impression:", "Discharge Diagnoses", "HOSPITAL COURSE", "Dx:",
)  # fmt: skip
FRAMES = (
    "{}", "1. {}", "2) {} - continue current care", "No {}.", "Denies {}", "History of {}",
    "Mother had {}.", "Possible {}", "rule out {}", "{} due to {}", "{} with {}", "{}, {} and {}",
    "Left {}, right {}", "{}, resolved", "{} developed on hospital day 3", "Status post {}",
    "Return if {}.", "{} stage 3", "Acute on chronic {}", "{} at 32 weeks gestation", "BMI 41.2 {}",
    "Potassium 2.9 (L), {}", "Started insulin for {}", "{} secondary to {}", "Bilateral {}",
)  # fmt: skip
TERMS = [entry.term for entry in entries()][::37]
NOTES = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))] + [
    document.text for case in gold_cases() for document in case.encounter.record.documents
]

terms = st.integers(0, len(TERMS) - 1).map(TERMS.__getitem__)
lines = st.one_of(
    st.sampled_from(HEADINGS),
    st.builds(
        lambda frame, named: frame.format(*named),
        st.sampled_from(FRAMES),
        st.lists(terms, min_size=3, max_size=3),
    ),
)
composed = st.lists(lines, min_size=1, max_size=14).map("\n".join)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A note with parts cut out, repeated, swapped or overwritten."""
    text = NOTES[draw(st.integers(0, len(NOTES) - 1))]
    for _ in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, len(text)))
        last = min(len(text), first + draw(st.integers(0, 60)))
        noise = draw(
            st.sampled_from(
                ["", " ", "\n", "\n\n", "\t", ". ", ", ", "no ", "é", "•", "\x00", "﷽", "1. "]
            )
        )
        piece = draw(st.sampled_from([noise, text[first:last] * 2, text[first:last].upper()]))
        text = text[:first] + piece + text[last:]
    return text


encounters = st.builds(
    lambda text, setting, age, sex: encounter_from_mapping(
        {
            "id": "N",
            "text": text,
            "setting": setting,
            "date_of_service": ON,
            "patient_age": age,
            "patient_sex": sex,
        }
    ),
    st.one_of(composed, damaged()).filter(str.strip),
    st.sampled_from([setting.value for setting in Setting]),
    st.integers(0, 99),
    st.sampled_from(["F", "M"]),
)


@pytest.mark.parametrize("scope", list(Scope))
@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(encounter=encounters)
def test_any_answer(coder: Coder, scope: Scope, encounter: Encounter) -> None:
    answer = coder.code(encounter, scope)
    assert_valid(answer, encounter, coder)
    again = coder.code(encounter, scope)
    assert json.dumps(answer.as_json()) == json.dumps(again.as_json())


def assert_valid(answer: Coding, encounter: Encounter, coder: Coder) -> None:
    codes = [item.code for item in answer.icd10cm]
    assert len(set(codes)) == len(codes)
    for item in (*answer.icd10cm, *answer.icd10pcs, *answer.services, *answer.suggestions):
        system = system_of(item)
        assert coder.book.is_billable(item.code, dt.date.fromisoformat(ON), system), item.code
        assert item.rationale
        assert item.evidence
        if isinstance(item, Diagnosis):
            assert item.poa is None or encounter.is_inpatient
        if isinstance(item, Service):
            assert item.units > 0
            assert set(item.diagnoses) <= set(codes)
        for words in item.evidence:
            text = encounter.record.documents[words.document].text
            assert words.start < words.end
            assert text[words.start : words.end] == words.quote
    for query in answer.queries:
        assert query.question
        for words in query.evidence:
            text = encounter.record.documents[words.document].text
            assert text[words.start : words.end] == words.quote
    firsts = [item for item in answer.icd10cm if item.role in (Role.PRINCIPAL, Role.FIRST_LISTED)]
    assert firsts == list(answer.icd10cm[: len(firsts)])
    assert len(firsts) <= 1
    assert not any(item.code.startswith(("V", "W", "X", "Y")) for item in firsts)
