"""Codes that tell a part of a condition, and the code that tells the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nosology.edits.rule import Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.code import plain
from nosology.model.code_ranges import CodeRange
from nosology.model.finding import Category, Severity
from nosology.model.tables import parts, rows, table

COLUMNS = ("code", "needs", "says", "source")
_CATEGORY = 3
_MOST_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A code or heading, and what must stand beside it.

    Attributes:
        needs: of which one must be on the claim.
        shown: those, as the table writes them, for the message.
        says: what that one tells.
    """

    code: str
    needs: tuple[CodeRange, ...]
    shown: str
    says: str
    source: str


@cache
def told_in_parts() -> dict[str, tuple[Part, ...]]:
    """Return the rows of the table by category, read once."""
    found: dict[str, list[Part]] = {}
    for row in rows(table("nosology.edits.families", "additional_codes.tsv"), COLUMNS):
        named = parts(row["needs"])
        needs = tuple(CodeRange.parse(item) for item in named)
        part = Part(plain(row["code"]), needs, _listed(named), row["says"], row["source"])
        found.setdefault(part.code[:_CATEGORY], []).append(part)
    return {category: tuple(items) for category, items in found.items()}


@rule(
    "additional-code-missing",
    category=Category.USE_ADDITIONAL,
    severity=Severity.ADVISORY,
    authority=("ocg-i-a-13", "ocg-i-b-7", "ocg-i-b-14"),
    needs=("icd10cm",),
    message="{code} is on the claim without a code for {says} ({needed}).",
    remedy="Add the code that the record supports.",
)
def additional_missing(claim: ClaimView) -> Iterator[Hit]:
    """A code that tells a part of a condition has the code of the rest beside it.

    Such are diabetic and hypertensive kidney disease and its stage, hypertensive heart disease with
    failure and its type, an ulcer of diabetes or of a vessel and its site, severe sepsis and the
    organ, a delivery and its outcome, the body mass index and the condition it matters for. Notes
    for what need not be there (“if applicable”, “if known”) are not asked for.

    Why: the Tabular List says “use additional code”; without it the claim tells half.
    """
    known = told_in_parts()
    for item in claim.diagnoses:
        told = known.get(item.code[:_CATEGORY])
        if told is None or not item.facts.is_billable:
            continue
        for part in told:
            if item.code.startswith(part.code) and not any(
                need.holds(other.code) for need in part.needs for other in claim.diagnoses
            ):
                yield hit(None, item.shown, says=part.says, needed=part.shown)


def _listed(named: tuple[str, ...] | list[str]) -> str:
    return ", ".join(named[:_MOST_SHOWN]) + (" and others" if len(named) > _MOST_SHOWN else "")
