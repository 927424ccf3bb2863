"""Modifiers that exclude each other on a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product

from nosology.edits.rule import AMBULATORY, ICD_10, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Severity
from nosology.model.tables import parts, rows, table

COLUMNS = ("one", "others", "severity", "since", "payers", "why", "source")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why two modifiers exclude each other, from what day on and with which payer."""

    severity: Severity
    since: dt.date
    payer: str
    why: str


@cache
def conflicts() -> dict[tuple[str, str], Conflict]:
    """Return the conflicts by their two modifiers, in the alphabet's order; read once."""
    found: dict[tuple[str, str], Conflict] = {}
    for row in rows(table("nosology.edits.families", "modifier_conflicts.tsv"), COLUMNS):
        since = dt.date.fromisoformat(row["since"]) if row["since"] else ICD_10
        told = Conflict(Severity(row["severity"]), since, row["payers"], row["why"])
        one, others = parts(row["one"]), parts(row["others"])
        for first, second in product(one, others) if others else combinations(one, 2):
            found[min(first, second), max(first, second)] = told
    return found


@rule(
    "modifiers-exclude-each-other",
    category=Category.MODIFIER_CONFLICT,
    severity=Severity.ERROR,
    authority=("cms-100-04-12-40", "mln-distinct"),
    asks=Trait.MODIFIERS,
    message="Modifiers {first} and {second} of line {line} ({code}) exclude each other: {why}.",
    remedy="Keep the one that the record supports.",
    carc="4",
)
def exclude(claim: ClaimView) -> Iterator[Hit]:
    """No two modifiers of a line exclude each other by what they mean, as 26 and TC, or LT and RT.

    The table modifier_conflicts.tsv lists them, each with its source.

    Why: a line with such modifiers says two things of which one is untrue; it is returned.
    """
    if len(claim.modifiers) < 2:
        return
    known = conflicts()
    for line in claim.lines:
        told = line.modifiers
        if len(told) < 2:
            continue
        for pair in combinations(sorted(set(told)), 2):
            found = known.get((pair[0], pair[1]))
            if (
                found is not None
                and (line.day is None or found.since <= line.day)
                and (not found.payer or (claim.payer and claim.payer.value == found.payer))
            ):
                yield hit(
                    line.number,
                    line.code,
                    severity=None if found.severity is Severity.ERROR else found.severity,
                    first=pair[0],
                    second=pair[1],
                    why=found.why,
                )


@rule(
    "modifiers-conflict-in-outpatient-editor",
    category=Category.MODIFIER_CONFLICT,
    severity=Severity.ERROR,
    authority="ioce",
    kinds=AMBULATORY,
    needs=("outpatient-code-editor",),
    asks=Trait.MODIFIERS,
    message="The outpatient code editor does not take modifiers {first} and {second} together on "
    "line {line} ({code}).",
    remedy="Keep the one that holds for the department and the image.",
    carc="4",
)
def editor(claim: ClaimView) -> Iterator[Hit]:
    """No two modifiers of a line are in conflict in the editor's own list.

    These are modifiers of departments (PO, PN, ER) and of images (CT, FX, FY).

    Why: the Integrated Outpatient Code Editor returns the claim.
    """
    if len(claim.modifiers) < 2:
        return
    for line in claim.lines:
        if len(line.modifiers) < 2 or line.day is None:
            continue
        for one, other in combinations(sorted(set(line.modifiers)), 2):
            known = claim.book.modifier(one, line.day)
            if known is not None and other in known.conflicts:
                yield hit(line.number, line.code, first=one, second=other)
