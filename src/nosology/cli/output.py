"""How answers are written: JSON lines for programs, tables for people."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any, BinaryIO

import click

if TYPE_CHECKING:
    from rich.console import Console

PIPED_WIDTH = 100
NARROWEST = 40
WIDEST = 160


class Format(StrEnum):
    """The form of an answer."""

    TABLE = "table"
    JSON = "json"


def format_option[F: Callable[..., Any]](command: F) -> F:
    """Return the command with ``--format`` added; its value is None where it is not given."""
    option = click.option(
        "--format",
        "chosen_format",
        type=click.Choice([item.value for item in Format]),
        help="Default: table on a terminal, JSON (one value a line, UTF-8) otherwise.",
    )
    return option(command)


def output_format(chosen: str | None) -> Format:
    """Return the form that was chosen, or the one that suits where standard output leads."""
    if chosen is not None:
        return Format(chosen)
    return Format.TABLE if sys.stdout.isatty() else Format.JSON


def json_line(value: Any) -> bytes:
    """Return the value as one line of UTF-8 JSON, its fields in the order in which they stand."""
    return (json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n").encode()


def standard_output() -> BinaryIO:
    """Return standard output for bytes, so that no locale decides how text is encoded."""
    return sys.stdout.buffer


def write_json(value: Any) -> None:
    """Write the value to standard output as one line, at once."""
    stream = standard_output()
    stream.write(json_line(value))
    stream.flush()


def open_console() -> Console:
    """Return a console on standard output, as wide as a reader's eye follows."""
    from rich.console import Console

    class Output(Console):
        """A console that ends as every other output does when its reader goes away."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        # A terminal of another encoding shows a question mark rather than ending the program.
        reconfigure(errors="replace")
    columns = os.environ.get("COLUMNS", "")
    console = Output(highlight=False)
    if columns.isdigit():
        # rich itself would not look at it on a terminal that cannot do more than print.
        console.width = int(columns)
    elif not console.is_terminal:
        console.width = PIPED_WIDTH
    console.width = max(NARROWEST, min(console.width, WIDEST))
    return console


def printable(text: str) -> str:
    """Return the text on one line without control characters, which could steer a terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def shortened(text: str, length: int) -> str:
    """Return the text on one line, its middle left out where it is longer than ``length``."""
    line = printable(text)
    if len(line) <= length:
        return line
    head = line[: (length * 2) // 3].rsplit(" ", 1)[0]
    tail = line[-(length - len(head) - 3) :].split(" ", 1)[-1]
    return f"{head} … {tail}"
