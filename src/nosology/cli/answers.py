"""Turns encounters into codings one by one, in order, whatever becomes of any single one."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from nosology.cli.encounters import Failure, Line, read_encounter
from nosology.cli.main import INTERNAL_ERROR, failing_place
from nosology.model.coding import Coding, Scope
from nosology.model.encounter import Encounter
from nosology.model.errors import NosologyError

if TYPE_CHECKING:
    from concurrent.futures import Future

type Answer = Coding | Failure


class Coder(Protocol):
    """What gives an encounter its codes."""

    def code(self, encounter: Encounter, scope: Scope) -> Coding:
        """Return the codes of the encounter, which has a date of service."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every encounter of a call.

    Attributes:
        today: the date of service of an encounter that gives none.
        largest: the number of bytes that one encounter may have.
    """

    scope: Scope
    today: dt.date
    largest: int


def answer(coder: Coder, encounter: Encounter, where: str, terms: Terms) -> Answer:
    """Return the coding, or why there is none: an error of the program does not end a batch."""
    if encounter.date_of_service is None:
        encounter = replace(encounter, date_of_service=terms.today)
    try:
        return coder.code(encounter, terms.scope)
    except NosologyError as error:
        return Failure.of(encounter.id, error)
    except Exception as error:
        if os.environ.get("NOSOLOGY_DEBUG", "") not in {"", "0"}:
            raise
        return Failure(
            encounter.id,
            where,
            f"internal error ({failing_place(error)}); please report it",
            INTERNAL_ERROR,
        )


def answers(
    lines: Iterable[Line], load: Callable[[], Coder], terms: Terms, jobs: int = 1
) -> Iterator[tuple[Line, Answer]]:
    """Yield each line's answer in order, never holding more lines than are being worked on.

    Args:
        lines: lines of JSON that hold one encounter each.
        load: gives the coder; called once here, and once in each process.
        terms: what holds for all of them.
        jobs: how many processes share the work.
    """
    if jobs == 1:
        coder: Coder | None = None
        for line in lines:
            encounter = read_encounter(line, terms.largest)
            if isinstance(encounter, Failure):
                yield line, encounter
                continue
            # Loaded when the first encounter is read, so that bad input is told at once.
            coder = coder or load()
            yield line, answer(coder, encounter, line.where, terms)
        return
    yield from _shared_answers(lines, load, terms, jobs)


def _shared_answers(
    lines: Iterable[Line], load: Callable[[], Coder], terms: Terms, jobs: int
) -> Iterator[tuple[Line, Answer]]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Loading here first builds what is missing once, tells errors, and lets the others share it.
    load()
    # A forked process would share the parent's open store, which SQLite forbids.
    context = multiprocessing.get_context("spawn")
    waiting: deque[tuple[Line, Future[Answer]]] = deque()
    with ProcessPoolExecutor(jobs, context, _start_worker, (load, terms)) as pool:
        try:
            for line in lines:
                waiting.append((line, pool.submit(_work, line)))
                if len(waiting) > 4 * jobs:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class _Worker:
    """What a process of a shared batch holds between two lines."""

    coder: Coder
    terms: Terms


def _start_worker(load: Callable[[], Coder], terms: Terms) -> None:
    # An interruption reaches every process; the parent alone answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Worker.coder, _Worker.terms = load(), terms


def _work(line: Line) -> Answer:
    encounter = read_encounter(line, _Worker.terms.largest)
    if isinstance(encounter, Failure):
        return encounter
    return answer(_Worker.coder, encounter, line.where, _Worker.terms)
