"""Anesthesia: one number by what was operated on, its minutes, who gave it, and in what state.

An anesthesia record names the operation; none of it is billed as surgery. Of several operations the
one that the catalogue lists first stands for all. What was placed apart from the anesthetic (an
artery line, a central line, a block for the pain afterward) stays a service of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.attributes.numbers import minutes
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.draft import Proposal, ServiceCase, ServiceDraft
from nosology.coding.services.selection import Group, groups, select
from nosology.model.encounter import Payer
from nosology.model.reading import Reading
from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.services.procedures"
_AREA, _CONCEPT = "procedures", "anesthesia"
_SPECIALTIES = frozenset({"anesthesia", "anesthesiology"})
_APART = frozenset({"arterial-line", "central-line", "pulmonary-artery-catheter"})
_HEAD = 200
_YOUNG, _OLD = 1, 70
_DAY = 24 * 60
_LONGEST = 18 * 60
_ADDED = frozenset({"01968", "99100", "99140"})
_GIVERS = ("QX", "QZ", "QK", "QY", "AA")


def _words() -> Mapping[str, re.Pattern[str]]:
    return patterns(_PACKAGE, "anesthesia.toml")


def is_record(case: ServiceCase) -> bool:
    """Return whether the record is that of those who gave the anesthetic."""
    if case.encounter.specialty in _SPECIALTIES:
        return True
    return any(
        "anesthesia" in reading.document.type or _words()["title"].search(reading.text[:_HEAD])
        for reading in case.readings
    )


def propose(case: ServiceCase) -> Proposal:
    """Return the anesthesia, and what was placed apart from it."""
    acts = case.of_area(_AREA, Standing.DONE, Standing.ORDERED)
    apart = [act for act in acts if act.concept.name in _APART and act.standing is Standing.DONE]
    proposal = Proposal()
    for group in groups(apart, case):
        proposal += select(group, case)
    operations = [act for act in acts if act.concept.name not in _APART | {_CONCEPT}]
    named = [act for act in acts if act.concept.name == _CONCEPT]
    if not operations:
        return proposal
    reading = operations[0].reading
    text = reading.text
    first = named[0] if named else operations[0]
    given = _given(operations, reading, case)
    concept = replace(first.concept, name=_CONCEPT)
    anesthetic = replace(first, concept=concept)
    found = select(Group((anesthetic,), {}, given, (operations[0].span,)), case)
    told = tuple(_told(draft, text, case) for draft in found.drafts)
    return proposal + Proposal(told, found.missing)


def _given(
    operations: list[Act], reading: Reading, case: ServiceCase
) -> dict[str, tuple[Value, ...]]:
    names = {act.concept.name for act in operations}
    if {"upper-endoscopy", "colonoscopy"} <= names:
        names = {"upper-and-lower-endoscopy"}
    elif "colonoscopy" in names and _words()["screening"].search(reading.text):
        names = {"screening-colonoscopy"}
    if _words()["labor_epidural"].search(reading.text) and "cesarean-delivery" not in names:
        names |= {"labor-epidural"}
    total = _minutes(reading)
    age = case.encounter.patient_age

    def yes(name: str) -> tuple[Value, ...]:
        return ("yes",) if _words()[name].search(reading.text) else ("no",)

    is_extreme = age is not None and (age < _YOUNG or age > _OLD)
    return {
        "operation": tuple(sorted(names)),
        "anesthesia-minutes": () if total is None else (total,),
        "pump": ("no",) if _words()["off_pump"].search(reading.text) else (),
        "lung": ("one",) if _words()["one_lung"].search(reading.text) else (),
        "labor-epidural": yes("labor_epidural"),
        "emergency-anesthesia": yes("emergency"),
        "extreme-age": ("yes",) if is_extreme else ("no",),
        "uterus-route": ("vaginal",) if _words()["vaginal"].search(reading.text) else (),
        "side": (),
    }


def _minutes(reading: Reading) -> Decimal | None:
    """Return the anesthesia time: told as a total, or from its start to its end."""
    start, end = _words()["start"].search(reading.text), _words()["end"].search(reading.text)
    if start is not None and end is not None:
        passed = (_clock(end) - _clock(start)) % _DAY
        if 0 < passed <= _LONGEST:
            return Decimal(passed)
    for match in _words()["total"].finditer(reading.text):
        for told in minutes(reading):
            if 0 <= told.start - match.start() <= _HEAD and isinstance(told.value, Decimal):
                return told.value
    return None


def _clock(match: re.Match[str]) -> int:
    digits = re.sub(r"\D", "", next(group for group in match.groups() if group))
    return int(digits[:-2]) * 60 + int(digits[-2:])


def _told(draft: ServiceDraft, text: str, case: ServiceCase) -> ServiceDraft:
    """Return the draft with who gave the anesthetic, of what kind, and the patient's state."""
    if draft.code in _ADDED - {"01968"}:
        return draft
    draft = draft.because("anesthesia-by-operation")
    giver = next((name for name in _GIVERS if _words()[name].search(text)), "")
    if giver:
        draft = draft.with_modifiers(giver).because("anesthesia-giver", f"({giver})")
    if _words()["QS"].search(text):
        draft = draft.with_modifiers("QS").because("anesthesia-monitored")
    state = _words()["state"].search(text)
    if state is not None and case.encounter.payer is not Payer.MEDICARE:
        number = next(group for group in state.groups() if group)
        level = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6"}.get(
            number.upper(), number
        )
        draft = draft.with_modifiers(f"P{level}").because("anesthesia-state", f"(P{level})")
    return draft
