"""Every expected value is a fraction counted by hand from the sets written beside it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from nosology.evaluation.metrics import (
    MEASURES,
    Counts,
    Labels,
    Share,
    categories,
    core,
    count,
    intervals,
    is_core,
    macro_f1,
    score,
)


def labels(gold: str, answered: str) -> Labels:
    return Labels(frozenset(gold.split()), frozenset(answered.split()))


NOTES = [
    labels("I10 E119", "I10 E1122"),  # one right, one wrong in the right category, one missed
    labels("J189", "J189"),  # identical
    labels("M545 Z794 W010", "M5450"),  # nothing right; core leaves M545 against M5450
    labels("", "I10"),  # nothing gold
    labels("R51", ""),  # nothing answered
]


def test_exact_measures() -> None:
    assert count(NOTES) == Counts(correct=2, wrong=3, missed=5)
    result = score(NOTES)
    assert result.precision == float(Fraction(2, 5))
    assert result.recall == float(Fraction(2, 7))
    assert result.f1 == float(Fraction(1, 3))
    assert result.identical == float(Fraction(1, 5))


def test_macro_f1_gives_every_code_the_same_weight() -> None:
    # I10: 1 right, 1 wrong: 2/3. J189: 1. E119, E1122, M545, M5450, Z794, W010, R51: 0.
    assert macro_f1(NOTES) == pytest.approx(float((Fraction(2, 3) + 1) / 9), abs=1e-15)


def test_category_f1() -> None:
    # Right: I10, E11, J18, M54. Wrong: I10 of the fourth note. Missed: Z79, W01, R51.
    assert count(categories(NOTES)) == Counts(correct=4, wrong=1, missed=3)
    assert score(NOTES).category_f1 == float(Fraction(2, 3))


def test_core_leaves_out_the_same_codes_on_both_sides() -> None:
    kept = core([*NOTES, labels("I10 Z6841", "I10 Z7982 Y92009")])
    assert kept[2] == labels("M545", "M5450")
    assert kept[5] == labels("I10", "I10")
    assert count(kept) == Counts(correct=3, wrong=3, missed=3)
    assert score(kept).identical == float(Fraction(2, 6))


@pytest.mark.parametrize("code", ["V0001XA", "W19XXXA", "X58XXXA", "Y999", "Z6841", "Z7984"])
def test_not_core(code: str) -> None:
    assert not is_core(code)


@pytest.mark.parametrize("code", ["Z67", "Z7801", "Z800", "Z9221", "U071", "T07XXXA", "Z87891"])
def test_core_code(code: str) -> None:
    assert is_core(code)


def test_without_an_answer_precision_is_not_defined() -> None:
    result = score([labels("I10", "")])
    assert (result.precision, result.recall, result.f1) == (None, 0.0, 0.0)
    assert (result.macro_f1, result.category_f1, result.identical) == (0.0, 0.0, 0.0)


def test_without_gold_recall_is_not_defined() -> None:
    result = score([labels("", "I10")])
    assert (result.precision, result.recall, result.f1) == (0.0, None, 0.0)


def test_rightly_answering_nothing_is_an_identical_set_and_no_more() -> None:
    result = score([labels("", "")])
    assert result.identical == 1.0
    assert (result.precision, result.recall, result.f1, result.macro_f1) == (None,) * 4


def test_without_notes_nothing_is_defined() -> None:
    result = score([])
    assert [getattr(result, name) for name in MEASURES] == [None] * 6
    assert intervals([]) == dict.fromkeys(MEASURES)


def test_share_of_nothing_is_not_defined() -> None:
    assert Share(0, 0).rate is None
    assert Share(1, 3).rate == float(Fraction(1, 3))


def test_intervals_hold_the_value_and_repeat() -> None:
    notes = NOTES * 8
    first, result = intervals(notes), score(notes)
    assert first == intervals(notes)
    assert first != intervals(notes, seed=1)
    for name in MEASURES:
        interval = first[name]
        assert interval is not None
        assert interval[0] <= getattr(result, name) <= interval[1]
        assert interval[0] < interval[1]


def test_intervals_of_notes_that_are_all_alike_have_no_width() -> None:
    same = [labels("I10 E119", "I10")] * 5
    assert intervals(same)["f1"] == (float(Fraction(2, 3)), float(Fraction(2, 3)))


def test_intervals_follow_the_binomial_where_it_is_known() -> None:
    # 50 of 100 notes identical: the standard error is 0.05, so about 0.40 to 0.60.
    notes = [labels("I10", "I10")] * 50 + [labels("I10", "R51")] * 50
    interval = intervals(notes)["identical"]
    assert interval is not None
    assert interval == (pytest.approx(0.40, abs=0.02), pytest.approx(0.60, abs=0.02))


def test_a_measure_that_some_resamples_do_not_define_is_taken_over_the_others() -> None:
    notes = [labels("I10", ""), labels("I10", "I10")]
    assert intervals(notes)["precision"] == (1.0, 1.0)
