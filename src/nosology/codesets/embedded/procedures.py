"""The codes of HCPCS Level II and CPT, and their modifiers, with the dates of their validity.

HCPCS Level II has the short titles that CMS publishes. A CPT number is shown with this project's
own plain label where there is one; a dental code has none, because its text belongs to the American
Dental Association.
"""

from __future__ import annotations

from collections.abc import Iterator

from nosology.codesets.days import joined
from nosology.codesets.embedded.quarters import PACKAGE, covered, remark_on_beginning
from nosology.codesets.embedded.target import Period, Target, Writing, holds_on, number
from nosology.codesets.extraction import pyoce
from nosology.codesets.labels import cpt_modifiers
from nosology.codesets.labels.cpt import cpt_labels
from nosology.codesets.labels.hcpcs import hcpcs_labels
from nosology.model.code import System

DENTAL = "dental"
"""Kind of the codes of HCPCS Level II that are the American Dental Association's."""

_CODE = "code"
_MODIFIER = "modifier"
# With which the labels of modifiers begin, so that search tells them from codes.
_SAYS = "Modifier: "

Row = tuple[str, int, int | None, str, str, str, str, str]
"""Code, first and last day, title, short title, source of the title, kind, status."""


def load(target: Target) -> None:
    """Write the codes of both systems."""
    period = covered(target)
    remark = remark_on_beginning(period)
    codes = _spans(target)
    labels = {code: label.label for code, label in cpt_labels().items()}
    for system, completeness, told in (
        (System.HCPCS, "titles-only", "short titles"),
        (System.CPT, "dates-only", "numbers and dates, with plain labels of this project"),
    ):
        with target.release(
            PACKAGE,
            system.value,
            period,
            source=pyoce.MEMBER,
            completeness=completeness,
            remark=f"{told}; {remark}",
        ) as writing:
            rows = list(_codes(codes, system, labels))
            rows += _modifiers(target, system)
            _write(writing, system, period, rows)


def _write(writing: Writing, system: System, period: Period, rows: list[Row]) -> None:
    writing.insert("dated_code", ((system.value, *row) for row in rows))
    assert period.valid_to is not None
    last = period.valid_to
    live = {row[0] for row in rows if row[6] == _CODE and holds_on(last, row[1], row[2])}
    writing.billable = len(live)


def _spans(target: Target) -> dict[tuple[str, str, str], list[tuple[int, int | None]]]:
    """Return the days of each kind, code and short title."""
    spans: dict[tuple[str, str, str], list[tuple[int, int | None]]] = {}
    for code, kind, first, last, title, *_ in target.rows(PACKAGE, "procedures", pyoce.PROCEDURES):
        spans.setdefault((kind, code, title), []).append((int(first), number(last)))
    return spans


def _codes(
    spans: dict[tuple[str, str, str], list[tuple[int, int | None]]],
    system: System,
    labels: dict[str, str],
) -> Iterator[Row]:
    for (kind, code, short), days in sorted(spans.items()):
        if (kind == pyoce.CPT) is not (system is System.CPT):
            continue
        title, origin = short, "official"
        if not short:
            title = labels.get(code, "") if system is System.CPT else ""
            origin = "own" if title else "none"
        for first, last in joined(days):
            row_kind = DENTAL if kind == pyoce.DENTAL else _CODE
            yield code, first, last, title, short, origin, row_kind, ""


def _modifiers(target: Target, system: System) -> Iterator[Row]:
    """Yield the modifiers of a system with this project's own labels.

    CPT has those that begin with a digit, and others that have a label here: the physical states
    P1 to P6, which stand in both systems.
    """
    labels = cpt_modifiers()
    spans: dict[str, list[tuple[int, int | None]]] = {}
    for modifier, first, last, _ in target.rows(PACKAGE, "modifiers", pyoce.MODIFIERS):
        is_hcpcs = not modifier[0].isdigit()
        if is_hcpcs if system is System.HCPCS else (not is_hcpcs or modifier in labels):
            spans.setdefault(modifier, []).append((int(first), number(last)))
    titles = {one.code: one.label for one in labels.values()}
    if system is System.HCPCS:
        titles |= {code: one.label.removeprefix(_SAYS) for code, one in hcpcs_labels().items()}
    for modifier in sorted(spans):
        title = titles.get(modifier, "")
        title = title[:1].upper() + title[1:]
        origin = "own" if title else "none"
        for first_day, last_day in joined(spans[modifier]):
            yield modifier, first_day, last_day, title, "", origin, _MODIFIER, ""
