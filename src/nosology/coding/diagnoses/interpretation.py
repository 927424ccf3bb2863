"""Interpreted studies: what an imaging, pathology or cytology report says beside its impression.

An outpatient study that a physician interpreted is coded from what the interpretation confirms,
else from the reason for which it was done (ICD-10-CM OCG IV.K). The impression is the usual place;
an addendum amends it, and a report without one is interpreted where its findings stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nosology.coding.diagnoses.knowledge import Knowledge
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.language.problems import ASSESSMENT_SECTIONS
from nosology.model.reading import SectionKind

_ADDENDUM = "addend"
_SCREENINGS = ("Z11", "Z12", "Z13")
_CALLED_BACK = re.compile(
    r"\b(?:abnormal|call-?back|recall\w*|diagnostic|additional views?|follow[- ]?up|prior"
    r"|previous)\b",
    re.IGNORECASE,
)
_REASONS = frozenset({SectionKind.INDICATION, SectionKind.CHIEF_COMPLAINT, SectionKind.BODY})
_KNOWN_BEFORE = _REASONS | {
    SectionKind.HISTORY_OF_PRESENT_ILLNESS,
    SectionKind.PAST_MEDICAL_HISTORY,
}
_FINDINGS = frozenset({SectionKind.FINDINGS})
_UNDIVIDED = frozenset({SectionKind.BODY})
_NAMES = _REASONS | {SectionKind.PROCEDURE, SectionKind.TECHNIQUE, SectionKind.PHYSICAL_EXAM}
"""Where the study is named beside its reason; ``EXAM:`` heads the name of a study in a report."""
_CANCER_SCREENING = "Z12"
_CANCER_IN_FAMILY, _FORMER_SMOKER = "Z80", "Z87891"
_SECONDARY = ("C77", "C78", "C79")
_OF_A_PRIMARY = (*_SECONDARY, "J910", "M845", "R180")
"""What shows that a neoplasm came from elsewhere: the known primary belongs beside it."""
_NOT_A_PRIMARY = (*_SECONDARY, "C80", "C7B")
_IMAGING_FINDINGS = ("R90", "R91", "R92", "R93", "R94")
_ACCOUNTED_FOR = re.compile(
    r"\b(?:account(?:s|ed|ing)? for|explain(?:s|ed|ing)?|correspond(?:s|ed|ing)? (?:to|with)"
    r"|correlat(?:es|ed|ing) (?:to|with))\b[^.;\n]{0,40}$",
    re.IGNORECASE,
)
_TAKEN = re.compile(r"\s*(?:\([^)\n]{1,40}\))?\s*(?:[:;]|[-–—]\s)")
"""What follows the procedure by which a specimen was taken (``Gallbladder, cholecystectomy:``)."""


def amendments(stated: Sequence[Statement], known: Knowledge) -> list[Statement]:
    """Return the diagnoses that an addendum confirms."""
    return [
        item
        for item in stated
        if item.sense is Sense.PRESENT
        and _section_title(item).startswith(_ADDENDUM)
        and _is_diagnosis(item, known)
    ]


def concluded_in_findings(stated: Sequence[Statement], known: Knowledge) -> list[Statement]:
    """Return the diagnoses that the findings confirm, of a report that has no impression.

    A report without headings tells its findings where it tells everything.
    """
    if any(
        section.kind in ASSESSMENT_SECTIONS
        for item in stated[:1]
        for section in item.reading.sections
    ):
        return []
    is_divided = any(
        section.kind is SectionKind.FINDINGS
        for item in stated[:1]
        for section in item.reading.sections
    )
    findings = _FINDINGS if is_divided else _UNDIVIDED
    return [
        item
        for item in stated
        if item.kind in findings and item.sense is Sense.PRESENT and _is_diagnosis(item, known)
    ]


def risks(
    stated: Sequence[Statement], screened: Statement, known: Knowledge
) -> dict[str, Statement]:
    """Return the codes of what puts the patient at risk of the cancer that is screened for.

    Cancer in the family and former smoking, where the reason for the study states them (ICD-10-CM
    OCG I.C.21.c.4: history codes are of use where they explain a screening).
    """
    found: dict[str, Statement] = {}
    if not screened.concept.startswith(_CANCER_SCREENING):
        return found
    for item in stated:
        if item.kind not in _REASONS:
            continue
        if item.sense is Sense.FAMILY:
            code = known.family_history(item.concept)
            if code and code.startswith(_CANCER_IN_FAMILY):
                found.setdefault(code, item)
        elif item.concept == _FORMER_SMOKER and item.sense in (Sense.PRESENT, Sense.PAST):
            found.setdefault(_FORMER_SMOKER, item)
    return found


def primary_of(stated: Sequence[Statement], concepts: Sequence[str]) -> Statement | None:
    """Return the known malignancy in the reason for a study that shows what came of it."""
    if not any(concept.startswith(_OF_A_PRIMARY) for concept in concepts) or any(
        _is_primary(concept) for concept in concepts
    ):
        return None
    return next(
        (
            item
            for item in stated
            if item.kind in _KNOWN_BEFORE
            and item.sense is Sense.PRESENT
            and _is_primary(item.concept)
        ),
        None,
    )


def are_only_findings(concepts: Sequence[str]) -> bool:
    """Return whether all that the study shows are abnormal findings, which diagnose nothing."""
    return bool(concepts) and all(concept.startswith(_IMAGING_FINDINGS) for concept in concepts)


def is_accounted_for(item: Statement) -> bool:
    """Return whether the words before it say that something else explains it."""
    sentence = item.reading.sentences[item.mention.sentence]
    before = item.reading.text[sentence.start : item.mention.start]
    return bool(_ACCOUNTED_FOR.search(before))


def _is_primary(concept: str) -> bool:
    return concept[0] == "C" and not concept.startswith(_NOT_A_PRIMARY)


def is_of_specimen(item: Statement) -> bool:
    """Return whether the statement names how the specimen of the report was taken."""
    return bool(_TAKEN.match(item.reading.text, item.mention.end))


def is_of_request(item: Statement) -> bool:
    """Return whether the statement is what the surgeon wrote on the request for the study."""
    return item.kind is SectionKind.POSTOPERATIVE_DIAGNOSIS


def screening(stated: Sequence[Statement], known: Knowledge) -> Statement | None:
    """Return the screening for which the study was done, or None for a diagnostic study.

    A sign or symptom as the reason makes the study diagnostic, and so does a screening that is only
    looked into further (ICD-10-CM OCG I.C.21.c.5).
    """
    reasons = [item for item in stated if item.kind in _REASONS and item.sense is Sense.PRESENT]
    if any(known.is_symptom(item.concept) for item in reasons):
        return None
    return next(
        (
            item
            for item in stated
            if item.kind in _NAMES
            and item.sense is Sense.PRESENT
            and item.concept.startswith(_SCREENINGS)
            and not _CALLED_BACK.search(item.said)
        ),
        None,
    )


def _section_title(item: Statement) -> str:
    return item.reading.section_of(item.mention).title


def _is_diagnosis(item: Statement, known: Knowledge) -> bool:
    return item.concept[0] != "Z" and not known.is_symptom(item.concept)
