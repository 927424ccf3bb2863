"""Codes of factors that are never first, and such as are only first (chapter 21 and others)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from nosology.edits.rule import AMBULATORY, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.claim import ClaimKind
from nosology.model.code import plain
from nosology.model.errors import MalformedRow
from nosology.model.finding import Category, Severity
from nosology.model.tables import rows, table

COLUMNS = ("code", "position", "source")
FIRST, SECONDARY, EITHER = "first", "secondary", "either"


@cache
def positions() -> dict[str, str]:
    """Return by code or heading where it may stand, read once.

    Raises:
        MalformedRow: for a position that there is not.
    """
    found = {}
    for row in rows(table("nosology.edits.families", "first_listed.tsv"), COLUMNS):
        if row["position"] not in {FIRST, SECONDARY, EITHER}:
            raise MalformedRow(row.file, row.line, "position", "is not first, secondary or either")
        found[plain(row["code"])] = row["position"]
    return found


@lru_cache(maxsize=16_384)
def position_of(code: str) -> str:
    """Return where a code may stand; the longest heading that is listed decides."""
    known = positions()
    for length in range(len(code), 2, -1):
        if code[:length] in known:
            return known[code[:length]]
    return EITHER


@rule(
    "secondary-code-first",
    category=Category.UNACCEPTABLE_PRINCIPAL,
    severity=Severity.WARNING,
    authority=("ocg-i-b-14", "ocg-i-c-21-c", "icd-10-cm-b95"),
    kinds=AMBULATORY,
    needs=("icd10cm",),
    message="{code} is only ever a secondary code, and is listed first.",
    remedy="Put the reason for the encounter before it.",
    carc="16",
)
def secondary_first(claim: ClaimView) -> Iterator[Hit]:
    """The first-listed diagnosis is not one that only accompanies another.

    Such are organisms (B95 to B97), social circumstances, body mass index, weeks of gestation, the
    outcome of a delivery, and others that the guidelines name. For stays the Medicare Code Editor
    lists the codes itself.

    Why: the code tells something about the patient or the disease, not why there is an encounter.
    """
    for item in claim.diagnoses:
        if item.role:
            continue
        if position_of(item.code) == SECONDARY and item.facts.is_billable:
            yield hit(None, item.shown)
        return


@rule(
    "first-code-later",
    asks=Trait.SEVERAL_DIAGNOSES,
    category=Category.UNACCEPTABLE_PRINCIPAL,
    severity=Severity.ADVISORY,
    authority="ocg-i-c-21-c-16",
    kinds=AMBULATORY,
    needs=("icd10cm",),
    message="{code} is only ever listed first, and stands behind {first}.",
    remedy="List it first, unless several encounters of the day are on one claim.",
)
def first_later(claim: ClaimView) -> Iterator[Hit]:
    """A code of an encounter that is only ever first-listed does not stand behind another.

    Two of them may stand on one claim, and a professional claim may have the code behind another
    where a line points to it first: it then is the reason for that service.

    Why: the code is the reason for the encounter. Several encounters of one day may be together.
    """
    listed = claim.claim.diagnoses
    if len(listed) < 2:
        return
    later = [
        item for item in claim.diagnoses[1:] if not item.role and position_of(item.code) == FIRST
    ]
    if not later or position_of(listed[0].code) == FIRST:
        return
    led: set[int] = set()
    if claim.kind is ClaimKind.PROFESSIONAL:
        led = {line.line.diagnoses[0] for line in claim.lines if line.line.diagnoses}
    for item in later:
        if item.position not in led:
            yield hit(None, item.shown, first=claim.diagnoses[0].shown)
