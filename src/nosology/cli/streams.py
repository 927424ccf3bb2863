"""Opens what a batch is read from, and guards it from being written over."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from nosology.cli.notes import STANDARD_INPUT
from nosology.model.errors import InputError


@contextmanager
def opened(input_name: str, name: str) -> Iterator[BinaryIO]:
    """Give the bytes of a file, or of standard input for ``-``.

    Raises:
        InputError: when there is no such file or it cannot be read.
    """
    if input_name == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    path = Path(input_name)
    if path.is_dir():
        raise InputError(name, "is a directory; expected a file of JSON lines")
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise InputError(name, "no such file; check the name") from None
    except OSError as error:
        raise InputError(name, f"cannot be read: {error.strerror}") from None
    with stream:
        yield stream


def check_distinct(input_name: str, output_name: str) -> None:
    """Return where the two are different files.

    Raises:
        InputError: when the output is the input itself.
    """
    source, target = Path(input_name), Path(output_name)
    if source.exists() and target.exists() and source.samefile(target):
        raise InputError(output_name, "is the input itself; give --output another name")
