"""Pathology: every specimen by its level, with the stains, frozen sections and looks of each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from nosology.coding.rules import because
from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.laboratory.specimens import Specimen, specimens
from nosology.coding.services.laboratory.stains import stained
from nosology.coding.services.selection import Group, select
from nosology.model.encounter import Setting
from nosology.model.reading import Reading

_KIND = "pathology"
_PATHOLOGISTS = frozenset(
    {
        *(Setting.INDEPENDENT_LAB, Setting.HOPD_FACILITY),
        *(Setting.HOPD_PROFESSIONAL, Setting.INPATIENT_PROFESSIONAL),
    }
)
"""Settings in which the record may be a pathologist's."""
_REPORT = re.compile(
    r"\b(?:gross(?: description| examination)?|microscopic(?: description| examination)?|"
    r"specimens?(?: submitted| received)?|(?:final |pathologic(?:al)? )?(?:pathologic(?:al)? )?diagnosis|pathologist)\b",
    re.IGNORECASE,
)
_BY_HAND = frozenset({"surgical-pathology"})
_STAINS = frozenset(
    {
        *("special-stain-organism", "special-stain-other", "immunohistochemistry"),
        *("immunofluorescence", "frozen-section", "decalcification"),
    }
)
_LEVEL_CODES = {1: "88300", 2: "88302", 3: "88304", 4: "88305", 5: "88307", 6: "88309"}


def examined(acts: Iterable[Act], case: ServiceCase) -> tuple[ServiceDraft, ...]:
    """Return what is billed of specimens of tissue and cells."""
    found: list[ServiceDraft] = []
    own = [act for act in acts if act.concept.kind == _KIND]
    for reading in case.readings:
        if not _is_pathologists(reading, case):
            continue
        here = [act for act in own if act.reading.index == reading.index]
        told = specimens(reading)
        is_cytology = any(act.concept.name in _CYTOLOGY for act in here if _is_done(act))
        if told and not is_cytology:
            found += _levels(told, case)
        found += stained([act for act in here if _is_done(act)], told, case)
        found += _others(here, case)
    return tuple(found)


_CYTOLOGY = frozenset(
    {
        *("pap-cytology", "pap-conventional", "pap-bethesda", "fna-interpretation"),
        *("cytology-smears", "cytology-concentration", "cytology-selective"),
        *("flow-cytometry-first", "outside-slide-consultation", "fna-adequacy"),
        *("outside-slide-consultation-preparation", "outside-record-consultation"),
        *("in-situ-multiplex", "bone-marrow-smear"),
    }
)
"""Examinations that are no examination of tissue by level; tissue beside them is told by a block."""


def _is_done(act: Act) -> bool:
    return act.standing in (Standing.DONE, Standing.REVIEWED, Standing.NAMED)


def _is_pathologists(reading: Reading, case: ServiceCase) -> bool:
    """Whether the document is a pathologist's report rather than a note that speaks of one."""
    kind = reading.document.type
    is_named = "pathology" in kind or "cytology" in kind or case.encounter.specialty == _KIND
    if case.encounter.setting is Setting.INDEPENDENT_LAB or is_named:
        return True
    if case.encounter.setting not in _PATHOLOGISTS:
        return False
    return len({match.group().split()[0].lower() for match in _REPORT.finditer(reading.text)}) > 1


def _levels(told: Iterable[Specimen], case: ServiceCase) -> list[ServiceDraft]:
    """Return a line for every level, with as many units as specimens are of it."""
    by_level: dict[int, list[Specimen]] = {}
    for specimen in told:
        if specimen.level:
            by_level.setdefault(specimen.level, []).append(specimen)
    return [
        ServiceDraft(
            code=_LEVEL_CODES[level],
            area="laboratory",
            support=tuple(specimen.span for specimen in held),
            rationale=(because("service-done"), because("laboratory-specimen-level", f"({level})")),
            concept="surgical-pathology",
            units=len(held),
        )
        for level, held in sorted(by_level.items(), key=lambda item: item[1][0].span.start)
    ]


def _others(acts: Iterable[Act], case: ServiceCase) -> list[ServiceDraft]:
    """Return what the catalogue alone chooses: cytology, consultations, decalcification."""
    by_concept: dict[str, list[Act]] = {}
    for act in acts:
        if _is_done(act) and act.concept.name not in _BY_HAND | _STAINS:
            by_concept.setdefault(act.concept.name, []).append(act)
    proposal = Proposal()
    for held in by_concept.values():
        proposal += select(Group(tuple(held), {}), case)
    return [replace(draft, facts=()) for draft in proposal.drafts]
