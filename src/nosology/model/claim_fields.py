"""A claim from the fields of its JSON form, and back.

What is no claim at all (an unknown field, a list where a text belongs) is an error. What stands in
a claim but cannot be read (a day that the calendar lacks, units that are no number) is a flaw of
the claim: the editor reports it and goes on with the rest, as a payer's front end would.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from nosology.model.claim import (
    Claim,
    ClaimDiagnosis,
    ClaimPatient,
    ClaimProcedure,
    ClaimType,
    Flaw,
    Line,
    Provider,
)
from nosology.model.code import dotted, plain
from nosology.model.encounter import Payer, Sex
from nosology.model.errors import InputError, shown

PROVIDERS = (
    "billing_provider",
    "rendering_provider",
    "referring_provider",
    "ordering_provider",
    "attending_provider",
    "service_facility",
)
_TEXTS = (
    "payer_id",
    "bill_type",
    "admission_type",
    "admission_source",
    "discharge_status",
    "frequency",
    "original_claim",
    "prior_authorization",
)
_DATES = (
    "admission_date",
    "discharge_date",
    "statement_from",
    "statement_to",
    "received_date",
    "accident_date",
)
CLAIM_FIELDS = (
    "id",
    "type",
    "payer",
    *_TEXTS,
    "patient",
    *PROVIDERS,
    "diagnoses",
    "admitting_diagnosis",
    "procedures",
    "lines",
    *_DATES,
    "total_charge",
    "condition_codes",
    "occurrence_codes",
    "value_codes",
)
_TEXT_NAMES = frozenset(_TEXTS)
_DATE_NAMES = frozenset(_DATES)
_PROVIDER_NAMES = frozenset(PROVIDERS)
_CLAIM_NAMES = frozenset(CLAIM_FIELDS)
LINE_FIELDS = (
    "code",
    "modifiers",
    "units",
    "date",
    "end_date",
    "place_of_service",
    "revenue_code",
    "diagnoses",
    "charge",
    "ndc",
    "ndc_quantity",
    "ndc_unit",
    "rendering_provider",
    "emergency",
)
_LINE_NAMES = frozenset(LINE_FIELDS)
_LINE_TEXTS = frozenset({"code", "place_of_service", "revenue_code", "ndc", "ndc_unit"})
_NONE = Decimal(0)
_NUMBERS = (str, int, float, Decimal)
_PATIENT_FIELDS = ("id", "birth_date", "sex", "zip")
_PROVIDER_FIELDS = ("npi", "taxonomy", "tax_id", "zip", "state", "specialty", "clia")
_NUMBER = "a number such as 120.00"
# Of amounts (ASC X12 element 782); a sum of them stays exact in decimal arithmetic.
_MOST_DIGITS = 18
# In which a day of a claim may lie; rules add years to it.
_FIRST_YEAR, _LAST_YEAR = 1800, 2199


def claim_from_mapping(fields: Mapping[str, Any], where: str = "claim") -> Claim:
    """Return the claim that a JSON object describes.

    Args:
        fields: the object's fields, as the documentation of claims lists them.
        where: what an error is to be located by, such as ``claims.jsonl:12``.

    Raises:
        InputError: naming the first field that is unknown or not of the expected form.
    """
    return _Reading(where).claim(fields)


class _Reading:
    """Reads one claim and notes its flaws."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.flaws: list[Flaw] = []

    def claim(self, fields: Mapping[str, Any]) -> Claim:
        if not fields.keys() <= _CLAIM_NAMES:
            self._known(fields, CLAIM_FIELDS, "")
        identifier = fields.get("id")
        if isinstance(identifier, bool) or not isinstance(identifier, str | int):
            raise self._wrong("id", identifier, "a text that names the claim")
        told: dict[str, Any] = {"id": str(identifier)}
        if (form := fields.get("type")) is not None:
            told["type"] = self._one_of("type", form, ClaimType)
        if (payer := fields.get("payer")) is not None:
            told["payer"] = self._one_of("payer", payer, Payer)
        for name, value in fields.items():
            if name in _TEXT_NAMES:
                told[name] = self._text(value, name).strip().upper()
            elif name in _DATE_NAMES:
                told[name] = self._date(value, name)
            elif name in _PROVIDER_NAMES and value is not None:
                told[name] = self._provider(value, name)
        if fields.get("patient") is not None:
            told["patient"] = self._patient(fields["patient"])
        told["diagnoses"] = tuple(
            self._diagnosis(item, number)
            for number, item in enumerate(self._list(fields, "diagnoses"), start=1)
        )
        if "admitting_diagnosis" in fields:
            name = "admitting_diagnosis"
            told[name] = plain(self._text(fields[name], name))
        told["procedures"] = tuple(
            self._procedure(item, number)
            for number, item in enumerate(self._list(fields, "procedures"), start=1)
        )
        told["lines"] = tuple(
            self._line(item, number)
            for number, item in enumerate(self._list(fields, "lines"), start=1)
        )
        if "total_charge" in fields:
            told["total_charge"] = self._decimal(fields["total_charge"], "total_charge")
        if fields.get("condition_codes"):
            told["condition_codes"] = tuple(
                self._text(item, "condition_codes").strip().upper()
                for item in self._list(fields, "condition_codes")
            )
        if fields.get("occurrence_codes"):
            told["occurrence_codes"] = tuple(
                (self._text(item.get("code"), name), self._date(item.get("date"), name))
                for name in ("occurrence_codes",)
                for item in self._objects(fields, name, ("code", "date"))
            )
        if fields.get("value_codes"):
            told["value_codes"] = tuple(
                (self._text(item.get("code"), name), self._decimal(item.get("amount"), name))
                for name in ("value_codes",)
                for item in self._objects(fields, name, ("code", "amount"))
            )
        return Claim(**told, flaws=tuple(self.flaws))

    def _line(self, fields: object, number: int) -> Line:
        at = f"lines[{number}]"
        if type(fields) is not dict and not isinstance(fields, Mapping):
            raise self._wrong(at, fields, "an object")
        if not fields.keys() <= _LINE_NAMES:
            self._known(fields, LINE_FIELDS, at)
        told: dict[str, Any] = {"has_units": False}
        for name, value in fields.items():
            if value is None:
                continue
            if name in _LINE_TEXTS:
                told[name] = self._text(value, name, at).strip().upper()
            elif name == "units":
                units = self._decimal(value, name, number)
                told[name], told["has_units"] = (_NONE, False) if units is None else (units, True)
            elif name in {"date", "end_date"}:
                told[name] = self._date(value, name, number)
            elif name in {"charge", "ndc_quantity"}:
                told[name] = self._decimal(value, name, number)
            elif name == "modifiers":
                told[name] = tuple(
                    self._text(item, name, at).strip().upper()
                    for item in self._list(fields, name, at)
                )
            elif name == "diagnoses":
                told[name] = self._pointers(fields, at)
            elif name == "rendering_provider":
                told[name] = self._provider(value, f"{at}.rendering_provider")
            elif isinstance(value, bool):
                told[name] = value
            else:
                raise self._wrong(f"{at}.{name}", value, "true or false")
        return Line(number, **told)

    def _pointers(self, fields: Mapping[str, Any], at: str) -> tuple[int, ...]:
        pointers = self._list(fields, "diagnoses", at)
        if not all(type(item) is int for item in pointers):
            raise self._wrong(f"{at}.diagnoses", pointers, "a list of positions such as [1, 2]")
        return tuple(pointers)

    def _diagnosis(self, value: object, number: int) -> ClaimDiagnosis:
        at = f"diagnoses[{number}]"
        if isinstance(value, str):
            return ClaimDiagnosis(plain(value))
        if not isinstance(value, Mapping):
            raise self._wrong(at, value, "a code, or an object with a field 'code'")
        self._known(value, ("code", "poa", "role"), at)
        poa, role = value.get("poa"), value.get("role")
        return ClaimDiagnosis(
            plain(self._text(value.get("code"), "code", at)),
            None if poa is None else self._text(poa, "poa", at).strip().upper(),
            "" if role is None else self._text(role, "role", at),
        )

    def _procedure(self, value: object, number: int) -> ClaimProcedure:
        at = f"procedures[{number}]"
        if isinstance(value, str):
            return ClaimProcedure(plain(value))
        if not isinstance(value, Mapping):
            raise self._wrong(at, value, "a code, or an object with a field 'code'")
        self._known(value, ("code", "date"), at)
        return ClaimProcedure(
            plain(self._text(value.get("code"), "code", at)),
            self._date(value.get("date"), f"{at}.date"),
        )

    def _patient(self, value: object) -> ClaimPatient:
        if not isinstance(value, Mapping):
            raise self._wrong("patient", value, "an object")
        self._known(value, _PATIENT_FIELDS, "patient")
        sex = value.get("sex")
        told = None
        if sex is not None:
            try:
                told = Sex(sex)
            except ValueError:
                self.flaws.append(Flaw("patient.sex", f"is {shown(sex)}; expected F, M or U"))
        identifier = value.get("id", "")
        if isinstance(identifier, int) and not isinstance(identifier, bool):
            identifier = str(identifier)
        return ClaimPatient(
            self._date(value.get("birth_date"), "patient.birth_date"),
            told,
            self._text(identifier, "patient.id"),
            self._text(value.get("zip", ""), "patient.zip").strip(),
        )

    def _provider(self, value: object, at: str) -> Provider:
        if not isinstance(value, Mapping):
            raise self._wrong(at, value, "an object with a field 'npi'")
        self._known(value, _PROVIDER_FIELDS, at)
        return Provider(
            **{name: self._text(text, name, at).strip() for name, text in value.items()}
        )

    def _date(self, value: object, name: str, line: int | None = None) -> dt.date | None:
        if value is None:
            return None
        day = _day(value) if isinstance(value, str) else None
        if day is None:
            problem = (
                f"is {shown(value)}; expected a date of the calendar as YYYY-MM-DD, 1800 to 2199"
            )
            self.flaws.append(Flaw(name, problem, line))
        return day

    def _decimal(self, value: object, name: str, line: int | None = None) -> Decimal | None:
        if value is None:
            return None
        number = None
        if isinstance(value, _NUMBERS) and not isinstance(value, bool):
            number = _number(str(value))
        if number is None:
            self.flaws.append(Flaw(name, f"is {shown(value)}; expected {_NUMBER}", line))
        return number

    def _list(self, fields: Mapping[str, Any], name: str, at: str = "") -> Sequence[Any]:
        value = fields.get(name)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise self._wrong(f"{at}.{name}" if at else name, value, "a list")
        return value

    def _objects(
        self, fields: Mapping[str, Any], name: str, known: tuple[str, ...]
    ) -> Sequence[Mapping[str, Any]]:
        found = self._list(fields, name)
        for item in found:
            if not isinstance(item, Mapping):
                raise self._wrong(name, item, "objects with a field 'code'")
            self._known(item, known, name)
        return found

    def _text(self, value: object, name: str, at: str = "") -> str:
        if isinstance(value, str):
            return value
        raise self._wrong(f"{at}.{name}" if at else name, value, "a text")

    def _one_of[T: (ClaimType, Payer)](self, name: str, value: object, known: type[T]) -> T:
        try:
            return known(str(value))
        except ValueError:
            raise self._wrong(name, value, f"one of {', '.join(known)}") from None

    def _known(self, fields: Mapping[str, Any], known: tuple[str, ...], at: str) -> None:
        for name in fields:
            if name not in known:
                raise InputError(
                    self.where,
                    f"unknown field {shown(name)}{f' of {at}' if at else ''}; "
                    f"the fields are {', '.join(known)}",
                )

    def _wrong(self, at: str, value: object, expected: str) -> InputError:
        found = "is missing" if value is None else f"is {shown(value)}"
        return InputError(self.where, f"field {at!r} {found}; expected {expected}")


