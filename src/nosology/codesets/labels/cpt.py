"""Plain labels of CPT numbers: this project's own words, never the publisher's descriptions."""

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

_LAYOUT = Layout(
    file="cpt.tsv",
    column="number",
    code=re.compile(r"[0-9]{4}[0-9FT]"),
    expected="five digits, or four and F or T",
)

CptLabel = PlainLabel
"""What kind of service a CPT number is, in plain words."""


@cache
def cpt_labels() -> Mapping[str, CptLabel]:
    """Return the label of each number that has one, in ascending order of the numbers.

    Raises:
        MalformedRow: when the table that is installed does not follow its layout.
    """
    lines = installed_lines(_LAYOUT.file)
    return MappingProxyType({row.code: row for row in read_cpt_labels(lines)})


def read_cpt_labels(lines: Iterable[str], file: str = _LAYOUT.file) -> Iterator[CptLabel]:
    """Yield the labels of a table, in its order.

    Lines that begin with ``#`` are comments. Every other line is a row; none is passed over.

    Args:
        lines: the table's lines, without their line ends.
        file: the table's name, for errors.

    Raises:
        MalformedRow: when a row does not follow the layout, or repeats a number or a label.
    """
    return read_plain_labels(lines, replace(_LAYOUT, file=file))
