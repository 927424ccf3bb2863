"""The evaluation of code search: asks every question and says where the right answer stands.

Each question is asked twice, within its own code set and over all of them, as a user may. A right
answer counts where it stands among the first ten.
"""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from nosology.evaluation.metrics import Share
from nosology.evaluation.search_questions import Question
from nosology.model.code import CodeBook, SearchHit, System

LIMIT = 10
"""How many answers are looked at."""

DATE_OF_SERVICE = dt.date(2026, 4, 14)
SHOWN_HITS = 3

type Clock = Callable[[], float]
"""Tells seconds from a fixed moment."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search answered.

    Attributes:
        rank: 1 for a right answer in first place; None where none is among the first ten.
        hits: the first few answers, for a listing.
        milliseconds: the time of the search.
    """

    rank: int | None
    hits: tuple[SearchHit, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answers.

    Attributes:
        chapter: of the code that an index term leads to; empty for other questions.
    """

    question: Question
    within: Answer
    across: Answer
    chapter: str = ""


@dataclass(frozen=True, slots=True)
class Ranking:
    """How high right answers stand.

    Attributes:
        first: how many questions have a right answer in first place.
        found: how many among the first ten.
        reciprocal: mean of 1/rank, 0 where no right answer is among the first ten; None of none.
    """

    first: Share
    found: Share
    reciprocal: float | None


@dataclass(frozen=True, slots=True)
class Latency:
    """Times of searches in milliseconds: what half, 95 and 99 of 100 do not exceed."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class SearchEvaluation:
    """The questions of one set with their answers, in the set's order."""

    name: str
    asked: tuple[Asked, ...]
    releases: dict[str, str]


def evaluate_search(
    name: str,
    questions: Sequence[Question],
    book: CodeBook,
    on: dt.date = DATE_OF_SERVICE,
    clock: Clock = time.perf_counter,
) -> SearchEvaluation:
    """Return what the book's search answers to each question.

    Args:
        name: what the set of questions is called in reports.
        questions: they are asked one at a time, in order.
        book: searches.
        on: the date of service for which codes are searched.
        clock: times the searches; a test gives its own.

    Raises:
        MissingCodeSet: when a code set that a question asks for is not installed.
    """
    if questions:
        # What is loaded on first use is not part of any one search's time.
        book.search(questions[0].query, on, questions[0].system, LIMIT)
        book.search(questions[0].query, on, None, LIMIT)
    asked = tuple(
        Asked(
            question,
            _answer(question, question.system, book, on, clock),
            _answer(question, None, book, on, clock),
            "" if question.depth is None else _chapter(question, book, on),
        )
        for question in questions
    )
    systems = dict.fromkeys(question.system for question in questions)
    return SearchEvaluation(
        name, asked, {system.value: book.release(on, system) for system in systems}
    )


def ranking(answers: Iterable[Answer]) -> Ranking:
    """Return how high the right answers stand."""
    ranks = [answer.rank for answer in answers]
    return Ranking(
        Share(sum(rank == 1 for rank in ranks), len(ranks)),
        Share(sum(rank is not None for rank in ranks), len(ranks)),
        sum(1 / rank for rank in ranks if rank) / len(ranks) if ranks else None,
    )


def latency(answers: Iterable[Answer]) -> Latency | None:
    """Return the percentiles of the times, each a time that was measured; None of none."""
    times = sorted(answer.milliseconds for answer in answers)
    if not times:
        return None
    p50, p95, p99 = (times[math.ceil(len(times) * part) - 1] for part in (0.5, 0.95, 0.99))
    return Latency(p50, p95, p99)


def groupings(evaluation: SearchEvaluation) -> Mapping[str, Mapping[str, tuple[Asked, ...]]]:
    """Return what the set is broken down by -> the groups, in an order that reads well."""
    if any(asked.question.depth is not None for asked in evaluation.asked):
        return {
            "chapter": _grouped(evaluation.asked, lambda asked: asked.chapter),
            "depth": _grouped(evaluation.asked, lambda asked: str(asked.question.depth)),
        }
    return {
        "kind": _grouped(evaluation.asked, lambda asked: asked.question.kind),
        "system": _grouped(evaluation.asked, lambda asked: asked.question.system.value),
    }


def mistakes(evaluation: SearchEvaluation) -> tuple[Asked, ...]:
    """Return the questions that a right answer does not stand first for, either way of asking."""
    return tuple(
        asked for asked in evaluation.asked if asked.within.rank != 1 or asked.across.rank != 1
    )


def _grouped(
    asked: Sequence[Asked], label: Callable[[Asked], str]
) -> Mapping[str, tuple[Asked, ...]]:
    labels = sorted({label(item) for item in asked}, key=lambda text: (text.zfill(3), text))
    return {name: tuple(item for item in asked if label(item) == name) for name in labels}


def _answer(
    question: Question, system: System | None, book: CodeBook, on: dt.date, clock: Clock
) -> Answer:
    start = clock()
    hits = book.search(question.query, on, system, LIMIT)
    milliseconds = (clock() - start) * 1000
    rank = next(
        (place for place, hit in enumerate(hits[:LIMIT], 1) if question.is_answered_by(hit)), None
    )
    return Answer(rank, tuple(hits[:SHOWN_HITS]), milliseconds)


def _chapter(question: Question, book: CodeBook, on: dt.date) -> str:
    """The chapter of the code that an index term leads to; a dash where none is known."""
    above = book.ancestors(question.accepted[0].pattern, on)
    return above[-1] if above else "–"
