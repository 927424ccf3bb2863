"""Chapter 9: myocardial infarction by type and by the time since it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nosology.coding.diagnoses.draft import Case, Draft, first, moved_before, replaced
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.guidelines.relation import causes_of, of_draft, when
from nosology.coding.guidelines.wording import said_with
from nosology.coding.rules import because

_ACUTE, _OLD = ("I21", "I22"), "I252"
_TYPE_2, _DEMAND = "I21A1", ("I248",)
_TYPE_1 = ("I210", "I211", "I212", "I213", "I214", "I219")
_ELEVATED, _NOT_ELEVATED = ("I210", "I211", "I212", "I213"), "I214"
_TURNED = re.compile(r"\b(?:evol\w+|convert\w*|progress\w*|turned|became)\b", re.IGNORECASE)
_ACUTE_DAYS = 28
"""Four weeks (OCG I.C.9.e.1)."""
_SUBSEQUENT = (
    ("I210", "I220"),
    ("I211", "I221"),
    ("I214", "I222"),
    ("I212", "I228"),
    ("I213", "I229"),
    ("I219", "I229"),
)
_EARLIER = re.compile(
    r"\b(?P<number>\d{1,2}|one|two|three|four|a)[ -](?P<unit>days?|weeks?)\s+(?:after|following"
    r"|from|post|s/p)\s+(?:an?\s+|the\s+|his\s+|her\s+|their\s+)?(?:\w+\s+){0,2}?"
    r"(?P<kind>NSTEMI|STEMI|MI|myocardial infarction|heart attack)\b",
    re.IGNORECASE,
)
_WORDS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_KINDS = {"nstemi": "I214", "stemi": "I213"}
_KIND = re.compile(r"\b(?:NSTEMI|STEMI)\b", re.IGNORECASE)
_UNSPECIFIED = "I219"
_NATIVE = re.compile(r"I251(?:0|1(?P<angina>[01289]))")
_OF_GRAFT = re.compile(
    r"\b(?:of|in|involving|affecting)\s+(?:the\s+|an?\s+|his\s+|her\s+)?"
    r"(?:(?P<kind>vein|venous|saphenous|SVG|LIMA|mammary|arterial)\s+|coronary\s+|artery\s+"
    r"|bypass\s+)*grafts?\b"
)
_GRAFTS = (
    (("vein", "venous", "saphenous", "SVG"), "I2571"),
    (("LIMA", "mammary", "arterial"), "I2572"),
)
_ANY_GRAFT, _GRAFT_WITHOUT_ANGINA = "I2570", "I25810"


def infarction_type_2(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a type 2 infarction behind its cause and without a second code of it.

    The underlying cause is coded first; demand ischemia has no code beside it, and NSTEMI or STEMI
    in its description none of type 1 (ICD-10-CM OCG I.C.9.e.5).
    """
    infarction = next((draft for draft in drafts if draft.code == _TYPE_2), None)
    if infarction is None:
        return list(drafts)
    explained = infarction.because("infarction-type-2")
    result = [
        draft
        for draft in replaced(drafts, infarction, explained)
        if not draft.code.startswith(_DEMAND)
        and not (draft.code.startswith(_TYPE_1) and _shares_words(draft, infarction, case))
    ]
    for cause in causes_of(infarction, case):
        underlying = next(
            (
                draft
                for draft in result
                if draft.code[:3] == cause.concept[:3] and draft is not explained
            ),
            None,
        )
        if underlying is not None:
            result = moved_before(result, underlying, explained)
    return result


