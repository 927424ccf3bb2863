"""Defects in what is told of the claim as a whole: who, when, how much."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from nosology.evaluation.mutations.planting.site import Site, plants

_A_YEAR = dt.timedelta(days=365)


@plants("npi-digit")
def npi_digit(site: Site) -> bool:
    """Change a digit of the biller's NPI."""
    npi = site.claim["billing_provider"]["npi"]
    place = site.draw.randrange(1, len(npi))
    digit = (int(npi[place]) + site.draw.randint(1, 9)) % 10
    site.claim["billing_provider"]["npi"] = f"{npi[:place]}{digit}{npi[place + 1 :]}"
    return True


@plants("npi-swap")
def npi_swap(site: Site) -> bool:
    """Let two neighbors change places; 0 and 9 are left, which no check digit tells apart."""
    npi = site.claim["billing_provider"]["npi"]
    places = [
        place
        for place in range(1, len(npi) - 1)
        if npi[place] != npi[place + 1] and {npi[place], npi[place + 1]} != {"0", "9"}
    ]
    if not places:
        return False
    place = site.draw.choice(places)
    swapped = f"{npi[:place]}{npi[place + 1]}{npi[place]}{npi[place + 2 :]}"
    site.claim["billing_provider"]["npi"] = swapped
    return True


@plants("set")
def set_field(site: Site) -> bool:
    """Give a field of the claim another value, written as ``patient.sex=X1``."""
    path, _, value = site.chosen().partition("=")
    *above, name = path.split(".")
    owner = site.claim
    for part in above:
        owner = owner.setdefault(part, {})
    if owner.get(name) == value:
        return False
    owner[name] = value
    return True


@plants("set-list")
def set_list(site: Site) -> bool:
    """Give a list of the claim one item."""
    name, _, value = site.chosen().partition("=")
    site.claim[name] = [value]
    return True


@plants("drop")
def drop_field(site: Site) -> bool:
    """Leave a field of the claim out."""
    *above, name = site.chosen().split(".")
    owner = site.claim
    for part in above:
        owner = owner.get(part, {})
    return owner.pop(name, None) is not None


@plants("birth")
def birth(site: Site) -> bool:
    """Let the patient be born so many years before the service, or after it."""
    born = site.day - int(site.chosen()) * _A_YEAR
    site.claim["patient"]["birth_date"] = born.isoformat()
    return True


@plants("total")
def total(site: Site) -> bool:
    """Tell a total that is not the sum of the lines."""
    charged = sum((Decimal(line["charge"]) for line in site.claim["lines"]), Decimal(0))
    off = site.draw.choice((Decimal("0.01"), Decimal(1), Decimal(100), Decimal("-0.90")))
    site.claim["total_charge"] = str(charged + off)
    return True


@plants("received")
def received(site: Site) -> bool:
    """Let the claim be received so many days after the service, or before it."""
    days = [dt.date.fromisoformat(line["date"]) for line in site.claim["lines"]]
    last = site.claim.get("discharge_date") or max(days).isoformat()
    day = dt.date.fromisoformat(last) + dt.timedelta(days=int(site.chosen()))
    site.claim["received_date"] = day.isoformat()
    return True


@plants("statement")
def statement(site: Site) -> bool:
    """Let the statement end before it begins."""
    began = dt.date.fromisoformat(site.claim["statement_from"])
    site.claim["statement_to"] = (began + dt.timedelta(days=int(site.chosen()))).isoformat()
    return True


@plants("no-lines")
def no_lines(site: Site) -> bool:
    """Leave every line out."""
    site.claim["lines"] = []
    return True
