"""National Drug Codes as records write them, in the eleven digits of claims."""

from __future__ import annotations

import re

_WRITTEN = re.compile(
    r"\bNDC\b\s*(?:#|no\.?|number|code)?\s*:?\s*(?P<ndc>\d{4,5}-\d{3,4}-\d{1,2}|\d{11})(?![\d-])",
    re.IGNORECASE,
)
_LENGTHS = (5, 4, 2)


def normalized(written: str) -> str:
    """Return the eleven digits of 5-4-2 form; empty for what is not a complete code.

    Of the three forms of ten digits (4-4-2, 5-3-2, 5-4-1) the short part is filled with a zero.
    """
    parts = written.split("-")
    if len(parts) == 1:
        return written if len(written) == sum(_LENGTHS) else ""
    short = [len(part) for part in parts]
    lacking = sum(length - has for length, has in zip(_LENGTHS, short, strict=True))
    if lacking not in (0, 1) or any(
        has > length for length, has in zip(_LENGTHS, short, strict=True)
    ):
        return ""
    return "".join(part.zfill(length) for part, length in zip(parts, _LENGTHS, strict=True))


def ndc_in(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Return the first code between two places with where it stands; empty for none."""
    for match in _WRITTEN.finditer(text, start, end):
        found = normalized(match["ndc"])
        if found:
            return found, match.start(), match.end()
    return "", 0, 0
