"""Reports of studies: what they are, and when they are no source of diagnoses by themselves."""

from __future__ import annotations

from nosology.model.encounter import Encounter
from nosology.model.record import Author, Document

_STUDIES = (
    "radiolog", "imaging", "x-ray", "xray", "ct ", "mri ", "ultrasound", "patholog", "cytolog",
    "echocardiogram", "mammogra", "biopsy report",
)  # fmt: skip


def is_study(document: Document) -> bool:
    """Return whether the document reports an imaging or pathology study."""
    return f"{document.type.lower()} ".startswith(_STUDIES)


def is_only_indicator(document: Document, encounter: Encounter) -> bool:
    """Return whether the document is a study of an inpatient stay that treating providers judge.

    What radiologists and pathologists find during a stay is coded when the treating provider says
    what it means; a stay of which nothing but studies is given is left to them (ICD-10-CM OCG
    III.B).
    """
    return (
        encounter.is_inpatient
        and is_study(document)
        and any(
            other.author is Author.PROVIDER and not is_study(other)
            for other in encounter.record.documents
        )
    )
