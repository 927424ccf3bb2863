"""The services of one encounter: acts found, numbers proposed by area, refined, and answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from nosology.coding.queries.templates import ways_out
from nosology.coding.services import (
    diagnostics,
    drugs,
    imaging,
    infusions,
    laboratory,
    procedures,
    supplies,
    therapy,
    transport,
    vaccines,
    visits,
)
from nosology.coding.services.attributes.facts import Facts
from nosology.coding.services.bundling import bundled
from nosology.coding.services.catalogue import system_of_code
from nosology.coding.services.diagnostics.combinations import alone
from nosology.coding.services.draft import (
    Area,
    Missing,
    Proposal,
    Refinement,
    ServiceCase,
    ServiceDraft,
)
from nosology.coding.services.finding import ActFinder
from nosology.coding.services.missed import missed
from nosology.coding.services.modifiers.components import divided
from nosology.coding.services.modifiers.feet import of_feet
from nosology.coding.services.modifiers.listing import arranged
from nosology.coding.services.modifiers.payers import for_payer
from nosology.coding.services.modifiers.places import located, sided
from nosology.coding.services.modifiers.repeated import repeated
from nosology.coding.services.modifiers.surgical import surgical
from nosology.coding.services.modifiers.waived import waived
from nosology.coding.services.needs import needed, reasons
from nosology.coding.services.ordering import ordered
from nosology.coding.services.pointers import pointed
from nosology.coding.services.requisitions import as_ordered, stated
from nosology.coding.services.therapy.home import HOME_VISITS
from nosology.coding.services.therapy.plans import planned
from nosology.language.terms import TermIndex
from nosology.model.code import CodeBook
from nosology.model.coding import Diagnosis, Query, Service
from nosology.model.edits import PairBook
from nosology.model.encounter import Encounter, Setting
from nosology.model.errors import UnknownCode
from nosology.model.reading import Reading
from nosology.model.tables import settings

AREAS: tuple[Area, ...] = (
    procedures.propose,
    imaging.propose,
    diagnostics.propose,
    laboratory.propose,
    vaccines.propose,
    drugs.propose,
    infusions.propose,
    therapy.propose,
    supplies.propose,
    transport.propose,
)
"""What proposes services, each for itself; visits follow, since they look at what was done."""

REFINEMENTS: tuple[Refinement, ...] = (
    planned,
    located,
    repeated,
    surgical,
    for_payer,
    of_feet,
    divided,
    waived,
    as_ordered,
    alone,
)
"""What looks at all drafts together, in this order: what is told of each by modifiers."""

FINISHES: tuple[Refinement, ...] = (pointed, sided, ordered, arranged)
"""What is done, in this order, with the lines that are left when bundling has been looked at."""

_MOST_EVIDENCE = 4
_MOST_QUERIES = 4
_WITHOUT_SERVICES = frozenset({Setting.INPATIENT_FACILITY})
"""Settings billed by other codes: a hospital stay is told in ICD-10-PCS."""


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """The services of an encounter, what a coder should look at, and what to ask the clinician.

    Attributes:
        diagnoses: reasons for the encounter that the services show, beside those that were given.
        replaced: codes of those given for which they stand.
    """

    services: tuple[Service, ...] = ()
    suggestions: tuple[Service, ...] = ()
    queries: tuple[Query, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    replaced: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ServiceCoder:
    """Codes the services of encounters of one date of service."""

    book: CodeBook
    on: dt.date | None
    index: TermIndex
    pairs: PairBook | None = None
    _find: ActFinder = field(init=False)
    _labels: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_find", ActFinder(self.index))

    def code(
        self,
        encounter: Encounter,
        readings: Sequence[Reading],
        diagnoses: Sequence[Diagnosis],
        ordered: Sequence[Diagnosis] = (),
    ) -> ServiceAnswer:
        """Return the services that the record supports.

        Args:
            encounter: the encounter.
            readings: its documents as read.
            diagnoses: those that the record states.
            ordered: those for which the services were ordered, answered where one is for them.
        """
        if encounter.setting in _WITHOUT_SERVICES:
            return ServiceAnswer()
        acts = self._find(encounter, readings)
        case = ServiceCase(
            encounter,
            tuple(readings),
            Facts(encounter, tuple(readings), acts, self.on),
            (*diagnoses, *ordered),
            self.book,
            self.on,
            self.pairs,
        )
        proposal = Proposal()
        for area in AREAS:
            proposal += area(case)
        proposal = _of_biller(proposal, encounter.setting)
        shown = (*stated(case), *needed(proposal.drafts, case))
        case = replace(case, diagnoses=(*case.diagnoses, *shown))
        shown = (*ordered, *shown)
        if not _is_home_health(proposal) and encounter.setting not in _AREAS_OF_SUPPLIERS:
            proposal = visits.propose(case, proposal)
        drafts = merged(proposal.drafts)
        told = reasons(drafts, case)
        shown = (*shown, *told.shown)
        kept = (item for item in case.diagnoses if item.code not in told.replaced)
        case = replace(case, diagnoses=(*kept, *told.shown))
        for refinement in REFINEMENTS:
            drafts = refinement(drafts, case)
        # What may not be reported on the date must not push out what may.
        valid = tuple(draft for draft in drafts if case.is_billable(draft.code))
        judged = bundled(Proposal(valid, proposal.missing), case)
        billed = list(judged.drafts)
        for finish in FINISHES:
            billed = finish(billed, case)
        present = {draft.code for draft in billed}
        proposed = Proposal(tuple(drafts), judged.missing)
        missing = [
            item
            for item in (*judged.missing, *missed(billed, proposed, case))
            if item.draft.code not in present and case.is_billable(item.draft.code)
        ]
        suggested = merged([item.draft for item in missing])
        beside = [item for item in judged.missing if item.is_beside and item.draft.code in present]
        return ServiceAnswer(
            tuple(self._answer(draft, case) for draft in billed),
            tuple(self._answer(draft, case) for draft in suggested),
            _queries([*missing, *beside], case),
            tuple(item for item in shown if any(item.code in line.diagnoses for line in billed)),
            told.replaced,
        )

    def _answer(self, draft: ServiceDraft, case: ServiceCase) -> Service:
        return Service(
            code=draft.code,
            system=system_of_code(draft.code),
            label=self._label(draft.code),
            confidence=draft.confidence,
            evidence=case.evidence(draft.support)[:_MOST_EVIDENCE],
            rationale=draft.rationale,
            modifiers=draft.modifiers,
            units=draft.units,
            diagnoses=draft.diagnoses,
            worksheet=draft.worksheet,
            ndc=draft.ndc,
        )

    def _label(self, code: str) -> str:
        label = self._labels.get(code)
        if label is None:
            try:
                label = self.book.lookup(code, self.on, system_of_code(code)).display
            except UnknownCode:
                label = ""
            self._labels[code] = label
        return label


_AREAS_OF_SUPPLIERS = {
    Setting.DME_SUPPLIER: frozenset({"supplies", "drugs"}),
    Setting.AMBULANCE_SUPPLIER: frozenset({"transport"}),
}
"""What suppliers bill: a procedure that their records tell of is somebody else's."""


