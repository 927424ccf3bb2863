"""Devices that hold a drug and are put in by a procedure, whose words also name them."""

from __future__ import annotations

import re
from functools import cache

from nosology.coding.rules import because
from nosology.coding.services.acts import Standing
from nosology.coding.services.catalogue import catalogue
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.drugs.doses import doses
from nosology.model.record import Span

AREA = "drugs"
_DEVICE = "device"
_PUT_IN = re.compile(
    r"\b(?:insert\w*|plac(?:ed|ement)|implant(?:ed|ation)|inject\w*|deploy\w*)\b", re.I
)


@cache
def _names() -> tuple[re.Pattern[str], tuple[tuple[str, str], ...]]:
    """Return the pattern of all devices' names, whose groups number concept and code."""
    named: list[tuple[str, str, str]] = []
    for concept, entries in catalogue().by_concept.items():
        for entry in entries[:1]:
            dose = doses().get(entry.code)
            if entry.area == AREA and dose is not None and dose.kind == _DEVICE:
                named += [
                    (term, concept, entry.code) for term in catalogue().concepts[concept].terms
                ]
    named.sort(key=lambda item: (-len(item[0]), item[0]))
    pattern = "|".join(rf"({re.escape(term)})" for term, _, _ in named)
    return (
        re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE),
        tuple((concept, code) for _, concept, code in named),
    )


def devices_put_in(case: ServiceCase, known: frozenset[str]) -> tuple[ServiceDraft, ...]:
    """Return the devices that procedures of this encounter put in.

    Args:
        case: the record.
        known: concepts that are billed already.
    """
    pattern, listed = _names()
    found: dict[str, ServiceDraft] = {}
    for act in case.acts:
        if act.concept.kind != "procedure" or act.standing is not Standing.DONE:
            continue
        match = pattern.search(act.said)
        if match is None or not _PUT_IN.search(act.said):
            continue
        concept, code = listed[(match.lastindex or 1) - 1]
        if concept in known or code in found:
            continue
        start = act.sentence.start + match.start()
        found[code] = ServiceDraft(
            code=code,
            area=AREA,
            support=(Span(start, start + len(match[0]), act.reading.index),),
            rationale=(because("drug-device"),),
            concept=concept,
            act=act,
        )
    return tuple(found.values())
