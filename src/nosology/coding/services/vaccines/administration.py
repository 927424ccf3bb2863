"""How the giving of vaccines is billed: by payer, age, counseling and route.

Sources: CPT, Immunization Administration; CMS Pub. 100-04 ch. 18 s. 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.vaccines.given import Vaccine, wording

OLDEST_COUNSELED = 18
_MEDICARE = {"influenza": "G0008", "pneumococcal": "G0009", "hepatitis-b": "G0010"}
_COVID = "covid"
ANTIBODY = "rsv-antibody"
_NEAR = 120
"""Characters between what was said and what it was about."""


@dataclass(frozen=True, slots=True)
class Administered:
    """A code of administration with its units, the vaccines that it is for, and its rule."""

    code: str
    units: int
    vaccines: tuple[Vaccine, ...]
    rule: str


def administrations(given: Sequence[Vaccine], case: ServiceCase) -> list[Administered]:
    """Return how the giving of the vaccines is billed."""
    found: list[Administered] = []
    is_counseled = _is_counseled(case)
    others: list[Vaccine] = []
    for vaccine in given:
        family = vaccine.product.family
        if family == _COVID:
            found.append(Administered("90480", 1, (vaccine,), "vaccine-covid"))
        elif family == ANTIBODY:
            code = "96380" if is_counseled else "96381"
            found.append(Administered(code, 1, (vaccine,), "vaccine-antibody"))
        elif case.is_medicare and family in _MEDICARE:
            found.append(Administered(_MEDICARE[family], 1, (vaccine,), "vaccine-medicare"))
        else:
            others.append(vaccine)
    if not others:
        return found
    age = case.encounter.patient_age
    if is_counseled and age is not None and age <= OLDEST_COUNSELED:
        return found + _counseled(others)
    return found + _plain(others)


def _counseled(given: Sequence[Vaccine]) -> list[Administered]:
    found = [Administered("90460", len(given), tuple(given), "vaccine-counseled")]
    several = tuple(vaccine for vaccine in given if vaccine.product.components > 1)
    further = sum(vaccine.product.components - 1 for vaccine in several)
    if further:
        found.append(Administered("90461", further, several, "vaccine-components"))
    return found


def _plain(given: Sequence[Vaccine]) -> list[Administered]:
    injected = [vaccine for vaccine in given if not vaccine.is_swallowed]
    swallowed = [vaccine for vaccine in given if vaccine.is_swallowed]
    found = []
    if injected:
        found.append(Administered("90471", 1, tuple(injected[:1]), "vaccine-first"))
        if len(injected) > 1:
            further = tuple(injected[1:])
            found.append(Administered("90472", len(further), further, "vaccine-further"))
    if swallowed and not injected:
        found.append(Administered("90473", 1, tuple(swallowed[:1]), "vaccine-first"))
        swallowed = swallowed[1:]
    if swallowed:
        found.append(Administered("90474", len(swallowed), tuple(swallowed), "vaccine-further"))
    return found


def _is_counseled(case: ServiceCase) -> bool:
    """Whether the clinician is told to have spoken about the vaccines."""
    words = wording()
    texts = [reading.text for reading in case.readings]
    if any(words["not_counseled"].search(text) for text in texts):
        return False
    named = {
        (act.reading.index, act.mention.start) for act in case.acts if act.concept.kind == "vaccine"
    }
    for number, text in enumerate(texts):
        for verb in words["counseled"].finditer(text):
            start = max(text.rfind("\n\n", 0, verb.start()), verb.start() - _NEAR, 0)
            end = min(verb.end() + _NEAR, len(text))
            if words["about"].search(text, start, end):
                return True
            if any(document == number and start <= at < end for document, at in named):
                return True
    return False
