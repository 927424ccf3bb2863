"""Reads the claims that are checked: JSON lines or an 837 file, told apart by how they begin."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from nosology.cli.encounters import BYTE_ORDER_MARK, Failure, parse_object, read_lines
from nosology.cli.notes import shown_size
from nosology.model.claim import Claim
from nosology.model.claim_fields import claim_as_mapping, claim_from_mapping
from nosology.model.errors import InputError, NosologyError

EXAMPLE = '{"id": "C1", "type": "professional", "diagnoses": ["I10"], "lines": [...]}'
_INTERCHANGE = b"ISA"


@dataclass(frozen=True, slots=True)
class Given:
    """A claim as it was given.

    Attributes:
        fields: of its JSON form; None where it was given in another.
    """

    claim: Claim
    fields: dict[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        """Return the fields of its JSON form."""
        return claim_as_mapping(self.claim) if self.fields is None else self.fields


def given_claims(
    stream: BinaryIO, name: str, largest: int
) -> Iterator[tuple[Given | Failure, int]]:
    """Yield each claim, or why there is none, and how many bytes have been read with it.

    Args:
        stream: JSON lines, or X12 that begins with ``ISA``.
        name: of the file, by which errors are located.
        largest: how many bytes of one claim are read.

    Raises:
        InputError: when the file as a whole is neither.
    """
    if isinstance(stream, io.BufferedReader):
        source = stream
    else:
        source = io.BufferedReader(cast("io.RawIOBase", stream))
    start = source.peek().removeprefix(BYTE_ORDER_MARK).lstrip()
    if start.startswith(_INTERCHANGE):
        return _of_x12(source, name, largest)
    return _of_lines(source, name, largest)


def _of_lines(stream: BinaryIO, name: str, largest: int) -> Iterator[tuple[Given | Failure, int]]:
    for line in read_lines(stream, name, largest):
        identifier = None
        try:
            if line.content is None:
                raise InputError(
                    line.where,
                    f"is longer than the {shown_size(largest)} of one claim; raise --max-size",
                )
            fields = parse_object(line.content, line.where, example=EXAMPLE)
            given = fields.get("id")
            identifier = str(given) if isinstance(given, str | int) else None
            yield Given(claim_from_mapping(fields, line.where), fields), line.end
        except NosologyError as error:
            yield Failure.of(identifier, error), line.end


def _of_x12(stream: BinaryIO, name: str, largest: int) -> Iterator[tuple[Given | Failure, int]]:
    from nosology.claims.x12 import Rejected, read_transmission

    for item in read_transmission(stream, name, largest):
        if isinstance(item, Rejected):
            yield Failure.of(item.id, item.error), item.end
        else:
            yield Given(item.claim, None), item.end
