"""What is reported: which statements are conditions of this encounter that the claim carries.

The provider's problems in the assessment stand first. What the plan monitors or treats stands
beside them. Where a record has no assessment, what the provider states as present is reported; and
where nothing is confirmed, the symptom that brought the patient. Nothing is reported from what is
denied, a relative's, over, conditional, or - outside a facility's inpatient stay - uncertain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nosology.coding.diagnoses.discussion import (
    is_diabetes,
    is_sugar,
    presumed_hypertension,
    sugar_of_diabetes,
)
from nosology.coding.diagnoses.encounter_reason import reason_for_encounter
from nosology.coding.diagnoses.interpretation import (
    amendments,
    are_only_findings,
    concluded_in_findings,
    is_accounted_for,
    is_of_request,
    is_of_specimen,
    primary_of,
    risks,
    screening,
)
from nosology.coding.diagnoses.knowledge import Drug, Knowledge
from nosology.coding.diagnoses.manner import (
    CARE_SECTIONS,
    describes,
    is_background,
    is_cared_for,
    is_concluded,
    is_confirmed_next,
    is_entry,
    is_excised,
    is_given,
    is_introduction,
    is_medication_list,
    is_outright,
    is_over,
    is_plan_of_care,
    is_planned,
    is_status_line,
)
from nosology.coding.diagnoses.medicines import Medicines
from nosology.coding.diagnoses.services_named import (
    of_this_encounter,
    vaccines_given,
    vaccines_not_given,
)
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.diagnoses.studies import is_pathology
from nosology.model.code import EXTERNAL_CAUSES
from nosology.model.reading import Reading, SectionKind, Sentence, Time
from nosology.model.record import Span

_STAY_DIAGNOSES = frozenset(
    {SectionKind.DISCHARGE_DIAGNOSIS, SectionKind.DIAGNOSIS, SectionKind.POSTOPERATIVE_DIAGNOSIS}
)
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
_BACKGROUND = frozenset(
    {
        SectionKind.PAST_MEDICAL_HISTORY,
        SectionKind.HISTORY_OF_PRESENT_ILLNESS,
        SectionKind.PROBLEM_LIST,
        SectionKind.CHIEF_COMPLAINT,
        SectionKind.INTERVAL_HISTORY,
    }
)
_LOOSE = frozenset({SectionKind.BODY, SectionKind.OTHER, SectionKind.DISPOSITION})
"""Where a record without headings tells of what it takes care of."""
_STATUS_RULES = (
    (("Z80", "Z81", "Z82", "Z83", "Z84"), "family-history"),
    (("Z85", "Z86", "Z87"), "personal-history"),
    (("Z88", "Z89", "Z9"), "status-stated"),
)
_NEOPLASMS = ("C", "D0")
_ENCOUNTERS = ("Z0", "Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z7", "Z98")
"""Reasons for an encounter: reported where they are named, not where prose mentions them."""
_TOBACCO = ("F17",)
_FOLLOW_UPS = ("Z08", "Z09")
_EXAMINATIONS = ("Z00", "Z01", "Z02")
_BESIDE = ("Z79",)
"""What a plan tells by the medicine alone."""
_OPERATED = "Z98"
_DEPLETED = "E86"
"""A condition of its own, treated for itself, although it comes of an illness (Tabular: E86)."""
_OPEN_TEXT = frozenset({SectionKind.BODY, SectionKind.INTERVAL_HISTORY})


@dataclass(frozen=True, slots=True)
class Reported:
    """A statement that is reported, and the rule that says so.

    Attributes:
        confidence: how sure the product is that a coder would report it, 0 to 1.
        code: the code that stands for it where the condition itself is not meant: its personal or
            family history.
        also: further words that support it.
    """

    statement: Statement
    rule: str
    confidence: float
    code: str | None = None
    also: tuple[Span, ...] = ()


def status_rule(code: str) -> str | None:
    """Return the rule under which a status or history code stands, None for other codes."""
    return next((rule for prefixes, rule in _STATUS_RULES if code.startswith(prefixes)), None)


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

    def _conditions(self, own: list[Statement]) -> list[Reported]:
        """What is reported apart from services that the record tells beside the problems."""
        chosen = [item for item in self._problems(own) if not self._is_explained(item)]
        chosen.extend(self._explaining(own, chosen))
        chosen.extend(self._beneath(own, chosen))
        chosen.extend(self._of_diabetes(own, chosen))
        chosen.sort(key=lambda item: item.statement.order)
        if not chosen:
            chosen = self._assessment_prose(own)
        if self.is_interpretation:
            chosen = self._interpreted(own, chosen)
        if not self.is_inpatient:
            chosen = self._with_pathology(own, chosen)
        chosen.extend(self._cared_for(own, chosen))
        chosen.extend(self._treated(own, chosen, is_plan_of_care))
        chosen.extend(self._presumed(own, chosen))
        if self.is_inpatient:
            chosen.extend(self._of_the_stay(own, chosen))
        if not self.is_interpretation and self._is_told_in_prose(own, chosen):
            known = {item.statement.concept for item in chosen}
            chosen = [
                *(item for item in self._narrative(own) if item.statement.concept not in known),
                *chosen,
            ]
            chosen.extend(self._of_diabetes_in_prose(own, chosen))
        if not chosen:
            is_follow_up = any(
                item.is_assessed and item.concept.startswith(_FOLLOW_UPS) for item in own
            )
            return [] if is_follow_up else self._reason_for_visit(own)
        if self._has_unresolved_problem(own, chosen):
            known = {item.statement.concept for item in chosen}
            chosen.extend(
                item
                for item in self._reason_for_visit(own)
                if self.knowledge.is_symptom(item.statement.concept)
                and item.statement.concept not in known
            )
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

    def _is_explained(self, item: Reported) -> bool:
        """Whether the name says that another diagnosis accounts for the symptom."""
        return self.knowledge.is_symptom(item.statement.concept) and is_accounted_for(
            item.statement
        )

    # Interpreted studies ------------------------------------------------------------------------

    def _interpreted(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """What is chosen, the screening first for which it was done, and what an addendum adds."""
        chosen = [
            item
            for item in chosen
            if item.rule != "status-stated" or not is_of_specimen(item.statement)
        ]
        chosen = [item for item in chosen if not is_of_request(item.statement)] or chosen
        confirmed = _first_of_each(amendments(stated, self.knowledge))
        if not chosen:
            confirmed += _first_of_each(concluded_in_findings(stated, self.knowledge))
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

    def _symptoms_for_study(self, stated: list[Statement]) -> list[Reported]:
        """The symptoms for which a study was done that shows findings but no diagnosis."""
        return [
            item
            for item in self._reason_for_visit(stated)
            if self.knowledge.is_symptom(item.statement.concept)
            and not are_only_findings([item.statement.concept])
        ]

    def _with_pathology(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """What is chosen, with what the pathologist confirms beside an outpatient's procedure."""
        if not any(not is_pathology(item.statement.reading.document) for item in chosen):
            return chosen
        known = {item.statement.concept for item in chosen}
        return [
            *chosen,
            *(
                Reported(item, "interpreted-study", 0.75)
                for item in _first_of_each(
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

    # Problems that the assessment names ---------------------------------------------------------

    def _problems(self, stated: list[Statement]) -> list[Reported]:
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
        return chosen

    def _explaining(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Diagnoses that the discussion of a symptom states as what explains it."""
        named = {
            item.statement.place: item.statement.concept
            for item in chosen
            if item.statement.problem
        }
        return [
            Reported(item, "diagnosis-in-discussion", 0.7)
            for item in stated
            if (item.sense is Sense.PRESENT or self._is_kept(item))
            and not item.is_named
            and item.place in named
            and self.knowledge.explains(named[item.place], item.concept)
            and (is_concluded(item) or is_outright(item))
        ]

    @staticmethod
    def _of_diabetes(stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """The hyper- and hypoglycemia that the discussion of a diabetes states."""
        named = {
            item.statement.place: item.statement.concept
            for item in chosen
            if item.statement.problem
        }
        return [
            Reported(item, "diabetes-effect-in-discussion", 0.7)
            for item in sugar_of_diabetes(stated, named)
        ]

    @staticmethod
    def _of_diabetes_in_prose(stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """The hyper- and hypoglycemia told in the sentence that names a diabetes."""
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

    def _presumed(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Hypertension of the history that the code of what is assessed asks for."""
        concepts = [item.statement.concept for item in chosen]
        hypertension = presumed_hypertension(stated, concepts, self.knowledge)
        return [Reported(hypertension, "hypertension-of-history", 0.7)] if hypertension else []

    def _beneath(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Diagnoses stated outright beneath a name that leads to no code (``Abnormal labs``)."""
        answered = {
            item.statement.place
            for item in chosen
            if not item.statement.concept.startswith(_ENCOUNTERS)
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

    @staticmethod
    def _has_unresolved_problem(stated: list[Statement], chosen: list[Reported]) -> bool:
        """Whether a problem is named by an uncertain diagnosis alone: its symptom stands for it."""
        answered = {item.statement.place for item in chosen}
        return any(
            item.sense is Sense.UNCERTAIN
            and item.is_named
            and item.is_assessed
            and item.place not in answered
            for item in stated
        )

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

    def _past(self, item: Statement) -> Reported | None:
        if self.knowledge.is_lifelong(item.concept):
            return Reported(item, "assessed-problem", 0.75)
        history = self.knowledge.personal_history(item.concept)
        return Reported(item, "personal-history", 0.75, history) if history else None

    # What the plan takes care of ----------------------------------------------------------------

    def _cared_for(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
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

    def _treated(
        self,
        stated: list[Statement],
        chosen: list[Reported],
        is_given: Callable[[Reading, Sentence], bool],
    ) -> list[Reported]:
        """Chronic conditions that the record states, with a medicine for them in such a place."""
        seen = {item.statement.concept[:3] for item in chosen}
        medicines: list[tuple[Drug, Span]] | None = None
        found: list[Reported] = []
        for item in stated:
            category = item.concept[:3]
            if (
                item.kind not in _BACKGROUND
                or category in seen
                or not (item.sense is Sense.PRESENT or self._is_kept(item))
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

    def suggest(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
        """Return chronic conditions on a listed medicine that the assessment does not take up."""
        own = [item for item in stated if not item.concept.startswith(EXTERNAL_CAUSES)]
        return self._treated(own, chosen, is_medication_list)

    def _is_kept(self, item: Statement) -> bool:
        return item.sense is Sense.PAST and self.knowledge.is_lifelong(item.concept)

    # Records without named problems -------------------------------------------------------------

    def _assessment_prose(self, stated: list[Statement]) -> list[Reported]:
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

    def _narrative(self, stated: list[Statement]) -> list[Reported]:
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
            if not item.concept.startswith(_ENCOUNTERS)
            and not (item.concept.startswith("Z9") and is_planned(item))
        ]
        diagnoses = [
            item
            for item in conditions
            if not self.knowledge.is_symptom(item.concept) or item.concept.startswith(_DEPLETED)
        ]
        return [
            Reported(item, rule, confidence) for item in _first_of_each(diagnoses or conditions)
        ]

    def _reason_for_visit(self, stated: list[Statement]) -> list[Reported]:
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
                    for item in _first_of_each(told)
                    if item.mention.sentence == first
                ]
        return []

    # Inpatient stays ----------------------------------------------------------------------------

    def _of_the_stay(self, stated: list[Statement], chosen: list[Reported]) -> list[Reported]:
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


def _first_of_each(items: Iterable[Statement]) -> list[Statement]:
    """The first statement of each concept."""
    found: dict[str, Statement] = {}
    for item in items:
        found.setdefault(item.concept, item)
    return list(found.values())
