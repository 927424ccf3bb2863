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


@dataclass(frozen=True, slots=True)
class InstalledRelease:
    """One release in the store.

    Attributes:
        valid_to: last day, inclusive.
        rows: entries as printed, chapters and sections included.
        billable: codes that may stand on a claim, seventh characters added.
        source: package, its version and the file in it.
    """

    system: System
    label: str
    valid_from: dt.date
    valid_to: dt.date
    rows: int
    billable: int
    source: str
    publisher: str
    licence: str
    sha256: str

    def covers(self, on: dt.date) -> bool:
        """Return whether the date of service lies within the release's validity."""
        return self.valid_from <= on <= self.valid_to


def read_releases(rows: Rows) -> dict[InstalledRelease, int]:
    """Return every release with its number in the store, by system and from the oldest on."""
    found = rows(
        "SELECT release, system, label, valid_from, valid_to, rows, billable, source, publisher,"
        " licence, sha256 FROM release ORDER BY system, valid_from, label"
    )
    return {
        InstalledRelease(
            System(system),
            label,
            dt.date.fromisoformat(valid_from),
            dt.date.fromisoformat(valid_to),
            *others,
        ): number
        for number, system, label, valid_from, valid_to, *others in found
    }


def release_for(
    releases: Sequence[InstalledRelease], on: dt.date | None, system: System = System.ICD10CM
) -> InstalledRelease:
    """Return the release that answers for the date of service.

    That is the one that covers it; where none does, the one whose first or last day is nearest,
    and of two equally near the older. Without a date, the newest.

    Raises:
        MissingCodeSet: when no release of the system is installed.
    """
    candidates = [release for release in releases if release.system is system]
    if not candidates:
        installed = ", ".join(sorted({release.system.value for release in releases})) or "nothing"
        raise MissingCodeSet(
            system.value, f"is not installed (installed: {installed}); build or add its code set"
        )
    if on is None:
        return max(candidates, key=lambda release: (release.valid_from, release.label))
    # Of releases that overlap, the later replaces the earlier.
    covering = [release for release in candidates if release.covers(on)]
    if covering:
        return max(covering, key=lambda release: (release.valid_from, release.label))
    return min(candidates, key=lambda release: (_days_away(release, on), release.valid_from))


def _days_away(release: InstalledRelease, on: dt.date) -> int:
    return max((release.valid_from - on).days, (on - release.valid_to).days)
