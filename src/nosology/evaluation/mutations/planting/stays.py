"""Defects in what only a stay in a hospital tells."""

from __future__ import annotations

import datetime as dt

from nosology.evaluation.mutations.planting.site import Site, plants

_LEFT_OUT = "-"


@plants("poa")
def poa(site: Site) -> bool:
    """Change whether a diagnosis was present on admission, or leave it out."""
    told = [item for item in site.claim["diagnoses"] if isinstance(item, dict)]
    if not told:
        return False
    item, value = site.draw.choice(told), site.chosen()
    if value == _LEFT_OUT:
        item.pop("poa")
    else:
        item["poa"] = value
    return True


@plants("poa-exempt")
def poa_exempt(site: Site) -> bool:
    """Tell of a diagnosis that is exempt that it was present on admission."""
    for place, code in enumerate(site.codes()):
        if code in site.has:
            site.claim["diagnoses"][place] = {"code": code, "poa": site.chosen()}
            return True
    return False


@plants("discharge")
def discharge(site: Site) -> bool:
    """Move the discharge to so many days after the admission, or before it."""
    day = site.day + dt.timedelta(days=int(site.chosen()))
    site.claim["discharge_date"] = day.isoformat()
    return True


@plants("procedure-character")
def procedure_character(site: Site) -> bool:
    """Write another last character of a procedure."""
    item = site.draw.choice(site.claim["procedures"])
    code, wrong = item["code"], site.chosen()
    item["code"] = f"{code[:-1]}{wrong}"
    return not code.endswith(wrong)


@plants("procedure-short")
def procedure_short(site: Site) -> bool:
    """Leave out the last character of a procedure."""
    item = site.draw.choice(site.claim["procedures"])
    item["code"] = item["code"][:-1]
    return True


@plants("procedure-date")
def procedure_date(site: Site) -> bool:
    """Leave out the day of a procedure, or move it so many days behind the discharge."""
    item, days = site.draw.choice(site.claim["procedures"]), site.chosen()
    if days == _LEFT_OUT:
        item.pop("date")
    else:
        last = dt.date.fromisoformat(site.claim["discharge_date"])
        item["date"] = (last + dt.timedelta(days=int(days))).isoformat()
    return True


@plants("short-ventilation")
def short_ventilation(site: Site) -> bool:
    """Bill a procedure of more than four days in a stay of two."""
    last = (site.day + dt.timedelta(days=2)).isoformat()
    site.claim["discharge_date"] = site.claim["statement_to"] = last
    code = {"code": site.chosen(), "date": site.day.isoformat()}
    site.claim["procedures"] = [*site.claim.get("procedures", ()), code]
    return True
