"""Plans of care: under whose plan a service of therapy was given, and by an assistant or not."""

from __future__ import annotations

from collections.abc import Sequence

from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.therapy.counting import counted
from nosology.coding.services.therapy.cues import words
from nosology.coding.services.therapy.records import is_therapy_record

_ASSISTANT = {"GP": "CQ", "GO": "CO"}
_BY_SPECIALTY = (
    *(("physical", "GP"), ("pt", "GP"), ("occupational", "GO"), ("ot", "GO"), ("hand", "GO")),
    *(("speech", "GN"), ("slp", "GN")),
)


def plan_of(case: ServiceCase) -> str:
    """Return GP, GO or GN; empty where the record names no therapist or several kinds of them."""
    specialty = case.encounter.specialty.lower()
    for beginning, plan in _BY_SPECIALTY:
        if specialty.startswith(beginning):
            return plan
    for text in (
        "\n".join(reading.document.type for reading in case.readings),
        "\n".join(reading.text for reading in case.readings),
    ):
        found = [plan for plan in ("GP", "GO", "GN") if words("plan", plan).search(text)]
        if len(found) == 1:
            return found[0]
        if found:
            first = {plan: _first(plan, text) for plan in found}
            return min(found, key=lambda plan: first[plan])
    return ""


def _first(plan: str, text: str) -> int:
    match = words("plan", plan).search(text)
    return match.start() if match else len(text)


def planned(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts, those of therapy with the plan of care that they were given under."""
    rules = counted()
    concerned = [
        draft
        for draft in drafts
        if draft.code in _FURTHER or (draft.code in rules and rules[draft.code].plans)
    ]
    if not concerned or not is_therapy_record(case):
        return list(drafts)
    plan = plan_of(case)
    if not plan:
        return list(drafts)
    told: list[ServiceDraft] = []
    for draft in drafts:
        code = _FURTHER.get(draft.code, draft.code)
        rule = rules.get(code)
        if rule is None or plan not in rule.plans:
            told.append(draft)
            continue
        line = draft.with_modifiers(plan).because("therapy-plan", f"({plan})")
        if _is_by_assistant(draft, plan, case) and rule.counted != "evaluation":
            line = line.with_modifiers(_ASSISTANT[plan]).because("therapy-assistant")
        if case.is_medicare and _is_over_threshold(case):
            line = line.with_modifiers("KX").because("therapy-threshold")
        told.append(line)
    return told


_FURTHER = {"97130": "97129"}
"""Numbers of further quarter hours, with that of the first."""


def _is_by_assistant(draft: ServiceDraft, plan: str, case: ServiceCase) -> bool:
    if not case.is_medicare or plan not in _ASSISTANT:
        return False
    pattern = words("assistant", plan)
    if draft.act is not None:
        if pattern.search(draft.act.said):
            return True
        others = [reading for reading in case.readings if reading.index == draft.act.reading.index]
        text = others[0].text if others else ""
        match = next(reversed(list(pattern.finditer(text))), None)
        # A signature stands at the end; a therapist's behind it makes the treatment shared.
        return (
            match is not None
            and len(text) - match.end() < 80
            and not words("assistant", "of_both").search(text)
        )
    return False


def _is_over_threshold(case: ServiceCase) -> bool:
    return any(words("threshold", "words").search(reading.text) for reading in case.readings)
