"""Answers from the National Correct Coding Initiative: pairs, units, add-on codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from nosology.codesets.loaders.add_on import CONTRACTOR_DEFINED
from nosology.codesets.reference.answers import AddOn, Mue, MueService, PtpEdit, PtpSetting
from nosology.codesets.reference.editions import (
    Edition,
    Reader,
    Rows,
    day_number,
    day_of,
)
from nosology.codesets.reference.pairs import PairTable, PtpTerms, terms_of, unpack

ADD_ON = "ncci-add-on"
PTP: dict[PtpSetting, str] = {
    "practitioner": "ncci-ptp-practitioner",
    "hospital": "ncci-ptp-hospital",
}
MUE: dict[MueService, str] = {
    "practitioner": "mue-practitioner",
    "outpatient": "mue-outpatient",
    "dme": "mue-dme",
}
# Practitioner and hospital pairs are each published in four files, parted by the first code.
_PTP_PARTS = ("f1", "f2", "f3", "f4")


class NcciReader(Reader):
    """Questions about pairs, units and add-on codes."""

    def __init__(self, rows: Rows) -> None:
        super().__init__(rows)
        self._terms: dict[int, dict[int, PtpTerms]] = {}

    def ptp(
        self, column1: str, column2: str, on: dt.date, setting: PtpSetting = "practitioner"
    ) -> PtpEdit | None:
        """Return the edit on the pair that is in force on the day; None where there is none.

        The order matters: ask for both where it is not known which code is column 1.

        Raises:
            MissingCodeSet: when no whole edition answers for the day.
        """
        edition = self._pairs_edition(setting, on)
        day = day_number(on)
        for release, packed in self._packed(edition, column1, place=1):
            for number in terms_of(packed, column2):
                terms = self._terms_of_release(release)[number]
                if terms.in_force(day):
                    return _edit(column1, column2, terms, edition.label)
        return None

    def pair_table(self, setting: PtpSetting, on: dt.date) -> PairTable:
        """Return the pairs of the edition that answers for the day, for asking many of them.

        Raises:
            MissingCodeSet: when no whole edition answers for the day.
        """
        edition = self._pairs_edition(setting, on)
        return PairTable(
            edition.label,
            lambda code: [
                (self._terms_of_release(release), packed)
                for release, packed in self._packed(edition, code, place=1)
            ],
        )

    def ptp_pairs_for(
        self, code: str, on: dt.date, setting: PtpSetting = "practitioner"
    ) -> tuple[PtpEdit, ...]:
        """Return every edit in force on the day in which the code is column 1, then column 2.

        Raises:
            MissingCodeSet: when no whole edition answers for the day.
        """
        edition = self._pairs_edition(setting, on)
        day = day_number(on)
        edits = []
        for place in (1, 2):
            for release, packed in self._packed(edition, code, place):
                terms = self._terms_of_release(release)
                edits += [
                    _edit(*((code, other) if place == 1 else (other, code)), held, edition.label)
                    for other, number in unpack(packed)
                    if (held := terms[number]).in_force(day)
                ]
        return tuple(edits)

    def mue(self, code: str, on: dt.date, service: MueService = "practitioner") -> Mue | None:
        """Return the most units of the code on the day; None where no limit is published.

        Raises:
            MissingCodeSet: when no edition answers for the day.
        """
        edition = self._editions.needed(MUE[service], on)
        for units, indicator, rationale in self._rows(
            "SELECT units, indicator, rationale FROM mue WHERE release = ? AND code = ?",
            edition.releases[""],
            code,
        ):
            return Mue(code, units, indicator, rationale, edition.label)
        return None

    def add_on(self, code: str, on: dt.date) -> AddOn | None:
        """Return what the add-on code may accompany on the day; None where it is no add-on code.

        Raises:
            MissingCodeSet: when no edition answers for the day.
        """
        edition = self._editions.needed(ADD_ON, on, self._add_on_reach)
        day = day_number(on)
        found = [
            (primary, kind)
            for release in edition.releases.values()
            for primary, kind in self._rows(
                "SELECT DISTINCT primary_code, type FROM add_on WHERE release = ? AND code = ?"
                " AND effective <= ? AND (deletion IS NULL OR deletion >= ?)"
                " ORDER BY primary_code, type",
                release,
                code,
                day,
                day,
            )
        ]
        if not found:
            return None
        # Where rows differ, the type that leaves most to the contractor holds.
        kind = max((kind for _, kind in found), key=(1, 3, 2).index)
        listed = dict.fromkeys(primary for primary, _ in found if primary != CONTRACTOR_DEFINED)
        return AddOn(code, kind, tuple(listed), kind != 1, edition.label)

    def _pairs_edition(self, setting: PtpSetting, on: dt.date) -> Edition:
        edition = self._editions.needed(PTP[setting], on, self._pairs_reach)
        if lacking := _lacking(edition):
            raise self._editions.incomplete(edition, lacking)
        return edition

    def _has_pairs(self, data_set: str, on: dt.date) -> bool:
        edition = self._editions.answering(data_set, on, self._pairs_reach)
        return edition is not None and not _lacking(edition)

    def _packed(self, edition: Edition, code: str, place: int) -> Iterator[tuple[int, bytes]]:
        for release in edition.releases.values():
            for (packed,) in self._rows(
                "SELECT pairs FROM ptp_pairs WHERE release = ? AND place = ? AND code = ?",
                release,
                place,
                code,
            ):
                yield release, packed

    def _terms_of_release(self, release: int) -> dict[int, PtpTerms]:
        """Return the terms by number; a few thousand, kept once they were read."""
        if release not in self._terms:
            self._terms[release] = {
                number: PtpTerms(*held)
                for number, *held in self._rows(
                    "SELECT terms, effective, deletion, modifier, rationale FROM ptp_terms"
                    " WHERE release = ?",
                    release,
                )
            }
        return self._terms[release]

    def _pairs_reach(self, release: int) -> dt.date | None:
        terms = self._terms_of_release(release).values()
        first = [held.effective for held in terms]
        if not first or None in first:
            return None
        return day_of(min(day for day in first if day is not None))

    def _add_on_reach(self, release: int) -> dt.date | None:
        ((first,),) = self._rows("SELECT min(effective) FROM add_on WHERE release = ?", release)
        return day_of(first)


def _lacking(edition: Edition) -> list[str]:
    """Return the files that are not installed of an edition that came in several."""
    if "" in edition.releases:
        return []
    return [part for part in _PTP_PARTS if part not in edition.releases]


def _edit(column1: str, column2: str, terms: PtpTerms, release: str) -> PtpEdit:
    return PtpEdit(
        column1,
        column2,
        terms.modifier,
        day_of(terms.effective),
        day_of(terms.deletion),
        terms.rationale,
        release,
    )
