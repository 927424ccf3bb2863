"""A code book that answers searches as it is told to, and a clock that goes as it is told to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from nosology.model.code import SearchHit, System
from tests.evaluation.books import SmallBook

CHAPTERS = {"I10": ("I10-I1A", "9"), "E119": ("E11", "E08-E13", "4"), "J189": ("J09-J18", "10")}


def hit(code: str, system: System = System.ICD10CM) -> SearchHit:
    return SearchHit(system, code, code, True, 0.5, code)


class ScriptedSearch(SmallBook):
    """Answers each query with the hits that it is told, those of the asked system only."""

    def __init__(self, answers: Mapping[str, Sequence[SearchHit]] | None = None) -> None:
        self.answers = answers or {}
        self.asked: list[tuple[str, dt.date | None, System | None, int]] = []

    def ancestors(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> tuple[str, ...]:
        return CHAPTERS.get(code, ())

    def search(
        self,
        query: str,
        on: dt.date | None = None,
        system: System | None = None,
        limit: int = 10,
    ) -> list[SearchHit]:
        self.asked.append((query, on, system, limit))
        hits = self.answers.get(query, ())
        return [found for found in hits if system in (None, found.system)][:limit]


class Clock:
    """Adds up the seconds that it is given, one for each reading."""

    def __init__(self, steps: Sequence[float]) -> None:
        self.steps: Iterator[float] = iter(steps)
        self.now = 0.0

    def __call__(self) -> float:
        self.now += next(self.steps)
        return self.now
