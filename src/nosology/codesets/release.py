"""Releases that the store holds, and which of them answers for a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nosology.model.code import System
from nosology.model.errors import MissingCodeSet

Rows = Callable[..., list[Any]]
"""Runs a query with its values against the store and returns every row."""


_SYSTEMS: dict[str, str] = {system.value: system for system in System}


@dataclass(frozen=True, slots=True)
class InstalledRelease:
    """One release in the store.

    Attributes:
        system: a code set, which is a ``System``, or another data set such as ``mue-dme``.
        valid_to: last day, inclusive; None where no end is known.
        rows: entries as printed, chapters and sections included.
        billable: codes that may stand on a claim, seventh characters added; None for what is not a
            code set.
        source: package, its version and the file in it; or the file that the user added.
        loader: what read it.
        part: which part of an edition that is published in several files.
        completeness: ``full``; ``titles-only`` without notes; ``dates-only`` where what is new has
            no title.
        remark: what the user should know of it.
    """

    system: str
    label: str
    valid_from: dt.date
    valid_to: dt.date | None
    rows: int
    billable: int | None
    source: str
    publisher: str
    licence: str
    sha256: str
    loader: str = ""
    part: str = ""
    completeness: str = "full"
    remark: str = ""

    def covers(self, on: dt.date) -> bool:
        """Return whether the date of service lies within the release's validity."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def nearest_day(self, on: dt.date | None) -> dt.date:
        """Return the date, or the release's day that is nearest to it; without a date its first."""
        if on is None:
            return self.valid_from
        return min(max(on, self.valid_from), self.valid_to or dt.date.max)


def read_releases(rows: Rows) -> dict[InstalledRelease, int]:
    """Return every release with its number in the store, by system and from the oldest on."""
    found = rows(
        "SELECT release, system, label, valid_from, valid_to, rows, billable, source, publisher,"
        " licence, sha256, loader, part, completeness, remark"
        " FROM release ORDER BY system, valid_from, label, part"
    )
    return {
        InstalledRelease(
            _SYSTEMS.get(system, system),
            label,
            dt.date.fromisoformat(valid_from),
            dt.date.fromisoformat(valid_to) if valid_to else None,
            *others,
        ): number
        for number, system, label, valid_from, valid_to, *others in found
    }


def release_for(
    releases: Sequence[InstalledRelease], on: dt.date | None, system: str = System.ICD10CM
) -> InstalledRelease:
    """Return the release that answers for the date of service.

    That is the one that covers it; where none does, the one whose first or last day is nearest,
    and of two equally near the older. Without a date, the newest.

    Raises:
        MissingCodeSet: when no release of the system is installed.
    """
    candidates = [release for release in releases if release.system == system]
    if not candidates:
        installed = ", ".join(sorted({str(release.system) for release in releases})) or "nothing"
        raise MissingCodeSet(
            system,
            f"is not installed (installed: {installed}); try nosology codesets build, or add its "
            "files with: nosology codesets add FILE",
        )
    if on is None:
        return max(candidates, key=lambda release: (release.valid_from, release.label))
    # Of releases that overlap, the later replaces the earlier.
    covering = [release for release in candidates if release.covers(on)]
    if covering:
        return max(covering, key=lambda release: (release.valid_from, release.label))
    return min(candidates, key=lambda release: (_days_away(release, on), release.valid_from))


def _days_away(release: InstalledRelease, on: dt.date) -> int:
    last = release.valid_to or dt.date.max
    return max((release.valid_from - on).days, (on - last).days)
