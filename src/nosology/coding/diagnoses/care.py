"""What is taken care of without being named a problem: in the plan, by a medicine, in a stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nosology.coding.diagnoses.knowledge import Drug, Knowledge
from nosology.coding.diagnoses.manner import (
    CARE_SECTIONS,
    is_cared_for,
    is_introduction,
    is_status_line,
    is_worked_on,
)
from nosology.coding.diagnoses.medicines import Medicines
from nosology.coding.diagnoses.reported import Reported, first_of_each, is_kept
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.model.reading import Reading, SectionKind, Sentence
from nosology.model.record import Span

_BACKGROUND = frozenset(
    {
        SectionKind.PAST_MEDICAL_HISTORY,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.PROBLEM_LIST,
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.INTERVAL_HISTORY,
    }
)
_PLANS = frozenset({SectionKind.PLAN, SectionKind.ASSESSMENT_AND_PLAN})
_LOOSE = frozenset({SectionKind.BODY, SectionKind.OTHER, SectionKind.DISPOSITION})
"""Where a record without headings tells of what it takes care of."""
_OPEN_TEXT = frozenset({SectionKind.BODY, SectionKind.INTERVAL_HISTORY})


@dataclass(frozen=True, slots=True)
class Care:
    """Decides which conditions are reported because the record takes care of them."""

    knowledge: Knowledge
    medicines: Medicines

    def in_plan(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Return chronic conditions that the plan monitors or treats."""
        seen = {item.statement.concept[:3] for item in chosen}
        found: list[Reported] = []
        for item in stated:
            category = item.concept[:3]
            if (
                item.sense is Sense.PRESENT
                and not item.is_named
                and (item.kind in CARE_SECTIONS or item.kind in _OPEN_TEXT)
                and category not in seen
                and self.knowledge.is_chronic(item.concept)
                and not is_introduction(item)
                and (is_cared_for(item) if item.kind in CARE_SECTIONS else is_status_line(item))
            ):
                seen.add(category)
                found.append(Reported(item, "addressed-in-plan", 0.65))
        return found

    def treated(
        self,
        stated: list[Statement],
        chosen: list[Reported],
        is_given: Callable[[Reading, Sentence], bool],
    ) -> list[Reported]:
        """Return stated chronic conditions with a medicine for them in such a place."""
        seen = {item.statement.concept[:3] for item in chosen}
        medicines: list[tuple[Drug, Span]] | None = None
        found: list[Reported] = []
        for item in stated:
            category = item.concept[:3]
            if (
                item.kind not in _BACKGROUND
                or category in seen
                or not (item.sense is Sense.PRESENT or is_kept(item, self.knowledge))
                or not self.knowledge.is_chronic(item.concept)
            ):
                continue
            if medicines is None:
                places = {item.reading.index for item in stated}
                medicines = list(self.medicines.named(is_given, places))
            given = [
                span
                for drug, span in medicines
                if any(item.concept.startswith(code) for code in drug.treats[:1])
            ]
            if given:
                seen.add(category)
                found.append(Reported(item, "treated-in-plan", 0.6, also=tuple(given[:1])))
        return found

    def by_procedure(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Return what an outpatient's plan names only with the procedure that was done to it.

        The condition chiefly responsible for the services is coded (ICD-10-CM OCG IV.G).
        """
        seen = {item.statement.concept[:3] for item in chosen}
        return [
            Reported(item, "treated-by-procedure", 0.65)
            for item in first_of_each(stated)
            if item.kind in _PLANS
            and item.sense is Sense.PRESENT
            and item.concept[0] != "Z"
            and item.concept[:3] not in seen
            and not self.knowledge.is_symptom(item.concept)
            and is_worked_on(item)
        ]

    def of_stay(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Return what the course of a stay states, and chronic conditions beside it."""
        seen = {item.statement.concept[:3] for item in chosen}
        found: list[Reported] = []
        for item in stated:
            category = item.concept[:3]
            is_course = item.kind is SectionKind.HOSPITAL_COURSE and not self.knowledge.is_symptom(
                item.concept
            )
            is_chronic = self.knowledge.is_chronic(item.concept) and (
                item.kind in _BACKGROUND or (item.kind in _LOOSE and is_cared_for(item))
            )
            if category not in seen and item.sense is Sense.PRESENT and (is_course or is_chronic):
                seen.add(category)
                rule = "chronic-inpatient" if is_chronic else "documented-condition"
                found.append(Reported(item, rule, 0.6))
        return found
