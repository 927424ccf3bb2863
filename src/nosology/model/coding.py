"""Which codes follow: the answer for one encounter, in the field names that scripts rely on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from nosology.model.code import dotted


class Role(StrEnum):
    """Where a diagnosis stands on the claim."""

    PRINCIPAL = "principal"
    FIRST_LISTED = "first-listed"
    SECONDARY = "secondary"
    EXTERNAL_CAUSE = "external-cause"


class Scope(StrEnum):
    """What is answered: what a claim would carry, or everything that the record states."""

    REPORTABLE = "reportable"
    DOCUMENTED = "documented"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that support an answer; ``text[start:end] == quote`` in that document, always."""

    document: int
    start: int
    end: int
    quote: str

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        return {
            "document": self.document,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class Rationale:
    """One rule that took part in choosing the code.

    Attributes:
        rule: the rule's id.
        authority: where the rule is published, such as ``ICD-10-CM OCG IV.H``.
        text: what the rule did here.
    """

    rule: str
    authority: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        return {"rule": self.rule, "authority": self.authority, "text": self.text}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An ICD-10-CM code that is answered. ``code`` is without a dot.

    Attributes:
        poa: for a hospital's inpatient claim Y, N, U or W, whether it was present on admission;
            None where the code is exempt and for other claims.
    """

    code: str
    display: str
    role: Role
    confidence: float
    evidence: tuple[Evidence, ...]
    rationale: tuple[Rationale, ...]
    poa: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them, the code with its dot."""
        return {
            "code": dotted(self.code),
            "display": self.display,
            "role": self.role.value,
            "poa": self.poa,
            "confidence": round(self.confidence, 2),
            "evidence": [item.as_json() for item in self.evidence],
            "rationale": [item.as_json() for item in self.rationale],
        }


@dataclass(frozen=True, slots=True)
class Query:
    """A question that only the clinician can answer."""

    topic: str
    question: str
    options: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        return {
            "topic": self.topic,
            "question": self.question,
            "options": list(self.options),
            "evidence": [item.as_json() for item in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Coding:
    """The answer for one encounter, in reporting order.

    Attributes:
        suggestions: what a coder should look at, not reported.
        releases: the release of each code set that the answer was made with.
        notices: what the reader of the answer must know, such as a release that does not cover
            the date of service.
    """

    id: str
    icd10cm: tuple[Diagnosis, ...]
    version: str
    suggestions: tuple[Diagnosis, ...] = ()
    queries: tuple[Query, ...] = ()
    releases: dict[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        return {
            "id": self.id,
            "icd10cm": [item.as_json() for item in self.icd10cm],
            "icd10pcs": [],
            "services": [],
            "suggestions": [{"system": "icd10cm", **item.as_json()} for item in self.suggestions],
            "queries": [item.as_json() for item in self.queries],
            "releases": dict(self.releases),
            "notices": list(self.notices),
            "nosology": self.version,
        }
