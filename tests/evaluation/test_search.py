from __future__ import annotations

import datetime as dt

import pytest

from nosology.evaluation.search import (
    DATE_OF_SERVICE,
    Answer,
    Latency,
    evaluate_search,
    groupings,
    latency,
    mistakes,
    ranking,
)
from nosology.evaluation.search_questions import Accepted, Question
from nosology.model.code import SearchHit, System
from tests.evaluation.books import RELEASE
from tests.evaluation.search_books import Clock, ScriptedSearch, hit

CM, HCPCS = System.ICD10CM, System.HCPCS


def question(query: str, *codes: str, system: System = CM, kind: str = "lay") -> Question:
    return Question(query, system, tuple(Accepted(system, code) for code in codes), kind)


def answer(rank: int | None, milliseconds: float = 1.0) -> Answer:
    return Answer(rank, (), milliseconds)


def test_each_question_is_asked_within_its_system_and_over_all() -> None:
    book = ScriptedSearch({"sugar": [hit("E1191", HCPCS), hit("R739"), hit("E119")]})
    evaluation = evaluate_search("set", [question("sugar", "E119")], book)
    (asked,) = evaluation.asked
    assert (asked.within.rank, asked.across.rank) == (2, 3)
    assert [found.code for found in asked.within.hits] == ["R739", "E119"]
    assert [found.code for found in asked.across.hits] == ["E1191", "R739", "E119"]
    assert {(on, limit) for _, on, _, limit in book.asked} == {(DATE_OF_SERVICE, 10)}
    assert evaluation.releases == {"icd10cm": RELEASE}


def test_the_best_of_several_right_answers_counts() -> None:
    book = ScriptedSearch({"dm2 w ckd 3b": [hit("I10"), hit("N1832"), hit("E1122")]})
    evaluation = evaluate_search("set", [question("dm2 w ckd 3b", "E1122", "N1832")], book)
    assert evaluation.asked[0].within.rank == 2


def test_what_stands_below_the_tenth_place_is_not_found() -> None:
    class Talkative(ScriptedSearch):
        def search(self, *arguments: object, **_: object) -> list[SearchHit]:
            return [hit(f"A{number:02}") for number in range(12)]

    questions = [question("a", "A09"), question("b", "A10")]
    evaluation = evaluate_search("set", questions, Talkative())
    assert [asked.within.rank for asked in evaluation.asked] == [10, None]


def test_measures() -> None:
    ranks = ranking([answer(1), answer(2), answer(10), answer(None)])
    assert (ranks.first.part, ranks.first.whole, ranks.first.rate) == (1, 4, 0.25)
    assert ranks.found.rate == 0.75
    assert ranks.reciprocal == pytest.approx((1 + 1 / 2 + 1 / 10) / 4)


def test_nothing_asked_has_no_measure() -> None:
    ranks = ranking([])
    assert (ranks.first.rate, ranks.found.rate, ranks.reciprocal) == (None, None, None)
    assert latency([]) is None
    evaluation = evaluate_search("set", [], ScriptedSearch())
    assert (evaluation.asked, evaluation.releases) == ((), {})


def test_percentiles_are_times_that_were_measured() -> None:
    assert latency(answer(1, float(number)) for number in range(100, 0, -1)) == Latency(50, 95, 99)
    assert latency([answer(1, 3.0)]) == Latency(3, 3, 3)
    assert latency([answer(1, 1.0), answer(1, 2.0)]) == Latency(1, 2, 2)


def test_the_clock_times_searches_alone_and_not_the_first_loading() -> None:
    clock = Clock([0, 0.002, 5, 0.004])
    book = ScriptedSearch()
    (asked,) = evaluate_search("set", [question("a", "I10")], book, clock=clock).asked
    assert asked.within.milliseconds == pytest.approx(2)
    assert asked.across.milliseconds == pytest.approx(4)
    assert [system for _, _, system, _ in book.asked] == [CM, None, CM, None]


def test_queries_are_grouped_by_kind_and_system() -> None:
    questions = [
        question("a", "I10", kind="synonym"),
        question("b", "J1885", system=HCPCS),
        question("c", "I10"),
    ]
    evaluation = evaluate_search("set", questions, ScriptedSearch())
    groups = groupings(evaluation)
    assert list(groups) == ["kind", "system"]
    assert {label: len(group) for label, group in groups["kind"].items()} == {
        "lay": 2,
        "synonym": 1,
    }
    assert {label: len(group) for label, group in groups["system"].items()} == {
        "hcpcs": 1,
        "icd10cm": 2,
    }


def test_index_terms_are_grouped_by_chapter_and_depth_in_their_order() -> None:
    codes = {"a": ("J189", 11), "b": ("E119", 2), "c": ("I10", 2), "d": ("Z00", 1)}
    questions = [
        Question(query, CM, (Accepted(CM, code),), "index", depth=depth)
        for query, (code, depth) in codes.items()
    ]
    groups = groupings(evaluate_search("index", questions, ScriptedSearch()))
    assert list(groups) == ["chapter", "depth"]
    assert sorted(groups["chapter"]) == ["10", "4", "9", "–"]
    assert [label for label in groups["chapter"] if label.isdigit()] == ["4", "9", "10"]
    assert {label: len(group) for label, group in groups["depth"].items()} == {
        "1": 1,
        "2": 2,
        "11": 1,
    }
    assert list(groups["depth"]) == ["1", "2", "11"]


def test_a_mistake_is_what_is_not_first_in_either_way() -> None:
    book = ScriptedSearch(
        {
            "right": [hit("I10")],
            "only within": [hit("J1885", HCPCS), hit("I10")],
            "second": [hit("E119"), hit("I10")],
        }
    )
    questions = [question(query, "I10") for query in ("right", "only within", "second", "nothing")]
    evaluation = evaluate_search("set", questions, book, dt.date(2026, 1, 1))
    assert [asked.question.query for asked in mistakes(evaluation)] == [
        "only within",
        "second",
        "nothing",
    ]
