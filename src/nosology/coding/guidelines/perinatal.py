"""Chapter 16: the newborn's record: birth first, conditions of the perinatal period, measures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from nosology.coding.diagnoses.draft import Case, Draft, first
from nosology.coding.diagnoses.statements import Sense
from nosology.coding.guidelines.patients import PERINATAL_DAYS, days_old, is_newborn
from nosology.coding.rules import because
from nosology.model.code import plain
from nosology.model.record import Span
from nosology.model.tables import rows, table

_PACKAGE = "nosology.coding.guidelines"
_LIVEBORN = "Z38"
_MATERNAL = ("O", "Z33", "Z34", "Z3A", "Z37", "Z39", "Z98891")
_MOTHERS = ("Z833", "Z8249")
"""Family history that the name of an infant of a diabetic or hypertensive mother seems to state."""
_TELLING = ("P", "Q", "Z38", "Z37", "Z05", *_MATERNAL)
_SPEAKS_OF = (
    *("newborn", "neonat", "liveborn", "day of life", "dol "),
    *("day old", "day-old", "days old", "week old", "week-old", "weeks old"),
)
_BIRTH = re.compile(
    r"\bliveborn\b|\blive born\b|\bborn (?:here |in this hospital |in our \w+ )?(?:via|by)\b"
    r"|\binborn\b"
    r"|\bborn (?:here|in this (?:hospital|facility))\b"
    r"|\b(?:newborn|(?:baby|infant) (?:boy|girl))\b[^.\n]{0,60}\b(?:deliver|c-section|cesarean"
    r"|N?SVD)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\btransfer(?:red)? (?:from|to us|in)\b|\breadmi|\bold\b[^.\n]{0,40}\b(?:presents|brought"
    r"|admitted)",
    re.IGNORECASE,
)
_CESAREAN = re.compile(r"\bc(?:a)?esarean|\bc-section|\bC/S\b|\bLTCS\b", re.IGNORECASE)
_VAGINAL = re.compile(r"\bvaginal(?:ly)?\b|\bN?SVD\b|\bVBAC\b", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"\bborn (?:outside|at home|en route|in (?:the )?(?:car|ambulance))|\bhome birth", re.IGNORECASE
)
_COUNT = (
    (re.compile(r"\btriplet", re.IGNORECASE), ("Z3861", "Z3862", "Z387", "Z388")),
    (re.compile(r"\btwins?\b", re.IGNORECASE), ("Z3830", "Z3831", "Z384", "Z385")),
)
_SINGLE = ("Z3800", "Z3801", "Z381", "Z382")
_COMMUNITY = re.compile(r"\bcommunity[- ]acquired\b", re.IGNORECASE)
_WEIGHT = re.compile(
    r"\b(?:birth ?weight|BW)\b[^\d\n]{0,20}(?P<value>\d[\d,]*(?:\.\d+)?) ?(?P<unit>kg|g|grams?"
    r"|gm)\b",
    re.IGNORECASE,
)
_WEEKS = re.compile(
    r"\b(?:born|deliver\w*|gestation\w*|EGA|GA|preterm|premature)\b[^.\n]{0,40}?\b(?P<one>\d{2})"
    r"(?:\+[0-6]| [0-6]/7)?[ -]?(?:w|wks?|weeks?)\b|\b(?P<two>\d{2})(?:\+[0-6]| [0-6]/7)?"
    r"[ -]?(?:wks?|weeks?)\b[^.\n]{0,15}\b(?:gestation|gestational|GA|EGA|preterm|premature"
    r"|infant)",
    re.IGNORECASE,
)
_RULED_OUT = re.compile(
    r"\b(?:observ\w+|evaluat\w+|monitor\w+)\b[^.\n]{0,30}\b(?:suspected|possible|concern for|for)\b"
    r"[^.\n]{0,40}\b(?:ruled out|not found|excluded|negative)\b",
    re.IGNORECASE,
)
_SUSPECTED = (
    (re.compile(r"sepsis|infect|chorioamnionitis|meningitis|GBS", re.IGNORECASE), "Z051"),
    (re.compile(r"cardiac|heart|murmur", re.IGNORECASE), "Z050"),
    (re.compile(r"neurolog|seizure|hypoxic", re.IGNORECASE), "Z052"),
    (re.compile(r"respirat|pneumonia|tachypnea", re.IGNORECASE), "Z053"),
    (re.compile(r"genetic|chromosom|syndrome", re.IGNORECASE), "Z0541"),
    (re.compile(r"metabolic|hypoglycemia", re.IGNORECASE), "Z0542"),
    (re.compile(r"obstruct|gastro|bowel", re.IGNORECASE), "Z055"),
    (re.compile(r"kidney|renal|hydroneph|urin", re.IGNORECASE), "Z056"),
    (re.compile(r"hip|fracture|clavicle", re.IGNORECASE), "Z0572"),
)


@dataclass(frozen=True, slots=True)
class _Measure:
    measure: str
    heading: str
    low: int
    high: int
    code: str


def newborn(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Return the drafts of a newborn's record as chapter 16 has them.

    Codes of chapter 15 are the mother's (ICD-10-CM OCG I.C.15.a.2); conditions of the first 28 days
    come of the birth where the record does not say otherwise (I.C.16.a.5); the birth record begins
    with Z38, which no later record has (I.C.16.a.2); a suspected condition that was ruled out is
    Z05 (I.C.16.b).
    """
    age = case.encounter.patient_age
    is_possible = age == 0 or (
        age is None
        and (
            first(drafts, *_TELLING)
            or any(words in item.text.lower() for item in case.readings for words in _SPEAKS_OF)
        )
    )
    if not is_possible or not is_newborn(case):
        return list(drafts)
    result = [draft for draft in drafts if not draft.code.startswith(_MATERNAL)]
    if first(result, "P70", "P00"):
        result = [draft for draft in result if not draft.code.startswith(_MOTHERS)]
    result = [_perinatal(draft, case) for draft in result]
    result = _measured(result, case)
    observed = _observed(result, case)
    birth = _birth(drafts, case)
    result = [draft for draft in result if not draft.code.startswith(_LIVEBORN)]
    exams = [draft for draft in result if draft.code.startswith("Z0")]
    perinatal = [draft for draft in result if draft.code.startswith("P")]
    others = [draft for draft in result if not draft.code.startswith(("P", "Z0"))]
    lead = [birth] if birth else []
    return [*lead, *exams, *perinatal, *others, *([observed] if observed else [])]


