"""The number of a visit: the catalogue's row whose conditions hold for what was found of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from nosology.coding.services.catalogue import Entry, catalogue
from nosology.coding.services.catalogue.conditions import Truth, Value
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.visits.elements import Level, level_of

CIRCUMSTANCES = frozenset(
    {
        *("again", "by", "complex", "day", "days", "extent", "hospice", "level", "medical"),
        *("patient-present", "readings", "report", "visit"),
    }
)
"""What conditions of visits ask for that this area tells itself."""

type Told = Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A number and how many of it.

    Attributes:
        untold: what the record would have to tell for it to be right; empty for a right one.
    """

    entry: Entry
    units: int = 1
    untold: tuple[str, ...] = ()


def about(case: ServiceCase, **told: str | int | Decimal | None) -> dict[str, tuple[Value, ...]]:
    """Return what the encounter tells, with further values; None is not told."""
    found: dict[str, tuple[Value, ...]] = {}
    for name in ("age", "payer", "setting", "specialty"):
        values = case.facts.of_encounter(name)
        if values:
            found[name] = values
    for name, value in told.items():
        if value is not None and value != "":
            held = Decimal(value) if isinstance(value, int) else value
            found[name.replace("_", "-")] = (held,)
    return found


def chosen(concept: str, told: Told, case: ServiceCase) -> tuple[list[Choice], Choice | None]:
    """Return the numbers of a concept that hold, add-ons last, and the one nearest to holding.

    Args:
        concept: of the catalogue.
        told: values by attribute.
        case: the record, for what may be reported on its date.
    """
    fitting: list[tuple[int, Entry]] = []
    added: list[Entry] = []
    nearest: tuple[int, int, Entry, tuple[str, ...]] | None = None
    for entry in catalogue().by_concept.get(concept, ()):
        if not case.is_billable(entry.code):
            continue
        held, untold, is_barred = 0, [], False
        for condition in entry.when:
            truth = condition.of(told.get(condition.name, ()))
            if truth is Truth.NO:
                is_barred = True
                break
            if truth is Truth.YES:
                held += 1
            elif not condition.is_default and condition.sign != "!=":
                untold.append(condition.name)
        if is_barred:
            continue
        if untold:
            weighed = (-len(untold), held, entry, tuple(untold))
            if not entry.is_add_on and (nearest is None or weighed[:2] > nearest[:2]):
                nearest = weighed
        elif entry.is_add_on:
            added.append(entry)
        else:
            fitting.append((held, entry))
    found = []
    if fitting:
        found.append(max(fitting, key=lambda item: (item[0], -item[1].place))[1])
    # An add-on stands alone where it is added to a service of another concept.
    found += added
    choices = [Choice(entry, _units(entry, told)) for entry in found]
    near = Choice(nearest[2], 1, nearest[3]) if nearest else None
    return [choice for choice in choices if choice.units > 0], near


def _units(entry: Entry, told: Told) -> int:
    def number(name: str) -> Decimal | None:
        return next((value for value in told.get(name, ()) if isinstance(value, Decimal)), None)

    counted = entry.units.of(number)
    return 1 if counted is None else counted


@dataclass(frozen=True, slots=True)
class LeveledNumber:
    """A number of a visit by its level.

    Attributes:
        levels: of medical decision making that it stands for, the lowest first.
        minutes: total time that supports it by itself; 0 where time never does.
    """

    code: str
    levels: tuple[Level, ...]
    minutes: int

    @property
    def level(self) -> Level:
        """The highest level that it stands for."""
        return self.levels[-1]


@cache
def leveled(concept: str, patient: str = "") -> tuple[LeveledNumber, ...]:
    """Return the numbers of a kind of visit by rising level.

    Args:
        concept: of the catalogue.
        patient: new or established, where its numbers differ by that.
    """
    found = []
    for entry in catalogue().by_concept[concept]:
        by_name = {condition.name: condition for condition in entry.when}
        if "patient" in by_name and patient not in by_name["patient"].values:
            continue
        levels = tuple(level_of(word) for word in by_name["level"].values)
        minutes = int(by_name["minutes"].values[0]) if "minutes" in by_name else 0
        found.append(LeveledNumber(entry.code, levels, minutes))
    return tuple(sorted(found, key=lambda item: item.level))
