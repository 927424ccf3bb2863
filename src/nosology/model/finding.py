"""What a payer would object to in a claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from nosology.model.claim import Claim
from nosology.model.claim_fields import claim_as_mapping


class Severity(StrEnum):
    """How sure it is that the claim is not paid as it stands."""

    ERROR = "error"
    """Will be denied or returned."""
    WARNING = "warning"
    """Often denied, or paid less."""
    ADVISORY = "advisory"
    """A coder should look at it."""
    NOT_EVALUATED = "not-evaluated"
    """Could not be told: data for the date is not installed, or the rule failed."""


class Category(StrEnum):
    """What a finding is about."""

    SYNTAX = "syntax"
    PROVIDER_ID = "provider-id"
    CODE_NOT_VALID = "code-not-valid"
    CODE_NOT_BILLABLE = "code-not-billable"
    SEVENTH_CHARACTER = "seventh-character"
    DUPLICATE_DIAGNOSIS = "duplicate-diagnosis"
    EXCLUDES1 = "excludes1"
    CODE_FIRST = "code-first"
    USE_ADDITIONAL = "use-additional"
    MANIFESTATION_FIRST = "manifestation-first"
    EXTERNAL_CAUSE_FIRST = "external-cause-first"
    UNACCEPTABLE_PRINCIPAL = "unacceptable-principal"
    AGE = "age"
    SEX = "sex"
    UNSPECIFIED = "unspecified"
    LATERALITY = "laterality"
    PRESENT_ON_ADMISSION = "present-on-admission"
    PTP = "ptp"
    MUE = "mue"
    ADD_ON = "add-on"
    MODIFIER_INVALID = "modifier-invalid"
    MODIFIER_MISSING = "modifier-missing"
    MODIFIER_CONFLICT = "modifier-conflict"
    GLOBAL_PERIOD = "global-period"
    BUNDLED = "bundled"
    UNITS = "units"
    DRUG_WASTE = "drug-waste"
    PLACE_OF_SERVICE = "place-of-service"
    MEDICAL_NECESSITY = "medical-necessity"
    FREQUENCY = "frequency"
    DUPLICATE_SERVICE = "duplicate-service"
    NON_COVERED = "non-covered"
    BALANCE = "balance"
    DIAGNOSIS_POINTER = "diagnosis-pointer"
    NOT_EVALUATED = "not-evaluated"


class Override(StrEnum):
    """What lets a claim be paid although the finding stands."""

    MODIFIER = "modifier"
    DOCUMENTATION = "documentation"
    NONE = "none"


_NO_RELEASES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection to a claim.

    Attributes:
        line: 1-based line of service; None for the claim as a whole.
        codes: that it is about, as they are shown.
        message: what is wrong. Holds codes, dates, units and amounts, never other patient text.
        remedy: what to do.
        authority: publisher, document and section.
        releases: data sets that it was found with, and their editions.
        carc: claim adjustment reason code that a payer would answer with; empty for none.
    """

    rule: str
    category: Category
    severity: Severity
    line: int | None
    codes: tuple[str, ...]
    message: str
    remedy: str
    authority: str
    releases: Mapping[str, str] = _NO_RELEASES
    carc: str = ""
    override: Override = Override.NONE

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        return {
            "rule": self.rule,
            "category": self.category.value,
            "severity": self.severity.value,
            "line": self.line,
            "codes": list(self.codes),
            "message": self.message,
            "remedy": self.remedy,
            "authority": self.authority,
            "releases": dict(self.releases),
            "carc": self.carc,
            "override": self.override.value,
        }


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that was made because no other remedy was possible.

    Attributes:
        text: what was changed into what.
    """

    rule: str
    line: int | None
    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        return {"rule": self.rule, "line": self.line, "text": self.text}


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim's findings: by line, the claim as a whole first, the gravest first.

    Attributes:
        fixes: what was changed, where changes were asked for.
        claim: as it stands after the changes; None where no changes were asked for.
    """

    id: str
    findings: tuple[Finding, ...]
    fixes: tuple[Fix, ...] = ()
    claim: Claim | None = field(default=None)

    @property
    def needs_action(self) -> bool:
        """Whether there is an error or a warning."""
        return any(item.severity in _ACTED_ON for item in self.findings)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found, and nothing stayed unevaluated."""
        return not any(item.severity is not Severity.ADVISORY for item in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        told: dict[str, Any] = {
            "id": self.id,
            "findings": [item.as_json() for item in self.findings],
        }
        if self.claim is not None:
            told["fixes"] = [item.as_json() for item in self.fixes]
            told["claim"] = claim_as_mapping(self.claim)
        return told


_ACTED_ON = (Severity.ERROR, Severity.WARNING)
