"""Reads claims from X12 837 files, one at a time, and keeps what is wrong with one to itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from nosology.claims.x12.draft import Draft
from nosology.claims.x12.envelope import TAGS, Envelopes
from nosology.claims.x12.loops import Loops
from nosology.claims.x12.segments import Segment, Segments
from nosology.model.claim import Claim
from nosology.model.errors import InputError

_LARGEST = 5_000_000
_ENDS_CLAIM = frozenset({"CLM", "HL", "SE"})
_BEGINS = frozenset({"ISA", "GS", "ST"})
_BETWEEN = frozenset({"TA1"})
"""Segments that may stand between envelopes: the acknowledgment of an interchange."""


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim with its place.

    Attributes:
        where: file and number of its first segment, as errors name it.
        end: how many bytes of the file have been read with it.
    """

    claim: Claim
    where: str
    end: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A claim or a part of the file that cannot be read.

    Attributes:
        id: of the claim; None where the error is not about one.
        end: how many bytes of the file have been read with it.
    """

    id: str | None
    error: InputError
    end: int


def read_claims(stream: BinaryIO, name: str = "837") -> Iterator[Claim]:
    """Yield the claims of 837 files, one for each CLM, in their order.

    Args:
        stream: bytes of one or more interchanges; read as far as claims are asked for.
        name: of the file, by which errors are located.

    Raises:
        InputError: for what cannot be read, behind the claims that stand before it. Values that
            cannot be read are flaws of their claim.
    """
    for item in read_transmission(stream, name):
        if isinstance(item, Rejected):
            raise item.error
        yield item.claim


def read_transmission(
    stream: BinaryIO, name: str = "837", largest: int = _LARGEST
) -> Iterator[ReadClaim | Rejected]:
    """Yield the claims of 837 files, and in their places what could not be read.

    A claim or transaction that cannot be read does not stop the others; where the structure is lost
    (another segment than expected, an end too early) the error is the last answer.

    Args:
        stream: bytes of one or more interchanges.
        name: of the file, by which errors are located.
        largest: how many bytes of one claim are read.
    """
    yield from _Transmission(Segments(stream, name), largest).items()


class _Transmission:
    """Reads one stream."""

    def __init__(self, segments: Segments, largest: int) -> None:
        self._segments = segments
        self._largest = largest
        self._envelopes = Envelopes(segments)
        self._loops: Loops | None = None

    def items(self) -> Iterator[ReadClaim | Rejected]:
        try:
            for segment in self._segments:
                yield from self._taken(segment)
            self._envelopes.check_ended()
        except InputError as error:
            draft = self._loops.draft if self._loops is not None else None
            yield self._rejected(error, draft)

    def _taken(self, segment: Segment) -> Iterator[ReadClaim | Rejected]:
        tag, loops = segment[0], self._loops
        if loops is not None:
            draft = loops.draft
            if draft is not None:
                if tag in _ENDS_CLAIM:
                    loops.leave_claim()
                    yield ReadClaim(
                        draft.claim(), self._segments.at(draft.segment), self._segments.end
                    )
                elif self._segments.end - draft.start > self._largest:
                    loops.pass_claim()
                    yield self._rejected(self._too_large(draft), draft)
            if tag not in TAGS:
                try:
                    loops.take(segment)
                except InputError as error:
                    loops.pass_claim()
                    yield Rejected(_identifier(segment), error, self._segments.end)
                return
        if tag in _BEGINS:
            yield from self._begun(segment)
        elif tag in TAGS:
            if tag == "SE":
                self._loops = None
            for disagreement in self._envelopes.end(segment):
                yield Rejected(None, disagreement, self._segments.end)
        elif not self._envelopes.is_within_transaction and tag not in _BETWEEN:
            raise self._segments.wrong(f"expected {self._envelopes.expected()}")

    def _begun(self, segment: Segment) -> Iterator[Rejected]:
        self._envelopes.begin(segment)
        if segment[0] != "ST":
            return
        try:
            form = self._envelopes.form_of(segment)
        except InputError as error:
            yield Rejected(None, error, self._segments.end)
        else:
            self._loops = Loops(form, self._segments)

    def _too_large(self, draft: Draft) -> InputError:
        return InputError(
            self._segments.at(draft.segment),
            f"the claim has more than the {self._largest:,} bytes of one claim; raise --max-size",
        )

    def _rejected(self, error: InputError, draft: Draft | None) -> Rejected:
        return Rejected(None if draft is None else draft.id, error, self._segments.end)


def _identifier(segment: Segment) -> str | None:
    return segment[1].strip() or None if segment[0] == "CLM" and len(segment) > 1 else None
