"""Selection: from an act to its number, by what the record tells of it.

The entries of a concept are conditions on what is told. An entry fits where all of its conditions
hold; of several the one with the most. Where none fits and what is told contradicts none, the
service cannot be billed as it is written: what is missing is said, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache

from nosology.coding.rules import because
from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.facts import attributes
from nosology.coding.services.attributes.told import Reach
from nosology.coding.services.attributes.words import regions_of
from nosology.coding.services.catalogue import Entry, catalogue
from nosology.coding.services.catalogue.conditions import Truth, Value
from nosology.coding.services.draft import Missing, Proposal, ServiceCase, ServiceDraft
from nosology.model.record import Span

_PLACING = ("digit", "eyelid", "coronary", "side", "site")
"""Attributes by which two mentions are told to be two acts."""
_APART = ("digit", "eyelid")
"""Attributes of which each value that is told is an act of its own."""
_LISTED = 3


@dataclass(frozen=True, slots=True)
class Group:
    """The mentions of one act: they tell of it together.

    Attributes:
        acts: in the order of the text; the first names it.
        place: what tells it from other acts of the concept, by attribute.
        given: what the area worked out itself, by attribute, in place of what the words tell:
            the sum of several lengths, the nature of a lesion. ``support`` is where it stands.
    """

    acts: tuple[Act, ...]
    place: dict[str, Value]
    given: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    support: tuple[Span, ...] = ()

    @property
    def first(self) -> Act:
        """The mention that names it."""
        return self.acts[0]

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where its words stand."""
        return tuple(act.span for act in self.acts)


def by_catalogue(
    case: ServiceCase, area: str, is_meant: Callable[[Act], bool] | None = None
) -> Proposal:
    """Return what the catalogue alone proposes for the acts of an area that were done.

    Args:
        case: the record.
        area: of the catalogue.
        is_meant: further asked of each act; those that it refuses are left to the area.
    """
    acts = [act for act in case.of_area(area) if is_meant is None or is_meant(act)]
    proposal = Proposal()
    for group in groups(acts, case):
        proposal += select(group, case)
    return proposal


def groups(acts: Iterable[Act], case: ServiceCase, *, is_by_site: bool = False) -> list[Group]:
    """Return the acts grouped by what is one: the same concept, and no place that differs.

    Args:
        acts: what is grouped.
        case: the record.
        is_by_site: whether two sites are two acts also where the site chooses no number.
    """
    found: list[Group] = []
    by_concept: dict[str, list[int]] = {}
    for act, place in _places_of(acts, case):
        if "site" in place and not (is_by_site or _asks_for_site(act.concept.name)):
            del place["site"]
        for number in by_concept.get(act.concept.name, ()):
            group = found[number]
            if not _differs(group.place, place, act, case):
                found[number] = Group((*group.acts, act), place | group.place)
                break
        else:
            by_concept.setdefault(act.concept.name, []).append(len(found))
            found.append(Group((act,), place))
    return found


def _places_of(acts: Iterable[Act], case: ServiceCase) -> Iterator[tuple[Act, dict[str, Value]]]:
    """Yield every act with its place; one on several digits or eyelids once for each."""
    for act in acts:
        place = _place(act, case)
        several = _several(act, case)
        if not several:
            yield act, place
        for name, value in several:
            yield act, place | {name: value}


def _several(act: Act, case: ServiceCase) -> list[tuple[str, Value]]:
    entries = catalogue().by_concept.get(act.concept.name, ())
    for name in _APART:
        if entries and all(name in entry.modifiers for entry in entries):
            told = case.facts.all_told(act, name, Reach.SENTENCE)
            values = list(dict.fromkeys(item.value for item in told))
            if len(values) > 1:
                return [(name, value) for value in values]
    return []


@cache
def _asks_for_site(concept: str) -> bool:
    """Whether the place of the body tells the numbers of the concept apart."""
    entries = catalogue().by_concept.get(concept, ())
    return not entries or any(
        condition.name == "site" for entry in entries for condition in entry.when
    )


def _place(act: Act, case: ServiceCase) -> dict[str, Value]:
    place: dict[str, Value] = {}
    for name in _PLACING:
        told = case.facts.beside(act, name)
        if told is not None:
            place[name] = told.value
    return place


def _differs(one: dict[str, Value], other: dict[str, Value], act: Act, case: ServiceCase) -> bool:
    for name in one.keys() & other.keys():
        if one[name] == other[name]:
            continue
        if name != "site":
            return True
        told = case.facts.told(act, "site", Reach.SENTENCE)
        if told is not None and one[name] not in told.within and not _holds(other[name], one[name]):
            return True
    return False


