"""Times the product on one core, with medspaCy beside it where that is asked for.

Each engine runs in a process of its own, so that neither memory nor warm caches are shared:

    python benchmarks/bench.py [--notes FILE.jsonl] [--repeat 3] [--peer]
    python benchmarks/bench.py --long [--notes FILE.jsonl]

The second shows whether time grows with the length of a record and no faster.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED_NOTES = ROOT.parent / "shared" / "data" / "acibench_dev" / "notes.jsonl"
SAMPLES = ROOT / "samples"
PROCESS_RUNS = 5
LONG = (30_000, 60_000, 120_000)
"""Characters of the long records that are timed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one engine took.

    Attributes:
        load: seconds from an interpreter without imports until the first short note is done.
        milliseconds: one figure a note and repetition, after a first untimed pass.
        peak: megabytes of the whole process.
    """

    engine: str
    load: float
    milliseconds: list[float]
    peak: float

    @property
    def median(self) -> float:
        """Median milliseconds a note."""
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        """Milliseconds that 95 of 100 notes stay under."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]

    @property
    def notes_a_second(self) -> float:
        """Notes a second, one after another."""
        return 1000 * len(self.milliseconds) / sum(self.milliseconds)


def load_nosology() -> Callable[[str], object]:
    """Return a function that codes a note's text."""
    import datetime as dt

    from nosology.model.encounter import Encounter
    from nosology.model.record import Document, Record
    from nosology.workflow.code import load_coder

    coder = load_coder()
    on = dt.date(2026, 4, 14)
    return lambda text: coder.code(Encounter("note", Record((Document(text),)), date_of_service=on))


def load_medspacy() -> Callable[[str], object]:
    """Return a function that finds every title and inclusion term in a note, with its context."""
    import medspacy
    from loguru import logger
    from medspacy.target_matcher import TargetRule

    from nosology.codesets import open_code_book

    logger.remove()
    pipeline = medspacy.load(
        medspacy_enable=["medspacy_pyrush", "medspacy_target_matcher", "medspacy_context"]
    )
    names = {
        name.lower(): title.code
        for title in open_code_book().titles()
        for name in (title.display, *title.terms)
    }
    pipeline.get_pipe("medspacy_target_matcher").add(
        [TargetRule(name, code) for name, code in names.items()]
    )
    return pipeline


ENGINES = {"nosology": load_nosology, "medspacy": load_medspacy}


def read_notes(path: Path | None) -> tuple[str, list[str]]:
    """Return what the notes are called and their texts."""
    path = path or (SHARED_NOTES if SHARED_NOTES.is_file() else None)
    if path is None:
        texts = [sample.read_text(encoding="utf-8") for sample in sorted(SAMPLES.glob("*.txt"))]
        return "the sample notes", texts
    with path.open(encoding="utf-8") as lines:
        return path.name, [json.loads(line)["text"] for line in lines if line.strip()]


def measure(engine: str, texts: list[str], repeat: int) -> Figures:
    """Return the figures of the engine, measured in this process."""
    start = time.perf_counter()
    code = ENGINES[engine]()
    code("Assessment: hypertension.")  # what is loaded on first use counts as loading
    load = time.perf_counter() - start
    for text in texts:
        code(text)
    milliseconds = []
    for _ in range(repeat):
        for text in texts:
            start = time.perf_counter()
            code(text)
            milliseconds.append(1000 * (time.perf_counter() - start))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts kilobytes, macOS bytes.
    megabytes = peak / (2**20 if sys.platform == "darwin" else 2**10)
    return Figures(engine, load, milliseconds, megabytes)


def measure_apart(engine: str, arguments: argparse.Namespace) -> Figures:
    """Return the figures of the engine, measured in a process of its own on one core."""
    command = [sys.executable, __file__, "--engine", engine, "--repeat", str(arguments.repeat)]
    if arguments.notes:
        command += ["--notes", str(arguments.notes)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Figures(**json.loads(done.stdout))


def process_seconds(*arguments: str) -> float:
    """Return the median seconds of a whole call of the command, from start to exit."""
    command = [str(Path(sys.executable).with_name("nosology")), *arguments]
    seconds = []
    for _ in range(PROCESS_RUNS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def use_one_core() -> None:
    """Keep this process on one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def print_report(arguments: argparse.Namespace) -> None:
    """Measure everything and print it."""
    name, texts = read_notes(arguments.notes)
    characters = sum(map(len, texts)) // len(texts)
    print(f"{len(texts)} notes of {name}, {characters} characters each on average, one core\n")
    figures = [measure_apart("nosology", arguments)]
    if arguments.peer:
        figures.append(measure_apart("medspacy", arguments))
    rows: list[tuple[str, Callable[[Figures], float], str]] = [
        ("ms a note, median", lambda item: item.median, "8.2f"),
        ("ms a note, 95 %", lambda item: item.p95, "8.2f"),
        ("notes a second", lambda item: item.notes_a_second, "8.0f"),
        ("seconds to load", lambda item: item.load, "8.2f"),
        ("peak memory, MB", lambda item: item.peak, "8.0f"),
    ]
    print(f"{'':<24}" + "".join(f"{item.engine:>12}" for item in figures))
    for label, value, layout in rows:
        print(f"{label:<24}" + "".join(f"{value(item):>12{layout[1:]}}" for item in figures))
    if arguments.peer:
        ratio = figures[1].median / figures[0].median
        print(f"\nmedspaCy takes {ratio:.1f} times as long a note (median).")
    print()
    print(f"{'nosology lookup E11.22':<24}{process_seconds('lookup', 'E11.22'):>12.3f} s")
    note = sorted(SAMPLES.glob("*.txt"))[0]
    seconds = process_seconds("code", str(note), "--date", "2026-04-14")
    print(f"{'nosology code NOTE':<24}{seconds:>12.3f} s")


def print_long(texts: list[str]) -> None:
    """Time records of growing length, made of the notes and of statements said over and over."""
    code = load_nosology()
    code("Assessment: hypertension.")
    said = {
        "notes, one after another": "\n".join(texts),
        "one drug given": "injected 40 mg Kenalog ",
        "one drug given, by the sentence": "Injected 40 mg Kenalog into the left knee today. ",
        "one lesion removed": "Excised a 1.2 cm lesion of the left arm. ",
        "lengths alone": "1 cm ",
    }
    print(f"{'seconds':<32}" + "".join(f"{size:>12,}" for size in LONG))
    for name, text in said.items():
        print(f"{name:<32}", end="")
        for size in LONG:
            record = (text * (size // len(text) + 1))[:size]
            start = time.perf_counter()
            code(record)
            print(f"{time.perf_counter() - start:>12.2f}", end="", flush=True)
        print()


def main() -> None:
    """Run one engine and print its figures as JSON, or all and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--notes", type=Path, help="JSON lines with a field 'text'")
    parser.add_argument("--repeat", type=int, default=3, help="timed passes (default 3)")
    parser.add_argument("--peer", action="store_true", help="time medspaCy too (extra 'bench')")
    parser.add_argument("--long", action="store_true", help="time records of growing length")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    use_one_core()
    if arguments.long:
        print_long(read_notes(arguments.notes)[1])
    elif arguments.engine:
        _, texts = read_notes(arguments.notes)
        print(json.dumps(asdict(measure(arguments.engine, texts, arguments.repeat))))
    else:
        print_report(arguments)


if __name__ == "__main__":
    main()
