"""Errors that a user sees: each is one line that says where, what, and what to do next."""

from __future__ import annotations

_LONGEST_SHOWN = 24


class NosologyError(Exception):
    """An error that is the user's to mend, told in one line.

    Attributes:
        where: the file, line, field or command that the error is about.
        message: what was found, what was expected and what to do next. Never holds patient text.
        exit_status: what the command line ends with.
    """

    exit_status = 2

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where
        self.message = message


class InputError(NosologyError):
    """What was given cannot be read or is not what was expected."""


class MalformedRow(InputError):
    """A row of a published file does not follow the file's layout.

    Attributes:
        file: name of the file.
        line: 1-based line of the row.
        column: 1-based column or the field's name.
    """

    def __init__(self, file: str, line: int, column: int | str, message: str) -> None:
        super().__init__(f"{file}:{line}", f"column {column} {message}")
        self.file = file
        self.line = line
        self.column = column


class UnknownCode(InputError):
    """A code that never existed, or was not valid on the date that was asked for."""


class MissingCodeSet(NosologyError):
    """A code set or release that the answer needs is not installed."""

    exit_status = 3


def shown(value: object) -> str:
    """Return a value as an error may show it: what is long could be misplaced patient text."""
    if isinstance(value, str) and len(value) > _LONGEST_SHOWN:
        return f"a text of {len(value)} characters"
    written = repr(value)
    return written if len(written) <= _LONGEST_SHOWN + 2 else f"a {type(value).__name__}"
