"""The book in which edits, fees, drugs, coverage and groupings are looked up."""

from __future__ import annotations

import datetime as dt

from nosology.codesets.reference.coverage import COVERAGE, CoverageReader
from nosology.codesets.reference.drugs import DrugReader
from nosology.codesets.reference.fees import MPFS, FeeReader
from nosology.codesets.reference.groupings import GroupingReader
from nosology.codesets.reference.ncci import ADD_ON, PTP, NcciReader


class ReferenceBook(NcciReader, FeeReader, DrugReader, CoverageReader, GroupingReader):
    """Answers typed questions about edits, fees, drugs, coverage and groupings.

    Built on a callable that puts a query to the store and returns its rows, such as
    ``StoreReader.rows``. Every date is the date of service.

    Nothing is ever answered from data that is not for the date: where no installed edition answers,
    the question raises ``MissingCodeSet``. So an answer of None or nothing means that the edition
    was looked at and has no such entry. ``has`` tells beforehand.
    """

    def has(self, data_set: str, on: dt.date | None = None) -> bool:
        """Return whether questions of the data set are answered for the day.

        Args:
            data_set: such as ``ncci-ptp-practitioner`` or ``mpfs``.
            on: date of service; None asks whether any edition is installed.
        """
        if on is not None:
            if data_set in PTP.values():
                return self._has_pairs(data_set, on)
            if data_set == ADD_ON:
                return self._editions.answering(data_set, on, self._add_on_reach) is not None
            if data_set == MPFS:
                return self._has_fees(on)
            if data_set == COVERAGE:
                return self._has_coverage(on)
        return self._editions.answering(data_set, on) is not None

    def edition_label(self, data_set: str, on: dt.date) -> str:
        """Return the edition that answers for the day; empty where none does."""
        reach = None
        if data_set in PTP.values():
            reach = self._pairs_reach
        elif data_set == ADD_ON:
            reach = self._add_on_reach
        edition = self._editions.answering(data_set, on, reach)
        return edition.label if edition else ""
