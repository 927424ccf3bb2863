"""What the assessment names: problems, what their discussion adds, what doubt leaves of them."""

from __future__ import annotations

from dataclasses import dataclass

from nosology.coding.diagnoses.discussion import presumed_hypertension, sugar_of_diabetes
from nosology.coding.diagnoses.interpretation import is_accounted_for
from nosology.coding.diagnoses.knowledge import Knowledge
from nosology.coding.diagnoses.manner import (
    describes,
    is_concluded,
    is_confirmed_next,
    is_entry,
    is_excised,
    is_introduction,
    is_outright,
    is_planned,
)
from nosology.coding.diagnoses.reported import ENCOUNTERS, Reported, is_kept, status_rule
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.model.reading import SectionKind, Time

_STAY_DIAGNOSES = frozenset(
    {SectionKind.DISCHARGE_DIAGNOSIS, SectionKind.DIAGNOSIS, SectionKind.POSTOPERATIVE_DIAGNOSIS}
)
_NEOPLASMS = ("C", "D0")
_EXAMINATIONS = ("Z00", "Z01", "Z02")


@dataclass(frozen=True, slots=True)
class Assessed:
    """Decides what is reported of the problems that the assessment names.

    Attributes:
        is_inpatient: whether the guidelines for a facility's inpatient stay apply.
        is_interpretation: whether the record is an interpreted study (imaging, pathology).
    """

    knowledge: Knowledge
    is_inpatient: bool
    is_interpretation: bool

    def problems(self, stated: list[Statement]) -> list[Reported]:
        """Return the problems that are named, without symptoms that their names account for."""
        chosen: list[Reported] = []
        confirmed = frozenset(
            item.concept
            for item in stated
            if item.sense is Sense.PRESENT
            and (item.is_assessed or item.kind is SectionKind.RESULTS)
        )
        doubtful = frozenset(
            item.place
            for item in stated
            if item.is_named and item.is_assessed and item.sense is Sense.UNCERTAIN
        )
        for item in stated:
            if item.is_named and item.is_assessed:
                reported = self._named(item, confirmed)
                if self._is_reason_of_doubt(item, doubtful):
                    reported = Reported(item, "assessed-problem", 0.75)
                if reported:
                    chosen.append(reported)
        return [item for item in chosen if not self._is_explained(item)]

    def explaining(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Return diagnoses that the discussion of a symptom states as what explains it."""
        named = {
            item.statement.place: item.statement.concept
            for item in chosen
            if item.statement.problem
        }
        return [
            Reported(item, "diagnosis-in-discussion", 0.7)
            for item in stated
            if (item.sense is Sense.PRESENT or is_kept(item, self.knowledge))
            and not item.is_named
            and item.place in named
            and self.knowledge.explains(named[item.place], item.concept)
            and (is_concluded(item) or is_outright(item))
        ]

    def beneath(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Return what is stated outright beneath a name without a code (``Abnormal labs``)."""
        answered = {
            item.statement.place
            for item in chosen
            if not item.statement.concept.startswith(ENCOUNTERS)
        }
        doubtful = {
            item.place for item in stated if item.is_named and item.sense is Sense.UNCERTAIN
        }
        settled = answered | doubtful
        found = [
            Reported(item, "assessment-statement", 0.65)
            for item in stated
            if item.sense is Sense.PRESENT
            and item.problem is not None
            and not item.is_named
            and item.is_assessed
            and item.place not in settled
            and not item.concept.startswith("Z")
            and is_outright(item)
            and not describes(item)
        ]
        is_diagnosed = {
            item.statement.place
            for item in found
            if not self.knowledge.is_symptom(item.statement.concept)
        }
        return [
            item
            for item in found
            if item.statement.place not in is_diagnosed
            or not self.knowledge.is_symptom(item.statement.concept)
            or is_entry(item.statement)
        ]

    def presumed(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Return hypertension of the history that the code of what is assessed asks for."""
        concepts = [item.statement.concept for item in chosen]
        hypertension = presumed_hypertension(stated, concepts, self.knowledge)
        return [Reported(hypertension, "hypertension-of-history", 0.7)] if hypertension else []

    def _named(self, item: Statement, confirmed: frozenset[str]) -> Reported | None:
        rule = "assessed-problem"
        if self.is_interpretation:
            rule = "interpreted-study"
        elif self.is_inpatient and item.kind in _STAY_DIAGNOSES:
            rule = "discharge-diagnosis"
        if is_introduction(item) and not item.concept.startswith(_EXAMINATIONS):
            return None
        if item.sense in (Sense.PRESENT, Sense.FAMILY, Sense.PAST):
            status = status_rule(item.concept)
            if status == "status-stated" and is_planned(item):
                return None
            if status:
                return Reported(item, status, 0.8)
        if item.sense is Sense.PRESENT:
            history = self.knowledge.personal_history(item.concept)
            if history and item.concept.startswith(_NEOPLASMS) and is_excised(item):
                return Reported(item, "neoplasm-excised", 0.75, history)
            return Reported(item, rule, 0.9)
        if item.sense is Sense.PAST:
            return self._past(item)
        if item.sense is Sense.FAMILY:
            history = self.knowledge.family_history(item.concept)
            return Reported(item, "family-history", 0.7, history) if history else None
        if item.sense is Sense.UNCERTAIN:
            if self.is_inpatient:
                return Reported(item, "uncertain-inpatient", 0.75)
            if item.concept in confirmed or is_confirmed_next(item):
                return Reported(item, "confirmed-elsewhere", 0.75)
        return None

    def _past(self, item: Statement) -> Reported | None:
        if self.knowledge.is_lifelong(item.concept):
            return Reported(item, "assessed-problem", 0.75)
        history = self.knowledge.personal_history(item.concept)
        return Reported(item, "personal-history", 0.75, history) if history else None

    def _is_reason_of_doubt(self, item: Statement, doubtful: frozenset[tuple[int, int]]) -> bool:
        """Whether it is a symptom, over by now, that is named with what it probably was.

        An outpatient's uncertain diagnosis is not coded, but what led to it is (OCG IV.H).
        """
        return (
            not self.is_inpatient
            and item.place in doubtful
            and item.sense is Sense.PAST
            and item.mention.context.time is Time.RESOLVED
            and self.knowledge.is_symptom(item.concept)
        )

    def _is_explained(self, item: Reported) -> bool:
        """Whether the name says that another diagnosis accounts for the symptom."""
        return self.knowledge.is_symptom(item.statement.concept) and is_accounted_for(
            item.statement
        )


def of_diabetes(stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
    """Return the hyper- and hypoglycemia that the discussion of a diabetes states."""
    named = {
        item.statement.place: item.statement.concept for item in chosen if item.statement.problem
    }
    return [
        Reported(item, "diabetes-effect-in-discussion", 0.7)
        for item in sugar_of_diabetes(stated, named)
    ]


def has_unresolved_problem(stated: list[Statement], chosen: list[Reported]) -> bool:
    """Return whether an uncertain diagnosis alone names a problem: its symptom stands for it."""
    answered = {item.statement.place for item in chosen}
    return any(
        item.sense is Sense.UNCERTAIN
        and item.is_named
        and item.is_assessed
        and item.place not in answered
        for item in stated
    )
