"""Each its own: what one sentence tells of several acts of one kind, shared out among them.

In ``shave removal of a 0.9 cm lesion of the left back and shave removal of a 0.8 cm lesion of the
right thigh`` what follows each act, up to the next, is told of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.told import Told
from nosology.coding.services.draft import ServiceCase

_SHARED = ("site", "side", "cm", "digit", "eyelid")


def share_out(case: ServiceCase, area: str) -> None:
    """Keep for each of several acts of a sentence what follows it there, where all have some."""
    for acts in _together(case.of_area(area)):
        last = acts[0].sentence.end
        starts = [act.mention.start for act in acts]
        parts = list(zip(starts, [*starts[1:], last], strict=True))
        for name in _SHARED:
            told = case.facts.in_document(acts[0].reading, name)
            own = [_within(told, *part) for part in parts]
            if all(own):
                for act, values in zip(acts, own, strict=True):
                    case.facts.derive(act, name, *values)


def _together(acts: Iterable[Act]) -> Iterable[Sequence[Act]]:
    """Yield the acts of one concept that stand in one sentence, where there are several."""
    found: dict[tuple[int, int, str], list[Act]] = {}
    for act in acts:
        key = (act.reading.index, act.mention.sentence, act.concept.name)
        found.setdefault(key, []).append(act)
    for several in found.values():
        if len({act.mention.start for act in several}) > 1:
            yield several


def _within(told: Iterable[Told], start: int, end: int) -> list[Told]:
    return [item for item in told if start <= item.start < end]
