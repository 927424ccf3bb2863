"""A code of a code set with its notes and validity, and the port through which codes are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class System(StrEnum):
    """A code set."""

    ICD10CM = "icd10cm"
    ICD10PCS = "icd10pcs"
    HCPCS = "hcpcs"
    CPT = "cpt"


EXTERNAL_CAUSES = ("V", "W", "X", "Y")
"""The letters with which codes of chapter 20 begin."""


def plain(code: str) -> str:
    """Return the code as it is stored: upper case, without a dot or surrounding space."""
    return code.strip().upper().replace(".", "")


def dotted(code: str) -> str:
    """Return an ICD-10-CM code as it is shown: with a dot after the third character."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 and "-" not in code else code


@dataclass(frozen=True, slots=True)
class Note:
    """One line of a note, with the code under which it stands.

    Attributes:
        origin: the code, section or chapter that carries the note; equal to the code itself where
            the note is its own, an ancestor where it is inherited. Without a dot.
    """

    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code set in one release. Codes are without dots.

    Attributes:
        parents: ancestors from the nearest to the chapter.
        valid_from: first day on which the code could be reported, None where not known.
        valid_to: last day, inclusive; None where it has none or none is known.
        seventh_characters: character and meaning, where the code takes one.
        flags: further facts, such as ``manifestation``.
    """

    system: System
    code: str
    display: str
    billable: bool
    release: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    includes: tuple[Note, ...] = ()
    inclusion_terms: tuple[Note, ...] = ()
    excludes1: tuple[Note, ...] = ()
    excludes2: tuple[Note, ...] = ()
    code_first: tuple[Note, ...] = ()
    use_additional: tuple[Note, ...] = ()
    code_also: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    seventh_characters: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Title:
    """What selection needs of a code, and no more.

    Attributes:
        terms: inclusion terms of the code itself.
        seventh_characters: characters that complete the code, where it is not billable as it is.
    """

    code: str
    display: str
    billable: bool
    terms: tuple[str, ...] = ()
    seventh_characters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One answer to a search, best first by ``score`` (0 to 1).

    Attributes:
        matched: the title or inclusion term that matched best.
    """

    system: System
    code: str
    display: str
    billable: bool
    score: float
    matched: str


class CodeBook(Protocol):
    """Reads the code sets by date. Every date is the date of service.

    A date of None means the newest installed release.
    """

    def release(self, on: dt.date | None, system: System = System.ICD10CM) -> str:
        """Return the label of the release that answers for the date.

        Raises:
            MissingCodeSet: when no release of the system is installed.
        """
        ...

    def lookup(self, code: str, on: dt.date | None = None, system: System = System.ICD10CM) -> Code:
        """Return the code with everything the release says of it.

        Raises:
            UnknownCode: saying whether it never existed or was not valid, with the nearest ones.
        """
        ...

    def is_billable(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> bool:
        """Return whether the code may stand on a claim for that date; False if unknown."""
        ...

    def children(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> tuple[str, ...]:
        """Return the codes directly below, in tabular order; empty for none or unknown."""
        ...

    def ancestors(
        self, code: str, on: dt.date | None = None, system: System = System.ICD10CM
    ) -> tuple[str, ...]:
        """Return the codes above, the nearest first, section and chapter last; empty if unknown."""
        ...

    def subtree(self, code: str, on: dt.date | None = None) -> Sequence[Title]:
        """Return the ICD-10-CM code and every code below it as the Tabular List prints them.

        Seventh characters are not expanded: a code that takes one carries them in
        ``seventh_characters``. Tabular order, the code itself first; empty if unknown.
        """
        ...

    def titles(self, on: dt.date | None = None) -> Iterator[Title]:
        """Yield every ICD-10-CM category and code as printed (not expanded), in tabular order."""
        ...

    def search(
        self,
        query: str,
        on: dt.date | None = None,
        system: System | None = None,
        limit: int = 10,
    ) -> list[SearchHit]:
        """Return at most ``limit`` codes whose title or inclusion terms answer the query."""
        ...
