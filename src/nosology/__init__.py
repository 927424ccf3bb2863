"""Medical coding: from a patient's record to the codes that it supports, with the reasons.

    >>> import nosology
    >>> coding = nosology.code("Assessment: type 2 diabetes.", date_of_service="2026-04-14")
    >>> coding.icd10cm[0].display
    'Type 2 diabetes mellitus without complications'

What is named here is the public interface; each name is imported when it is first used, so that
``import nosology`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nosology.api import check, code, open_code_book, review
    from nosology.model.claim import Claim
    from nosology.model.code import Code, CodeBook, Note, SearchHit, System, Title
    from nosology.model.coding import (
        Coding,
        Diagnosis,
        Element,
        Evidence,
        Procedure,
        Query,
        Rationale,
        Role,
        Scope,
        Service,
    )
    from nosology.model.encounter import Encounter, PatientStatus, Payer, Setting, Sex
    from nosology.model.errors import InputError, MissingCodeSet, NosologyError, UnknownCode
    from nosology.model.finding import Category, Checked, Finding, Fix, Override, Severity
    from nosology.model.record import Author, Document, Record, Span
    from nosology.model.review import ClaimLine, Review, ReviewedLine, Verdict

__version__ = "0.1.0"

_MODULES = {
    "nosology.api": ("check", "code", "open_code_book", "review"),
    "nosology.model.claim": ("Claim",),
    "nosology.model.code": ("Code", "CodeBook", "Note", "SearchHit", "System", "Title"),
    "nosology.model.coding": (
        "Coding",
        "Diagnosis",
        "Element",
        "Evidence",
        "Procedure",
        "Query",
        "Rationale",
        "Role",
        "Scope",
        "Service",
    ),
    "nosology.model.encounter": ("Encounter", "PatientStatus", "Payer", "Setting", "Sex"),
    "nosology.model.errors": ("InputError", "MissingCodeSet", "NosologyError", "UnknownCode"),
    "nosology.model.finding": (
        "Category",
        "Checked",
        "Finding",
        "Fix",
        "Override",
        "Severity",
    ),
    "nosology.model.record": ("Author", "Document", "Record", "Span"),
    "nosology.model.review": ("ClaimLine", "Review", "ReviewedLine", "Verdict"),
}
_PLACES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Author",
    "Category",
    "Checked",
    "Claim",
    "ClaimLine",
    "Code",
    "CodeBook",
    "Coding",
    "Diagnosis",
    "Document",
    "Element",
    "Encounter",
    "Evidence",
    "Finding",
    "Fix",
    "InputError",
    "MissingCodeSet",
    "NosologyError",
    "Note",
    "Override",
    "PatientStatus",
    "Payer",
    "Procedure",
    "Query",
    "Rationale",
    "Record",
    "Review",
    "ReviewedLine",
    "Role",
    "Scope",
    "SearchHit",
    "Service",
    "Setting",
    "Severity",
    "Sex",
    "Span",
    "System",
    "Title",
    "UnknownCode",
    "Verdict",
    "__version__",
    "check",
    "code",
    "open_code_book",
    "review",
]


def __getattr__(name: str) -> object:
    """Return a public name, imported now."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, those not yet imported too."""
    return sorted({*globals(), *__all__})
