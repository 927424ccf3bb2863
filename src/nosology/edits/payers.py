"""How grave an edit of Medicare is with other payers, of which most follow it and some do not."""

from __future__ import annotations

from nosology.edits.view import ClaimView
from nosology.model.encounter import Payer
from nosology.model.finding import Severity

_BOUND_BY_NCCI = frozenset({Payer.MEDICARE, Payer.MEDICAID})


def less_beyond_medicare(view: ClaimView) -> Severity | None:
    """Return the severity that stands in for a rule's own: a warning beyond Medicare."""
    return None if view.payer is Payer.MEDICARE else Severity.WARNING


def less_beyond_ncci(view: ClaimView) -> Severity | None:
    """Return the same for the National Correct Coding Initiative, which binds Medicaid too."""
    return None if view.payer in _BOUND_BY_NCCI else Severity.WARNING
