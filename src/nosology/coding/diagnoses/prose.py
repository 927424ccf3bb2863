"""What prose states, where a record names no problems: conditions, and what brought the patient."""

from __future__ import annotations

from dataclasses import dataclass

from nosology.coding.diagnoses.discussion import is_diabetes, is_sugar
from nosology.coding.diagnoses.knowledge import Knowledge
from nosology.coding.diagnoses.manner import is_background, is_given, is_over, is_planned
from nosology.coding.diagnoses.reported import ENCOUNTERS, Reported, first_of_each
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.model.reading import SectionKind

_NARRATIVE = frozenset(
    {
        SectionKind.BODY,
        SectionKind.OTHER,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.HOSPITAL_COURSE,
        SectionKind.FINDINGS,
        SectionKind.RESULTS,
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.INDICATION,
        SectionKind.PROCEDURE,
    }
)
_REASON = (
    SectionKind.CHIEF_COMPLAINT,
    SectionKind.INDICATION,
    SectionKind.HISTORY_OF_PRESENT_ILLNESS,
    SectionKind.BODY,
)
_TOBACCO = ("F17",)
_OPERATED = "Z98"
_DEPLETED = "E86"
"""A condition of its own, treated for itself, although it comes of an illness (Tabular: E86)."""


@dataclass(frozen=True, slots=True)
class Prose:
    """Decides what is reported of records that name no problems.

    Attributes:
        is_interpretation: whether the record is an interpreted study (imaging, pathology).
    """

    knowledge: Knowledge
    is_interpretation: bool

    def assessment(self, stated: list[Statement]) -> list[Reported]:
        """Return what the text of the assessment states."""
        assessed = [
            item
            for item in stated
            if item.is_assessed
            and item.kind is not SectionKind.PLAN
            and item.sense is Sense.PRESENT
            and not is_background(item)
        ]
        rule = "interpreted-study" if self.is_interpretation else "assessment-statement"
        return self._diagnoses_else_symptoms(assessed, rule, 0.65)

    def narrative(self, stated: list[Statement]) -> list[Reported]:
        """Return what the story, the findings and conclusions below them state."""
        present = [
            item
            for item in stated
            if (item.kind in _NARRATIVE or self._is_conclusion(item))
            and item.sense is Sense.PRESENT
            and not is_background(item)
        ]
        concluded = {item.concept[:3] for item in present if self._is_conclusion(item)}
        present = [
            item
            for item in present
            if item.concept[:3] not in concluded or self._is_conclusion(item)
        ]
        found = self._diagnoses_else_symptoms(present, "documented-condition", 0.5)
        # Tobacco is told with the patient, before what brought the patient.
        return sorted(found, key=lambda item: item.statement.concept.startswith(_TOBACCO))

    def reason_for_visit(self, stated: list[Statement]) -> list[Reported]:
        """Return what brought the patient, or why a study was done."""
        rule = "study-indication" if self.is_interpretation else "reason-for-visit"
        for kind in _REASON:
            told = [
                item
                for item in stated
                if item.kind is kind
                and item.sense is Sense.PRESENT
                and not is_background(item)
                and (not item.concept.startswith(_OPERATED) or is_over(item))
            ]
            if told:
                first = told[0].mention.sentence
                return [
                    Reported(item, rule, 0.5)
                    for item in first_of_each(told)
                    if item.mention.sentence == first
                ]
        return []

    def _is_conclusion(self, item: Statement) -> bool:
        """Whether it is a diagnosis that opens a line of its own below an examination's line."""
        if item.kind is not SectionKind.PHYSICAL_EXAM or self.knowledge.is_symptom(item.concept):
            return False
        sentence = item.reading.sentences[item.mention.sentence]
        section = item.reading.section_of(item.mention)
        return (
            sentence.is_line_start
            and item.mention.start == sentence.start
            and sentence.start > section.start
            and item.concept[0] not in "Z"
            and not is_given(item)
        )

    def _diagnoses_else_symptoms(
        self, stated: list[Statement], rule: str, confidence: float
    ) -> list[Reported]:
        conditions = [
            item
            for item in stated
            if not item.concept.startswith(ENCOUNTERS)
            and not (item.concept.startswith("Z9") and is_planned(item))
        ]
        diagnoses = [
            item
            for item in conditions
            if not self.knowledge.is_symptom(item.concept) or item.concept.startswith(_DEPLETED)
        ]
        return [Reported(item, rule, confidence) for item in first_of_each(diagnoses or conditions)]


def of_diabetes_in_prose(stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
    """Return the hyper- and hypoglycemia told in the sentence that names a diabetes."""
    told = {
        (item.statement.reading.index, item.statement.mention.sentence)
        for item in chosen
        if is_diabetes(item.statement)
    }
    return [
        Reported(item, "diabetes-effect-in-discussion", 0.6)
        for item in stated
        if (item.reading.index, item.mention.sentence) in told and is_sugar(item)
    ]
