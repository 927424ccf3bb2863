"""What was documented: the documents of one encounter, exactly as they were written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Author(StrEnum):
    """Who wrote a document; only a provider's statement makes a diagnosis (OCG I.B.14)."""

    PROVIDER = "provider"
    NURSE = "nurse"
    LABORATORY = "laboratory"
    THERAPIST = "therapist"
    DIETITIAN = "dietitian"
    PHARMACIST = "pharmacist"
    SOCIAL_WORKER = "social worker"
    EMERGENCY_MEDICAL_SERVICES = "emergency medical services"
    PATIENT = "patient"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters in the original text of one document."""

    start: int
    end: int
    document: int = 0

    def quote(self, text: str) -> str:
        """Return the characters of ``text`` that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Return whether the two spans share a character of the same document."""
        return self.document == other.document and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a record; ``text`` is never changed, so that offsets stay true."""

    text: str
    type: str = "note"
    author: Author = Author.PROVIDER
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The documents of one encounter, in the order in which they were given."""

    documents: tuple[Document, ...]
