"""The compact form of procedure-to-procedure pairs: eight bytes a pair under each of its codes.

A release holds one or two million pairs but only a few thousand different sets of dates, modifier
indicator and rationale. So a pair is kept under its first code as one 64-bit number: the five
characters of the other code, then the number of its terms (24 bits). The numbers of a code are
sorted, and so a pair is found by bisection. The same is kept under the second code.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from nosology.model.errors import InputError

MOST_TERMS = 1 << 24
_TERMS_BITS = 24


class PtpTerms(NamedTuple):
    """What holds of a pair of codes. Dates are yyyymmdd.

    Attributes:
        effective: first day; None where the source does not say.
        deletion: last day; None where no end is known. The effective date itself where the pair
            was withdrawn as if it had never been.
        modifier: 0 where no modifier allows both codes, 1 where one may, 9 where the indicator
            does not apply because the pair was withdrawn.
        rationale: in the publisher's words; empty where the source has none.
    """

    effective: int | None
    deletion: int | None
    modifier: int
    rationale: str

    def in_force(self, day: int) -> bool:
        """Return whether the pair is in force on the day, which is yyyymmdd."""
        if self.effective is not None and (day < self.effective or self.deletion == self.effective):
            return False
        return self.deletion is None or day <= self.deletion


Terms = Mapping[int, PtpTerms]
"""What the pairs of a release may carry, by number."""


class PtpRow(NamedTuple):
    """A pair: column 1 is the code that is paid when both stand on a claim."""

    column1: str
    column2: str
    terms: PtpTerms


class Packing:
    """Collects pairs and gives them back packed, by code."""

    def __init__(self) -> None:
        self.terms: dict[PtpTerms, int] = {}
        self.rows = 0
        self._numbers: dict[str, int] = {}
        self._first: dict[str, array[int]] = {}
        self._second: dict[str, array[int]] = {}

    def add(self, rows: Iterable[PtpRow]) -> None:
        """Take the pairs in.

        Raises:
            InputError: when a code has not five characters of ASCII.
        """
        terms, numbers, first, second = self.terms, self._numbers, self._first, self._second
        count = 0
        for column1, column2, held in rows:
            number = terms.get(held)
            if number is None:
                number = terms[held] = len(terms)
            one = numbers.get(column1)
            if one is None:
                one = self._number(column1)
            two = numbers.get(column2)
            if two is None:
                two = self._number(column2)
            first[column1].append(two | number)
            second[column2].append(one | number)
            count += 1
        self.rows += count

    def _number(self, code: str) -> int:
        number = self._numbers[code] = code_number(code)
        self._first[code] = array("Q")
        self._second[code] = array("Q")
        return number

    def packed(self) -> Iterator[tuple[int, str, bytes]]:
        """Yield place, code and packed pairs of every code that has any, in order."""
        if len(self.terms) > MOST_TERMS:
            raise InputError("", f"holds more than {MOST_TERMS} different terms of pairs")
        for place, by_code in ((1, self._first), (2, self._second)):
            for code in sorted(by_code):
                if pairs := by_code[code]:
                    ordered = array("Q", sorted(pairs))
                    if sys.byteorder == "big":
                        ordered.byteswap()
                    yield place, code, ordered.tobytes()


def code_number(code: str) -> int:
    """Return the code as the upper 40 bits of a pair.

    Raises:
        InputError: when it has not five characters of ASCII.
    """
    if len(code) != 5 or not code.isascii():
        raise InputError("", f"{code!r} is not a procedure code of five characters")
    return int.from_bytes(code.encode("ascii")) << _TERMS_BITS


def unpack(packed: bytes) -> Iterator[tuple[str, int]]:
    """Yield the other code and the number of the terms of each pair."""
    for number in _numbers(packed):
        yield (number >> _TERMS_BITS).to_bytes(5).decode("ascii"), number & (MOST_TERMS - 1)


def terms_of(packed: bytes, other: str) -> list[int]:
    """Return the numbers of the terms under which the other code is paired, mostly one or none."""
    if len(other) != 5 or not other.isascii():
        return []
    numbers = _numbers(packed)
    wanted = code_number(other)
    position = bisect_left(numbers, wanted)
    found = []
    while position < len(numbers) and numbers[position] < wanted + MOST_TERMS:
        found.append(numbers[position] & (MOST_TERMS - 1))
        position += 1
    return found


class PairTable:
    """The pairs of one edition, each code's read from the store once and kept packed.

    Attributes:
        label: of the edition.
    """

    def __init__(self, label: str, read: Callable[[str], Iterable[tuple[Terms, bytes]]]) -> None:
        """Make the table.

        Args:
            label: of the edition.
            read: told a code, returns the packed pairs in which it is column 1, release by release,
                each with the terms of the release by number.
        """
        self.label = label
        self._read = read
        self._blocks: dict[str, tuple[tuple[Terms, array[int]], ...]] = {}

    def find(self, column1: str, column2: str) -> tuple[PtpTerms, ...]:
        """Return what holds of the pair at any time; nothing for most pairs of codes."""
        blocks = self._blocks.get(column1)
        if blocks is None:
            blocks = tuple((terms, _numbers(packed)) for terms, packed in self._read(column1))
            self._blocks[column1] = blocks
        if not blocks or len(column2) != 5 or not column2.isascii():
            return ()
        wanted = code_number(column2)
        found: list[PtpTerms] = []
        for terms, numbers in blocks:
            place = bisect_left(numbers, wanted)
            while place < len(numbers) and numbers[place] < wanted + MOST_TERMS:
                found.append(terms[numbers[place] & (MOST_TERMS - 1)])
                place += 1
        return tuple(found)


def _numbers(packed: bytes) -> array[int]:
    numbers = array("Q")
    numbers.frombytes(packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
