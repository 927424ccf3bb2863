"""Plain labels of CPT numbers: this project's own words, never the publisher's descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from nosology.model.errors import MalformedRow, shown

_NAME = "cpt.tsv"
_COLUMNS = ("number", "label", "search words")
_NUMBER = re.compile(r"[0-9]{4}[0-9FT]")
_SHORTEST = 3
_LONGEST = 80
_BETWEEN_WORDS = "; "


@dataclass(frozen=True, slots=True)
class CptLabel:
    """What kind of service a CPT number is, in plain words.

    Attributes:
        code: the number, five characters.
        label: a short plain name, shared with no other number.
        words: what people type when they look for the service; may be several words each.
    """

    code: str
    label: str
    words: tuple[str, ...]


@cache
def cpt_labels() -> Mapping[str, CptLabel]:
    """Return the label of each number that has one, in ascending order of the numbers.

    Raises:
        MalformedRow: when the table that is installed does not follow its layout.
    """
    # The folder is found through its parent, so that it need not be imported.
    table = files("nosology.codesets").joinpath("labels", _NAME).read_bytes()
    # Bytes that are not ASCII become characters that the reader refuses, naming the line.
    lines = table.decode("latin-1").splitlines()
    return MappingProxyType({row.code: row for row in read_cpt_labels(lines)})


def read_cpt_labels(lines: Iterable[str], file: str = _NAME) -> Iterator[CptLabel]:
    """Yield the labels of a table, in its order.

    Lines that begin with ``#`` are comments. Every other line is a row; none is passed over.

    Args:
        lines: the table's lines, without their line ends.
        file: the table's name, for errors.

    Raises:
        MalformedRow: when a row does not follow the layout, or repeats a number or a label.
    """
    before = ""
    labeled: dict[str, str] = {}
    for line, text in enumerate(lines, 1):
        if text.startswith("#"):
            continue
        row = _row(text, file, line)
        if row.code <= before:
            raise MalformedRow(
                file,
                line,
                _COLUMNS[0],
                f"is {row.code} after {before}; expected numbers once each, in ascending order",
            )
        other = labeled.setdefault(row.label.casefold(), row.code)
        if other != row.code:
            raise MalformedRow(
                file, line, _COLUMNS[1], f"is that of {other} too; expected a label of its own"
            )
        before = row.code
        yield row


def _row(text: str, file: str, line: int) -> CptLabel:
    fields = text.split("\t")
    if len(fields) != len(_COLUMNS):
        raise MalformedRow(
            file, line, len(fields), f"ends the row; expected {len(_COLUMNS)} columns"
        )
    for name, field in zip(_COLUMNS, fields, strict=True):
        if not (field.isascii() and field.isprintable()) or field != " ".join(field.split()):
            raise MalformedRow(
                file, line, name, "has a sign or space that cannot stand; expected plain ASCII text"
            )
    code, label, searched = fields
    if not _NUMBER.fullmatch(code):
        raise MalformedRow(
            file, line, _COLUMNS[0], f"is {shown(code)}; expected five digits, or four and F or T"
        )
    if not _SHORTEST <= len(label) <= _LONGEST:
        raise MalformedRow(
            file,
            line,
            _COLUMNS[1],
            f"has {len(label)} characters; expected {_SHORTEST} to {_LONGEST}",
        )
    words = tuple(searched.split(_BETWEEN_WORDS))
    if any(not word or ";" in word for word in words) or len(set(words)) != len(words):
        raise MalformedRow(
            file,
            line,
            _COLUMNS[2],
            f"is {shown(searched)}; expected different words separated by '{_BETWEEN_WORDS}'",
        )
    return CptLabel(code=code, label=label, words=words)
