from __future__ import annotations

from collections.abc import Sequence

from nosology.evaluation.causes import Cause
from nosology.evaluation.datasets import LabeledEncounter
from nosology.evaluation.mistakes import Mistake, MistakeKind, by_cause, mistakes
from nosology.evaluation.run import evaluate
from nosology.model.coding import Coding
from nosology.model.encounter import Encounter
from nosology.model.reading import SectionKind
from nosology.model.record import Document, Record
from tests.evaluation.books import ScriptedCoder, SmallBook, diagnosis

BOOK = SmallBook()
TEXT = (
    "PAST MEDICAL HISTORY\nHis mother has high blood pressure.\n\n"
    "ASSESSMENT\n1. Headache,\n   worse at night"
)


def listed(gold: Sequence[str], *answers: tuple[str, str]) -> list[Mistake]:
    encounter = Encounter("A", Record((Document(TEXT),)))
    dataset = [LabeledEncounter(encounter, frozenset(gold))]
    (answer,) = evaluate(dataset, ScriptedCoder({"A": answers}), BOOK).answers
    return list(mistakes(answer, BOOK))


def test_a_wrong_code_is_shown_with_its_evidence_and_section() -> None:
    (mistake,) = listed([], ("R51", "Headache,\n   worse"))
    assert mistake.kind is MistakeKind.WRONG
    assert (mistake.code, mistake.display) == ("R51", "Headache")
    assert mistake.section is SectionKind.ASSESSMENT
    assert mistake.quote == "Headache, worse"
    assert mistake.before.endswith("ASSESSMENT 1.")
    assert mistake.after == "at night"


def test_a_missed_code_is_shown_where_the_words_of_its_title_or_terms_stand() -> None:
    (mistake,) = listed(["I10"])
    assert mistake.kind is MistakeKind.MISSED
    assert mistake.quote == "His mother has high blood pressure."
    assert mistake.section is SectionKind.PAST_MEDICAL_HISTORY
    assert mistake.span is not None
    assert mistake.span.quote(TEXT) == mistake.quote


def test_a_missed_code_whose_words_are_nowhere_is_listed_without_text() -> None:
    (mistake,) = listed(["J189"])
    assert (mistake.code, mistake.display) == ("J18.9", "Pneumonia, unspecified organism")
    assert (mistake.section, mistake.span, mistake.quote) == (None, None, "")


def test_a_gold_code_that_the_release_does_not_know_says_so() -> None:
    (mistake,) = listed(["T148"])
    assert (mistake.code, mistake.display) == ("T14.8", "not a code of the release")


def test_what_is_right_is_not_listed() -> None:
    assert listed(["R51"], ("R51", "Headache")) == []


def test_a_wrong_code_without_evidence_is_still_listed() -> None:
    def code(encounter: Encounter) -> Coding:
        return Coding(encounter.id, (diagnosis("I10"),), "0")

    dataset = [LabeledEncounter(Encounter("A", Record((Document(TEXT),))), frozenset())]
    (answer,) = evaluate(dataset, code, BOOK).answers
    (mistake,) = mistakes(answer, BOOK)
    assert (mistake.code, mistake.span) == ("I10", None)


def test_grouped_by_cause_with_the_most_mistakes_first() -> None:
    found = listed(["J189", "I10"], ("R51", "Headache"), ("E119", "night"))
    assert {cause: [item.code for item in group] for cause, group in by_cause(found).items()} == {
        Cause.NOT_READ: ["I10", "J18.9"],
        Cause.CONDITION: ["E11.9"],
        Cause.SYMPTOM: ["R51"],
    }
    assert next(iter(by_cause(found))) is Cause.NOT_READ
