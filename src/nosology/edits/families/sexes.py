"""Diagnoses, procedures and services that are of one sex."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from nosology.edits.groups import span
from nosology.edits.rule import INPATIENT, MEDICARE, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.encounter import Sex
from nosology.model.errors import MalformedRow
from nosology.model.finding import Category, Severity
from nosology.model.tables import parts, rows, table

COLUMNS = ("services", "sex", "what", "source")
_LAST_DAY = dt.date(2024, 9, 30)
"""On which Medicare last made edits on sex; the lists of codes of one sex end with it."""
_OTHER = {Sex.FEMALE: "male", Sex.MALE: "female"}
_SEXED = frozenset({"male", "female"})
_DIFFERS = "45"
"""Condition code: the record of the patient's sex and the service may differ."""
_SPECIFIC = "KX"
"""The modifier that says the same of a line."""
_EDITOR = ("medicare-code-editor",)
_LETTERS = {"F": Sex.FEMALE, "M": Sex.MALE}


@rule(
    "sex-missing",
    category=Category.SEX,
    severity=Severity.ERROR,
    authority=("x12-837i", "mce-sex"),
    message="The claim does not tell the patient's sex.",
    remedy="Give F, M or U, as the payer has it on file.",
    carc="16",
    needs_day=False,
)
def no_sex(claim: ClaimView) -> Iterator[Hit]:
    """The claim tells the patient's sex.

    An error on a hospital stay, whose editor asks for it; a warning elsewhere.

    Why: the transaction requires the field; U says that it is not known. A value that cannot be
    read is reported by itself.
    """
    if claim.sex is None and not any(flaw.field == "patient.sex" for flaw in claim.claim.flaws):
        yield hit(severity=None if claim.kind in INPATIENT else Severity.WARNING)


@rule(
    "sex-unknown",
    category=Category.SEX,
    severity=Severity.ERROR,
    authority="mce-sex",
    kinds=INPATIENT,
    payers=MEDICARE,
    until=_LAST_DAY,
    message="The sex U is not accepted for a stay that ended on {day}.",
    remedy="Give F or M, as Medicare has it on file.",
    carc="16",
)
def unknown_sex(claim: ClaimView) -> Iterator[Hit]:
    """A stay that ended before October 2024 tells one of two sexes.

    Why: until then the Medicare Code Editor took an unknown sex as not valid and returned the
    claim.
    """
    if claim.sex is Sex.UNKNOWN:
        yield hit()


@rule(
    "diagnosis-and-sex-of-stay",
    category=Category.SEX,
    severity=Severity.ERROR,
    authority=("mce-sex-conflict", "mce-sex-deactivated"),
    kinds=INPATIENT,
    payers=MEDICARE,
    needs=_EDITOR,
    until=_LAST_DAY,
    message="{codes} is a diagnosis of {sex} patients only, and the claim says otherwise.",
    remedy="Correct the diagnosis or the sex; where both are right, give condition code 45.",
    carc="10",
)
def diagnosis_of_stay(claim: ClaimView) -> Iterator[Hit]:
    """The diagnoses of a stay that ended before October 2024 fit the patient's sex.

    Why: until then Medicare returned a stay with a diagnosis of the other sex.
    """
    told = claim.sex.value if claim.sex is not None else ""
    for item in claim.listed:
        sexes = item.facts.attributes & _SEXED
        if sexes and _conflicts(sexes, told) and not _may_differ(claim):
            yield hit(None, item.shown, sex=min(sexes))


@rule(
    "procedure-and-sex-of-stay",
    category=Category.SEX,
    severity=Severity.ERROR,
    authority=("mce-sex-conflict", "mce-sex-deactivated"),
    kinds=INPATIENT,
    payers=MEDICARE,
    needs=_EDITOR,
    until=_LAST_DAY,
    message="Procedure {codes} is done on {sex} patients only, and the claim says otherwise.",
    remedy="Correct the procedure or the sex; where both are right, give condition code 45.",
    carc="7",
)
def procedure_of_stay(claim: ClaimView) -> Iterator[Hit]:
    """The procedures of a stay that ended before October 2024 fit the patient's sex.

    Why: until then Medicare returned a stay with a procedure of the other sex.
    """
    told = claim.sex.value if claim.sex is not None else ""
    for item in claim.procedures:
        sexes = item.attributes & _SEXED
        if sexes and _conflicts(sexes, told) and not _may_differ(claim):
            yield hit(None, item.code, sex=min(sexes))


