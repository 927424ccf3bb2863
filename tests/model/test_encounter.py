from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nosology.model.encounter import Payer, Setting, Sex, encounter_from_mapping
from nosology.model.errors import InputError
from nosology.model.record import Author


def test_every_field_is_read() -> None:
    encounter = encounter_from_mapping(
        {
            "id": "E1",
            "setting": "office-oncology",
            "date_of_service": "2026-04-14",
            "patient_age": 58,
            "patient_sex": "m",
            "payer": "medicare",
            "patient_status": "established",
            "text": "Note.",
        }
    )
    assert encounter.setting is Setting.OFFICE
    assert encounter.specialty == "oncology"
    assert encounter.date_of_service == dt.date(2026, 4, 14)
    assert encounter.patient_sex is Sex.MALE
    assert encounter.payer is Payer.MEDICARE
    assert [document.text for document in encounter.record.documents] == ["Note."]


def test_documents_keep_their_order_type_and_author() -> None:
    encounter = encounter_from_mapping(
        {
            "id": 7,
            "documents": [
                {"type": "Discharge Summary", "author": "provider", "text": "A"},
                {"type": "laboratory", "author": "laboratory", "date": "2026-04-20", "text": "B"},
            ],
        }
    )
    assert encounter.id == "7"
    assert [document.type for document in encounter.record.documents] == [
        "discharge summary",
        "laboratory",
    ]
    assert encounter.record.documents[1].author is Author.LABORATORY
    assert encounter.setting is Setting.OFFICE
    assert encounter.date_of_service is None


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "'id'"),
        ({"id": ""}, "'id'"),
        ({"id": True, "text": ""}, "'id'"),
        ({"id": "1"}, "'text'"),
        ({"id": "1", "text": 5}, "'text'"),
        ({"id": "1", "text": "a", "documents": []}, "'documents'"),
        ({"id": "1", "documents": []}, "'documents'"),
        ({"id": "1", "documents": ["a"]}, "documents[0]"),
        ({"id": "1", "documents": [{"text": "a"}, {"text": None}]}, "documents[1]"),
        ({"id": "1", "documents": [{"text": "a", "autor": "nurse"}]}, "'autor'"),
        ({"id": "1", "documents": [{"text": "a", "author": "plumber"}]}, "'author'"),
        ({"id": "1", "documents": [{"text": "a", "type": ""}]}, "'type'"),
        ({"id": "1", "text": "a", "seting": "office"}, "'seting'"),
        ({"id": "1", "text": "a", "setting": "garage"}, "'setting'"),
        ({"id": "1", "text": "a", "setting": "office-"}, "'setting'"),
        ({"id": "1", "text": "a", "date_of_service": "2026-02-30"}, "'date_of_service'"),
        ({"id": "1", "text": "a", "date_of_service": "04/14/2026"}, "'date_of_service'"),
        ({"id": "1", "text": "a", "date_of_service": 20260414}, "'date_of_service'"),
        ({"id": "1", "text": "a", "patient_age": -1}, "'patient_age'"),
        ({"id": "1", "text": "a", "patient_age": 300}, "'patient_age'"),
        ({"id": "1", "text": "a", "patient_age": True}, "'patient_age'"),
        ({"id": "1", "text": "a", "patient_sex": "X"}, "'patient_sex'"),
        ({"id": "1", "text": "a", "payer": "uncle"}, "'payer'"),
        ({"id": "1", "text": "a", "patient_status": "old"}, "'patient_status'"),
    ],
)
def test_an_error_names_the_field(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError) as caught:
        encounter_from_mapping(fields, "line 3")
    assert named in str(caught.value)
    assert str(caught.value).startswith("line 3")
    assert "\n" not in str(caught.value)


def test_misplaced_patient_text_is_not_repeated_whole() -> None:
    secret = "Jane Example has a very long and private story to tell"
    with pytest.raises(InputError) as caught:
        encounter_from_mapping({"id": "1", "text": "a", "payer": secret})
    assert "Jane" not in str(caught.value)
    assert str(len(secret)) in str(caught.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["id", "text", "documents", "setting", "date_of_service", "patient_age", "payer", "x"]
        ),
        json_values,
    )
)
def test_any_object_is_an_encounter_or_a_clear_error(fields: dict[str, Any]) -> None:
    try:
        encounter = encounter_from_mapping(fields)
    except InputError:
        return
    assert encounter.record.documents