def _perinatal(draft: Draft, case: Case) -> Draft:
    days = days_old(case)
    if days is not None and days > PERINATAL_DAYS:
        return draft
    code = next((new for old, new in _conditions() if draft.code.startswith(old)), None)
    if (
        code is None
        or not case.is_billable(code)
        or any(_COMMUNITY.search(reading.text) for reading in case.readings)
    ):
        return draft
    return replace(draft, code=code).because("perinatal-condition")


def _measured(drafts: Sequence[Draft], case: Case) -> list[Draft]:
    """Prematurity, low weight and slow growth by the recorded weight and weeks.

    The weight stands before the weeks; prematurity is coded only where it is documented (ICD-10-CM
    OCG I.C.16.d); slow growth (P05) excludes the low weight of P07.
    """
    early, slow = first(drafts, "P07") or _premature(case), first(drafts, "P050", "P051")
    if early is None and slow is None:
        return list(drafts)
    weight, weeks = _grams(case), _weeks(case)
    added: list[Draft] = []
    if slow is not None and weight is not None:
        added.extend(_by_measure(slow, "weight", slow.code[:4], weight, case))
    elif early is not None and slow is None and weight is not None:
        added.extend(_by_measure(early, "weight", "P07", weight, case))
    if early is not None and weeks is not None and not early.code.startswith(("P070", "P071")):
        added.extend(_by_measure(early, "weeks", "P07", weeks, case))
    replaced_codes = tuple(draft.code[:4] for draft in added)
    kept = [draft for draft in drafts if not draft.code.startswith(replaced_codes or ("-",))]
    return [*added, *kept]


