"""What the words next to a condition say of its time, its side and its cause."""

from __future__ import annotations

import datetime as dt

import pytest

from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.guidelines.relation import is_cause, side_of, when
from nosology.model.reading import Mention, Reading, SectionKind, Sentence
from nosology.model.record import Document

ON = dt.date(2026, 4, 14)


def statements(marked: str) -> list[Statement]:
    """One statement for each pair of brackets in a sentence, which are taken out of it."""
    text, spans, start = "", [], 0
    for character in marked:
        if character == "[":
            start = len(text)
        elif character == "]":
            spans.append((start, len(text)))
        else:
            text += character
    reading = Reading(Document(text), sentences=(Sentence(0, len(text), 0, 0, 0),))
    return [
        Statement(
            reading=reading,
            mention=Mention(begin, end, (), 0, "I639", text[begin:end]),
            kind=SectionKind.ASSESSMENT,
            is_nested=False,
            sense=Sense.PRESENT,
            problem=None,
            is_named=True,
        )
        for begin, end in spans
    ]


@pytest.mark.parametrize(
    ("marked", "days"),
    [
        ("[Stroke] 3 weeks ago.", 21),
        ("[CVA], two months ago, now walking.", 60),
        ("A few years ago he had a [stroke].", 1095),
        ("[MI] last month.", 30),
        ("[MI] in 2019.", 2299),
        ("[NSTEMI] (2025).", 107),
        ("[MI] in 2026.", None),
        ("[MI].", None),
        ("[MI]. Seen 3 weeks ago.", None),
    ],
)
def test_days_since(marked: str, days: int | None) -> None:
    assert when(statements(marked)[0], ON).days == days


@pytest.mark.parametrize(
    ("marked", "is_past", "is_now"),
    [
        ("s/p [CVA]", True, False),
        ("History of an [MI]", True, False),
        ("residuals of [stroke]", True, False),
        ("acute [stroke]", False, True),
        ("new [stroke] today", False, True),
        ("[stroke]", False, False),
        ("s/p CABG. [Stroke]", False, False),
    ],
)
def test_past_and_now(marked: str, *, is_past: bool, is_now: bool) -> None:
    told = when(statements(marked)[0], ON)
    assert (told.is_past, told.is_now) == (is_past, is_now)


def test_a_year_says_nothing_without_a_date_of_service() -> None:
    assert when(statements("[MI] in 2019.")[0], None).days is None


@pytest.mark.parametrize(
    ("marked", "side"),
    [
        ("Left [hemiparesis]", "left"),
        ("Acute left MCA stroke with right [hemiplegia]", "right"),
        ("[weakness] of the left arm", "left"),
        ("[right hip fracture]", "right"),
        ("[numbness] in both hands", "bilateral"),
        ("Rt [hemiplegia]", "right"),
        ("Right-handed with [hemiplegia]", None),
        ("[Hemiplegia]", None),
    ],
)
def test_side(marked: str, side: str | None) -> None:
    assert side_of(statements(marked)[0]) == side


@pytest.mark.parametrize(
    ("marked", "holds"),
    [
        ("[Cardiac arrest] due to [NSTEMI]", True),
        ("[Cardiac arrest] in the setting of severe [hyperkalemia]", True),
        ("[Cardiac arrest] and [NSTEMI]", False),
        ("[Cardiac arrest]. Due to [NSTEMI]", False),
        ("[Cardiac arrest] before [NSTEMI]", False),
    ],
)
def test_cause(marked: str, *, holds: bool) -> None:
    effect, cause = statements(marked)
    assert is_cause(cause, effect) is holds
    assert not is_cause(effect, cause)
