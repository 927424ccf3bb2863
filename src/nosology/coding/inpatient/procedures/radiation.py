"""Radiation by site, and by energy or source."""

from __future__ import annotations

import re

from nosology.coding.inpatient.procedures.acts import Act
from nosology.coding.inpatient.procedures.choices import chosen
from nosology.coding.inpatient.procedures.completing import Built, Tables, missing, stated

_ENERGY = re.compile(r"(?P<amount>\d+(?:\.\d+)?)\s?-?MV\b", re.IGNORECASE)
_MOST_MEDIUM = 10
_HIGH_RATE = "9"


def _site(act: Act, *, with_report: bool) -> tuple[str, str] | None:
    groups = ((act.own,), act.beside, (*act.rest, *act.around)) if with_report else ((act.own,),)
    for pieces in groups:
        found = chosen("radiation-site", " ".join(piece.text for piece in pieces))
        if found:
            system, body = found.split()
            return system, body
    return None


def beam(act: Act, tables: Tables) -> list[Built]:
    """Return the code of a beam by its site and energy; none where no dose was given here."""
    text = " ".join(piece.text for piece in (act.own, *act.rest))
    energy = _ENERGY.search(text)
    kind = chosen("particles", text)
    if energy and not kind:
        amount = float(energy["amount"])
        kind = "0" if amount < 1 else "1" if amount <= _MOST_MEDIUM else "2"
    site = _site(act, with_report=False)
    if not kind or site is None:
        return []
    system, body = site
    code = f"{system}0{body}{kind}ZZ"
    return [stated(act, code, tables, ())] if tables.has(code) else [missing(act, "site", "D")]


def brachytherapy(act: Act, tables: Tables) -> list[Built]:
    """Return the code of a source placed at its site, by dose rate and isotope."""
    text = " ".join(piece.text for piece in (act.own, *act.beside, *act.rest))
    source = chosen("isotope", text)
    site = _site(act, with_report=True)
    if not source or site is None:
        return []
    system, body = site
    rate = chosen("dose-rate", act.own.text) or _HIGH_RATE
    code = f"{system}1{body}{rate}{source}Z"
    return [stated(act, code, tables, ())] if tables.has(code) else []