def _of_biller(proposal: Proposal, setting: Setting) -> Proposal:
    """Return the proposal without what such a biller does not bill."""
    areas = _AREAS_OF_SUPPLIERS.get(setting)
    if areas is None and _is_home_health(proposal):
        areas = frozenset({"therapy"})
    if areas is None:
        return proposal
    return Proposal(
        tuple(draft for draft in proposal.drafts if draft.area in areas),
        tuple(item for item in proposal.missing if item.draft.area in areas),
    )


def _is_home_health(proposal: Proposal) -> bool:
    """Whether a home health agency made the visit, whose payment holds all that was done."""
    return any(draft.concept in HOME_VISITS for draft in proposal.drafts)


def merged(drafts: Sequence[ServiceDraft]) -> list[ServiceDraft]:
    """Return the drafts without those that say again what another says: one line a service."""
    found: dict[tuple[object, ...], ServiceDraft] = {}
    for draft in drafts:
        place = tuple(draft.fact(name) for name in ("digit", "eyelid", "coronary", "side"))
        key = (draft.code, draft.modifiers, place, draft.units)
        same = found.get(key)
        if same is None:
            found[key] = draft
        else:
            support = tuple(dict.fromkeys((*same.support, *draft.support)))
            found[key] = replace(same, support=support)
    return list(found.values())


@cache
def _questions() -> dict[str, dict[str, object]]:
    return settings("nosology.coding.services", "missing.toml")


def _queries(missing: Sequence[Missing], case: ServiceCase) -> tuple[Query, ...]:
    asked: dict[tuple[str, str], Query] = {}
    for item in missing:
        known = _questions().get(item.topic, {})
        question = item.question or str(known.get("question", ""))
        if not item.topic or not question:
            continue
        topic = str(known.get("topic", item.topic))
        listed = known.get("options", ())
        options = item.options or (tuple(map(str, listed)) if isinstance(listed, list) else ())
        if options:
            options = (*options, *(way for way in ways_out() if way not in options))
        asked.setdefault(
            (topic, question),
            Query(topic, question, options, case.evidence(item.draft.support[:1])),
        )
    return tuple(asked.values())[:_MOST_QUERIES]
