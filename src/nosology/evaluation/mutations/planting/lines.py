"""Defects in the lines: services, modifiers, units, places, pointers."""

from __future__ import annotations

import copy
import datetime as dt

from nosology.evaluation.mutations.planting.site import Fields, Site, plants

_NONE = "-"
_SIDES = ("RT", "LT")
_LAST_DAY, _FIRST_DAY = "2025-12-28", "2026-01-03"


@plants("set-line")
def set_line(site: Site) -> bool:
    """Give a field of a line another value."""
    line = site.line()
    if line is None:
        return False
    name, _, value = site.chosen().partition("=")
    line[name] = value
    return True


@plants("drop-line-field")
def drop_line_field(site: Site) -> bool:
    """Leave a field of a line out."""
    line = site.line()
    return line is not None and line.pop(site.chosen(), None) is not None


@plants("recode")
def recode(site: Site) -> bool:
    """Put a service in the place of another, without its modifiers."""
    line = site.line()
    if line is None or "code" not in line:
        return False
    line["code"], line["modifiers"] = site.chosen(), []
    return True


@plants("recode-letter")
def recode_letter(site: Site) -> bool:
    """Write one character of a service as another."""
    line = site.line()
    [(wrong, right)] = site.choices().items()
    if line is None or wrong not in line["code"]:
        return False
    line["code"] = line["code"].replace(wrong, right, 1)
    return True


@plants("add-line")
def add_line(site: Site) -> bool:
    """Bill beside a service what the defect names for it."""
    choices = [item.split("=") for item in site.what]
    line = site.line()
    if line is None:
        return False
    fitting = [added for code, added in choices if code == line["code"]]
    if not fitting:
        return False
    _add(site, line, site.draw.choice(fitting))
    return True


@plants("add-line-like")
def add_line_like(site: Site) -> bool:
    """Bill a service on the day, at the place and for the diagnoses of another."""
    line = site.line()
    if line is None:
        return False
    _add(site, line, site.chosen())
    return True


@plants("add-lines-like")
def add_lines_like(site: Site) -> bool:
    """Bill a service on so many lines more, each marked as a repetition."""
    line = site.line()
    if line is None:
        return False
    for _ in range(int(site.chosen())):
        again = copy.deepcopy(line)
        again["modifiers"] = [*line.get("modifiers", ()), "76"]
        site.claim["lines"].append(again)
    site.claim.pop("total_charge", None)
    return True


@plants("add-revenue-line")
def add_revenue_line(site: Site) -> bool:
    """Bill a revenue code without a service."""
    like = site.claim["lines"][0]
    added = {"revenue_code": site.chosen(), "units": 1, "date": like["date"], "charge": "30.00"}
    site.claim["lines"].append(added)
    site.claim.pop("total_charge", None)
    return True


def _add(site: Site, like: Fields, item: str) -> None:
    code, *modifiers = item.split("-")
    added = {**copy.deepcopy(like), "code": code, "modifiers": modifiers, "units": 1}
    site.claim["lines"].append(added)
    site.claim.pop("total_charge", None)


@plants("drop-line")
def drop_line(site: Site) -> bool:
    """Leave a service out."""
    return _kept(site, [line for line in site.claim["lines"] if line.get("code") not in site.what])


@plants("drop-unmodified")
def drop_unmodified(site: Site) -> bool:
    """Leave out the lines of a service that have no modifier."""
    return _kept(
        site,
        [
            line
            for line in site.claim["lines"]
            if line.get("code") not in site.what or line.get("modifiers")
        ],
    )


def _kept(site: Site, kept: list[Fields]) -> bool:
    if len(kept) in {0, len(site.claim["lines"])}:
        return False
    site.claim["lines"] = kept
    site.claim.pop("total_charge", None)
    return True


@plants("line-twice")
def line_twice(site: Site) -> bool:
    """Bill a line again."""
    site.claim["lines"].append(copy.deepcopy(site.line()))
    site.claim.pop("total_charge", None)
    return True


@plants("units")
def units(site: Site) -> bool:
    """Bill so many units."""
    line = site.line()
    if line is None:
        return False
    line["units"] = site.chosen()
    return True


@plants("add-modifier")
def add_modifier(site: Site) -> bool:
    """Add one or several modifiers to a line with a service."""
    line = site.line()
    added = site.chosen().split()
    if line is None or "code" not in line or set(added) & set(line.get("modifiers", ())):
        return False
    line["modifiers"] = [*line.get("modifiers", ()), *added]
    return True


@plants("modifier-twice")
def modifier_twice(site: Site) -> bool:
    """Write a modifier of a line again."""
    line = site.line()
    if line is None or not line.get("modifiers"):
        return False
    line["modifiers"] = [*line["modifiers"], line["modifiers"][0]]
    return True


@plants("drop-modifier")
def drop_modifier(site: Site) -> bool:
    """Leave a modifier out of the lines that bear it."""
    wanted = site.chosen()
    bearing = [line for line in site.claim["lines"] if wanted in line.get("modifiers", ())]
    for line in bearing:
        line["modifiers"] = [item for item in line["modifiers"] if item != wanted]
    return bool(bearing)


@plants("other-side")
def other_side(site: Site) -> bool:
    """Tell the other side in the modifier."""
    line = site.line()
    if line is None or not set(_SIDES) & set(line.get("modifiers", ())):
        return False
    other = dict(zip(_SIDES, reversed(_SIDES), strict=True))
    line["modifiers"] = [other.get(item, item) for item in line["modifiers"]]
    return True


@plants("pointers")
def pointers(site: Site) -> bool:
    """Point a line to other positions, or to none."""
    line, told = site.line() or site.draw.choice(site.claim["lines"]), site.chosen()
    line["diagnoses"] = [] if told == _NONE else [int(place) for place in told.split(",")]
    return True


@plants("line-day")
def line_day(site: Site) -> bool:
    """Move a line so many days."""
    return _moved(site, "date")


@plants("end-day")
def end_day(site: Site) -> bool:
    """Let a line end so many days after it begins, or before."""
    return _moved(site, "end_date")


def _moved(site: Site, name: str) -> bool:
    line = site.line()
    if line is None:
        return False
    day = dt.date.fromisoformat(line["date"]) + dt.timedelta(days=int(site.chosen()))
    line[name] = day.isoformat()
    return True


@plants("across-years")
def across_years(site: Site) -> bool:
    """Let the one line of a claim last from one year into the next."""
    if len(site.claim["lines"]) > 1:
        return False
    site.claim["lines"][0] |= {"date": _LAST_DAY, "end_date": _FIRST_DAY}
    site.claim.pop("received_date", None)
    return True
