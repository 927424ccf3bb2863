"""National Provider Identifiers with a right check digit, of nobody in particular."""

from __future__ import annotations

import random

_PREFIX = 24
"""What the prefix 80840 of the card number adds to the sum of the check digit."""


def provider_number(draw: random.Random) -> str:
    """Return a number of ten digits whose last is the check digit of the others.

    Source: CMS, Requirements for National Provider Identifier and NPI check digit (Luhn formula
    over the number behind 80840).
    """
    digits = [1, *(draw.randrange(10) for _ in range(8))]
    total = _PREFIX
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return "".join(map(str, [*digits, -total % 10]))
