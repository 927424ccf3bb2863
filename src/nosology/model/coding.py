"""Which codes follow: the answer for one encounter, in the field names that scripts rely on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from nosology.model.code import System, dotted


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
class Procedure:
    """An ICD-10-PCS code that is answered.

    Attributes:
        date: day on which it was done, where the record tells it.
    """

    code: str
    display: str
    confidence: float
    evidence: tuple[Evidence, ...]
    rationale: tuple[Rationale, ...]
    date: dt.date | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        return {
            "code": self.code,
            "display": self.display,
            "confidence": round(self.confidence, 2),
            "evidence": [item.as_json() for item in self.evidence],
            "rationale": [item.as_json() for item in self.rationale],
            "date": self.date.isoformat() if self.date else None,
        }


@dataclass(frozen=True, slots=True)
class Element:
    """One line of a worksheet: what was weighed for the level of a visit, and how heavily.

    Attributes:
        part: what it belongs to, such as ``problems``, ``data``, ``risk`` or ``time``.
        level: what this line alone supports, such as ``moderate``.
        text: what was found, in plain words.
    """

    part: str
    level: str
    text: str
    evidence: tuple[Evidence, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        return {
            "part": self.part,
            "level": self.level,
            "text": self.text,
            "evidence": [item.as_json() for item in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Service:
    """A CPT or HCPCS Level II code that is answered.

    Attributes:
        label: in plain words of this project, or of a file that the user loaded.
        units: whole, but for miles, which are told to a tenth.
        diagnoses: ICD-10-CM codes without dots that justify it, the weightiest first.
        worksheet: how the level of a visit was found; empty for other services.
        ndc: National Drug Code that the record gives, eleven digits; empty for none.
    """

    code: str
    system: System
    label: str
    confidence: float
    evidence: tuple[Evidence, ...]
    rationale: tuple[Rationale, ...]
    modifiers: tuple[str, ...] = ()
    units: int | Decimal = 1
    diagnoses: tuple[str, ...] = ()
    worksheet: tuple[Element, ...] = ()
    ndc: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        told: dict[str, Any] = {
            "code": self.code,
            "system": self.system.value,
            "modifiers": list(self.modifiers),
            "units": self.units if isinstance(self.units, int) else float(self.units),
            "label": self.label,
            "confidence": round(self.confidence, 2),
            "evidence": [item.as_json() for item in self.evidence],
            "rationale": [item.as_json() for item in self.rationale],
            "diagnoses": [dotted(code) for code in self.diagnoses],
        }
        if self.worksheet:
            told["worksheet"] = [item.as_json() for item in self.worksheet]
        if self.ndc:
            told["ndc"] = self.ndc
        return told


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


def system_of(item: Diagnosis | Procedure | Service) -> System:
    """Return the code set that the answered code belongs to."""
    if isinstance(item, Service):
        return item.system
    return System.ICD10CM if isinstance(item, Diagnosis) else System.ICD10PCS


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
    icd10pcs: tuple[Procedure, ...] = ()
    services: tuple[Service, ...] = ()
    suggestions: tuple[Diagnosis | Procedure | Service, ...] = ()
    queries: tuple[Query, ...] = ()
    releases: dict[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        return {
            "id": self.id,
            "icd10cm": [item.as_json() for item in self.icd10cm],
            "icd10pcs": [item.as_json() for item in self.icd10pcs],
            "services": [item.as_json() for item in self.services],
            "suggestions": [
                {"system": system_of(item).value, **item.as_json()} for item in self.suggestions
            ],
            "queries": [item.as_json() for item in self.queries],
            "releases": dict(self.releases),
            "notices": list(self.notices),
            "nosology": self.version,
        }
