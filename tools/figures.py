"""Measures anew and writes the figures into the README and the documentation.

    python tools/figures.py [--peer]

The notes are not part of the repository; where they are absent, this says so and changes nothing.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOTES = ROOT.parent / "shared" / "data" / "acibench_dev" / "notes.jsonl"
REPORTS = NOTES.parent.parent / "codiesp" / "dev.jsonl"
NOSOLOGY = Path(sys.executable).with_name("nosology")


def main() -> int:
    """Return the exit status: 1 where the notes are absent."""
    parser = argparse.ArgumentParser(description="Measure anew and write the figures.")
    parser.add_argument("--peer", action="store_true", help="time medspaCy beside the product")
    arguments = parser.parse_args()
    if not NOTES.is_file():
        print(f"figures: {NOTES} is absent; the figures stay as they are", file=sys.stderr)
        return 1
    table = output(NOSOLOGY, "evaluate", NOTES, "--format", "table")
    baseline = evaluated("--baseline", "search")
    timed = output(sys.executable, "benchmarks/bench.py", *(["--peer"] if arguments.peer else []))
    write(
        Path("docs/evaluation.md"),
        "evaluation",
        "`make evaluate`, 67 office notes, 95 % intervals behind the values:\n\n"
        f"{fenced(table)}\n\n"
        f"The naive search (`--baseline search`) scores an F1 of {f1(baseline, 'all')} "
        f"on all codes and {f1(baseline, 'core')} on core codes.",
    )
    write(Path("docs/evaluation.md"), "parts", parts())
    write(Path("docs/evaluation.md"), "causes", causes())
    write(
        Path("docs/performance.md"),
        "performance",
        f"`make bench`, Python {platform.python_version()} on one core of a small "
        f"{platform.machine()} server:\n\n{fenced(timed)}",
    )
    write(Path("README.md"), "summary", summary(evaluated(), timed))
    return 0


def summary(result: dict[str, Any], timed: str) -> str:
    """Return the figures that the README shows."""
    core = result["core"]["f1"]
    median = first_number(timed, "ms a note, median")
    memory = first_number(timed, "peak memory, MB")
    invalid, evidence = result["invalid_codes"], result["exact_evidence"]
    return "\n".join(
        [
            "| measured on 67 office notes that two professional coders had coded | |",
            "|---|---|",
            f"| agreement with them: exact micro F1, core codes | {core['value']:.2f} "
            f"(95 % interval {core['low']:.2f} to {core['high']:.2f}) |",
            f"| the same, all codes | {result['all']['f1']['value']:.2f} |",
            f"| answered codes that are not billable | {invalid['count']} of {invalid['of']} |",
            f"| answers with evidence true to the character | {evidence['count']} of "
            f"{evidence['of']} |",
            f"| time a note, one core, median | {float(median):.1f} ms |",
            f"| memory | {memory} MB |",
        ]
    )


def parts() -> str:
    """Return the agreement on each part of the notes, and on case reports coded by mention."""
    rows = [
        ("office notes, development part", *measures(evaluated("--part", "development"), "core")),
        ("office notes, held-out part", *measures(evaluated("--part", "held-out"), "core")),
    ]
    if REPORTS.is_file():
        documented = evaluated("--scope", "documented", of=REPORTS)
        rows.append(("case reports, `--scope documented`", *measures(documented, "all")))
    return "\n".join(
        [
            "| | notes | exact F1 | category F1 | identical sets |",
            "|---|---|---|---|---|",
            *(f"| {' | '.join(row)} |" for row in rows),
        ]
    )


def measures(result: dict[str, Any], codes: str) -> tuple[str, ...]:
    """Return the number of notes and three measures over all or core codes."""
    shown = (result[codes][name]["value"] for name in ("f1", "category_f1", "identical"))
    return (str(result["notes"]), *(f"{value:.3f}" for value in shown))


def causes() -> str:
    """Return how often each cause of a difference occurs in the office notes."""
    counts = Counter(
        (mistake["cause"], mistake["error"]) for mistake in evaluated("--errors")["errors"]
    )
    named = sorted({cause for cause, _ in counts}, key=lambda cause: (-total(cause, counts), cause))
    return "\n".join(
        [
            "| cause | missed | wrong |",
            "|---|---|---|",
            *(f"| {it} | {counts[it, 'missed']} | {counts[it, 'wrong']} |" for it in named),
        ]
    )


def total(cause: str, counts: Counter[tuple[str, str]]) -> int:
    """Return how often a cause occurs."""
    return counts[cause, "missed"] + counts[cause, "wrong"]


def evaluated(*options: str, of: Path = NOTES) -> dict[str, Any]:
    """Return the evaluation as fields."""
    fields: dict[str, Any] = json.loads(
        output(NOSOLOGY, "evaluate", of, "--format", "json", *options)
    )
    return fields


def f1(result: dict[str, Any], codes: str) -> str:
    """Return the F1 over all or core codes as it is shown."""
    return f"{result[codes]['f1']['value']:.2f}"


def first_number(timed: str, label: str) -> str:
    """Return the first figure of a line of the benchmark's report."""
    found = re.search(rf"^{re.escape(label)} +([0-9.]+)", timed, re.MULTILINE)
    assert found is not None, label
    return found.group(1)


def output(*command: str | Path) -> str:
    """Return what a command prints."""
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.rstrip()


def fenced(text: str) -> str:
    """Return the text as a block that is shown as it is."""
    return f"```text\n{text}\n```"


def write(page: Path, name: str, text: str) -> None:
    """Put the text between the page's markers of that name."""
    path = ROOT / page
    old = path.read_text(encoding="utf-8")
    opening, closing = f"<!-- figures:{name} -->", f"<!-- /figures:{name} -->"
    before, found, rest = old.partition(opening)
    _, ended, after = rest.partition(closing)
    assert found, f"{page} has no {opening}"
    assert ended, f"{page} has no {closing}"
    path.write_text(f"{before}{opening}\n{text}\n{closing}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
