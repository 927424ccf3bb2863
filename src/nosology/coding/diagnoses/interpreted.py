"""What an interpreted study reports: what it concludes, for what it was done, what it adds."""

from __future__ import annotations

from dataclasses import dataclass

from nosology.coding.diagnoses.interpretation import (
    amendments,
    are_only_findings,
    concluded_in_findings,
    is_of_request,
    is_of_specimen,
    primary_of,
    risks,
    screening,
)
from nosology.coding.diagnoses.knowledge import Knowledge
from nosology.coding.diagnoses.prose import Prose
from nosology.coding.diagnoses.reported import Reported, first_of_each, status_rule
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.diagnoses.studies import is_pathology


@dataclass(frozen=True, slots=True)
class Interpreted:
    """Decides what an interpreted study adds to what is chosen."""

    knowledge: Knowledge
    prose: Prose

    def of_study(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Return what is chosen, the screening first for which it was done, and what is added."""
        chosen = [
            item
            for item in chosen
            if item.rule != "status-stated" or not is_of_specimen(item.statement)
        ]
        chosen = [item for item in chosen if not is_of_request(item.statement)] or chosen
        confirmed = first_of_each(amendments(stated, self.knowledge))
        if not chosen:
            confirmed += first_of_each(concluded_in_findings(stated, self.knowledge))
        known = {item.statement.concept for item in chosen}
        found = [
            *chosen,
            *(
                Reported(item, "interpreted-study", 0.7)
                for item in confirmed
                if item.concept not in known
            ),
        ]
        concepts = [item.statement.concept for item in found]
        primary = primary_of(stated, concepts)
        if primary is not None:
            is_fracture = any(concept.startswith("M845") for concept in concepts)
            named = Reported(primary, "study-of-known-neoplasm", 0.7)
            found = [*found, named] if is_fracture else [named, *found]
        screened = screening(stated, self.knowledge)
        if screened is None:
            if are_only_findings(concepts):
                found = [*self._symptoms_for_study(stated), *found]
            return found
        risk = [
            Reported(item, status_rule(code) or "personal-history", 0.6, code)
            for code, item in risks(stated, screened, self.knowledge).items()
        ]
        if screened.concept in known:
            return [*found, *risk]
        return [Reported(screened, "screening-study", 0.8), *found, *risk]

    def with_pathology(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Return what is chosen, with what a pathologist confirms beside a procedure."""
        if not any(not is_pathology(item.statement.reading.document) for item in chosen):
            return chosen
        known = {item.statement.concept for item in chosen}
        return [
            *chosen,
            *(
                Reported(item, "interpreted-study", 0.75)
                for item in first_of_each(
                    item
                    for item in stated
                    if item.sense is Sense.PRESENT and is_pathology(item.reading.document)
                )
                if item.concept not in known
                and item.concept[0] not in "ZY"
                and not self.knowledge.is_symptom(item.concept)
                and not is_of_specimen(item)
            ),
        ]

    def _symptoms_for_study(self, stated: list[Statement]) -> list[Reported]:
        """The symptoms for which a study was done that shows findings but no diagnosis."""
        return [
            item
            for item in self.prose.reason_for_visit(stated)
            if self.knowledge.is_symptom(item.statement.concept)
            and not are_only_findings([item.statement.concept])
        ]
