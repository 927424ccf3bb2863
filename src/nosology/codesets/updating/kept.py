"""What is kept on disk of a download: the file or a part of it, and a record of what it is."""

from __future__ import annotations

import errno
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from nosology.model.errors import InputError


@dataclass(frozen=True, slots=True)
class Record:
    """What a file on disk is, or is a part of.

    Attributes:
        etag: the server's mark of the version; empty where it gave none that can be trusted.
        modified: date of the last change as the server gave it; empty where it gave none.
        length: of the whole file; None where the server did not say.
    """

    address: str
    etag: str = ""
    modified: str = ""
    length: int | None = None

    @property
    def mark(self) -> str:
        """What tells this version from another; empty where nothing does."""
        return self.etag or self.modified


def read_record(path: Path) -> Record | None:
    """Return what stands beside a file about it; None where that is missing or damaged."""
    try:
        values = json.loads(record_path(path).read_bytes())
        record = Record(**values)
    except (OSError, ValueError, TypeError):
        return None
    texts = (record.address, record.etag, record.modified)
    is_sound = all(isinstance(text, str) for text in texts)
    return record if is_sound and isinstance(record.length, int | None) else None


def write_record(path: Path, record: Record) -> None:
    """Put the record beside the file that it is about."""
    write_whole(record_path(path), json.dumps(asdict(record)).encode())


def record_path(path: Path) -> Path:
    """Return where the record of a file stands."""
    return path.with_name(f"{path.name}.json")


def discard(path: Path) -> None:
    """Remove a file and its record, where they are there."""
    record_path(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a small file so that it is there whole or not at all."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_bytes(data)
    unfinished.replace(path)


class NotWritable(Exception):
    """The disk is full or the folder may not be written."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(str(path))
        self._path = path
        self._error = error

    def told(self) -> InputError:
        """Return the error that says so to the user."""
        what = self._error.strerror or type(self._error).__name__
        remedy = (
            "make room, then run it again: what has arrived is kept"
            if self._error.errno in {errno.ENOSPC, errno.EDQUOT}
            else "make the folder writable, or set NOSOLOGY_HOME to one that is"
        )
        return InputError(str(self._path), f"cannot be written ({what}); {remedy}")
