"""What the qualifiers of an 837 mean, from the tables beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from nosology.model.claim import ClaimType
from nosology.model.encounter import Payer
from nosology.model.tables import Row, rows, table

_PACKAGE = "nosology.claims.x12"


class Holds(StrEnum):
    """The list of a claim that takes a code of an HI segment."""

    PRINCIPAL = "principal"
    OTHER = "other"
    ADMITTING = "admitting"
    REASON = "reason-for-visit"
    EXTERNAL = "external-cause"
    PRINCIPAL_PROCEDURE = "principal-procedure"
    OTHER_PROCEDURE = "other-procedure"
    CONDITION = "condition"
    OCCURRENCE = "occurrence"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Qualifier:
    """What a code of an HI segment is."""

    holds: Holds
    is_icd9: bool


@dataclass(frozen=True, slots=True)
class Guide:
    """An implementation guide of the 837.

    Attributes:
        form: None where claims of this guide are not read.
        name: what such a transaction is, with its article.
    """

    form: ClaimType | None
    name: str


@cache
def qualifiers() -> Mapping[str, Qualifier]:
    """Return what the codes of HI segments are, by qualifier."""
    return MappingProxyType(
        {
            row["qualifier"]: Qualifier(Holds(row["holds"]), row["set"] == "icd9")
            for row in _rows("health_information.tsv", "qualifier", "holds", "set", "is")
        }
    )


@cache
def parties(at: str) -> Mapping[str, str]:
    """Return the claim's field by entity, of the NM1 segments at ``claim`` or ``line``."""
    listed = _rows("parties.tsv", "entity", "at", "field", "is")
    return MappingProxyType({row["entity"]: row["field"] for row in listed if row["at"] == at})


@cache
def payers() -> Mapping[str, Payer]:
    """Return the kind of payer by claim filing indicator, of those that are not commercial."""
    listed = _rows("payers.tsv", "indicator", "payer", "is")
    return MappingProxyType({row["indicator"]: Payer(row["payer"]) for row in listed})


def transaction_name(number: str) -> str:
    """Return what a transaction set is, with its article; empty for an unknown one."""
    return _transactions().get(number, "")


def guide_of(version: str) -> Guide | None:
    """Return the guide that a version such as ``005010X222A1`` names; None for an unknown one."""
    return next((item for start, item in _guides().items() if version.startswith(start)), None)


@cache
def _transactions() -> Mapping[str, str]:
    return {row["number"]: row["is"] for row in _rows("transactions.tsv", "number", "is")}


@cache
def _guides() -> Mapping[str, Guide]:
    return {
        row["guide"]: Guide(ClaimType(row["form"]) if row["form"] else None, row["is"])
        for row in _rows("guides.tsv", "guide", "form", "is")
    }


def _rows(name: str, *columns: str) -> list[Row]:
    return list(rows(table(_PACKAGE, name), columns))
