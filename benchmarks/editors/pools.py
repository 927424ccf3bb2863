"""The codes that random claims are made of, as the installed store has them.

They are drawn from this project's own tables and never from the editors that are compared, so that
a code which one side lacks shows up as a difference.
"""

from __future__ import annotations

import random
import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nosology.codesets.reference.pairs import PtpTerms, unpack

FIRST_DAY, LAST_DAY = 20221001, 20260930
"""The days of the claims: four fiscal years."""
LAST_OUTPATIENT_DAY = 20260630
"""The last quarter that both the store and the outpatient editor know."""
_TRIES = 40


@dataclass(frozen=True, slots=True)
class Dated:
    """Codes with the spans of days on which each is valid; days are yyyymmdd."""

    codes: tuple[str, ...]
    spans: dict[str, tuple[tuple[int, int], ...]]
    changing: tuple[str, ...]
    """Those that begin or end within the days of the claims."""

    @classmethod
    def of(cls, rows: Iterable[tuple[str, int, int | None]]) -> Dated:
        """Return the codes of rows of code, first and last day."""
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for code, first, last in rows:
            spans[code].append((first, last or 99991231))
        codes = tuple(sorted(spans))
        changing = tuple(
            code
            for code in codes
            if min(first for first, _ in spans[code]) > FIRST_DAY
            or max(last for _, last in spans[code]) < LAST_DAY
        )
        return cls(codes, {code: tuple(sorted(spans[code])) for code in codes}, changing)

    def is_valid(self, code: str, day: int) -> bool:
        """Return whether the code is valid on the day."""
        return any(first <= day <= last for first, last in self.spans.get(code, ()))

    def valid(self, draw: random.Random, day: int) -> str:
        """Return a code that is valid on the day."""
        while True:
            code = draw.choice(self.codes)
            if self.is_valid(code, day):
                return code

    def of_other_years(self, draw: random.Random, day: int) -> str:
        """Return a code that was or will be valid on another day; any changing one if unlucky."""
        for _ in range(_TRIES):
            code = draw.choice(self.changing)
            if not self.is_valid(code, day):
                break
        return code


@dataclass(frozen=True, slots=True)
class Kinds:
    """Codes by a word that an editor says of them, each with the days on which it says so."""

    names: tuple[str, ...]
    rows: dict[str, tuple[tuple[str, int, int], ...]]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, int, int | None, str]]) -> Kinds:
        """Return the kinds of rows of code, first and last day, and words parted by commas."""
        found: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        for code, first, last, words in rows:
            for word in words.split(","):
                if word and (last or FIRST_DAY) >= FIRST_DAY:
                    found[word].append((code, first, last or 99991231))
        return cls(tuple(sorted(found)), {word: tuple(sorted(found[word])) for word in found})

    def pick(self, draw: random.Random, kind: str, day: int) -> str | None:
        """Return a code of the kind on the day; None where none turned up."""
        rows = self.rows.get(kind, ())
        for _ in range(_TRIES if rows else 0):
            code, first, last = draw.choice(rows)
            if first <= day <= last:
                return code
        return None


@dataclass(frozen=True, slots=True)
class InpatientPools:
    """Diagnoses and procedures of stays in a hospital."""

    diagnoses: Dated
    headings: tuple[str, ...]
    diagnosis_kinds: Kinds
    procedures: Dated
    procedure_kinds: Kinds

    @classmethod
    def read(cls, store: sqlite3.Connection) -> InpatientPools:
        """Return what the store has."""
        return cls(
            _dates(store, "icd10cm"),
            _headings(store),
            _editor_kinds(store, "icd10cm"),
            _dates(store, "icd10pcs"),
            _editor_kinds(store, "icd10pcs"),
        )


