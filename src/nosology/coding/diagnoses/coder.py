"""The diagnoses of one encounter: what is stated, what is reported, codes, guidelines, order."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from nosology.coding.diagnoses.absorption import explained_symptoms, less_specific
from nosology.coding.diagnoses.assignment import Assignment
from nosology.coding.diagnoses.coreference import refined
from nosology.coding.diagnoses.documented import documented
from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.diagnoses.knowledge import knowledge
from nosology.coding.diagnoses.medicines import Medicines
from nosology.coding.diagnoses.operations_named import with_operated
from nosology.coding.diagnoses.patient import facts_of
from nosology.coding.diagnoses.reported import Reported
from nosology.coding.diagnoses.reporting import Reporting
from nosology.coding.diagnoses.sites_apart import with_sites
from nosology.coding.diagnoses.specificity import Specificity
from nosology.coding.diagnoses.statements import Sense, Statement, statements
from nosology.coding.diagnoses.studies import is_only_indicator
from nosology.coding.diagnoses.values import with_values
from nosology.coding.guidelines import GUIDELINES
from nosology.coding.guidelines.statuses import statuses_of_the_history
from nosology.coding.inpatient.principal import in_stay_order
from nosology.coding.inpatient.senses import as_of_the_day, as_of_the_stay
from nosology.coding.inpatient.stay import Stay
from nosology.coding.queries import queries_about
from nosology.coding.queries.inquiry import Inquiry
from nosology.coding.rules import because
from nosology.coding.sequence import in_reporting_order
from nosology.language.terms import TermIndex
from nosology.model.code import EXTERNAL_CAUSES, CodeBook
from nosology.model.coding import Diagnosis, Evidence, Query, Rationale, Role, Scope
from nosology.model.encounter import Encounter, Setting
from nosology.model.reading import Certainty, Reading, SectionKind
from nosology.model.record import Author, Span

_INTERPRETATIONS = frozenset(
    {Setting.IMAGING_PROFESSIONAL_HOSPITAL, Setting.IMAGING_CENTER_GLOBAL, Setting.INDEPENDENT_LAB}
)
_STAFF = frozenset(
    {
        *(Author.NURSE, Author.THERAPIST, Author.DIETITIAN, Author.PHARMACIST),
        *(Author.SOCIAL_WORKER, Author.OTHER),
    }
)
_ORDER = re.compile(
    r"\b(?:Dr\.?|MD|M\.D\.|NP|PA-C|physician|provider|order(?:ed|s)?|rx|prescri\w+"
    r"|referr(?:ed|al)|plan of care)(?!\w)",
    re.IGNORECASE,
)
"""Words that show a provider behind what staff do."""
_OF_AN_ORDER = 0.6
_MOST_EVIDENCE = 4
_MOST_REFINED = 100
"""How many statements are looked up elsewhere in the record: no assessment names more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The diagnoses of an encounter, what a coder should look at, and what to ask the clinician.

    Attributes:
        undescribed: headings that the record supports, but of whose codes the release says nothing
            but that they are valid, so that none was chosen.
    """

    diagnoses: tuple[Diagnosis, ...]
    suggestions: tuple[Diagnosis, ...]
    queries: tuple[Query, ...]
    undescribed: tuple[str, ...] = ()


@dataclass(frozen=True)
class DiagnosisCoder:
    """Codes the diagnoses of encounters in one release.

    Attributes:
        on: the date of service that all encounters given to it share.
        specificity: the chooser of codes, which keeps families of codes between encounters.
    """

    book: CodeBook
    on: dt.date | None
    index: TermIndex
    specificity: Specificity = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "specificity", Specificity(self.book, self.on))

    def code(self, encounter: Encounter, readings: Sequence[Reading], scope: Scope) -> Answer:
        """Return the diagnoses in reporting order, with what a coder should look at.

        Args:
            encounter: the encounter, for its setting and patient.
            readings: its documents as read, in order.
            scope: what a claim would carry, or everything that the record states.
        """
        authors = _diagnosing(encounter)
        if scope is not Scope.DOCUMENTED:
            readings = [with_sites(reading, self.index) for reading in readings]
            if not encounter.is_inpatient:
                readings = [with_operated(reading, self.index) for reading in readings]
        provided: list[Statement] = []
        beside: list[Statement] = []
        for reading in readings:
            is_source = reading.document.author in authors and not is_only_indicator(
                reading.document, encounter
            )
            (provided if is_source else beside).extend(statements(reading))
        known = knowledge()
        medicines = Medicines(tuple(readings), known)
        if scope is not Scope.DOCUMENTED and encounter.is_inpatient:
            provided = as_of_the_stay(provided, encounter, known)
        elif scope is not Scope.DOCUMENTED and encounter.setting is Setting.INPATIENT_PROFESSIONAL:
            provided = as_of_the_day(provided, encounter, known)
        facts = facts_of(encounter, readings)
        assignment = Assignment(self.book, self.on, self.index, self.specificity, facts)
        if scope is Scope.DOCUMENTED:
            own = [item for item in readings if item.document.author in authors]
            drafts = _merged(
                documented(own, provided, assignment, is_inpatient=encounter.is_inpatient)
            )
            suggested: list[Draft] = []
        else:
            reporting = Reporting(
                known,
                medicines,
                is_inpatient=encounter.is_inpatient,
                is_interpretation=not encounter.is_inpatient
                and _is_interpretation(encounter, readings),
            )
            case = Case(
                encounter,
                tuple(readings),
                tuple(provided),
                tuple(beside),
                known,
                assignment,
                medicines,
            )
            stay = Stay.of(encounter, readings, reporting) if encounter.is_inpatient else None
            chosen = stay.select(provided) if stay else reporting.select(provided)
            drafts = in_reporting_order(self._reported(chosen, assignment, case))
            if stay:
                drafts = in_stay_order(drafts, case)
            drafts = with_values(drafts, readings, facts, encounter.patient_age)
            present = {draft.code[:3] for draft in drafts}
            suggested = [
                draft
                for item in reporting.suggest(provided, chosen)
                for draft in _drafts_of(item, assignment, case)
                if draft.code[:3] not in present
            ]
            suggested.extend(statuses_of_the_history(drafts, case))
        diagnoses = self._answers(drafts, encounter, readings)
        inquiry = Inquiry(
            encounter,
            tuple(readings),
            diagnoses,
            tuple(provided),
            tuple(beside),
            known,
            medicines,
            self.book,
            self.on,
            facts,
        )
        return Answer(
            diagnoses,
            self._answers(_merged(suggested), encounter, readings, is_suggestion=True),
            queries_about(inquiry),
            tuple(assignment.undescribed),
        )

    def ordered(self, encounter: Encounter, readings: Sequence[Reading]) -> tuple[Diagnosis, ...]:
        """Return the diagnoses for which a provider ordered what staff alone record as done.

        Staff diagnose nothing; where no document is a provider's, theirs hands on what the order
        states, which may stand only as the reason for the services done under it (ICD-10-CM OCG
        I.B.14).
        """
        authors = _diagnosing(encounter)
        if encounter.is_inpatient or any(item.document.author in authors for item in readings):
            return ()
        acting = [
            replace(item, document=replace(item.document, author=Author.PROVIDER))
            if item.document.author in _STAFF and _ORDER.search(item.text)
            else item
            for item in readings
        ]
        if not any(item.document.author in authors for item in acting):
            return ()
        return tuple(
            replace(
                item,
                confidence=min(item.confidence, _OF_AN_ORDER),
                rationale=(*item.rationale, because("ordered-by-provider")),
            )
            for item in self.code(encounter, acting, Scope.REPORTABLE).diagnoses
        )

    def display(self, code: str) -> str:
        """Return the title of a code that the release has."""
        return self.specificity.code(code).display

    def _reported(
        self, reported: Iterable[Reported], assignment: Assignment, case: Case
    ) -> list[Draft]:
        drafts: list[Draft] = []
        for place, item in enumerate(reported):
            drafts.extend(_drafts_of(item, assignment, case, is_refined=place < _MOST_REFINED))
        drafts = _merged(drafts)
        drafts = self._without_less_specific(drafts)
        for guideline in GUIDELINES:
            drafts = guideline(drafts, case)
        return self._without_explained(_merged(drafts), case)

    def _without_explained(self, drafts: list[Draft], case: Case) -> list[Draft]:
        titles = {draft.code: self.display(draft.code) for draft in drafts}
        doubtful = frozenset(
            item.place
            for item in case.statements
            if (item.is_named and item.sense is Sense.UNCERTAIN)
            or (item.is_assessed and item.mention.context.certainty is Certainty.RULE_OUT)
        )
        explained = explained_symptoms(drafts, case.knowledge, titles, doubtful)
        reasons: dict[str, tuple[Rationale, ...]] = {}
        for symptom, diagnosis in explained.items():
            reason = because("symptom-explained", f"({symptom})")
            reasons[diagnosis] = (*reasons.get(diagnosis, ()), reason)
        return [
            replace(draft, rationale=(*draft.rationale, *reasons.get(draft.code, ())))
            for draft in drafts
            if draft.code not in explained
        ]

    def _without_less_specific(self, drafts: list[Draft]) -> list[Draft]:
        titles = {draft.code: self.display(draft.code) for draft in drafts}
        superseded = less_specific(drafts, titles)
        first_told: dict[str, int] = {}
        for place, draft in enumerate(drafts):
            first_told.setdefault(superseded.get(draft.code, draft.code), place)
        kept = [
            draft.because("more-specific-coded") if draft.code in superseded.values() else draft
            for draft in drafts
            if draft.code not in superseded
        ]
        # What is told more exactly later stands where it was told first.
        return sorted(kept, key=lambda draft: first_told[draft.code])

    def _answers(
        self,
        drafts: Sequence[Draft],
        encounter: Encounter,
        readings: Sequence[Reading],
        *,
        is_suggestion: bool = False,
    ) -> tuple[Diagnosis, ...]:
        texts = {reading.index: reading.text for reading in readings}
        answers: list[Diagnosis] = []
        for draft in in_reporting_order(drafts):
            role = Role.SECONDARY
            if draft.code.startswith(EXTERNAL_CAUSES):
                role = Role.EXTERNAL_CAUSE
            elif not answers and not is_suggestion:
                role = Role.PRINCIPAL if encounter.is_inpatient else Role.FIRST_LISTED
            answers.append(
                Diagnosis(
                    code=draft.code,
                    display=self.display(draft.code),
                    role=role,
                    confidence=draft.confidence,
                    evidence=_evidence(draft.support, texts),
                    rationale=draft.rationale,
                    poa=draft.poa,
                )
            )
        return tuple(answers)


def _drafts_of(
    item: Reported, assignment: Assignment, case: Case, *, is_refined: bool = True
) -> list[Draft]:
    statement = item.statement
    support = (statement.span, *item.also)
    if item.code is not None:
        if not case.is_billable(item.code):
            return []
        return [Draft(item.code, support, (because(item.rule),), item.confidence)]
    assigned = assignment.codes(statement)
    if is_refined:
        assigned = refined(statement, assigned, assignment, case)
    return [
        Draft(
            code=found.code,
            support=(*support, *(item.span for item in found.others_than(statement))),
            rationale=(because(item.rule), *found.rationale),
            confidence=item.confidence,
            words=assignment.words(statement),
            place=statement.place,
        )
        for found in assigned
    ]


def _merged(drafts: Iterable[Draft]) -> list[Draft]:
    """One draft a code, in the order of first appearance, with the support of all."""
    by_code: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_code.setdefault(draft.code, []).append(draft)
    return [
        same[0]
        if len(same) == 1
        else replace(
            same[0],
            support=tuple(span for draft in same for span in draft.support),
            confidence=max(draft.confidence for draft in same),
            words=frozenset().union(*(draft.words for draft in same)),
        )
        for same in by_code.values()
    ]


def _evidence(spans: Sequence[Span], texts: dict[int, str]) -> tuple[Evidence, ...]:
    unique = list(dict.fromkeys(spans))[:_MOST_EVIDENCE]
    return tuple(
        Evidence(span.document, span.start, span.end, span.quote(texts[span.document]))
        for span in unique
    )


def _diagnosing(encounter: Encounter) -> frozenset[Author]:
    """Whose diagnoses are coded: the provider's, on an ambulance its crew's (OCG I.B.14)."""
    if encounter.setting is Setting.AMBULANCE_SUPPLIER:
        return frozenset({Author.PROVIDER, Author.EMERGENCY_MEDICAL_SERVICES})
    return frozenset({Author.PROVIDER})


def _is_interpretation(encounter: Encounter, readings: Sequence[Reading]) -> bool:
    """Whether the record is a study that a physician interpreted rather than a visit."""
    if encounter.setting in _INTERPRETATIONS:
        return True
    if encounter.is_inpatient:
        return False
    kinds = {section.kind for reading in readings for section in reading.sections}
    return SectionKind.FINDINGS in kinds and not kinds & {
        SectionKind.PREOPERATIVE_DIAGNOSIS,
        SectionKind.POSTOPERATIVE_DIAGNOSIS,
        SectionKind.DISCHARGE_DIAGNOSIS,
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_AND_PLAN,
        SectionKind.PLAN,
        SectionKind.PHYSICAL_EXAM,
        SectionKind.HOSPITAL_COURSE,
    }
