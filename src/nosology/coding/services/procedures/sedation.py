"""Moderate sedation: by whom, and how long within the procedure.

Time begins with the drug and ends when the one who does the procedure leaves the patient; it is
counted where the record tells it. Less than ten minutes is not reported; each further quarter of an
hour counts from its middle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from nosology.coding.services.attributes.told import Reach
from nosology.coding.services.catalogue.conditions import Value
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.selection import Group
from nosology.model.tables import patterns

HANDLED = frozenset({"moderate-sedation"})
_PACKAGE = "nosology.coding.services.procedures"
_MOST = 240
_QUARTER, _FIRST = 15, 8


def _words() -> Mapping[str, re.Pattern[str]]:
    return patterns(_PACKAGE, "sedation.toml")


def facts(group: Group, case: ServiceCase) -> dict[str, tuple[Value, ...]]:
    """Return who sedated, how many minutes, and how many quarters of an hour beyond the first."""
    text = " ".join(dict.fromkeys(_near(act.reading.text, act.mention.start) for act in group.acts))
    minutes = _minutes(group, case)
    by_operator: tuple[Value, ...] = ()
    if not _words()["anesthesia"].search(text):
        by_operator = ("no",) if _words()["another"].search(text) else ()
        by_operator = by_operator or (("yes",) if _words()["operator"].search(text) else ())
    more = max((int(minutes) - _FIRST) // _QUARTER, 0) if minutes is not None else 0
    return {
        "by-operator": by_operator,
        "sedation-minutes": () if minutes is None else (minutes,),
        "sedation-more": (Decimal(more),),
    }


def _near(text: str, at: int) -> str:
    return text[max(at - 400, 0) : at + 600]


def _minutes(group: Group, case: ServiceCase) -> Decimal | None:
    for act in group.acts:
        for reach in (Reach.SENTENCE, Reach.BLOCK):
            told = case.facts.told(act, "minutes", reach)
            if told is not None and isinstance(told.value, Decimal) and told.value <= _MOST:
                return told.value
    reading = group.first.reading
    for match in _words()["times"].finditer(reading.text):
        for told in case.facts.in_document(reading, "minutes"):
            if match.start() - 40 <= told.start <= match.end() + 80 and isinstance(
                told.value, Decimal
            ):
                return told.value
    return None
