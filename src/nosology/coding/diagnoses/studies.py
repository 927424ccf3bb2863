"""Reports of studies: what they are, and when they are no source of diagnoses by themselves."""

from __future__ import annotations

from nosology.model.encounter import Encounter
from nosology.model.record import Author, Document

_STUDIES = (
    "radiolog", "imaging", "x-ray", "xray", "ct ", "mri ", "ultrasound", "patholog", "cytolog",
    "echocardiogram", "mammogra", "biopsy report",
)  # fmt: skip

_LABORATORY = (
    "laborator",
    "microbiolog",
    "lab ",
    "labs ",
    "lab result",
    "lab report",
    "blood bank",
)


def is_study(document: Document) -> bool:
    """Return whether the document reports an imaging or pathology study."""
    return f"{document.type.lower()} ".startswith(_STUDIES)


def is_pathology(document: Document) -> bool:
    """Return whether the document reports what a pathologist saw."""
    return any(word in document.type.lower() for word in ("patholog", "cytolog"))


def is_laboratory(document: Document) -> bool:
    """Return whether the document lists laboratory results."""
    return f"{document.type.lower()} ".startswith(_LABORATORY)


def is_only_indicator(document: Document, encounter: Encounter) -> bool:
    """Return whether the document gives indicators that a treating provider judges.

    Laboratory results are that wherever a provider's document stands beside them. What radiologists
    and pathologists find during an inpatient stay is coded when the treating provider says what it
    means; a record of which nothing but studies is given is left to them (ICD-10-CM OCG III.B).
    """
    is_result = is_laboratory(document) or (encounter.is_inpatient and is_study(document))
    return is_result and any(
        other.author is Author.PROVIDER and not is_study(other) and not is_laboratory(other)
        for other in encounter.record.documents
    )
