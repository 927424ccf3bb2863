"""Numbers that identify who bills, renders, orders and refers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache

from nosology.edits.rule import VERSION_5010, Hit, hit, rule
from nosology.edits.traits import Trait
from nosology.edits.view import ClaimView
from nosology.model.claim import Provider
from nosology.model.claim_fields import PROVIDERS
from nosology.model.finding import Category, Severity

# What stands before an NPI when its check digit is made: the issuer of health identifiers.
_ISSUER = 24
_LENGTH = 10
_NPI_REQUIRED = dt.date(2008, 5, 23)
_TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
_TAX_ID = re.compile(r"\d{2}-?\d{7}|\d{3}-?\d{2}-?\d{4}")
_ZIP = re.compile(r"\d{5}(?:-?\d{4})?")
_CLIA = re.compile(r"\d{2}D\d{7}")


@lru_cache(maxsize=65536)
def is_npi(number: str) -> bool:
    """Return whether ten digits are an NPI by their check digit.

    Source: ISO/IEC 7812 (Luhn) over the number with 80840 before it, whose digits add 24.
    """
    if len(number) != _LENGTH or not number.isascii() or not number.isdigit():
        return False
    if number[0] not in "12":
        return False
    total = _ISSUER
    for place, digit in enumerate(number):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _providers(claim: ClaimView) -> Iterator[tuple[int | None, str, Provider]]:
    """Yield line, name and provider of everyone that the claim names."""
    told = claim.claim
    for name in PROVIDERS:
        provider: Provider = getattr(told, name)
        if provider is not _NOBODY:
            yield None, name.replace("_", " "), provider
    for line in told.lines:
        if line.rendering_provider is not None:
            yield line.number, "rendering provider", line.rendering_provider


_NOBODY = Provider()


@rule(
    "billing-npi-missing",
    category=Category.PROVIDER_ID,
    severity=Severity.ERROR,
    authority=("45-cfr-162-410", "x12-837p"),
    since=_NPI_REQUIRED,
    message="The claim names no NPI of who bills.",
    remedy="Give the billing provider's NPI.",
    carc="16",
)
def billing_npi_missing(claim: ClaimView) -> Iterator[Hit]:
    """Every claim names the NPI of the provider that bills.

    A claim that tells nothing of who bills is perhaps checked before that is added: an advisory.

    Why: covered providers must use their NPI on standard transactions; a claim without it is
    rejected before it reaches the payer.
    """
    biller = claim.claim.billing_provider
    if not biller.npi:
        yield hit(severity=Severity.ADVISORY if biller == _NOBODY else None)


@rule(
    "npi-invalid",
    category=Category.PROVIDER_ID,
    severity=Severity.ERROR,
    authority="45-cfr-162-406",
    since=_NPI_REQUIRED,
    needs_day=False,
    message="The NPI of the {provider} is not valid: {problem}.",
    remedy="Correct it from the NPI registry.",
    carc="16",
)
def npi_invalid(claim: ClaimView) -> Iterator[Hit]:
    """Every NPI has ten digits, begins with 1 or 2, and ends with its check digit.

    Why: a number that fails its check digit was mistyped; the claim is rejected.
    """
    for line, name, provider in _providers(claim):
        if provider.npi and not is_npi(provider.npi):
            is_long = len(provider.npi) == _LENGTH and provider.npi.isdigit()
            problem = "its check digit does not fit" if is_long else "it has not ten digits"
            yield hit(line, provider=name, problem=problem)


@rule(
    "taxonomy-malformed",
    asks=Trait.PROVIDER_DETAILS,
    category=Category.PROVIDER_ID,
    severity=Severity.ERROR,
    authority="nucc-taxonomy",
    needs_day=False,
    message="The taxonomy code of the {provider} is not of the form of one.",
    remedy="Give the code of ten characters, such as 207Q00000X, under which the NPI is enrolled.",
    carc="16",
)
def taxonomy_malformed(claim: ClaimView) -> Iterator[Hit]:
    """A provider's taxonomy code has ten characters, digits and capital letters, the last an X.

    Why: payers match the claim to an enrollment by NPI and taxonomy; one of another form never
    matches.
    """
    for line, name, provider in _providers(claim):
        if provider.taxonomy and not _TAXONOMY.fullmatch(provider.taxonomy):
            yield hit(line, provider=name)


@rule(
    "tax-id-malformed",
    asks=Trait.PROVIDER_DETAILS,
    category=Category.PROVIDER_ID,
    severity=Severity.ERROR,
    authority="x12-837p",
    since=VERSION_5010,
    needs_day=False,
    message="The tax identification number of the {provider} has not nine digits.",
    remedy="Give the employer identification number, or the social security number of who bills.",
    carc="16",
)
def tax_id_malformed(claim: ClaimView) -> Iterator[Hit]:
    """A tax identification number has nine digits.

    Why: the payer reports payments to the tax authority by it and rejects a claim that has another.
    """
    for line, name, provider in _providers(claim):
        if provider.tax_id and not _TAX_ID.fullmatch(provider.tax_id):
            yield hit(line, provider=name)


@rule(
    "zip-malformed",
    asks=Trait.PROVIDER_DETAILS,
    category=Category.SYNTAX,
    severity=Severity.ERROR,
    authority="x12-837p",
    since=VERSION_5010,
    needs_day=False,
    message="The ZIP code of the {whose} has neither five nor nine digits.",
    remedy="Give five digits, or nine for who bills and for the place of service.",
    carc="16",
)
def zip_malformed(claim: ClaimView) -> Iterator[Hit]:
    """A ZIP code has five digits, or nine with or without a hyphen.

    Why: the payer prices by locality, which it takes from the ZIP code of the place of service.
    """
    patient = claim.claim.patient.zip
    if patient and not _ZIP.fullmatch(patient):
        yield hit(whose="patient")
    for line, name, provider in _providers(claim):
        if provider.zip and not _ZIP.fullmatch(provider.zip):
            yield hit(line, whose=name)


@rule(
    "clia-malformed",
    asks=Trait.PROVIDER_DETAILS,
    category=Category.PROVIDER_ID,
    severity=Severity.ERROR,
    authority="cms-100-04-16-70",
    needs_day=False,
    message="The CLIA number of the {provider} is not of the form of one.",
    remedy="Give two digits, a D and seven digits, as on the laboratory's certificate.",
    carc="16",
)
def clia_malformed(claim: ClaimView) -> Iterator[Hit]:
    """A laboratory's CLIA number is two digits, the letter D and seven digits.

    Why: laboratory services are paid only to a laboratory whose certificate covers them, which the
    payer looks up by the number.
    """
    for line, name, provider in _providers(claim):
        if provider.clia and not _CLIA.fullmatch(provider.clia):
            yield hit(line, provider=name)
