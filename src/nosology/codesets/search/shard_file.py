"""The file of one shard of the index: named sections of numbers and text, mapped into memory."""

from __future__ import annotations

import json
import mmap
import os
import sys
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

MAGIC = b"NOSOSRCH"
FORMAT = 2
_ALIGN = 8


def write_file(
    path: Path, sections: Mapping[str, array[Any] | bytes], facts: dict[str, Any]
) -> None:
    """Write the sections beside the path and move them into place in one step."""
    data = pack(sections, facts)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def pack(sections: Mapping[str, array[Any] | bytes], facts: dict[str, Any]) -> bytes:
    """Return the bytes of a file of these sections."""
    places: dict[str, tuple[str, int, int]] = {}
    parts: list[bytes] = []
    size = 0
    for name, content in sections.items():
        code = content.typecode if isinstance(content, array) else "B"
        raw = content.tobytes() if isinstance(content, array) else content
        places[name] = (code, size, len(raw))
        padding = -len(raw) % _ALIGN
        parts.append(raw + bytes(padding))
        size += len(raw) + padding
    head = json.dumps({"order": sys.byteorder, "places": places, "facts": facts}).encode()
    head += b" " * (-(len(head) + 16) % _ALIGN)
    return b"".join(
        (MAGIC, FORMAT.to_bytes(4, "little"), len(head).to_bytes(4, "little"), head, *parts)
    )


class Sections:
    """The sections of a file; numbers come as memory views, text as bytes-like views."""

    def __init__(self, data: mmap.mmap | bytes) -> None:
        """Read the head.

        Raises:
            ValueError: when this is no such file, is cut off, or is of another format.
        """
        if data[:8] != MAGIC or int.from_bytes(data[8:12], "little") != FORMAT:
            raise ValueError("is not an index of this format")
        length = int.from_bytes(data[12:16], "little")
        head = json.loads(data[16 : 16 + length])
        if head["order"] != sys.byteorder:
            raise ValueError("was made on a machine of another kind")
        self._data = data
        self.facts: dict[str, Any] = head["facts"]
        start = 16 + length
        self._places = {
            name: (code, start + at, size) for name, (code, at, size) in head["places"].items()
        }
        whole = max((at + size for _, at, size in self._places.values()), default=start)
        if len(data) < whole:
            raise ValueError("is cut off")

    @classmethod
    def of_file(cls, path: Path) -> Sections:
        """Return the sections of the file, mapped, not read.

        Raises:
            OSError: when it cannot be opened.
            ValueError: when it is not an index of this format.
        """
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size < 16:
                raise ValueError("is cut off")
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def numbers(self, name: str) -> Sequence[Any]:
        """Return the numbers of a section."""
        code, at, size = self._places[name]
        return memoryview(self._data)[at : at + size].cast(code)

    def text(self, name: str) -> bytes:
        """Return the bytes of a section, copied."""
        _, at, size = self._places[name]
        return bytes(memoryview(self._data)[at : at + size])

    def piece(self, name: str, start: int, end: int) -> bytes:
        """Return some bytes of a section."""
        at = self._places[name][1]
        return self._data[at + start : at + end]
