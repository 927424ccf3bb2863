"""The edits between codes as coding takes them: the practitioner's where installed, else the other.

The tables for practitioners and for hospitals agree for nearly all pairs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from nosology.codesets.book import SqliteCodeBook
from nosology.codesets.reference import open_reference_book
from nosology.codesets.reference.answers import PtpSetting
from nosology.codesets.reference.book import ReferenceBook
from nosology.codesets.reference.ncci import ADD_ON, PTP
from nosology.model.edits import Pair

_MOST_REMEMBERED = 20_000


def pairs_of(book: SqliteCodeBook, *, is_hospital: bool) -> ReferencePairs | None:
    """Return the edits that stand in the book's store; None where it holds none."""
    ends = [
        release.valid_to or release.valid_from
        for release in book.releases
        if release.system in PTP.values()
    ]
    if not ends:
        return None
    reference = open_reference_book(book.path.parent)
    return ReferencePairs(reference, max(ends), is_hospital)


@dataclass(frozen=True)
class ReferencePairs:
    """Answers from the installed editions; asks each question of the store once."""

    book: ReferenceBook
    newest: dt.date
    """The last day that the editions answer for; what is later, or has no date, is edited by it."""
    is_hospital: bool = False
    _known: dict[tuple[str, str, dt.date], Pair | None] = field(default_factory=dict)
    _primaries: dict[tuple[str, dt.date], tuple[str, ...] | None] = field(default_factory=dict)
    _settings: dict[dt.date, PtpSetting | None] = field(default_factory=dict)

    def pair(self, one: str, other: str, on: dt.date | None) -> Pair | None:
        """Return the edit on the two codes, in whichever order; None where there is none."""
        day = self._day(on)
        key = (one, other, day)
        if key not in self._known:
            if len(self._known) > _MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = self._looked_up(one, other, day)
        return self._known[key]

    def primaries(self, add_on: str, on: dt.date | None) -> tuple[str, ...] | None:
        """Return the codes that the add-on code may accompany; None where it is no add-on code."""
        day = self._day(on)
        key = (add_on, day)
        if key not in self._primaries:
            found = self.book.add_on(add_on, day) if self.book.has(ADD_ON, day) else None
            self._primaries[key] = found.primary_codes if found else None
        return self._primaries[key]

    def release(self, on: dt.date | None) -> str | None:
        """Return which pairs answer for the date; None where none do."""
        return self._setting(self._day(on))

    def _day(self, on: dt.date | None) -> dt.date:
        return self.newest if on is None else min(on, self.newest)

    def _looked_up(self, one: str, other: str, day: dt.date) -> Pair | None:
        setting = self._setting(day)
        if setting is None:
            return None
        for column1, column2 in ((one, other), (other, one)):
            edit = self.book.ptp(column1, column2, day, setting)
            if edit is not None:
                return Pair(column1, column2, edit.modifier_indicator, edit.release)
        return None

    def _setting(self, day: dt.date) -> PtpSetting | None:
        if day not in self._settings:
            order: tuple[PtpSetting, ...] = (
                ("hospital",) if self.is_hospital else ("practitioner", "hospital")
            )
            self._settings[day] = next(
                (setting for setting in order if self.book.has(PTP[setting], day)), None
            )
        return self._settings[day]
