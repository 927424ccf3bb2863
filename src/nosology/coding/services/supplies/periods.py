"""Periods of supply that a record tells once for all of its items."""

from __future__ import annotations

import re
from functools import lru_cache

_N = r"(?:\d{1,3}|one|two|three|four|five|six|twelve)"
_PERIOD = re.compile(
    rf"(?<![\w.])(?:{_N}[\s-]*(?:day|week|month)s?'?\s*(?:of\s+)?(?:supply|supplies|quantity|"
    rf"refill|billing|of service)"
    rf"|\(\s*{_N}[\s-]*(?:days?|weeks?|months?)\s*\)|(?:for|x|×|covering|"
    rf"supply of)\s*(?:the\s+)?{_N}[\s-]*(?:days?|weeks?|months?)\b(?!\s*(?:ago|after))"
    r"|(?:(?:dates?|period)[^\n]{0,30}|DOS|for|covers?|covering|supply|from|billing)[^\n\d]{0,20}"
    r"\d{1,2}/\d{1,2}(?:/\d{2,4})?\s*(?:-|–|to|through|thru)\s*\d{1,2}/\d{1,2}(?:/\d{2,4})?"
    r"|(?:monthly|one[\s-]month) (?:supply|supplies|shipment|delivery|order|refill))",
    re.IGNORECASE,
)


@lru_cache(maxsize=8)
def periods_of(text: str) -> str:
    """Return the words that tell a period of supply, one a line; empty for none."""
    return "\n".join(match.group() for match in _PERIOD.finditer(text))
