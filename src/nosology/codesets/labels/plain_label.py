"""Strict reader of the tables of plain labels: a code, its label, and what people type for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from nosology.model.errors import MalformedRow, shown

_SHORTEST = 3
_LONGEST = 80
_BETWEEN_WORDS = "; "


@dataclass(frozen=True, slots=True)
class PlainLabel:
    """What a code stands for, in plain words.

    Attributes:
        code: as its publisher writes it.
        label: a short plain name, shared with no other code of the table.
        words: what people type when they look for the code; may be several words each.
    """

    code: str
    label: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table of plain labels holds.

    Attributes:
        file: the table's name, for errors.
        column: what the first column is called.
        code: the pattern of a code.
        expected: that pattern in words.
        may_lack_words: whether a label may stand alone.
    """

    file: str
    column: str
    code: re.Pattern[str]
    expected: str
    may_lack_words: bool = False

    @property
    def columns(self) -> tuple[str, str, str]:
        """The names of the columns, for errors."""
        return (self.column, "label", "search words")


def installed_lines(name: str) -> list[str]:
    """Return the lines of a table that is installed with the product."""
    # The folder is found through its parent, so that it need not be imported.
    table = files("nosology.codesets").joinpath("labels", name).read_bytes()
    # Bytes that are not ASCII become characters that the reader refuses, naming the line.
    return table.decode("latin-1").splitlines()


def read_plain_labels(lines: Iterable[str], layout: Layout) -> Iterator[PlainLabel]:
    """Yield the labels of a table, in its order.

    Lines that begin with ``#`` are comments. Every other line is a row; none is passed over.

    Args:
        lines: the table's lines, without their line ends.
        layout: what the table holds.

    Raises:
        MalformedRow: when a row does not follow the layout, or repeats a code or a label.
    """
    before = ""
    labeled: dict[str, str] = {}
    for line, text in enumerate(lines, 1):
        if text.startswith("#"):
            continue
        row = _row(text, layout, line)
        if row.code <= before:
            raise MalformedRow(
                layout.file,
                line,
                layout.column,
                f"is {row.code} after {before}; expected each {layout.column} once, in ascending"
                " order",
            )
        other = labeled.setdefault(row.label.casefold(), row.code)
        if other != row.code:
            raise MalformedRow(
                layout.file, line, "label", f"is that of {other} too; expected a label of its own"
            )
        before = row.code
        yield row


def _row(text: str, layout: Layout, line: int) -> PlainLabel:
    fields = text.split("\t")
    if len(fields) != len(layout.columns):
        raise MalformedRow(
            layout.file,
            line,
            len(fields),
            f"ends the row; expected {len(layout.columns)} columns",
        )
    for name, field in zip(layout.columns, fields, strict=True):
        if not (field.isascii() and field.isprintable()) or field != " ".join(field.split()):
            raise MalformedRow(
                layout.file,
                line,
                name,
                "has a sign or space that cannot stand; expected plain ASCII text",
            )
    code, label, searched = fields
    if not layout.code.fullmatch(code):
        raise MalformedRow(
            layout.file, line, layout.column, f"is {shown(code)}; expected {layout.expected}"
        )
    if not _SHORTEST <= len(label) <= _LONGEST:
        raise MalformedRow(
            layout.file,
            line,
            "label",
            f"has {len(label)} characters; expected {_SHORTEST} to {_LONGEST}",
        )
    if not searched and layout.may_lack_words:
        return PlainLabel(code=code, label=label, words=())
    words = tuple(searched.split(_BETWEEN_WORDS))
    if any(not word or ";" in word for word in words) or len(set(words)) != len(words):
        raise MalformedRow(
            layout.file,
            line,
            "search words",
            f"is {shown(searched)}; expected different words separated by '{_BETWEEN_WORDS}'",
        )
    return PlainLabel(code=code, label=label, words=words)