def _holds(region: Value, site: Value) -> bool:
    """Whether the region, as a site of the body, holds the other."""
    return region in regions_of(str(site))


def select(group: Group, case: ServiceCase) -> Proposal:
    """Return the numbers that the catalogue gives for one act, or what is missing for one."""
    entries = catalogue().by_concept.get(group.first.concept.name, ())
    fitting: list[tuple[int, Entry]] = []
    open_entries: list[tuple[int, Entry, tuple[str, ...]]] = []
    added: list[Entry] = []
    for entry in entries:
        if not case.is_billable(entry.code):
            continue
        held, untold, is_barred = _weighed(entry, group, case)
        if is_barred:
            continue
        if entry.is_add_on:
            if not untold:
                added.append(entry)
        elif untold:
            open_entries.append((held, entry, untold))
        else:
            fitting.append((held, entry))
    if not fitting:
        return _incomplete(group, open_entries, case)
    best = max(fitting, key=lambda item: (item[0], -item[1].place))[1]
    drafts = [_draft(best, group, case)]
    drafts += [_draft(entry, group, case) for entry in added]
    lacking = [draft for draft in drafts if draft.units == 0]
    return Proposal(
        tuple(draft for draft in drafts if draft.units != 0),
        tuple(
            Missing(replace(draft, units=1).because("service-incomplete", "(number)"))
            for draft in lacking
            if _is_untold(draft, group, case)
        ),
    )


def value_of(group: Group, case: ServiceCase, name: str) -> tuple[Value, ...]:
    """Return what is told of the attribute by the first mention that tells it."""
    if name in group.given:
        return group.given[name]
    for act in group.acts:
        values = case.facts.values(act, name)
        if values:
            return values
    return ()


def _weighed(entry: Entry, group: Group, case: ServiceCase) -> tuple[int, tuple[str, ...], bool]:
    """Return how many conditions hold, which are left open, and whether one is not met."""
    held, untold = 0, []
    for condition in entry.when:
        truth = condition.of(value_of(group, case, condition.name))
        if truth is Truth.NO:
            return 0, (), True
        if truth is Truth.YES:
            held += 1
        elif not condition.is_default and condition.sign != "!=":
            untold.append(condition.name)
    return held, tuple(untold), False


def _draft(entry: Entry, group: Group, case: ServiceCase) -> ServiceDraft:
    names = [condition.name for condition in entry.when]
    told: list[tuple[str, str]] = []
    spans: list[Span] = []
    for name in dict.fromkeys((*names, *_PLACING)):
        if name in group.given:
            told += [(name, str(value)) for value in group.given[name][:1]]
            continue
        if name in _APART and name in group.place:
            told.append((name, str(group.place[name])))
            continue
        if case.facts.of_encounter(name) is not None or name not in attributes():
            continue
        for act in group.acts:
            found = case.facts.told(act, name)
            if found is not None:
                told.append((name, str(found.value)))
                if name in names:
                    spans.append(Span(found.start, found.end, act.reading.index))
                break
    counted = entry.units.of(lambda name: _number(group, case, name))
    shown = ", ".join(f"{name} {value}" for name, value in told if name in names)
    return ServiceDraft(
        code=entry.code,
        area=entry.area,
        support=tuple(dict.fromkeys((*group.spans[:_LISTED], *group.support, *spans))),
        rationale=(
            because("service-done"),
            because("service-selected", f"({shown})" if shown else ""),
        ),
        concept=entry.concept,
        units=1 if counted is None and not entry.is_add_on else max(counted or 0, 0),
        act=group.first,
        facts=tuple(told),
    )


def _number(group: Group, case: ServiceCase, name: str) -> Decimal | None:
    values = value_of(group, case, name)
    return next((value for value in values if isinstance(value, Decimal)), None)


def _is_untold(draft: ServiceDraft, group: Group, case: ServiceCase) -> bool:
    entry = draft.entry
    return entry is not None and entry.units.of(lambda name: _number(group, case, name)) is None


def _incomplete(
    group: Group, left: Sequence[tuple[int, Entry, tuple[str, ...]]], case: ServiceCase
) -> Proposal:
    """Return the service as missing what would choose between its entries; nothing for none."""
    if not left:
        return Proposal()
    fewest = min(len(untold) for _, _, untold in left)
    _, entry, untold = max(
        (item for item in left if len(item[2]) == fewest),
        key=lambda item: (item[0], -item[1].place),
    )
    draft = replace(_draft(entry, group, case), confidence=0.5)
    what = ", ".join(untold)
    return Proposal(missing=(Missing(draft.because("service-incomplete", f"({what})"), untold[0]),))
