"""Plain labels of HCPCS Level II codes and modifiers, and the words of their short descriptors.

The publisher's short descriptors hold 28 characters, most of them abbreviated or cut off. Our own
labels say what matters in practice, and a table of short forms spells every descriptor out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from nosology.codesets.labels.plain_label import (
    Layout,
    PlainLabel,
    installed_lines,
    read_plain_labels,
)
from nosology.codesets.labels.table import Row, installed

_SHORT_FORMS = "hcpcs_short_forms.tsv"
_COLUMNS = ("short form", "codes", "words")
# Codes that begin with D are another publisher's and have no label here; a modifier may.
_LAYOUT = Layout(
    file="hcpcs.tsv",
    column="code",
    code=re.compile(r"[A-CE-V][0-9]{4}|[A-Z][0-9A-Z]"),
    expected="a letter other than D and four digits, or a modifier of two characters",
    may_lack_words=True,
)
_LONGEST_BEGINNING = 5
_WORD = re.compile(r"[a-z0-9']+(?:[/&.-][a-z0-9']+)*")
_PART = re.compile(r"[a-z0-9']+")

HcpcsLabel = PlainLabel
"""What an item, drug or service of HCPCS Level II is, in plain words."""

type ShortForms = Mapping[tuple[str, str], str]
"""A short form and the beginning of the codes in which it holds -> its words."""


@cache
def hcpcs_labels() -> Mapping[str, HcpcsLabel]:
    """Return the label of each code and modifier that has one, in ascending order.

    Raises:
        MalformedRow: when the table that is installed does not follow its layout.
    """
    lines = installed_lines(_LAYOUT.file)
    return MappingProxyType({row.code: row for row in read_hcpcs_labels(lines)})


@cache
def hcpcs_short_forms() -> ShortForms:
    """Return the short forms of the publisher's descriptors.

    Raises:
        MalformedRow: when the table that is installed does not follow its layout.
    """
    return MappingProxyType(read_short_forms(*installed(_SHORT_FORMS)))


def read_hcpcs_labels(lines: Iterable[str], file: str = _LAYOUT.file) -> Iterator[HcpcsLabel]:
    """Yield the labels of a table, in its order.

    Lines that begin with ``#`` are comments. Every other line is a row; none is passed over.

    Args:
        lines: the table's lines, without their line ends.
        file: the table's name, for errors.

    Raises:
        MalformedRow: when a row does not follow the layout, or repeats a code or a label.
    """
    return read_plain_labels(lines, replace(_LAYOUT, file=file))


def read_short_forms(text: str, file: str = _SHORT_FORMS) -> dict[tuple[str, str], str]:
    """Return the short forms of a table.

    Raises:
        MalformedRow: when a row does not follow the layout, or stands out of order.
    """
    found: dict[tuple[str, str], str] = {}
    before = ("", "")
    for row in Row.read(text, _COLUMNS, file):
        short = row.matching("short form", _WORD.pattern, "one word in lower case")
        beginning = row.matching("codes", "[A-Z]?[0-9]{0,4}", "the beginning of a code, or empty")
        if (short, beginning) <= before:
            raise row.error("short form", f"must come after {' '.join(before)}, each once")
        before = (short, beginning)
        found[before] = row.label("words")
    return found


def spelled_out(code: str, descriptor: str, short_forms: ShortForms | None = None) -> str:
    """Return the descriptor of a code with its short forms written as words, in lower case."""
    known = hcpcs_short_forms() if short_forms is None else short_forms

    def words_of(short: str) -> str | None:
        for length in range(min(len(code), _LONGEST_BEGINNING), -1, -1):
            if (short, code[:length]) in known:
                return known[short, code[:length]]
        return None

    def whole(found: re.Match[str]) -> str:
        words = words_of(found.group())
        return words if words is not None else _PART.sub(part, found.group())

    def part(found: re.Match[str]) -> str:
        words = words_of(found.group())
        return words if words is not None else found.group()

    return _WORD.sub(whole, descriptor.casefold())
