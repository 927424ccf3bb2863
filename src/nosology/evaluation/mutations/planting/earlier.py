"""Defects that only earlier claims of the patient show."""

from __future__ import annotations

import copy
import datetime as dt

from nosology.edits.cases import written_out
from nosology.evaluation.mutations.planting.site import Site, code_of, plants

_OF_THE_PATIENT = ("payer", "patient", "billing_provider", "rendering_provider")

_TELLS_APART = frozenset({"24", "25", "57"})
"""Modifiers by which a visit says already that it has nothing to do with what was before."""


@plants("earlier-line")
def earlier_line(site: Site) -> bool:
    """Let the same practice have billed a line so many days before, written as ``47562,20``."""
    if site.has and all(_TELLS_APART & set(item.get("modifiers", ())) for item in site.lines()):
        return False
    line, _, days = site.chosen().rpartition(",")
    day = site.day - dt.timedelta(days=int(days))
    told = {name: site.claim[name] for name in _OF_THE_PATIENT if name in site.claim}
    told |= {"id": "E1", "kind": site.kind, "date": day.isoformat(), "lines": [line]}
    told["diagnoses"] = [code_of(site.claim["diagnoses"][0])]
    site.earlier.append(written_out(told, "earlier"))
    return True


@plants("earlier-copy")
def earlier_copy(site: Site) -> bool:
    """Let the claim have been sent before under another id."""
    site.earlier.append({**copy.deepcopy(site.claim), "id": "E1"})
    return True