def infarction_time(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with an infarction by the time since it: I21 for four weeks, then I25.2.

    Source: ICD-10-CM Official Guidelines I.C.9.e.1.
    """
    if first(drafts, *_ACUTE, _OLD) is None:
        return list(drafts)
    result: list[Draft] = []
    for draft in drafts:
        item = of_draft(draft, case) if draft.code.startswith((*_ACUTE, _OLD)) else None
        turned = _by_time(draft, item, case) if item else draft
        if not any(known.code == turned.code for known in result):
            result.append(turned)
    return result


def _by_time(draft: Draft, item: Statement, case: Case) -> Draft:
    told = when(item, case.on)
    is_recent = told.days is not None and told.days <= _ACUTE_DAYS
    if draft.code == _OLD:
        if not is_recent:
            return draft
        codes = case.assignment.codes(item) if item.concept.startswith(_ACUTE) else ()
        code = codes[0].code if codes else _kind_of(item)
        return replace(draft, code=code).because("infarction-within-four-weeks")
    is_old = told.days is not None and not is_recent
    is_undated = (
        told.days is None and told.is_past and not told.is_now and not case.encounter.is_inpatient
    )
    if (is_old or is_undated) and case.is_billable(_OLD):
        return replace(draft, code=_OLD).because("infarction-old")
    return draft


def _kind_of(item: Statement) -> str:
    """The code of the infarction that a term of its history names."""
    named = _KIND.search(item.reading.text, item.mention.start, item.mention.end)
    return _KINDS[named.group().lower()] if named else _UNSPECIFIED


def graft_disease(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with coronary atherosclerosis that is said of a bypass graft as such.

    The Tabular List parts grafts (I25.7-, I25.810) from native arteries (I25.1-).
    """
    result: list[Draft] = []
    for draft in drafts:
        angina = _NATIVE.fullmatch(draft.code)
        found = _OF_GRAFT.search(said_with(draft, case)) if angina else None
        if angina is None or found is None:
            result.append(draft)
            continue
        kind = next((stem for kinds, stem in _GRAFTS if found["kind"] in kinds), _ANY_GRAFT)
        code = kind + angina["angina"] if angina["angina"] else _GRAFT_WITHOUT_ANGINA
        if case.is_billable(code):
            result.append(replace(draft, code=code).because("coronary-disease-of-graft"))
        else:
            result.append(draft)
    return result


def infarction_sequence(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with an acute infarction before the coronary disease of its vessels.

    One that is said to turn from NSTEMI to STEMI, or back, is coded as STEMI alone (ICD-10-CM OCG
    I.C.9.b, I.C.9.e.1).
    """
    acute = first(drafts, *_ELEVATED, *_TYPE_1)
    if acute is None:
        return list(drafts)
    result = list(drafts)
    elevated = first(drafts, *_ELEVATED)
    other = next((draft for draft in drafts if draft.code == _NOT_ELEVATED), None)
    if (
        elevated
        and other
        and _TURNED.search(f"{said_with(elevated, case)} {said_with(other, case)}")
    ):
        turned = elevated.because("infarction-turned")
        result = replaced([draft for draft in result if draft is not other], elevated, turned)
        acute = turned
    vessels = first(result, "I251", "I257", "I258")
    if vessels is None or result.index(vessels) > result.index(acute):
        return result
    before = acute.because("infarction-before-coronary-disease")
    return moved_before(replaced(result, acute, before), before, vessels)


def infarction_subsequent(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts with a new infarction within four weeks of one as I22 beside I21.

    Both must be of type 1 or of no stated type (ICD-10-CM OCG I.C.9.e.4).
    """
    new = first(drafts, *_TYPE_1)
    if new is None or first(drafts, "I22"):
        return list(drafts)
    found = _EARLIER.search(said_with(new, case))
    if found is None:
        return list(drafts)
    count = found["number"].lower()
    days = (int(count) if count.isdigit() else _WORDS[count]) * (
        7 if found["unit"].lower().startswith("week") else 1
    )
    code = next(after for before, after in _SUBSEQUENT if new.code.startswith(before))
    initial = _KINDS.get(found["kind"].lower(), _UNSPECIFIED)
    if days > _ACUTE_DAYS or not case.is_billable(code):
        return list(drafts)
    later = replace(new, code=code).because("infarction-subsequent")
    earlier = Draft(initial, new.support, (because("infarction-subsequent"),), new.confidence * 0.9)
    kept = [draft for draft in drafts if draft.code not in {_OLD, initial} or draft is new]
    return replaced(kept, new, later, earlier)


def _shares_words(draft: Draft, other: Draft, case: Case) -> bool:
    """Whether both are said in one sentence, or of one problem."""
    here, there = of_draft(draft, case), of_draft(other, case)
    if here is None or there is None or here.sense is not Sense.PRESENT:
        return False
    return (here.place == there.place and here.problem is not None) or (
        here.reading is there.reading and here.mention.sentence == there.mention.sentence
    )
