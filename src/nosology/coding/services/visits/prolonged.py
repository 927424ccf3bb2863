"""Prolonged services beyond the highest level chosen by time, and the complexity of a relationship.

Sources: CPT prolonged services: 15 full minutes beyond the time of the highest level; Medicare Pub.
100-04 ch. 12 s. 30.6.15: 15 minutes beyond the longest time that CPT once gave for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nosology.coding.rules import because
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.visits.evaluation import AREA
from nosology.coding.services.visits.level import Worksheet
from nosology.coding.services.visits.said import Words
from nosology.model.tables import parts, rows, table

_STEP = 15
_HELD_BACK = frozenset({"25"})
_PREVENTIVE = (
    "9938",
    "9939",
    "G0438",
    "G0439",
    "G0402",
    "90471",
    "90460",
    "G0008",
    "G0009",
    "G0010",
)


@dataclass(frozen=True, slots=True)
class _Prolonged:
    code: str
    payer: str
    begins: int


def _known() -> dict[str, list[_Prolonged]]:
    found: dict[str, list[_Prolonged]] = {}
    for row in rows(
        table("nosology.coding.services.visits", "prolonged.tsv"),
        ("visit", "payer", "code", "begins", "source"),
    ):
        for visit in parts(row["visit"]):
            found.setdefault(visit, []).append(
                _Prolonged(row["code"], row["payer"], int(row["begins"]))
            )
    return found


def prolonged(visit: ServiceDraft, sheet: Worksheet, case: ServiceCase) -> list[ServiceDraft]:
    """Return the prolonged service that the total time of the visit supports."""
    if sheet.time is None:
        return []
    payer = "medicare" if case.is_medicare else "other"
    for item in _known().get(visit.code, ()):
        if item.payer == payer and sheet.time.minutes >= item.begins:
            units = (sheet.time.minutes - item.begins) // _STEP + 1
            return [
                ServiceDraft(
                    item.code,
                    AREA,
                    (sheet.time.span,),
                    (because("prolonged", f"({sheet.time.minutes} minutes)"),),
                    concept="prolonged",
                    units=units,
                    diagnoses=visit.diagnoses,
                )
            ]
    return []


def complexity(
    visit: ServiceDraft, case: ServiceCase, words: Words, others: Sequence[ServiceDraft]
) -> Proposal:
    """Return G2211 for Medicare where the record tells of the longitudinal relationship."""
    if visit.concept != "office-visit" or not case.is_medicare:
        return Proposal()
    said = words.first("longitudinal")
    if said is None:
        return Proposal()
    draft = ServiceDraft(
        "G2211",
        AREA,
        (said.span,),
        (because("visit-complexity"),),
        concept="office-complexity",
        diagnoses=visit.diagnoses,
    )
    if _HELD_BACK & set(visit.modifiers) and not all(
        item.code.startswith(_PREVENTIVE) or item.area == "vaccines" for item in others
    ):
        return Proposal(missing=(Missing(draft.because("visit-complexity-beside")),))
    return Proposal((draft,))
