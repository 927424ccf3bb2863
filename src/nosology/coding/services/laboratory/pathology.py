"""Pathology: every specimen by its level, with the stains, frozen sections and looks of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nosology.coding.rules import because
from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.attributes.told import Told
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.laboratory.specimens import Specimen, specimens
from nosology.coding.services.laboratory.stains import stained
from nosology.coding.services.reports import reports_specimens
from nosology.coding.services.selection import Group, select
from nosology.model.reading import Reading
from nosology.model.record import Span

_KIND = "pathology"
_CYTOLOGY = frozenset(
    {
        *("pap-cytology", "pap-conventional", "pap-bethesda", "fna-interpretation"),
        *("cytology-smears", "cytology-concentration", "cytology-selective"),
        *("flow-cytometry-first", "outside-slide-consultation", "fna-adequacy"),
        *("outside-slide-consultation-preparation", "outside-record-consultation"),
        *("in-situ-multiplex", "pap-physician", "fna-adequacy-additional"),
    }
)
"""Examinations that are not of tissue by level; tissue beside them is told by a block."""
_FLUIDS = frozenset({"laboratory", "point-of-care"})
_BY_HAND = frozenset({"surgical-pathology"})
_STAINS = frozenset(
    {
        *("special-stain-organism", "special-stain-other", "immunohistochemistry"),
        *("immunofluorescence", "frozen-section"),
    }
)
_LEVEL_CODES = {1: "88300", 2: "88302", 3: "88304", 4: "88305", 5: "88307", 6: "88309"}
_PAPS = frozenset({"pap-cytology", "pap-conventional", "pap-bethesda"})
_PAP_WAYS = ("automated-rescreened", "automated", "manual-rescreened", "manual")
"""Ways of screening a cervical specimen, that which says the most first."""
_NEEDLED = re.compile(r"\b(?:fine[\s-]needle aspirat\w*|FNA)\b", re.IGNORECASE)
_READ = re.compile(r"\b(?:interpretation|diagnosis|bethesda|impression)\b", re.IGNORECASE)
_BY_PHYSICIAN = re.compile(
    r"\b(?:interpreted|reviewed|read|interpretation) by (?:the )?"
    r"(?:pathologist|physician|cytopathologist)\b",
    re.IGNORECASE,
)
_CERVICAL = re.compile(r"\b(?:pap|cervi\w+|endocervi\w+|(?<!non-)(?<!non)gyn\w*)\b", re.IGNORECASE)
_PROSTATE = re.compile(
    r"\bprostat\w*[^.\n]{0,40}\b(?:needle|core|biops)\w*|\bprostate biops\w+", re.IGNORECASE
)
_RESECTED = re.compile(r"\b(?:prostatectomy|TURP|transurethral|resection)\b", re.IGNORECASE)


def examined(acts: Iterable[Act], case: ServiceCase) -> tuple[ServiceDraft, ...]:
    """Return what is billed of specimens of tissue and cells."""
    found: list[ServiceDraft] = []
    own = [act for act in acts if act.concept.kind == _KIND]
    for reading in case.readings:
        if not reports_specimens(reading, case.encounter):
            continue
        here = [act for act in own if act.reading.index == reading.index and _is_done(act)]
        told = specimens(reading)
        if not any(act.concept.name in _CYTOLOGY for act in here) and _is_of_tissue(
            reading, here, case
        ):
            found += _levels(told, reading, case)
        found += stained(here, told, case)
        found += _others(here, reading, case)
    return tuple(found)


def _is_done(act: Act) -> bool:
    return act.standing in (Standing.DONE, Standing.REVIEWED, Standing.NAMED)


_TISSUE = re.compile(
    r"\b(?:biops\w+|excision\w*|gross(?:ly)?|microscopic|patholog\w+|formalin|H&E|\w+ectomy|tissue|"
    r"resection|cassettes?|curett\w+)\b",
    re.IGNORECASE,
)


def _is_of_tissue(reading: Reading, acts: Sequence[Act], case: ServiceCase) -> bool:
    """Whether tissue was looked at, and not a specimen of blood or urine alone."""
    if acts:
        return True
    tests = any(
        act.concept.kind in _FLUIDS and act.reading.index == reading.index for act in case.acts
    )
    return len(set(map(str.lower, _TISSUE.findall(reading.text)))) > (2 if tests else 0)


def _levels(told: Sequence[Specimen], reading: Reading, case: ServiceCase) -> list[ServiceDraft]:
    """Return a line for every level, with as many units as specimens are of it."""
    needled = _PROSTATE.search(reading.text)
    if needled and case.is_medicare and not _RESECTED.search(reading.text):
        span = Span(needled.start(), needled.end(), reading.index)
        return [_line("G0416", (span,), 1, "laboratory-prostate-needle")]
    by_level: dict[int, list[Specimen]] = {}
    for specimen in told:
        if specimen.level:
            by_level.setdefault(specimen.level, []).append(specimen)
    return [
        _line(
            _LEVEL_CODES[level],
            tuple(specimen.span for specimen in held),
            sum(specimen.number for specimen in held),
            "laboratory-specimen-level",
            f"({level})",
        )
        for level, held in sorted(by_level.items(), key=lambda item: item[1][0].span.start)
    ]


def _line(
    code: str, support: tuple[Span, ...], units: int, rule: str, detail: str = ""
) -> ServiceDraft:
    return ServiceDraft(
        code=code,
        area="laboratory",
        support=support,
        rationale=(because("service-done"), because(rule, detail)),
        concept="surgical-pathology",
        units=units,
    )


def _others(acts: Sequence[Act], reading: Reading, case: ServiceCase) -> list[ServiceDraft]:
    """Return what the catalogue alone chooses: cytology, consultations, decalcification."""
    by_concept: dict[str, list[Act]] = {}
    for act in acts:
        if act.concept.name in _PAPS:
            if not _CERVICAL.search(reading.text):
                continue
            _tell_way(act, case)
        if act.concept.name not in _BY_HAND | _STAINS:
            by_concept.setdefault(act.concept.name, []).append(act)
    proposal = Proposal()
    for held in by_concept.values():
        proposal += select(Group(tuple(held), {}), case)
    found = [replace(draft, facts=()) for draft in proposal.drafts]
    present = {draft.code for draft in found}
    needled = _NEEDLED.search(reading.text)
    if needled and "88173" not in present and _READ.search(reading.text):
        span = Span(needled.start(), needled.end(), reading.index)
        found.append(_line("88173", (span,), 1, "laboratory-needle-read"))
    if by_concept.keys() & _PAPS and not present & {"88141", "G0124"}:
        read = _BY_PHYSICIAN.search(reading.text)
        if read:
            code = "G0124" if case.is_medicare and "screen" in reading.text.lower() else "88141"
            span = Span(read.start(), read.end(), reading.index)
            found.append(_line(code, (span,), 1, "laboratory-pap-read"))
    return found


def _tell_way(act: Act, case: ServiceCase) -> None:
    """Keep the way of screening that the report tells, wherever it stands."""
    told = {str(item.value): item for item in case.facts.in_document(act.reading, "papscreening")}
    for way in _PAP_WAYS:
        if way in told:
            found = told[way]
            case.facts.derive(act, "papscreening", Told(way, found.start, found.end))
            return
