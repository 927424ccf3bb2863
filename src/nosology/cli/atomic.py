"""Writes a file so that it is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from nosology.model.errors import InputError


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Give a stream whose content becomes the file only when the block ends without an error.

    Until then the content stands in a hidden file beside it, which is removed on any failure; a
    file that was there before stays as it was. What is no regular file, such as a pipe or
    ``/dev/null``, is written to directly.

    Raises:
        InputError: when the place cannot be written to.
    """
    # Follow a link, so that the file it leads to is replaced and not the link.
    target = path.resolve()
    if target.is_dir():
        raise InputError(str(path), "is a directory; expected the name of the file to write")
    is_special = target.exists() and not target.is_file()
    written = target if is_special else target.with_name(f".{target.name}.{os.getpid()}.partial")
    descriptor = _opened(path, target, written)
    try:
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - a descriptor has no path to open
            yield stream
            stream.flush()
            if not is_special:
                os.fsync(stream.fileno())
        if not is_special:
            written.replace(target)
    except BaseException:
        if not is_special:
            with suppress(OSError):
                written.unlink()
        raise


def _opened(path: Path, target: Path, written: Path) -> int:
    """Return a descriptor that writes to ``written``, with the rights that the target has."""
    try:
        if written == target:
            return os.open(target, os.O_WRONLY)
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666
        return os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileNotFoundError:
        raise InputError(
            str(path), f"cannot be written: there is no directory {path.parent}; make it first"
        ) from None
    except OSError as error:
        raise InputError(
            str(path), f"cannot be written ({error.strerror}); choose another place"
        ) from None
