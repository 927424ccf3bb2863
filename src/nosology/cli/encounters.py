"""Reads encounters from JSON lines, one at a time, and keeps what is wrong with one to itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from nosology.cli.notes import described, has_surrogate, shown_size
from nosology.model.encounter import Encounter, encounter_from_mapping
from nosology.model.errors import InputError, NosologyError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file of JSON lines.

    Attributes:
        where: file and 1-based number, as errors name it.
        content: its bytes; None where the line is longer than is read.
        end: how many bytes of the file have been read with it.
    """

    where: str
    content: bytes | None
    end: int


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one encounter has no coding.

    Attributes:
        id: the encounter's id; None where it could not be read.
        exit_status: what the command line ends with because of it.
    """

    id: str | None
    where: str
    message: str
    exit_status: int = 2

    @classmethod
    def of(cls, identifier: str | None, error: NosologyError) -> Failure:
        """Return the failure that an error stands for."""
        return cls(identifier, error.where, error.message, error.exit_status)

    def as_json(self) -> dict[str, Any]:
        """Return the fields as the JSON answer carries them."""
        return {"id": self.id, "error": {"where": self.where, "message": self.message}}


def read_lines(stream: BinaryIO, name: str, longest: int) -> Iterator[Line]:
    """Yield the lines that are not blank, none of them held longer than it is worked on.

    Raises:
        InputError: when the file as a whole is not JSON lines: another kind of file, UTF-16, empty.
    """
    number = end = 0
    is_empty = True
    while piece := stream.readline(longest + 1):
        number += 1
        end += len(piece)
        if number == 1:
            _check_start(piece, name)
            piece = piece.removeprefix(BYTE_ORDER_MARK)
        is_whole = len(piece) <= longest or piece.endswith(b"\n")
        if not is_whole:
            end += _skip_rest(stream, longest)
        if not is_whole or piece.strip():
            is_empty = False
            yield Line(f"{name}:{number}", piece if is_whole else None, end)
    if is_empty:
        raise InputError(name, "is empty; expected one JSON object a line")


def _check_start(piece: bytes, name: str) -> None:
    if piece.startswith(UTF16_MARKS):
        raise InputError(name, "is UTF-16; JSON lines must be UTF-8: convert the file first")
    looks_like = described(piece)
    if looks_like:
        raise InputError(name, f"looks like {looks_like}; expected one JSON object a line")


def _skip_rest(stream: BinaryIO, step: int) -> int:
    """Read on to the end of the line; return how many bytes that was."""
    skipped = 0
    while piece := stream.readline(step):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            break
    return skipped


def read_encounter(line: Line, longest: int) -> Encounter | Failure:
    """Return the encounter of a line, or why there is none."""
    identifier = None
    try:
        if line.content is None:
            raise InputError(
                line.where,
                f"is longer than the {shown_size(longest)} of one encounter; raise --max-size",
            )
        fields = parse_object(line.content, line.where)
        identifier = _identifier(fields)
        return encounter_from_mapping(fields, line.where)
    except InputError as error:
        return Failure.of(identifier, error)


def parse_object(content: bytes, where: str, example: str = "") -> dict[str, Any]:
    """Return the JSON object that a line holds.

    Args:
        content: the line.
        where: what an error is to be located by.
        example: of what was expected; an encounter where it is empty.

    Raises:
        InputError: when it is not UTF-8 or not one JSON object, or if it leaves open what is meant:
            a name that stands twice, NaN or Infinity, half a UTF-16 pair.
    """
    try:
        text = content.decode().rstrip()
    except UnicodeDecodeError as error:
        raise InputError(
            where,
            f"byte 0x{content[error.start]:02X} at offset {error.start} of the line is not UTF-8; "
            "JSON lines must be UTF-8",
        ) from None
    try:
        value = json.loads(text, object_pairs_hook=_unambiguous, parse_constant=_not_json)
    except _AmbiguousJson as error:
        raise InputError(where, str(error)) from None
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        raise InputError(
            where,
            f"is not valid JSON at column {error.colno} ({reason}); "
            "expected one whole object on each line",
        ) from None
    except RecursionError:
        raise InputError(where, "is not valid JSON: nested too deeply") from None
    except ValueError:
        raise InputError(where, "is not valid JSON: a number has too many digits") from None
    if not isinstance(value, dict):
        expected = f"expected an object such as {example or EXAMPLE}"
        raise InputError(where, f"is {_kind(value)}; {expected}")
    if "\\u" in text and has_surrogate(json.dumps(value, ensure_ascii=False)):
        raise InputError(
            where, "has half of a UTF-16 pair (\\uD800 to \\uDFFF) in a text; write the whole sign"
        )
    return value


EXAMPLE = '{"id": "E1", "text": "..."}'


class _AmbiguousJson(ValueError):
    """JSON that parsers read in different ways."""


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _AmbiguousJson(f"field {twice[:40]!r} stands twice; give it once")
    return fields


def _not_json(constant: str) -> NoReturn:
    raise _AmbiguousJson(f"has {constant}, which is not JSON; leave the field out or give null")


def _identifier(fields: dict[str, Any]) -> str | None:
    value = fields.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        return None
    return str(value)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return "a list"
    return "a text" if isinstance(value, str) else "a number or truth value"
