"""The quarters that the outpatient editor covers, which all its data sets share."""

from __future__ import annotations

from nosology.codesets.embedded.target import Period, Target, day
from nosology.codesets.extraction import pyoce

PACKAGE = "pyoce"


def covered(target: Target) -> Period:
    """Return the first and last day that the editor covers, under the label of its last quarter."""
    rows = list(target.rows(PACKAGE, "editions", pyoce.EDITIONS))
    return Period(rows[-1][0], day(rows[0][1]), day(rows[-1][2]))


def remark_on_beginning(period: Period) -> str:
    """Return what must be known of days before the first quarter."""
    return f"what was valid on {period.valid_from} may be older; earlier days are not covered"