@dataclass(frozen=True, slots=True)
class OutpatientPools:
    """Services, modifiers, revenue codes and diagnoses of visits to a hospital."""

    diagnoses: Dated
    headings: tuple[str, ...]
    diagnosis_kinds: Kinds
    services: Dated
    service_kinds: Kinds
    statuses: Kinds
    aged: Kinds
    bounded: tuple[tuple[str, int], ...]
    """Services with the day within a quarter on which they became payable or ceased to be."""
    modifiers: Dated
    modifier_kinds: Kinds
    conflicts: tuple[tuple[str, str], ...]
    revenue_codes: Dated
    revenue_kinds: Kinds
    add_ons: tuple[tuple[str, str], ...]
    pairs: Pairs

    @classmethod
    def read(cls, store: sqlite3.Connection) -> OutpatientPools:
        """Return what the store has."""

        def rows(query: str) -> list[tuple[str, int, int | None]]:
            return store.execute(query).fetchall()

        def kinds(query: str) -> Kinds:
            return Kinds.of(store.execute(query))

        return cls(
            diagnoses=_dates(store, "icd10cm"),
            headings=_headings(store),
            diagnosis_kinds=kinds(
                "SELECT code, valid_from, valid_to, flags || CASE WHEN lowest_age IS NULL"
                " AND highest_age IS NULL THEN '' ELSE ',aged' END FROM outpatient_diagnosis"
            ),
            services=Dated.of(rows("SELECT code, valid_from, valid_to FROM outpatient_procedure")),
            service_kinds=kinds(
                "SELECT code, valid_from, valid_to, flags FROM outpatient_procedure"
            ),
            statuses=kinds(
                "SELECT code, valid_from, valid_to, status_indicator FROM outpatient_procedure"
            ),
            aged=kinds(
                "SELECT code, valid_from, valid_to, 'aged' FROM outpatient_procedure"
                " WHERE lowest_age IS NOT NULL OR highest_age IS NOT NULL"
            ),
            bounded=tuple(
                store.execute(
                    "SELECT DISTINCT code, coalesce(approved, terminated)"
                    " FROM outpatient_procedure WHERE mid_quarter_edit IS NOT NULL"
                    " AND coalesce(approved, terminated) BETWEEN ? AND ? ORDER BY 1, 2",
                    (FIRST_DAY, LAST_OUTPATIENT_DAY),
                )
            ),
            modifiers=Dated.of(
                rows("SELECT modifier, valid_from, valid_to FROM outpatient_modifier")
            ),
            modifier_kinds=kinds(
                "SELECT modifier, valid_from, valid_to, flags FROM outpatient_modifier"
            ),
            conflicts=tuple(
                store.execute("SELECT modifier, other FROM modifier_conflict ORDER BY 1, 2")
            ),
            revenue_codes=Dated.of(
                rows("SELECT revenue_code, valid_from, valid_to FROM revenue_code")
            ),
            revenue_kinds=kinds(
                "SELECT revenue_code, valid_from, valid_to, flags FROM revenue_code"
            ),
            add_ons=tuple(
                store.execute(
                    "SELECT DISTINCT code, primary_code FROM add_on"
                    " WHERE type = 1 AND deletion IS NULL ORDER BY 1, 2"
                )
            ),
            pairs=Pairs.read(store),
        )


@dataclass(frozen=True, slots=True)
class Pairs:
    """The hospital's procedure-to-procedure pairs."""

    columns: tuple[str, ...]
    seconds: tuple[tuple[tuple[str, int], ...], ...]
    ends: tuple[int, ...]
    terms: dict[int, PtpTerms]

    @classmethod
    def read(cls, store: sqlite3.Connection) -> Pairs:
        """Return every pair of the newest release for hospitals."""
        (release,) = store.execute(
            "SELECT release FROM release WHERE system = 'ncci-ptp-hospital' ORDER BY label DESC"
        ).fetchone()
        terms = {
            number: PtpTerms(*held)
            for number, *held in store.execute(
                "SELECT terms, effective, deletion, modifier, rationale FROM ptp_terms"
                " WHERE release = ?",
                (release,),
            )
        }
        columns: list[str] = []
        seconds: list[tuple[tuple[str, int], ...]] = []
        ends: list[int] = []
        for code, packed in store.execute(
            "SELECT code, pairs FROM ptp_pairs WHERE release = ? AND place = 1 ORDER BY code",
            (release,),
        ):
            columns.append(code)
            seconds.append(tuple(unpack(packed)))
            ends.append((ends[-1] if ends else 0) + len(seconds[-1]))
        return cls(tuple(columns), tuple(seconds), tuple(ends), terms)

    def in_force(self, draw: random.Random, day: int, *, is_firm: bool) -> tuple[str, str]:
        """Return the codes of columns 1 and 2 of a pair in force on the day, each as likely.

        Args:
            draw: decides which.
            day: yyyymmdd.
            is_firm: whether it must be a pair that no modifier opens.
        """
        while True:
            number = draw.randrange(self.ends[-1])
            place = bisect_right(self.ends, number)
            second, which = self.seconds[place][self.ends[place] - number - 1]
            terms = self.terms[which]
            if terms.in_force(day) and not (is_firm and terms.modifier):
                return self.columns[place], second


def one_of[T](draw: random.Random, choices: Sequence[tuple[float, T]]) -> T:
    """Return one of the choices by their weights."""
    return draw.choices([choice for _, choice in choices], [weight for weight, _ in choices])[0]


def _dates(store: sqlite3.Connection, system: str) -> Dated:
    return Dated.of(
        store.execute(
            "SELECT code, valid_from, valid_to FROM code_dates WHERE system = ?"
            " AND coalesce(valid_to, 99991231) >= 20191001",
            (system,),
        )
    )


def _headings(store: sqlite3.Connection) -> tuple[str, ...]:
    """Return codes of the classification that are not billable."""
    return tuple(
        code.replace(".", "")
        for (code,) in store.execute(
            "SELECT DISTINCT n.code FROM node n JOIN release r USING (release)"
            " WHERE r.system = 'icd10cm' AND n.billable = 0 AND length(n.code) BETWEEN 3 AND 6"
            " AND n.code GLOB '[A-Z][0-9]*' ORDER BY 1"
        )
    )


def _editor_kinds(store: sqlite3.Connection, system: str) -> Kinds:
    return Kinds.of(
        store.execute(
            "SELECT code, valid_from, valid_to, attributes FROM editor_attribute WHERE system = ?",
            (system,),
        )
    )
