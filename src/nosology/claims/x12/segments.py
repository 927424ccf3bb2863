"""Splits a stream of X12 into its segments, each interchange by the delimiters that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from nosology.model.errors import InputError

type Segment = list[str]
"""The elements of a segment; the first is its identifier."""

_CHUNK = 1 << 16
_HEADER_LONGEST = 256
"""An ISA has 106 bytes; some programs pad it or break its line."""
_HEADER_SEPARATORS = 16
_LONGEST_SEGMENT = 1 << 20
_FILLER = b"\r\n \t\x00\x1a"
"""What stands between interchanges: line breaks, and what old transfers fill records up with."""
_MARK = b"\xef\xbb\xbf"


def element(segment: Segment, position: int) -> str:
    """Return an element without surrounding space; empty where it is left out."""
    return segment[position].strip() if len(segment) > position else ""


def components(text: str, divider: str, wanted: int) -> list[str]:
    """Return so many components of an element, empty ones for those that are left out."""
    parts = [part.strip() for part in text.split(divider)[:wanted]]
    return parts + [""] * (wanted - len(parts))


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The characters that an interchange is divided by."""

    element: str
    component: str
    terminator: bytes


class Segments:
    """The segments of a stream, one at a time; no more than a chunk and a segment is held.

    Attributes:
        number: of the segment that was read last, 1-based in the stream.
        end: how many bytes of the stream have been read with it.
        component: what the components of its elements are divided by.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._held = b""
        self._at = 0
        self._passed = 0
        self.number = 0
        self.component = ":"

    @property
    def end(self) -> int:
        """How many bytes have been read."""
        return self._passed + self._at

    @property
    def where(self) -> str:
        """By what an error about the segment that was read last is located."""
        return self.at(self.number)

    def at(self, number: int) -> str:
        """Return by what an error about a segment is located."""
        return f"{self._name}:segment {number}" if number else self._name

    def wrong(self, message: str) -> InputError:
        """Return an error about the segment that was read last."""
        return InputError(self.where, message)

    def __iter__(self) -> Iterator[Segment]:
        """Yield the segments.

        Raises:
            InputError: where the stream is no X12, or ends within a segment.
        """
        while (delimiters := self._begun()) is not None:
            self.component = delimiters.component
            for segment in self._divided(delimiters):
                yield segment
                if segment[0] == "IEA":
                    break
            else:
                return

    def _begun(self) -> Delimiters | None:
        """Return the delimiters of the interchange that begins here; None at the end."""
        self._fill(_HEADER_LONGEST)
        if not self.number and self._held.startswith(_MARK, self._at):
            self._at += len(_MARK)
        while True:
            rest = self._held[self._at :].lstrip(_FILLER)
            self._at = len(self._held) - len(rest)
            if len(rest) >= _HEADER_LONGEST or not self._fill(_HEADER_LONGEST):
                break
        header = self._held[self._at : self._at + _HEADER_LONGEST]
        if not header and self.number:
            return None
        if not header.startswith(b"ISA"):
            found = "the file goes on after IEA" if self.number else "the file does not begin so"
            raise InputError(
                self.at(self.number + 1), f"expected ISA, with which an interchange begins; {found}"
            )
        return self._delimiters(header)

    def _delimiters(self, header: bytes) -> Delimiters:
        where = self.at(self.number + 1)
        separator = header[3:4]
        position = 3
        for _ in range(_HEADER_SEPARATORS - 1):
            position = header.find(separator, position + 1) if separator else -1
            if position < 0:
                raise InputError(where, "the file ends, or is damaged, within ISA")
        component, terminator = header[position + 1 : position + 2], header[position + 2 :][:1]
        told = (separator, component, terminator)
        if (
            not terminator
            or len(set(told)) < len(told)
            or any(item.isalnum() or item == b" " or item[0] >= 0x80 for item in told)
        ):
            raise InputError(
                where,
                "ISA does not name its delimiters; expected three different characters that are "
                "neither letter, digit nor space, at positions 4, 105 and 106",
            )
        return Delimiters(separator.decode(), component.decode(), terminator)

    def _divided(self, delimiters: Delimiters) -> Iterator[Segment]:
        terminator, separator = delimiters.terminator, delimiters.element
        while True:
            found = self._held.find(terminator, self._at)
            while found < 0:
                if len(self._held) - self._at > _LONGEST_SEGMENT:
                    raise InputError(
                        self.at(self.number + 1),
                        "no segment terminator within 1 MB; expected the one that ISA names",
                    )
                searched = len(self._held) - self._at
                if not self._fill(len(self._held) - self._at + _CHUNK):
                    yield from self._last(separator)
                    return
                found = self._held.find(terminator, self._at + searched)
            piece = self._held[self._at : found]
            self._at = found + 1
            # Line breaks stand behind a terminator, or wherever records of 80 bytes end.
            if b"\n" in piece or b"\r" in piece:
                piece = piece.replace(b"\r", b"").replace(b"\n", b"")
            if piece := piece.lstrip():
                self.number += 1
                yield _decoded(piece).split(separator)

    def _last(self, separator: str) -> Iterator[Segment]:
        """Yield an IEA that lacks only its terminator; what else stands there is cut off."""
        piece = self._held[self._at :].strip(_FILLER)
        self._at = len(self._held)
        if not piece:
            return
        if not piece.startswith(b"IEA"):
            raise InputError(
                self.at(self.number + 1), "the file ends within this segment; send it again whole"
            )
        self.number += 1
        yield _decoded(piece).split(separator)

    def _fill(self, wanted: int) -> bool:
        """Hold at least so many bytes from here on; return whether any were added."""
        is_added = False
        while len(self._held) - self._at < wanted:
            more = self._stream.read(_CHUNK)
            if not more:
                break
            self._passed += self._at
            self._held = self._held[self._at :] + more
            self._at = 0
            is_added = True
        return is_added


def _decoded(piece: bytes) -> str:
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return piece.decode("latin-1")
