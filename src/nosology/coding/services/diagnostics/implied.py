"""Tests and treatments that other words show: a drug given as mist, the stress of a heart study."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nosology.coding.rules import because
from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.model.encounter import Setting
from nosology.model.record import Span

_MISTS = frozenset(
    {
        *("albuterol-nebulizer", "levalbuterol", "albuterol-ipratropium", "ipratropium-neb"),
        *("racemic-epinephrine", "budesonide-neb"),
    }
)
_INHALED = re.compile(r"\b(?:neb\w*|mist|inhal\w+|duoneb)\b", re.IGNORECASE)
_PRESCRIBED = re.compile(
    r"\b(?:prescri\w+|prn|every|q\d|refill\w*|home|sent to pharmacy|rx)\b", re.IGNORECASE
)
_MACHINE = "nebulizer-with-compressor"
_TREATED = re.compile(
    r"\b(?:given|gave|administered|received|treated|treatment|started on|after|x\s?\d|improv\w+"
    r"|trial)\b",
    re.IGNORECASE,
)
_HANDED_OVER = re.compile(
    r"\b(?:machine|compressor|device|unit(?!\s?dose)|home|dispens\w+|issued|ordered|tubing|take|provided"
    r"|delivered|rent\w*|DME|supplied|prescri\w+|rx|new)\b",
    re.IGNORECASE,
)
_TREATMENT = "94640"
_HEART_STUDIES = frozenset({"myocardial-perfusion", "pet-perfusion"})
_SUPERVISED = re.compile(r"\bsupervis\w+", re.IGNORECASE)
_TRACED = re.compile(r"\b(?:ECG|EKG|electrocardiogra\w+)\b[^\n]{0,120}", re.IGNORECASE)
_IN_HOSPITAL = frozenset(
    {
        *(Setting.HOPD_PROFESSIONAL, Setting.INPATIENT_PROFESSIONAL, Setting.ED_PROFESSIONAL),
        Setting.IMAGING_PROFESSIONAL_HOSPITAL,
    }
)


def implied(drafts: Iterable[ServiceDraft], case: ServiceCase) -> Iterator[ServiceDraft]:
    """Yield what the record shows to have been done without a name that the catalogue knows."""
    present = {draft.code for draft in drafts}
    mists = [
        act
        for act in case.acts
        if (act.concept.name in _MISTS and _is_given(act)) or is_mist_by_machine(act)
    ]
    if mists and _TREATMENT not in present and case.encounter.setting not in _IN_HOSPITAL:
        yield _draft(_TREATMENT, "nebulizer-treatment", "diagnostics-inhaled", mists[:2])
    studies = [
        act
        for act in case.acts
        if act.concept.name in _HEART_STUDIES and act.standing is Standing.DONE
    ]
    if studies and not present & {"93015", "93016", "93017", "93018"}:
        yield from _stress(studies, case)


def is_mist_by_machine(act: Act) -> bool:
    """Return whether a nebulizer is named as the treatment that was given, not as a thing."""
    return (
        act.concept.name == _MACHINE
        and act.standing in (Standing.DONE, Standing.NAMED)
        and bool(_TREATED.search(act.said))
        and not _HANDED_OVER.search(act.said)
    )


def _is_given(act: Act) -> bool:
    return (
        act.standing is Standing.DONE
        and bool(_INHALED.search(act.said))
        and not _PRESCRIBED.search(act.said)
    )


def _stress(studies: list[Act], case: ServiceCase) -> Iterator[ServiceDraft]:
    text = studies[0].reading.text
    if not _SUPERVISED.search(text) or not _TRACED.search(text):
        return
    codes = ("93016", "93018") if case.encounter.setting in _IN_HOSPITAL else ("93015",)
    if case.encounter.setting is Setting.HOPD_FACILITY:
        codes = ("93017",)
    for code in codes:
        yield _draft(code, "stress-test", "diagnostics-stress-with-images", studies[:1])


def _draft(code: str, concept: str, rule: str, acts: list[Act]) -> ServiceDraft:
    spans: tuple[Span, ...] = tuple(act.span for act in acts)
    return ServiceDraft(
        code=code,
        area="diagnostics",
        support=spans,
        rationale=(because("service-done"), because(rule)),
        concept=concept,
        act=acts[0],
    )
