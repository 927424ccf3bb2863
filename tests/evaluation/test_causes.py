from __future__ import annotations

import pytest

from nosology.coding.diagnoses.statements import Sense
from nosology.evaluation.causes import (
    Cause,
    CodeTitles,
    cause_of_missed,
    cause_of_wrong,
    counted,
)
from nosology.model.encounter import Encounter
from nosology.model.record import Document, Record
from nosology.workflow.code import Coder


@pytest.fixture
def titles(coder: Coder) -> CodeTitles:
    return CodeTitles(coder.book, Encounter("A", Record((Document(""),))))


@pytest.mark.parametrize(
    ("missed", "wrong", "cause"),
    [
        ("M1711", "M1712", Cause.SIDE),
        ("M1711", "M1710", Cause.SIDE),
        ("S52501A", "S52501D", Cause.EPISODE),
        ("E1122", "E119", Cause.SPECIFICITY),
        ("T148", "T149XXA", Cause.SPECIFICITY),
    ],
)
def test_two_codes_of_a_category_are_one_decision(
    titles: CodeTitles, missed: str, wrong: str, cause: Cause
) -> None:
    assert cause_of_missed(missed, [wrong], {}, titles) is cause
    assert cause_of_wrong(wrong, [missed], titles) is cause


@pytest.mark.parametrize(
    ("code", "senses", "cause"),
    [
        ("I10", {}, Cause.NOT_READ),
        ("I10", {"I10": frozenset({Sense.ABSENT})}, Cause.OTHER_SENSE),
        ("I10", {"I10": frozenset({Sense.ABSENT, Sense.PRESENT})}, Cause.NOT_REPORTED),
        ("Z6832", {}, Cause.ATTENDANT),
        ("W010XXA", {"W01": frozenset({Sense.PRESENT})}, Cause.ATTENDANT),
    ],
)
def test_a_missed_code_by_what_was_read(
    titles: CodeTitles, code: str, senses: dict[str, frozenset[Sense]], cause: Cause
) -> None:
    assert cause_of_missed(code, ["E119"], senses, titles) is cause


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("Z794", Cause.ATTENDANT),
        ("Z950", Cause.STATUS),
        ("R51", Cause.SYMPTOM),
        ("I10", Cause.CONDITION),
    ],
)
def test_a_wrong_code_by_its_kind(titles: CodeTitles, code: str, cause: Cause) -> None:
    assert cause_of_wrong(code, ["J189"], titles) is cause


def test_counted_with_the_most_frequent_first_and_equals_by_name() -> None:
    causes = [Cause.SYMPTOM, Cause.SIDE, Cause.STATUS, Cause.SIDE]
    assert list(counted(causes).items()) == [
        (Cause.SIDE, 2),
        (Cause.STATUS, 1),
        (Cause.SYMPTOM, 1),
    ]


def test_the_senses_in_which_a_record_is_read(coder: Coder) -> None:
    encounter = Encounter("A", Record((Document("ASSESSMENT\n1. Gout. No pneumonia."),)))
    assert coder.senses(encounter) == {
        "M10": frozenset({Sense.PRESENT}),
        "J18": frozenset({Sense.ABSENT}),
    }
