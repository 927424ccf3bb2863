"""Holds the envelopes of X12 to what they say of themselves: who is in whom, and how many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nosology.claims.x12.segments import Segment, Segments, element
from nosology.claims.x12.tables import guide_of, transaction_name
from nosology.model.claim import ClaimType
from nosology.model.errors import InputError

TAGS: Final = frozenset({"ISA", "GS", "ST", "SE", "GE", "IEA"})
_OPENS: Final = {"ISA": None, "GS": "ISA", "ST": "GS"}
_CLOSES: Final = {"SE": "ST", "GE": "GS", "IEA": "ISA"}
_CONTROL: Final = {"ISA": 13, "GS": 6, "ST": 2}
_CLAIM_GROUP = "837"
EXPECTED = "expected an 837 of 005010X222A1 (professional) or 005010X223A2 (institutional)"


@dataclass(slots=True)
class _Open:
    """An envelope that has begun.

    Attributes:
        control: the number that its end repeats.
        first: number of its first segment.
        count: of the envelopes in it.
    """

    tag: str
    control: str
    first: int
    count: int = 0


class Envelopes:
    """The envelopes that are open at a segment."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        self._open: list[_Open] = []
        self._version = ""

    @property
    def is_within_transaction(self) -> bool:
        """Whether a transaction has begun and not ended."""
        return bool(self._open) and self._open[-1].tag == "ST"

    def begin(self, segment: Segment) -> None:
        """Take the beginning of an envelope into account.

        Raises:
            InputError: where another segment was expected; nothing behind it can be read.
        """
        tag = segment[0]
        around = self._open[-1].tag if self._open else None
        if around != _OPENS[tag]:
            raise self._segments.wrong(f"{tag} stands here; expected {self.expected()}")
        if self._open:
            self._open[-1].count += 1
        control = element(segment, _CONTROL[tag])
        self._open.append(_Open(tag, control, self._segments.number))
        if tag == "GS":
            self._version = element(segment, 8)

    def form_of(self, segment: Segment) -> ClaimType:
        """Return the form of the claims of a transaction that begins.

        Raises:
            InputError: where it is no 837, or of a guide that is not read.
        """
        number, version = element(segment, 1), element(segment, 3) or self._version
        if number != _CLAIM_GROUP:
            known = transaction_name(number)
            told = f"the transaction is {known} ({number})" if known else "it is of another kind"
            raise self._segments.wrong(f"{told}; {EXPECTED}")
        guide = guide_of(version)
        if guide is None or guide.form is None:
            told = "no guide that is known" if guide is None else f"{guide.name} ({version[:12]})"
            raise self._segments.wrong(f"the transaction is {told}; {EXPECTED}")
        return guide.form

    def end(self, segment: Segment) -> Iterator[InputError]:
        """Take the end of an envelope into account, and yield what does not agree.

        Raises:
            InputError: where another segment was expected; nothing behind it can be read.
        """
        tag = segment[0]
        if not self._open or self._open[-1].tag != _CLOSES[tag]:
            raise self._segments.wrong(f"{tag} stands here; expected {self.expected()}")
        ended = self._open.pop()
        is_transaction = tag == "SE"
        counted = self._segments.number - ended.first + 1 if is_transaction else ended.count
        told = element(segment, 1)
        what = {"SE": "segments", "GE": "transactions", "IEA": "groups"}[tag]
        if not (told.isascii() and told.isdigit() and len(told) < 12 and int(told) == counted):
            says = told if told.isdigit() and len(told) < 12 else "no number"
            yield self._segments.wrong(
                f"{tag} says {says} of {what}, but {counted} were read; "
                "something was lost or added, send the file again"
            )
        if element(segment, 2) != ended.control:
            yield self._segments.wrong(
                f"{tag} ends with another control number than {ended.tag} in segment "
                f"{ended.first} began with; something was lost, send the file again"
            )

    def check_ended(self) -> None:
        """Return where every envelope has ended.

        Raises:
            InputError: where one has not: the file is not whole.
        """
        if self._open:
            raise self._segments.wrong(
                f"the file ends behind this segment; expected {self.expected()}; "
                "send it again whole"
            )

    def expected(self) -> str:
        """Return what may stand next, of envelopes."""
        if not self._open:
            return "ISA"
        return {"ISA": "GS or IEA", "GS": "ST or GE", "ST": "further segments up to SE"}[
            self._open[-1].tag
        ]
