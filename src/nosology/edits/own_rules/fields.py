"""The fields of a claim that a rule may name, and how each is read from a claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from nosology.edits.view import ClaimView, LineView
from nosology.model.claim import Provider
from nosology.model.claim_fields import PROVIDERS

type Value = str | Decimal | dt.date | int
type Read = Callable[[ClaimView, LineView | None], tuple[Value, ...]]


class Form(StrEnum):
    """What the values of a field are."""

    CODES = "codes"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a rule may name.

    Attributes:
        read: returns its values, none where the claim does not fill it.
        is_of_line: whether each line has its own.
    """

    name: str
    form: Form
    read: Read
    is_of_line: bool


def _texts(*values: str | None) -> tuple[str, ...]:
    return tuple(value.upper() for value in values if value)


def _given[T: (Decimal, dt.date)](value: T | None) -> tuple[T, ...]:
    return () if value is None else (value,)


def _claim_text(name: str) -> Read:
    return lambda claim, _: _texts(getattr(claim.claim, name))


def _claim_date(name: str) -> Read:
    return lambda claim, _: _given(getattr(claim.claim, name))


def _provider(name: str, part: str) -> Read:
    def read(claim: ClaimView, _: LineView | None) -> tuple[Value, ...]:
        provider: Provider = getattr(claim.claim, name)
        return _texts(getattr(provider, part))

    return read


def _line_text(name: str) -> Read:
    return lambda _, line: () if line is None else _texts(getattr(line.line, name))


def _age(claim: ClaimView, line: LineView | None) -> tuple[Value, ...]:
    age = claim.age(None if line is None else line.day)
    return () if age is None else (age,)


def _pointed(claim: ClaimView, line: LineView | None) -> tuple[Value, ...]:
    if line is None:
        return ()
    known = claim.claim.diagnoses
    return tuple(known[place - 1].code for place in line.line.diagnoses if 0 < place <= len(known))


_CLAIM_TEXTS = (
    *("id", "payer_id", "bill_type", "admission_type", "admission_source", "discharge_status"),
    *("frequency", "original_claim", "prior_authorization", "admitting_diagnosis"),
)
_CLAIM_DATES = (
    *("admission_date", "discharge_date", "statement_from", "statement_to"),
    *("received_date", "accident_date"),
)
_PROVIDER_PARTS = ("npi", "taxonomy", "tax_id", "zip", "state", "specialty", "clia")


def _listed() -> dict[str, Field]:
    codes, number, date = Form.CODES, Form.NUMBER, Form.DATE
    whole = [
        *((name, codes, _claim_text(name)) for name in _CLAIM_TEXTS),
        *((name, date, _claim_date(name)) for name in _CLAIM_DATES),
        *(
            (f"{name}.{part}", codes, _provider(name, part))
            for name in PROVIDERS
            for part in _PROVIDER_PARTS
        ),
        ("type", codes, lambda claim, _: (claim.claim.type.value.upper(),)),
        ("kind", codes, lambda claim, _: (claim.kind.value.upper(),)),
        ("payer", codes, lambda claim, _: _texts(claim.payer and claim.payer.value)),
        ("patient.sex", codes, lambda claim, _: _texts(claim.sex and claim.sex.value)),
        ("patient.zip", codes, lambda claim, _: _texts(claim.claim.patient.zip)),
        ("patient.birth_date", date, lambda claim, _: _given(claim.claim.patient.birth_date)),
        ("patient.age", number, _age),
        ("diagnoses", codes, lambda claim, _: tuple(item.code for item in claim.claim.diagnoses)),
        (
            "first_diagnosis",
            codes,
            lambda claim, _: tuple(item.code for item in claim.claim.diagnoses[:1]),
        ),
        ("procedures", codes, lambda claim, _: tuple(item.code for item in claim.claim.procedures)),
        ("codes", codes, lambda claim, _: _texts(*(line.code for line in claim.lines))),
        ("condition_codes", codes, lambda claim, _: claim.claim.condition_codes),
        (
            "occurrence_codes",
            codes,
            lambda claim, _: tuple(code for code, _ in claim.claim.occurrence_codes),
        ),
        ("value_codes", codes, lambda claim, _: tuple(code for code, _ in claim.claim.value_codes)),
        ("total_charge", number, lambda claim, _: _given(claim.claim.total_charge)),
        ("line_count", number, lambda claim, _: (len(claim.lines),)),
        ("date", date, lambda claim, _: _given(claim.day)),
    ]
    of_line = [
        *(
            (name, codes, _line_text(name))
            for name in ("code", "place_of_service", "revenue_code", "ndc", "ndc_unit")
        ),
        ("modifiers", codes, lambda _, line: () if line is None else line.modifiers),
        ("diagnoses", codes, _pointed),
        ("units", number, lambda _, line: () if line is None else (line.units,)),
        ("charge", number, lambda _, line: () if line is None else _given(line.line.charge)),
        (
            "ndc_quantity",
            number,
            lambda _, line: () if line is None else _given(line.line.ndc_quantity),
        ),
        ("date", date, lambda _, line: () if line is None else _given(line.day)),
        ("end_date", date, lambda _, line: () if line is None else _given(line.last_day)),
        (
            "rendering_provider.npi",
            codes,
            lambda claim, line: () if line is None else _texts(claim.renders(line.line).npi),
        ),
        (
            "rendering_provider.specialty",
            codes,
            lambda claim, line: () if line is None else _texts(claim.renders(line.line).specialty),
        ),
    ]
    return {
        **{name: Field(name, form, read, False) for name, form, read in whole},
        **{f"line.{name}": Field(f"line.{name}", form, read, True) for name, form, read in of_line},
    }


FIELDS: Mapping[str, Field] = MappingProxyType(_listed())
"""By the name that a rule uses; those of a line begin with ``line.``."""