def _premature(case: Case) -> Draft | None:
    """The prematurity that the provider documents wherever the record tells of it."""
    told = next(
        (
            item
            for item in case.statements
            if item.concept.startswith("P07") and item.sense is Sense.PRESENT
        ),
        None,
    )
    return Draft(told.concept, (told.span,), (), 0.8) if told else None


def _by_measure(
    draft: Draft, measure: str, heading: str, found: tuple[int, Span], case: Case
) -> list[Draft]:
    value, span = found
    return [
        replace(draft, code=row.code, support=(span, *draft.support)).because("birth-measure")
        for row in _measures()
        if row.measure == measure
        and row.heading == heading
        and row.low <= value < row.high
        and case.is_billable(row.code)
    ]


def _grams(case: Case) -> tuple[int, Span] | None:
    for reading in case.readings:
        found = _WEIGHT.search(reading.text)
        if found:
            value = float(found["value"].replace(",", ""))
            grams = value * 1000 if found["unit"].lower() == "kg" else value
            return round(grams), Span(found.start(), found.end(), reading.index)
    return None


def _weeks(case: Case) -> tuple[int, Span] | None:
    for reading in case.readings:
        found = _WEEKS.search(reading.text)
        if found:
            weeks = int(found["one"] or found["two"])
            return weeks, Span(found.start(), found.end(), reading.index)
    return None


def _observed(drafts: Sequence[Draft], case: Case) -> Draft | None:
    if first(drafts, "Z05"):
        return None
    for reading in case.readings:
        found = _RULED_OUT.search(reading.text)
        if found:
            code = next((code for cue, code in _SUSPECTED if cue.search(found[0])), "Z0589")
            if case.is_billable(code):
                span = Span(found.start(), found.end(), reading.index)
                return Draft(code, (span,), (because("newborn-observation"),), 0.7)
    return None


def _birth(drafts: Sequence[Draft], case: Case) -> Draft | None:
    """The birth, where the record is that of the stay into which the child was born."""
    if not case.encounter.is_inpatient and first(drafts, _LIVEBORN, "Z37") is None:
        return None
    texts = [reading.text for reading in case.readings]
    if any(_ELSEWHERE.search(text) for text in texts):
        return None
    stated = first(drafts, _LIVEBORN, "Z37")
    span = stated.support[0] if stated else None
    if span is None:
        for reading in case.readings:
            found = _BIRTH.search(reading.text)
            if found:
                span = Span(found.start(), found.end(), reading.index)
                break
    if span is None:
        return None
    codes = next(
        (codes for cue, codes in _COUNT if any(cue.search(text) for text in texts)), _SINGLE
    )
    code = codes[_way(texts)]
    if not case.is_billable(code):
        return None
    return Draft(code, (span,), (because("birth-record"),), 0.85)


def _way(texts: list[str]) -> int:
    """Which code of the four: vaginal, cesarean, outside a hospital, or not said."""
    if any(_OUTSIDE.search(text) for text in texts):
        return 2
    ways = [
        (found.start(), way)
        for text in texts
        for way, cue in enumerate((_VAGINAL, _CESAREAN))
        if (found := cue.search(text))
    ]
    return min(ways)[1] if ways else 3


@cache
def _conditions() -> tuple[tuple[str, str], ...]:
    return tuple(
        (plain(row["condition"]), plain(row["newborn"]))
        for row in rows(table(_PACKAGE, "perinatal.tsv"), ("condition", "newborn", "source"))
    )


@cache
def _measures() -> tuple[_Measure, ...]:
    columns = ("measure", "heading", "low", "high", "code", "source")
    return tuple(
        _Measure(
            row["measure"],
            plain(row["heading"]),
            int(row["low"]),
            int(row["high"]),
            plain(row["code"]),
        )
        for row in rows(table(_PACKAGE, "birth_measures.tsv"), columns)
    )