# The days and amounts of claims are few and come again and again.
@lru_cache(maxsize=8192)
def _day(text: str) -> dt.date | None:
    if len(text) != len("2026-04-14"):
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


@lru_cache(maxsize=8192)
def _number(text: str) -> Decimal | None:
    if "_" in text or not text.isascii():
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and _is_written_on_forms(number) else None


def _is_written_on_forms(number: Decimal) -> bool:
    """Return whether a number has no more digits than the transactions take."""
    exponent = number.as_tuple().exponent
    return (
        isinstance(exponent, int) and exponent >= -_MOST_DIGITS and number.adjusted() < _MOST_DIGITS
    )


def claim_as_mapping(claim: Claim) -> dict[str, Any]:
    """Return the JSON form of a claim, which ``claim_from_mapping`` reads back.

    Fields that hold nothing are left out. A value that could not be read is not in it.
    """
    told: dict[str, Any] = {"id": claim.id, "type": claim.type.value}
    if claim.payer is not None:
        told["payer"] = claim.payer.value
    for name in (*_TEXTS, "admitting_diagnosis"):
        if value := getattr(claim, name):
            told[name] = value
    if patient := _filled(claim.patient, _PATIENT_FIELDS):
        told["patient"] = patient
    for name in PROVIDERS:
        if provider := _filled(getattr(claim, name), _PROVIDER_FIELDS):
            told[name] = provider
    if claim.diagnoses:
        told["diagnoses"] = [_diagnosis(item) for item in claim.diagnoses]
    if claim.procedures:
        told["procedures"] = [_filled(item, ("code", "date")) for item in claim.procedures]
    told["lines"] = [_line(item) for item in claim.lines]
    for name in _DATES:
        if (day := getattr(claim, name)) is not None:
            told[name] = day.isoformat()
    if claim.total_charge is not None:
        told["total_charge"] = str(claim.total_charge)
    if claim.condition_codes:
        told["condition_codes"] = list(claim.condition_codes)
    if claim.occurrence_codes:
        told["occurrence_codes"] = [
            {"code": code, **({"date": day.isoformat()} if day else {})}
            for code, day in claim.occurrence_codes
        ]
    if claim.value_codes:
        told["value_codes"] = [
            {"code": code, **({"amount": str(amount)} if amount is not None else {})}
            for code, amount in claim.value_codes
        ]
    return told


def _line(line: Line) -> dict[str, Any]:
    told = _filled(line, ("code", "modifiers"))
    if line.has_units:
        told["units"] = (
            int(line.units) if line.units == line.units.to_integral_value() else str(line.units)
        )
    told |= _filled(line, tuple(name for name in LINE_FIELDS[3:] if name != "rendering_provider"))
    if line.rendering_provider is not None:
        told["rendering_provider"] = _filled(line.rendering_provider, _PROVIDER_FIELDS)
    return told


def _diagnosis(item: ClaimDiagnosis) -> str | dict[str, str]:
    code = dotted(item.code)
    if item.poa is None and not item.role:
        return code
    told = {"code": code}
    if item.poa is not None:
        told["poa"] = item.poa
    if item.role:
        told["role"] = item.role
    return told


def _filled(item: object, names: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name in names:
        value = getattr(item, name)
        if value is None or value in ("", ()):
            continue
        told[name] = _written(value)
    return told


def _written(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
