"""What the Integrated Outpatient Code Editor says of codes, quarter by quarter."""

from __future__ import annotations

from nosology.codesets.embedded.quarters import PACKAGE, covered, remark_on_beginning
from nosology.codesets.embedded.target import Target, Writing, number
from nosology.codesets.extraction import pyoce

DATA_SET = "outpatient-code-editor"


def load(target: Target) -> None:
    """Write the facts of procedures, diagnoses, modifiers and revenue codes, and the indicators."""
    period = covered(target)
    with target.release(
        PACKAGE, DATA_SET, period, source=pyoce.MEMBER, remark=remark_on_beginning(period)
    ) as writing:
        _write_procedures(target, writing)
        _write_diagnoses(target, writing)
        writing.insert(
            "outpatient_modifier",
            (
                (modifier, int(first), number(last), flags)
                for modifier, first, last, flags in target.rows(
                    PACKAGE, "modifiers", pyoce.MODIFIERS
                )
            ),
        )
        writing.insert(
            "modifier_conflict",
            (
                (modifier, other, int(first), number(last))
                for modifier, other, first, last in target.rows(
                    PACKAGE, "modifier_conflicts", pyoce.MODIFIER_CONFLICTS
                )
            ),
        )
        writing.insert(
            "revenue_code",
            (
                (code, int(first), number(last), indicator, flags)
                for code, first, last, indicator, flags in target.rows(
                    PACKAGE, "revenue_codes", pyoce.REVENUE_CODES
                )
            ),
        )
        for kind in ("status", "payment"):
            writing.insert(
                "outpatient_indicator",
                (
                    (kind, indicator, int(first), number(last), label)
                    for indicator, first, last, label in target.rows(
                        PACKAGE, f"{kind}_indicators", pyoce.LABELS
                    )
                ),
            )


def _write_procedures(target: Target, writing: Writing) -> None:
    writing.insert(
        "outpatient_procedure",
        (
            (
                code,
                int(first),
                number(last),
                status,
                int(payment),
                apc,
                *map(number, (lowest, highest, approved, terminated, edit)),
                flags,
            )
            for (
                code,
                _kind,
                first,
                last,
                _title,
                status,
                payment,
                apc,
                lowest,
                highest,
                approved,
                terminated,
                edit,
                flags,
            ) in target.rows(PACKAGE, "procedures", pyoce.PROCEDURES)
        ),
    )


def _write_diagnoses(target: Target, writing: Writing) -> None:
    """Write the diagnoses of which anything is said; the others would only repeat their dates."""
    writing.insert(
        "outpatient_diagnosis",
        (
            (code, int(first), number(last), number(lowest), number(highest), flags)
            for code, first, last, _title, lowest, highest, flags in target.rows(
                PACKAGE, "diagnoses", pyoce.DIAGNOSES
            )
            if lowest or highest or flags
        ),
    )
