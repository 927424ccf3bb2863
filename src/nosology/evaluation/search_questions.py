"""Questions that judge a search: what is typed, and the codes that a coder would expect first.

They come from a file, one a line, or are drawn from the terms of the Alphabetic Index.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from nosology.model.code import SearchHit, System, plain
from nosology.model.errors import InputError, MalformedRow, shown

COLUMNS = ("query", "system", "accepted", "kind", "note")
"""Header of a table of questions; the last cell of a row may be left out."""

_PATTERN = re.compile(r"(?=.*[0-9A-Z])[0-9A-Z?*]{1,8}(-[0-9A-Z]{1,7})?")
_KIND = re.compile(r"[a-z][a-z-]*")


@dataclass(frozen=True, slots=True)
class Accepted:
    """Codes that are a right answer.

    Attributes:
        pattern: a code without dot, in which ``?`` stands for one character that the query leaves
            open, such as the side, and ``*`` for any number.
    """

    system: System
    pattern: str

    def matches(self, hit: SearchHit) -> bool:
        """Return whether the answer is one of these codes."""
        return hit.system is self.system and fnmatchcase(plain(hit.code), self.pattern)


@dataclass(frozen=True, slots=True)
class Question:
    """A query with its right answers.

    Attributes:
        system: the code set in which a user would ask it.
        accepted: every right answer; those of other systems count where all are searched.
        kind: what makes the query hard, such as ``abbreviation``.
        depth: levels of the index that lead to the code; None for a question not from there.
    """

    query: str
    system: System
    accepted: tuple[Accepted, ...]
    kind: str
    note: str = ""
    depth: int | None = None

    def is_answered_by(self, hit: SearchHit) -> bool:
        """Return whether the answer is right."""
        return any(accepted.matches(hit) for accepted in self.accepted)


def read_questions(path: Path) -> list[Question]:
    """Return the questions of a file: a table with tabs, or JSON lines where it ends in .jsonl.

    A table has the header of ``COLUMNS``; accepted codes are separated by semicolons. In JSON the
    same names are fields, and ``accepted`` is a list. An accepted code of another system than the
    question's is written with its system, as in ``hcpcs:G0439``.

    Raises:
        InputError: naming the file and the line. Nothing is skipped, and no query stands twice
            for a system, so that the figure is one over the whole file.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            str(path), f"cannot be read ({error.strerror}); name a table of queries"
        ) from None
    except UnicodeDecodeError:
        raise InputError(path.name, "is not UTF-8; save the queries as UTF-8") from None
    rows = _json_rows if path.suffix == ".jsonl" else _table_rows
    questions: list[Question] = []
    lines: dict[tuple[str, System], int] = {}
    for line, fields in rows(text, path.name):
        question = _question(fields, path.name, line)
        key = (question.query, question.system)
        if key in lines:
            raise MalformedRow(
                path.name, line, "query", f"must stand once; line {lines[key]} asks it already"
            )
        lines[key] = line
        questions.append(question)
    if not questions:
        raise InputError(path.name, f"holds no query; expected the columns {', '.join(COLUMNS)}")
    return questions


def _table_rows(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    header_seen = False
    for line, written in enumerate(text.split("\n"), start=1):
        row = written.removesuffix("\r")
        if not row.strip() or row.startswith("#"):
            continue
        (cells,) = csv.reader([row], delimiter="\t", quoting=csv.QUOTE_NONE)
        if not header_seen:
            if tuple(cells) != COLUMNS:
                raise MalformedRow(
                    name, line, 1, f"header must be {' | '.join(COLUMNS)}, separated by tabs"
                )
            header_seen = True
            continue
        if len(cells) not in (len(COLUMNS) - 1, len(COLUMNS)):
            raise MalformedRow(
                name, line, len(cells), f"must be the last of 4 or 5 cells, found {len(cells)}"
            )
        fields: dict[str, Any] = dict(zip(COLUMNS, [*cells, ""], strict=False))
        yield line, fields | {"accepted": fields["accepted"].split(";")}


def _json_rows(text: str, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, row in enumerate(text.split("\n"), start=1):
        if not row.strip():
            continue
        try:
            fields = json.loads(row)
        except ValueError:
            raise InputError(f"{name}:{line}", "is not JSON; expected an object a line") from None
        if not isinstance(fields, dict) or not set(fields) <= set(COLUMNS):
            raise InputError(
                f"{name}:{line}", f"must be an object with the fields {', '.join(COLUMNS)}"
            )
        yield line, {"note": ""} | fields


def _question(fields: dict[str, Any], name: str, line: int) -> Question:
    for column in ("query", "system", "kind", "note"):
        if not isinstance(fields.get(column), str):
            raise MalformedRow(name, line, column, "must be a text")
    query, kind = fields["query"].strip(), fields["kind"].strip()
    if not query:
        raise MalformedRow(name, line, "query", "must not be empty")
    system = _system(fields["system"].strip(), name, line, "system")
    if not _KIND.fullmatch(kind):
        raise MalformedRow(
            name, line, "kind", f"must be a word such as abbreviation, found {shown(kind)}"
        )
    listed = fields.get("accepted")
    if not isinstance(listed, list) or not listed:
        raise MalformedRow(name, line, "accepted", "must list at least one code")
    accepted = tuple(_accepted(item, system, name, line) for item in listed)
    return Question(query, system, accepted, kind, fields["note"].strip())


def _accepted(written: Any, system: System, name: str, line: int) -> Accepted:
    if not isinstance(written, str):
        raise MalformedRow(name, line, "accepted", "must be codes written as text")
    before, colon, after = written.strip().partition(":")
    if colon:
        system = _system(before, name, line, "accepted")
    pattern = plain(after if colon else before)
    if not _PATTERN.fullmatch(pattern):
        raise MalformedRow(
            name,
            line,
            "accepted",
            f"must be codes such as E11.22, S62.10?A or hcpcs:G0439, found {shown(written)}",
        )
    return Accepted(system, pattern)


def _system(written: str, name: str, line: int, column: str) -> System:
    try:
        return System(written)
    except ValueError:
        expected = ", ".join(item.value for item in System)
        raise MalformedRow(
            name, line, column, f"must be one of {expected}, found {shown(written)}"
        ) from None
