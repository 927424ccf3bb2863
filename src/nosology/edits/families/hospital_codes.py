"""Codes of hospital outpatient departments on the claims of practitioners."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.edits.rule import MEDICARE, PROFESSIONAL, Hit, hit, rule
from nosology.edits.view import ClaimView
from nosology.model.finding import Category, Severity
from nosology.model.tables import rows, table

COLUMNS = ("codes", "what", "source")
# Surgery centers bill on professional claims and by many codes of the hospital.
_SURGERY_CENTER = "24"
_PASS_THROUGH = "C"


def hospital_codes() -> dict[str, str]:
    """Return what each code that only a hospital bills is, beside those that begin with C."""
    source = table("nosology.edits.families", "hospital_codes.tsv")
    return {row["codes"]: row["what"] for row in rows(source, COLUMNS)}


_CODES = frozenset(hospital_codes())


@rule(
    "hospital-code-of-practitioner",
    category=Category.PLACE_OF_SERVICE,
    severity=Severity.ERROR,
    authority=("cms-100-04-4", "cms-100-04-14"),
    kinds=PROFESSIONAL,
    payers=MEDICARE,
    message="Line {line} bills {code}, which is for hospital outpatient departments.",
    remedy="Bill the practitioner's own service, such as the visit (99202-99215) or the procedure's"
    " CPT code; leave devices and drugs of the hospital to its claim.",
    carc="8",
)
def of_practitioner(claim: ClaimView) -> Iterator[Hit]:
    """No practitioner bills a code that only a hospital's outpatient department reports.

    Those are codes that begin with C, the clinic visit G0463, observation hours and visits of
    emergency departments of type B. Surgery centers (place 24) bill many of them and are not asked.

    Why: the physician fee schedule has no price for them.
    """
    for line in claim.lines:
        code = line.code
        is_of_hospital = code[:1] == _PASS_THROUGH or code in _CODES
        if is_of_hospital and line.is_valid() and line.line.place_of_service != _SURGERY_CENTER:
            yield hit(line.number, code)
