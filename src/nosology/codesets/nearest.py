"""What to say of a code that the release does not hold, with the nearest ones that it does."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from nosology.codesets.entries import ReleaseEntries
from nosology.codesets.release import InstalledRelease
from nosology.model.code import System, dotted
from nosology.model.errors import UnknownCode

_SHAPE = re.compile(r"[A-Z][0-9A-Z]{2,6}")
_SHOWN = 8


def unknown_code(
    releases: Mapping[InstalledRelease, ReleaseEntries],
    answering: InstalledRelease,
    code: str,
    on: dt.date | None,
) -> UnknownCode:
    """Return the error that says why the release lacks the code, and which are nearest."""
    shown = dotted(code)
    if answering.system is System.ICD10CM and not _SHAPE.fullmatch(code):
        # What was typed may be anything, even a sentence from a record: it is not repeated.
        return UnknownCode(
            "code",
            "is not written as ICD-10-CM codes are; expected a letter, two letters or digits, and "
            "up to four more after a dot, such as E11.22",
        )
    covered = on is None or answering.covers(on)
    if not covered:
        when = f"release {answering.label}, the nearest to {on}, which no installed release covers"
    else:
        when = f"release {answering.label}"
    others = [
        release
        for release, entries in releases.items()
        if release.system is answering.system
        and release is not answering
        and (entries.find(code) or entries.find_extended(code))
    ]
    nearest = _nearest(releases[answering], code)
    if others:
        held = ", ".join(
            f"{other.label} ({other.valid_from} to {other.valid_to})" for other in others
        )
        day = f" on {on}" if on is not None and covered else ""
        return UnknownCode(shown, f"was not valid{day}: it is in {held} but not in {when}{nearest}")
    if periods := releases[answering].periods(code):
        return UnknownCode(shown, f"{_outside(periods, on)}; it is not in {when}{nearest}")
    return UnknownCode(shown, f"does not exist in {when}{nearest}")


def _outside(periods: Sequence[tuple[dt.date, dt.date | None]], on: dt.date | None) -> str:
    """Return what the dates of a code say that no installed release holds."""
    held = " and ".join(
        f"from {first} to {last}" if last else f"from {first} on" for first, last in periods
    )
    if on is None:
        return f"is valid {held} only"
    was_valid = any(first <= on and (last is None or on <= last) for first, last in periods)
    return f"was {'' if was_valid else 'not '}valid on {on}: its dates are {held}"


def _nearest(entries: ReleaseEntries, code: str) -> str:
    """Return the end of the sentence that names the nearest codes."""
    for length in range(len(code) - 1, 2, -1):
        entry = entries.find(code[:length])
        if entry is not None and entry.billable:
            return f"; {dotted(entry.code)} is complete as it is"
        if entry is not None:
            does = "is completed as" if entry.is_header else "divides into"
            return f"; {dotted(entry.code)} {does} {_listed(entries.children(entry))}"
    around = entries.categories_around(code)
    return f"; the nearest categories are {_listed(around)}"


def _listed(codes: Sequence[str]) -> str:
    shown = ", ".join(dotted(code) for code in codes[:_SHOWN])
    rest = len(codes) - _SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown
