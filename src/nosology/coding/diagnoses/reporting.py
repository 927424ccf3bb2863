"""What is reported: which statements are conditions of this encounter that the claim carries.

The provider's problems in the assessment stand first. What the plan monitors or treats stands
beside them. Where a record has no assessment, what the provider states as present is reported; and
where nothing is confirmed, the symptom that brought the patient. Nothing is reported from what is
denied, a relative's, over, conditional, or - outside a facility's inpatient stay - uncertain.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nosology.coding.diagnoses.assessed import Assessed, has_unresolved_problem, of_diabetes
from nosology.coding.diagnoses.care import Care
from nosology.coding.diagnoses.encounter_reason import reason_for_encounter
from nosology.coding.diagnoses.interpreted import Interpreted
from nosology.coding.diagnoses.knowledge import Knowledge
from nosology.coding.diagnoses.manner import is_medication_list, is_plan_of_care
from nosology.coding.diagnoses.medicines import Medicines
from nosology.coding.diagnoses.prose import Prose, of_diabetes_in_prose
from nosology.coding.diagnoses.reported import Reported
from nosology.coding.diagnoses.services_named import (
    of_this_encounter,
    vaccines_given,
    vaccines_not_given,
)
from nosology.coding.diagnoses.statements import Statement
from nosology.model.code import EXTERNAL_CAUSES

_FOLLOW_UPS = ("Z08", "Z09")
_BESIDE = ("Z79",)
"""What a plan tells by the medicine alone."""


@dataclass(frozen=True)
class Reporting:
    """Decides what is reported of one record.

    Attributes:
        is_inpatient: whether the guidelines for a facility's inpatient stay apply.
        is_interpretation: whether the record is an interpreted study (imaging, pathology).
    """

    knowledge: Knowledge
    medicines: Medicines
    is_inpatient: bool
    is_interpretation: bool
    _assessed: Assessed = field(init=False)
    _care: Care = field(init=False)
    _prose: Prose = field(init=False)
    _interpreted: Interpreted = field(init=False)

    def __post_init__(self) -> None:
        prose = Prose(self.knowledge, self.is_interpretation)
        assessed = Assessed(self.knowledge, self.is_inpatient, self.is_interpretation)
        object.__setattr__(self, "_assessed", assessed)
        object.__setattr__(self, "_care", Care(self.knowledge, self.medicines))
        object.__setattr__(self, "_prose", prose)
        object.__setattr__(self, "_interpreted", Interpreted(self.knowledge, prose))

    def select(self, stated: list[Statement]) -> list[Reported]:
        """Return what is reported, the provider's problems first, in the record's order."""
        own = [item for item in stated if not item.concept.startswith(EXTERNAL_CAUSES)]
        services = [Reported(item, "vaccine-given", 0.7) for item in vaccines_given(own)]
        refused = [
            Reported(item, "vaccine-not-given", 0.7, code) for item, code in vaccines_not_given(own)
        ]
        own = of_this_encounter(own)
        chosen = [*self._conditions(own), *services, *refused[:1]]
        if self.is_inpatient or self.is_interpretation:
            return chosen
        reason = reason_for_encounter(own, [item.statement for item in chosen])
        return [Reported(reason, "reason-for-encounter", 0.7), *chosen] if reason else chosen

    def suggest(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Return chronic conditions on a listed medicine that the assessment does not take up."""
        own = [item for item in stated if not item.concept.startswith(EXTERNAL_CAUSES)]
        return self._care.treated(own, chosen, is_medication_list)

    def _conditions(self, own: list[Statement]) -> list[Reported]:
        """What is reported apart from services that the record tells beside the problems."""
        chosen = self._assessed.problems(own)
        chosen.extend(self._assessed.explaining(own, chosen))
        chosen.extend(self._assessed.beneath(own, chosen))
        chosen.extend(of_diabetes(own, chosen))
        chosen.sort(key=lambda item: item.statement.order)
        if not chosen:
            chosen = self._prose.assessment(own)
        if self.is_interpretation:
            chosen = self._interpreted.of_study(own, chosen)
        if not self.is_inpatient:
            chosen = self._interpreted.with_pathology(own, chosen)
        chosen.extend(self._care.in_plan(own, chosen))
        chosen.extend(self._care.treated(own, chosen, is_plan_of_care))
        chosen.extend(self._assessed.presumed(own, chosen))
        if self.is_inpatient:
            chosen.extend(self._care.of_stay(own, chosen))
        if not self.is_interpretation and self._is_told_in_prose(own, chosen):
            known = {item.statement.concept for item in chosen}
            chosen = [
                *(
                    item
                    for item in self._prose.narrative(own)
                    if item.statement.concept not in known
                ),
                *chosen,
            ]
            chosen.extend(of_diabetes_in_prose(own, chosen))
        if not chosen:
            is_follow_up = any(
                item.is_assessed and item.concept.startswith(_FOLLOW_UPS) for item in own
            )
            chosen = [] if is_follow_up else self._prose.reason_for_visit(own)
        elif has_unresolved_problem(own, chosen):
            known = {item.statement.concept for item in chosen}
            chosen.extend(
                item
                for item in self._prose.reason_for_visit(own)
                if self.knowledge.is_symptom(item.statement.concept)
                and item.statement.concept not in known
            )
        if not (self.is_inpatient or self.is_interpretation):
            chosen.extend(self._care.by_procedure(own, chosen))
        return chosen

    def _is_told_in_prose(self, own: list[Statement], chosen: list[Reported]) -> bool:
        """Whether nothing is assessed: no condition stands where the provider would name one.

        What a plan alone tells beside them, a medicine or a vaccine, is no condition.
        """
        if not chosen:
            return not any(item.is_assessed for item in own)
        return (
            not self.is_inpatient
            and all(item.statement.concept.startswith(_BESIDE) for item in chosen)
            and not any(item.is_assessed and item.concept[0] != "Z" for item in own)
        )
