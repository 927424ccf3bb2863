"""Procedure-to-procedure pairs of hospitals and add-on codes, as the outpatient editor has them."""

from __future__ import annotations

from collections.abc import Iterator

from nosology.codesets.embedded.quarters import PACKAGE, covered, remark_on_beginning
from nosology.codesets.embedded.target import Target, number
from nosology.codesets.extraction import pyoce
from nosology.codesets.loaders.add_on import DATA_SET as ADD_ON
from nosology.codesets.loaders.add_on import AddOnRow, write_add_on
from nosology.codesets.loaders.ptp import HOSPITAL, write_ptp
from nosology.codesets.reference.pairs import PtpRow, PtpTerms

_ANY_PRIMARY = "CCCCC"
"""What the publisher writes where the contractor decides which primary codes are accepted."""


def load_pairs(target: Target) -> None:
    """Write the pairs."""
    period = covered(target)
    with target.release(
        PACKAGE, HOSPITAL, period, source=pyoce.MEMBER, remark=remark_on_beginning(period)
    ) as writing:
        writing.rows = write_ptp(target.connection, writing.number, _pairs(target))


def _pairs(target: Target) -> Iterator[PtpRow]:
    known: dict[tuple[str, str, str], PtpTerms] = {}
    for column_one, column_two, *rest in target.rows(PACKAGE, "ptp", pyoce.PTP):
        modifier, first, last = rest
        key = (modifier, first, last)
        terms = known.get(key)
        if terms is None:
            terms = known[key] = PtpTerms(int(first), number(last), int(modifier), "")
        yield PtpRow(column_one, column_two, terms)


def load_add_on(target: Target) -> None:
    """Write the add-on codes with the codes that they accompany."""
    period = covered(target)
    with target.release(
        PACKAGE, ADD_ON, period, source=pyoce.MEMBER, remark=remark_on_beginning(period)
    ) as writing:
        writing.rows = write_add_on(
            target.connection,
            writing.number,
            (
                AddOnRow(add_on, primary or _ANY_PRIMARY, int(kind), int(first), number(last))
                for add_on, primary, kind, first, last in target.rows(
                    PACKAGE, "add_on", pyoce.ADD_ON
                )
            ),
        )
