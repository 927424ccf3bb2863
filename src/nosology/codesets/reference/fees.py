"""Answers from the Medicare physician fee schedule."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from nosology.codesets.reference.answers import Gpci, Locality, RelativeValue
from nosology.codesets.reference.editions import Edition, Reader
from nosology.model.errors import InputError, shown

MPFS = "mpfs"
GPCI = "gpci"
LOCALITIES = "mpfs-localities"
ANESTHESIA = "anesthesia"

_QUALIFYING = "qpp"
_VALUES = "amounts"
_INDICATORS = "indicators"
_AMOUNTS = (
    "work",
    "nonfacility_expense",
    "facility_expense",
    "malpractice",
    "nonfacility_total",
    "facility_total",
    "conversion_factor",
    "opps_nonfacility_expense",
    "opps_facility_expense",
    "opps_malpractice",
)
_LOCALITY = re.compile(r"([0-9]{5})[- ]?([0-9]{2})")


class FeeReader(Reader):
    """Questions about relative values, indices, localities and anesthesia."""

    def relative_value(
        self, code: str, modifier: str, on: dt.date, *, is_qualifying: bool = False
    ) -> RelativeValue | None:
        """Return the values of the code with the modifier; None where the schedule has none.

        Args:
            code: HCPCS or CPT code.
            modifier: empty for the whole service; 26, TC or 53.
            on: date of service.
            is_qualifying: whether a participant in an advanced payment model is paid, for whom
                there are files of their own from 2026 on.

        Raises:
            MissingCodeSet: when no whole edition answers for the day.
        """
        edition = self._editions.needed(MPFS, on)
        values, indicators = _fee_releases(edition, is_qualifying=is_qualifying)
        if values is None or indicators is None:
            raise self._editions.incomplete(edition, _fees_lacking(edition, is_qualifying))
        for row in self._rows(
            "SELECT work, nonfacility_expense, facility_expense, malpractice, nonfacility_total,"
            " facility_total, conversion_factor, opps_nonfacility_expense, opps_facility_expense,"
            " opps_malpractice, status, not_used, nonfacility_na, facility_na, component,"
            " global_days, preoperative, intraoperative, postoperative, multiple, bilateral,"
            " assistant, co_surgeons, team, endoscopic_base, supervision, imaging_family"
            " FROM relative_value AS v JOIN fee_indicator AS i"
            " ON i.release = ? AND i.code = v.code AND i.modifier = v.modifier"
            " WHERE v.release = ? AND v.code = ? AND v.modifier = ?",
            indicators,
            values,
            code,
            modifier,
        ):
            amounts = dict(zip(_AMOUNTS, map(Decimal, row[:10]), strict=True))
            status, not_used, nonfacility_na, facility_na, component, days = row[10:16]
            before, during, after = (Decimal(text) if text else None for text in row[16:19])
            multiple, bilateral, assistant, co_surgeons, team, base, supervision, family = row[19:]
            return RelativeValue(
                code=code,
                modifier=modifier,
                **amounts,
                status=status,
                not_used_for_medicare=not_used == "+",
                nonfacility_na=nonfacility_na == "NA",
                facility_na=facility_na == "NA",
                component=component,
                global_days=days,
                preoperative=before,
                intraoperative=during,
                postoperative=after,
                multiple=multiple,
                bilateral=bilateral,
                assistant=assistant,
                co_surgeons=co_surgeons,
                team=team,
                endoscopic_base=base,
                supervision=supervision,
                imaging_family=family,
                release=edition.label,
            )
        return None

    def gpci(self, locality: str, on: dt.date) -> Gpci | None:
        """Return the indices of the locality; None where there is no such locality.

        Args:
            locality: number of the contractor and number of the locality, ``0111205``; a locality's
                number alone is not unique.
            on: date of service.

        Raises:
            MissingCodeSet: when no edition answers for the day.
            InputError: when the locality is not written so.
        """
        contractor, number = _parted(locality)
        edition = self._editions.needed(GPCI, on)
        for state, name, work, without, expense, malpractice in self._rows(
            "SELECT state, name, work, work_without_floor, expense, malpractice FROM gpci"
            " WHERE release = ? AND contractor = ? AND locality = ?",
            edition.releases[""],
            contractor,
            number,
        ):
            return Gpci(
                contractor + number,
                state,
                name,
                Decimal(work),
                Decimal(without) if without else None,
                Decimal(expense),
                Decimal(malpractice),
                edition.label,
            )
        return None

    def localities(self, on: dt.date, state: str | None = None) -> tuple[Locality, ...]:
        """Return the localities, of one state or all, by number.

        Args:
            on: date of service.
            state: the state's name, in any case.

        Raises:
            MissingCodeSet: when no edition answers for the day.
        """
        edition = self._editions.needed(LOCALITIES, on)
        return tuple(
            Locality(contractor + number, in_state, area, counties)
            for contractor, number, in_state, area, counties in self._rows(
                "SELECT contractor, locality, state, area, counties FROM locality"
                " WHERE release = ? ORDER BY contractor, locality, state, area, counties",
                edition.releases[""],
            )
            if state is None or in_state.upper() == state.upper()
        )

    def anesthesia_factor(
        self, locality: str, on: dt.date, *, is_qualifying: bool = False
    ) -> Decimal | None:
        """Return dollars for a unit of anesthesia; None where there is no such locality.

        Args:
            locality: as for ``gpci``.
            on: date of service.
            is_qualifying: whether a participant in an advanced payment model is paid; before 2026
                the factor was the same.

        Raises:
            MissingCodeSet: when no edition answers for the day.
            InputError: when the locality is not written so.
        """
        contractor, number = _parted(locality)
        edition = self._editions.needed(ANESTHESIA, on)
        for factor, qualifying in self._rows(
            "SELECT factor, qualifying_factor FROM anesthesia_factor"
            " WHERE release = ? AND contractor = ? AND locality = ?",
            edition.releases[""],
            contractor,
            number,
        ):
            return Decimal(qualifying if is_qualifying and qualifying else factor)
        return None

    def _has_fees(self, on: dt.date) -> bool:
        edition = self._editions.answering(MPFS, on)
        return edition is not None and None not in _fee_releases(edition, is_qualifying=False)


def _fee_releases(edition: Edition, *, is_qualifying: bool) -> tuple[int | None, int | None]:
    """Return the releases that hold values and indicators, which may be one."""
    releases = edition.releases
    whole = releases.get(_QUALIFYING) if is_qualifying else None
    if whole is None:
        whole = releases.get("")
    if whole is not None:
        return whole, whole
    return releases.get(_VALUES), releases.get(_INDICATORS)


def _fees_lacking(edition: Edition, is_qualifying: bool) -> list[str]:
    lacking = [part for part in (_VALUES, _INDICATORS) if part not in edition.releases]
    if len(lacking) == 1:
        return lacking
    return ["PPRRVU QPP" if is_qualifying else "PPRRVU nonQPP"]


def _parted(locality: str) -> tuple[str, str]:
    found = _LOCALITY.fullmatch(locality.strip())
    if found is None:
        raise InputError(
            "locality",
            f"is {shown(locality)}; expected the contractor's five digits and the locality's two, "
            "such as 01112-05",
        )
    return found[1], found[2]
