"""Reads a claim, one JSON object, whose lines are reviewed beside a note."""

from __future__ import annotations

import json

from nosology.cli.notes import note_name, read_note
from nosology.model.errors import InputError
from nosology.model.review import ClaimLine, claim_lines


def read_claim(path: str, largest: int) -> tuple[ClaimLine, ...]:
    """Return the lines of the claim in a file, or on standard input for ``-``.

    Raises:
        InputError: when there is no such file, or it holds no claim.
    """
    name = note_name(path)
    text = read_note(path, None, largest)
    try:
        fields = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            name, f"is not JSON ({error.msg} at line {error.lineno}); expected one claim"
        ) from None
    return claim_lines(fields, name)
