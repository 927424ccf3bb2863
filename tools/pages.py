"""Writes what is generated of the documentation: two reference pages and the examples' output.

    python tools/pages.py           writes every page anew
    python tools/pages.py --check   says which page is not current, and changes nothing

An example is a fenced ``console`` block: each line that begins with ``$ `` is run from the root of
the repository as on a terminal of 100 columns, and what follows it up to the next such line is
what it prints.
"""

from __future__ import annotations

import argparse
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from fcntl import ioctl
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.edit_pages import FOLDER, edit_page, edit_pages

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = Path("docs/reference/cli.md")
RULES = Path("docs/reference/rules.md")
CASES = ROOT / "tests/coding/cases"
COLUMNS = 100
PROMPT = "$ "
# What this command ends with when it is done and has found something to act on.
CHECK, FOUND = "nosology check", 1

_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def main() -> int:
    """Return the exit status: 1 where ``--check`` finds a page that is not current."""
    parser = argparse.ArgumentParser(description="Write the generated pages anew.")
    parser.add_argument("--check", action="store_true", help="only say which are not current")
    only_check = parser.parse_args().check
    stale = [page for page in pages() if not is_current(page)]
    for page in stale:
        if only_check:
            print(f"{page}: is not current; run 'make pages' and look at the difference")
        else:
            (ROOT / page).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / page).write_text(generated(page), encoding="utf-8")
            print(f"{page}: written")
    return 1 if only_check and stale else 0


def pages() -> list[Path]:
    """Return every page of the documentation, relative to the root of the repository."""
    guides = [path.relative_to(ROOT) for path in sorted((ROOT / "docs").rglob("*.md"))]
    return sorted({Path("README.md"), REFERENCE, RULES, *edit_pages(), *guides})


def is_current(page: Path) -> bool:
    """Return whether the page stands as it would be generated."""
    path = ROOT / page
    return path.is_file() and path.read_text(encoding="utf-8") == generated(page)


def generated(page: Path) -> str:
    """Return the page as it should stand."""
    if page == REFERENCE:
        return reference()
    if page == RULES:
        return rule_reference()
    if page.parent == FOLDER:
        return edit_page(page)
    text = (ROOT / page).read_text(encoding="utf-8")
    return _BLOCK.sub(lambda block: rerun(block.group()), text)


def rerun(block: str) -> str:
    """Return an example with the output that its commands print now."""
    commands = [line for line in block.splitlines() if line.startswith(PROMPT)]
    return "".join(f"{line}\n{printed(line.removeprefix(PROMPT))}" for line in commands)


def printed(command: str) -> str:
    """Return what a shell command prints on a terminal.

    Raises:
        CalledProcessError: when it fails; an example must not.
    """
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": str(COLUMNS),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "TERM": "xterm",
    }
    master, slave = pty.openpty()
    ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    with subprocess.Popen(
        command, shell=True, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=slave
    ) as process:
        os.close(slave)
        output = _read(master)
    if process.returncode and not (process.returncode == FOUND and command.startswith(CHECK)):
        raise subprocess.CalledProcessError(process.returncode, command)
    lines = _STYLE.sub("", output.decode().replace("\r\n", "\n")).splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _read(master: int) -> bytes:
    """Return everything that is written to the terminal until its other side is closed."""
    chunks = []
    with os.fdopen(master, "rb", buffering=0) as terminal:
        while True:
            try:
                chunk = terminal.read(65536)
            except OSError:  # how Linux says that nobody holds the other side any more
                break
            if not chunk:
                break
            chunks.append(chunk)
    return b"".join(chunks)


def reference() -> str:
    """Return the page that shows the help of every command."""
    import click

    from nosology.cli.main import nosology

    parts = [
        "# Command reference",
        "Made from the commands' own help by `make pages`; change it there.",
    ]

    def add(command: click.Command, path: str, parent: click.Context | None) -> None:
        context = click.Context(
            command,
            info_name=path.rsplit(maxsplit=1)[-1],
            parent=parent,
            terminal_width=COLUMNS,
            **command.context_settings,
        )
        parts.append(f"## `{path}`\n\n```text\n{command.get_help(context).rstrip()}\n```")
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                if child is not None:
                    add(child, f"{path} {name}", context)

    add(nosology, "nosology", None)
    return "\n\n".join(parts) + "\n"


def rule_reference() -> str:
    """Return the page that shows every rule with a case that it decides and one that it does not.

    Of the cases that name a rule, the one is shown that names the fewest beside it.
    """
    import yaml

    from nosology.coding.rules import rules

    cases: list[dict[str, Any]] = [
        case
        for path in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]

    def example(rule: str, field: str) -> dict[str, Any]:
        named = [case for case in cases if rule in case.get(field, ())]
        return min(named, key=lambda case: len(case[field]))

    listed = rules().values()
    read = sum(rule.is_verified for rule in listed)
    parts = [
        "# Rules of coding",
        "Every code and modifier of an answer names the rules that took part in choosing it. Here"
        f" are all {len(listed)}, of diagnoses, procedures and services, with their authority. OCG"
        " is the ICD-10-CM Official Guidelines for Coding and Reporting, CMS Pub. a manual of"
        " Medicare, NCCI the National Correct Coding Initiative. The sections named were read for"
        f" {read}, those of the OCG in a reprint of the edition of fiscal year 2022. The examples"
        " are test cases; their codes and services are what the product answers.",
        "Made from `src/nosology/coding/rules/` and `tests/coding/cases/` by `make pages`;"
        " change it there.",
    ]
    for rule in listed:
        parts += [
            f"## `{rule.id}`",
            rule.says,
            f"Authority: {rule.authority} ({'read' if rule.is_verified else 'not yet read'}).",
            _shown("It decides in", example(rule.id, "hits")),
            _shown("It stays out of", example(rule.id, "passes")),
        ]
    return "\n\n".join(parts) + "\n"


def _shown(says: str, case: dict[str, Any]) -> str:
    circumstances = [
        f"{field} {case[field]}"
        for field in ("setting", "payer", "status", "scope", "sex", "age")
        if field in case
    ]
    named = case["name"] + (f" ({', '.join(circumstances)})" if circumstances else "")
    expected = [
        f"{words} {', '.join(f'`{code}`' for code in case[field])}"
        for field, words in (
            *(("codes", "codes"), ("has", "codes, among others"), ("lacks", "not")),
            *(("services", "services"), ("procedures", "procedures"), ("suggests", "suggested")),
            *(("billed", "billed"), ("reviewed", "reviewed as")),
        )
        if field in case
    ]
    text = "\n\n".join(_documents(case)).rstrip()
    return f"{says} *{named}*: {'; '.join(expected)}.\n\n```text\n{text}\n```"


def _documents(case: dict[str, Any]) -> list[str]:
    """The text of a case, each of several documents under its author."""
    if "text" in case:
        return [case["text"].rstrip()]
    return [f"[{item['author']}]\n{item['text'].rstrip()}" for item in case["documents"]]


if __name__ == "__main__":
    sys.exit(main())
