"""A published file as a loader sees it: on disk, or a member of an archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from nosology.model.errors import InputError, MalformedRow

HEAD_BYTES = 1 << 16


@dataclass(frozen=True)
class Publication:
    """One published file.

    Attributes:
        path: the file on disk; the archive where the publication is a member of one.
        member: name within the archive; None for a bare file.
    """

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """The file's own name, without folders, as errors call it."""
        return Path(self.member or self.path.name).name

    def open(self) -> IO[bytes]:
        """Return the file opened for reading bytes; the caller closes it."""
        if self.member is None:
            return self.path.open("rb")
        with zipfile.ZipFile(self.path) as archive:
            # The member keeps the archive's file open for itself.
            return archive.open(self.member)

    @cached_property
    def head(self) -> bytes:
        """The first 64 KiB, by which a file is recognized."""
        with self.open() as file:
            return file.read(HEAD_BYTES)

    @cached_property
    def size(self) -> int:
        """Length in bytes, uncompressed."""
        if self.member is None:
            return self.path.stat().st_size
        with zipfile.ZipFile(self.path) as archive:
            return archive.getinfo(self.member).file_size

    def head_text(self, encoding: str = "latin-1") -> str:
        """Return the head as text; Latin-1 reads any byte, which is enough to recognize a file."""
        return self.head.decode(encoding, errors="replace").removeprefix("\ufeff")

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