@rule(
    "diagnosis-unusual-for-sex",
    category=Category.SEX,
    severity=Severity.ADVISORY,
    authority="mce-sex-deactivated",
    needs=_EDITOR,
    message="{codes} is nearly always a diagnosis of {sex} patients.",
    remedy="See that the diagnosis and the sex are both as the record has them; then leave them.",
    carc="10",
)
def unusual_diagnosis(claim: ClaimView) -> Iterator[Hit]:
    """A diagnosis that is nearly always of the other sex is pointed out.

    Why: it may be a slip. Since October 2024 Medicare makes no edit on sex, since the sex on file
    need not tell the organs that a patient has; other payers may still ask. The codes are those
    that Medicare had listed by then. Where its edit was in force, that speaks instead.
    """
    other = _OTHER.get(claim.sex) if claim.sex is not None else None
    if other is None or _is_edited(claim):
        return
    day = claim.known_day
    for item in claim.listed:
        facts = item.facts if day <= _LAST_DAY else claim.book.diagnosis(item.code, _LAST_DAY)
        if other in facts.attributes and not _may_differ(claim):
            yield hit(None, item.shown, sex=other)


@rule(
    "procedure-unusual-for-sex",
    category=Category.SEX,
    severity=Severity.ADVISORY,
    authority="mce-sex-deactivated",
    kinds=INPATIENT,
    needs=_EDITOR,
    message="Procedure {codes} is nearly always done on {sex} patients.",
    remedy="See that the procedure and the sex are both as the record has them; then leave them.",
    carc="7",
)
def unusual_procedure(claim: ClaimView) -> Iterator[Hit]:
    """A procedure of a stay that is nearly always done on the other sex is pointed out.

    Why: it may be a slip of coding. Since October 2024 Medicare makes no edit on sex; the codes
    are those that it had listed by then. Where its edit was in force, that speaks instead.
    """
    other = _OTHER.get(claim.sex) if claim.sex is not None else None
    if other is None or _is_edited(claim):
        return
    day = claim.known_day
    for item in claim.procedures:
        facts = item if day <= _LAST_DAY else claim.book.procedure(item.code, _LAST_DAY)
        if other in facts.attributes and not _may_differ(claim):
            yield hit(None, item.code, sex=other)


@rule(
    "service-unusual-for-sex",
    category=Category.SEX,
    severity=Severity.ADVISORY,
    authority="cpt-sexes",
    message="{code} is nearly always a service for {sex} patients ({what}).",
    remedy="See that the service and the sex are both as the record has them; if they are, modifier"
    " KX tells the payer.",
    carc="7",
)
def unusual_service(claim: ClaimView) -> Iterator[Hit]:
    """A service on organs of the other sex is pointed out.

    Why: it may be a slip. The sex on file need not tell the organs that a patient has, so that
    nothing more than a look is asked for; modifier KX, or condition code 45 on a facility's
    claim, says that the look was taken.
    """
    sex = claim.sex
    if sex not in _OTHER:
        return
    for line in claim.lines:
        found = sex_of(line.code)
        if found is None or found[0] is sex:
            continue
        if _SPECIFIC not in line.modifiers and not _may_differ(claim):
            yield hit(line.number, line.code, sex=_OTHER[sex], what=found[1])


def _conflicts(sexes: frozenset[str], told: str) -> bool:
    """Whether a code of these sexes conflicts with the claim's, of which unknown is neither."""
    return any(sex[0].upper() != told for sex in sexes)


def _may_differ(claim: ClaimView) -> bool:
    return _DIFFERS in claim.claim.condition_codes


def _is_edited(claim: ClaimView) -> bool:
    """Whether Medicare's own edit looks at the claim."""
    return claim.is_medicare and claim.known_day <= _LAST_DAY and claim.kind in INPATIENT


@lru_cache(maxsize=16384)
def sex_of(service: str) -> tuple[Sex, str] | None:
    """Return the sex that a HCPCS or CPT code is of, and what it is; None for most."""
    for (first, last), found in _services().items():
        if first <= service <= last and len(service) == len(first):
            return found
    return None


@cache
def _services() -> Mapping[tuple[str, str], tuple[Sex, str]]:
    found: dict[tuple[str, str], tuple[Sex, str]] = {}
    for row in rows(table("nosology.edits.families", "sexes_of_services.tsv"), COLUMNS):
        if row["sex"] not in _LETTERS:
            raise MalformedRow(row.file, row.line, "sex", "must be F or M")
        for item in parts(row["services"]):
            found[span(item)] = (_LETTERS[row["sex"]], row["what"])
    return found
