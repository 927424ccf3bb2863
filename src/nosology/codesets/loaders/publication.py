"""A published file as a loader sees it: on disk, compressed, or a member of an archive."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Literal, cast

from nosology.model.errors import InputError, MalformedRow

HEAD_BYTES = 1 << 16
_GZIP = b"\x1f\x8b"
_SUFFIX = ".gz"


@dataclass(frozen=True)
class Publication:
    """One published file.

    Attributes:
        path: the file on disk, ``.gz`` where it is compressed; the archive where the publication
            is a member of one.
        member: name within the archive; None for a bare file.
        within: names of the archives between ``path`` and ``member``, the outermost first.
        known_as: the publisher's name of the file, where it is kept under another.
    """

    path: Path
    member: str | None = None
    within: tuple[str, ...] = ()
    known_as: str = ""

    @cached_property
    def name(self) -> str:
        """The file's own name, without folders or control characters, as errors call it."""
        if self.known_as:
            return self.known_as
        if self.member is not None:
            return own_name(self.member)
        name = own_name(self.path.name)
        return name[: -len(_SUFFIX)] if self._is_compressed else name

    @property
    def archive(self) -> str:
        """Names of the archives that hold the file, the outermost first; empty for a bare file."""
        return (
            "" if self.member is None else " ".join(map(own_name, (self.path.name, *self.within)))
        )

    def open(self, mode: Literal["rb"] = "rb", /) -> IO[bytes]:
        """Return the file opened for reading bytes, as a path would; the caller closes it."""
        if self.member is None:
            if self._is_compressed:
                return cast("IO[bytes]", gzip.open(self.path, mode))
            return self.path.open(mode)
        with zipfile.ZipFile(self.path) as archive:
            return _opened(archive, (*self.within, self.member))

    @cached_property
    def head(self) -> bytes:
        """The first 64 KiB, by which a file is recognized."""
        with self.open() as file:
            return file.read(HEAD_BYTES)

    @cached_property
    def size(self) -> int:
        """Length in bytes, uncompressed."""
        if self.member is None and not self._is_compressed:
            return self.path.stat().st_size
        if self.member is not None and not self.within:
            with zipfile.ZipFile(self.path) as archive:
                return archive.getinfo(self.member).file_size
        with self.open() as file:
            return file.seek(0, io.SEEK_END)

    @cached_property
    def _is_compressed(self) -> bool:
        if self.path.suffix.lower() != _SUFFIX:
            return False
        with self.path.open("rb") as file:
            return file.read(len(_GZIP)) == _GZIP

    def head_text(self, encoding: str = "latin-1") -> str:
        """Return the head as text; Latin-1 reads any byte, which is enough to recognize a file."""
        return self.head.removeprefix(BOM_UTF8).decode(encoding, errors="replace")

    def lines(self, encoding: str = "utf-8-sig") -> Iterator[tuple[int, str]]:
        """Yield 1-based line number and line, without its end.

        Raises:
            MalformedRow: naming the line, where bytes are not of the encoding.
        """
        with self.open() as file:
            for number, line in enumerate(file, start=1):
                try:
                    # The mark can stand only at the very beginning.
                    text = line.decode(encoding if number == 1 else encoding.removesuffix("-sig"))
                except UnicodeDecodeError as error:
                    raise MalformedRow(
                        self.name,
                        number,
                        error.start + 1,
                        f"holds a byte that is not {encoding.removesuffix('-sig').upper()}; "
                        "expected the file as published",
                    ) from None
                yield number, text.rstrip("\r\n")

    def text_file(self, encoding: str = "utf-8-sig") -> io.TextIOWrapper:
        """Return the file opened as text, line ends untouched, for the csv module."""
        return io.TextIOWrapper(self.open(), encoding=encoding, newline="")

    def not_recognized(self, expected: str) -> InputError:
        """Return the error that says the file is not what a loader reads."""
        return InputError(self.name, f"is not {expected}")


def own_name(name: str) -> str:
    """Return the last part of a path of any system, with nothing that could steer a terminal."""
    last = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    return "".join(sign if sign.isprintable() else "?" for sign in last)


def _opened(archive: zipfile.ZipFile, names: tuple[str, ...]) -> IO[bytes]:
    """Return the member that the names lead to; the archive's file stays open as long as it is."""
    if len(names) == 1:
        return archive.open(names[0])
    # An archive is read from its end, which what is being decompressed cannot offer quickly.
    with archive.open(names[0]) as member:
        copy = io.BytesIO(member.read())
    with zipfile.ZipFile(copy) as inner:
        return _opened(inner, names[1:])
