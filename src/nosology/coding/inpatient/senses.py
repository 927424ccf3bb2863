"""The sense that statements have while the patient is in hospital."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from nosology.coding.diagnoses.knowledge import Knowledge
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.coding.inpatient.documents import cues, is_operation
from nosology.model.encounter import Encounter
from nosology.model.reading import Certainty, Reading, SectionKind, Time

_K = SectionKind
DIAGNOSES = frozenset({_K.DISCHARGE_DIAGNOSIS, _K.DIAGNOSIS, _K.POSTOPERATIVE_DIAGNOSIS})
"""Sections that list the diagnoses of the stay."""
_HISTORIES = frozenset(
    {
        *(_K.PAST_MEDICAL_HISTORY, _K.PAST_SURGICAL_HISTORY, _K.PROBLEM_LIST),
        *(_K.OBSTETRIC_HISTORY, _K.SOCIAL_HISTORY),
    }
)
_LEFT_BEHIND = ("Z89", "Z90", "Z93", "Z94", "Z95", "Z96", "Z97", "Z98")
"""Statuses that terms of procedures and devices lead to as well."""
_YEAR = re.compile(r"(?<!\d[/-])\b(?:19|20)\d\d\b")
OF_BLOOD = ("D", "E")
"""Laboratory findings that a provider may treat as diagnoses: anemia, disorders of electrolytes."""
_PRINCIPAL = re.compile(r"principal (?:hospital )?problem")
_ENUMERATED = re.compile(r"(?:[\s,;/&+]|\band\b)*")
"""Between the entries of an enumeration."""
_JOINED = re.compile(
    r"\b(?:with|w/|due to|secondary to|2/2|d/t|complicated by|c/b)\s+(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
_ENTRY_END = re.compile(r"\s*[,(:–—]|\s+-")


def as_of_the_stay(
    stated: Iterable[Statement], encounter: Encounter, knowledge: Knowledge
) -> list[Statement]:
    """Return the statements in the sense that they have for a stay.

    A condition that resolved in the stay was a condition of the stay, not of the past; a symptom
    that is only said to be over is left out. What heads an entry of the course by problem, or opens
    a line among the diagnoses, names a diagnosis. A postoperative diagnosis "same" says the
    preoperative ones again.
    A status that a procedure of the stay left behind is none yet.

    Source: ICD-10-CM Official Guidelines III.A and I.C.21.c.3.
    """
    stated = list(stated)
    readings = {item.reading.index: item.reading for item in stated}
    repeated = {index for index, reading in readings.items() if _is_same_after_operation(reading)}
    listed = {index for index, reading in readings.items() if _has_hospital_problems(reading)}
    found = [
        _in_hospital(
            _named_in_stay(
                item,
                is_same=item.reading.index in repeated,
                has_hospital_problems=item.reading.index in listed,
            ),
            knowledge,
        )
        for item in stated
    ]
    if not any(item.concept.startswith(_LEFT_BEHIND) for item in found):
        return found
    date = encounter.date_of_service
    year = date.year if date else None
    was_operated = any(_tells_of_operation(reading) for reading in readings.values())
    acute = {item.place for item in found if _names_acute(item, knowledge)}
    return [
        replace(item, sense=Sense.NOT_STATED)
        if _is_left_by_stay(
            item, year, was_operated=was_operated or (item.is_named and item.place in acute)
        )
        else item
        for item in found
    ]


def as_of_the_day(
    stated: Iterable[Statement], encounter: Encounter, knowledge: Knowledge
) -> list[Statement]:
    """Return the statements that count for a physician's claim of one day in hospital.

    Of several dated documents those of the day count. What resolved was a condition of the stay.
    """
    stated = list(stated)
    day = encounter.date_of_service
    of_day = [item for item in stated if day and item.reading.document.date == day]
    return [_in_hospital(item, knowledge) for item in of_day or stated]


def _named_in_stay(item: Statement, *, is_same: bool, has_hospital_problems: bool) -> Statement:
    if is_same and item.kind is _K.PREOPERATIVE_DIAGNOSIS:
        return replace(item, kind=_K.POSTOPERATIVE_DIAGNOSIS, is_named=True)
    if item.kind is _K.HOSPITAL_COURSE and item.is_named:
        return replace(item, kind=_K.DISCHARGE_DIAGNOSIS)
    if has_hospital_problems and item.kind is _K.PROBLEM_LIST:
        item = replace(item, kind=_K.DISCHARGE_DIAGNOSIS)
    if (
        item.kind in DIAGNOSES
        and not item.is_named
        and (_opens_entry(item) or _goes_on_entry(item))
    ):
        return replace(item, is_named=True)
    return item


def _said_before(item: Statement, start: int) -> str:
    """What stands before the words from the start on, other terms left out."""
    reading = item.reading
    said = ""
    for other in reading.mentions:
        if other.sentence == item.mention.sentence and start <= other.start < item.mention.start:
            said += reading.text[start : other.start]
            start = max(start, other.end)
    return said + reading.text[start : item.mention.start]


def _in_hospital(item: Statement, knowledge: Knowledge) -> Statement:
    """The statement: what resolved was there, and what is still to be ruled out is in doubt."""
    context = item.mention.context
    is_open = item.sense is Sense.NOT_STATED and context.certainty is Certainty.RULE_OUT
    if is_open and item.is_named and item.kind in DIAGNOSES and context.time is Time.CURRENT:
        return replace(item, sense=Sense.UNCERTAIN)
    if item.sense is not Sense.PAST or item.mention.context.time is not Time.RESOLVED:
        return item
    if not (item.is_assessed or item.kind is _K.HOSPITAL_COURSE):
        return item
    is_entry = item.is_named and _ENTRY_END.match(item.reading.text, item.mention.end)
    if is_sign(item.concept, knowledge) and not is_entry:
        return replace(item, sense=Sense.ABSENT)
    return replace(item, sense=Sense.PRESENT)


def is_sign(concept: str, knowledge: Knowledge) -> bool:
    """Return whether it is a symptom or finding, and no disorder of the blood that is treated."""
    return knowledge.is_symptom(concept) and not concept.startswith(OF_BLOOD)


def _is_same_after_operation(reading: Reading) -> bool:
    """Whether the postoperative diagnosis of the document is the preoperative one."""
    return any(
        section.kind is _K.POSTOPERATIVE_DIAGNOSIS
        and cues().same.match(reading.text, section.body) is not None
        for section in reading.sections
    )


def _has_hospital_problems(reading: Reading) -> bool:
    """Whether the lists of problems in the document are those of the stay: one is principal."""
    return any(_PRINCIPAL.match(section.title) for section in reading.sections)


def _opens_entry(item: Statement) -> bool:
    """Whether its words open a line that stands no deeper than the entries of its list."""
    sentence = item.reading.sentences[item.mention.sentence]
    if not sentence.is_line_start or item.sense is Sense.ABSENT:
        return False
    if _ENUMERATED.fullmatch(_said_before(item, max(sentence.start, sentence.label))) is None:
        return False
    if item.problem is None:
        return True
    return sentence.indent <= item.reading.sentences[item.problem.title].indent


def _goes_on_entry(item: Statement) -> bool:
    """Whether it is a diagnosis that a line joins to its name (``CVA - left MCA with ...``)."""
    problem = item.problem
    if problem is None or item.mention.sentence != problem.title or item.sense is not Sense.PRESENT:
        return False
    if item.concept.startswith(("R", "Z")):
        return False
    before = item.reading.text[problem.title_end : item.mention.start]
    return _JOINED.search(before) is not None


def _is_left_by_stay(item: Statement, year: int | None, *, was_operated: bool) -> bool:
    """Whether a status is what a procedure of this stay left behind."""
    if not item.concept.startswith(_LEFT_BEHIND) or item.sense is not Sense.PRESENT:
        return False
    said = item.said
    years = [int(found) for found in _YEAR.findall(said)]
    if years and all(found != year for found in years):
        return False
    if cues().here.search(said):
        return item.kind not in _HISTORIES or cues().brought.search(said) is None
    if item.kind in _HISTORIES or cues().brought.search(said):
        return False
    return was_operated or item.kind in (_K.HOSPITAL_COURSE, _K.PROCEDURE)


def _tells_of_operation(reading: Reading) -> bool:
    return is_operation(reading) or any(
        section.kind is _K.PROCEDURE for section in reading.sections
    )


def _names_acute(item: Statement, knowledge: Knowledge) -> bool:
    """Whether it names an illness that a procedure may have treated just then."""
    return (
        item.is_named
        and item.sense is Sense.PRESENT
        and not item.concept.startswith("Z")
        and not knowledge.is_chronic(item.concept)
    )
