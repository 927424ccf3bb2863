"""Ways of planting a defect: small functions that spoil one thing in a claim."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from nosology.evaluation.mutations.planting.site import Plant, listed

_MODULES = ("headers", "diagnoses", "stays", "lines", "earlier")


@cache
def plantings() -> dict[str, Plant]:
    """Return the ways of planting by name."""
    for module in _MODULES:
        import_module(f"{__name__}.{module}")
    return listed()
