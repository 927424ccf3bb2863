"""Chapter 20: transport accidents, put together of who was hurt, in what, and against what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from nosology.coding.diagnoses import episode
from nosology.coding.diagnoses.draft import Case
from nosology.model.reading import Reading, Sentence
from nosology.model.record import Span
from nosology.model.tables import rows, table

_PACKAGE = "nosology.coding.guidelines"
_PEDESTRIAN, _CYCLE, _MOTORCYCLE = "0", "1", "2"
_NONCOLLISION = "8"
_EXACT = "electric (assisted)"
"""A kind of motorcycle that is only meant where it is said."""
_DRIVER, _PASSENGER = "driver", "passenger"
_ROLE = re.compile(
    r"\b(?:(?P<driver>driver|driving|operator)|(?P<passenger>(?:\w+[- ]seat )?passenger)"
    r"|(?P<rider>riding|rider|biking|cycling)|(?P<pedestrian>pedestrian|walking|on foot))\b",
    re.IGNORECASE,
)
_CYCLIST = re.compile(
    r"\b(?:(?P<bicyclist>bicyclist|cyclist)"
    r"|(?P<motorcyclist>motorcyclist))\b",
    re.I,
)
_STRUCK = (
    r"(?:(?:was |were |got |being )?(?:struck|hit|rear-?ended|t-?boned|side-?swiped"
    r"|broadsided)(?: \w+){0,2}? by"
    r"|collided with|collision with|crashed into|ran into|drove into|struck|hit|into|versus|vs\.?)"
)
_ARTICLE = r"(?:an?|the|another|other|his|her|their|parked|moving|oncoming|large|small)"
_ROLLED = re.compile(
    r"\b(?:rollover|rolled over|overturned|flipped over"
    r"|rolled several times)\b",
    re.I,
)
_FELL_OFF = re.compile(
    r"\b(?:over (?:the |his |her )?handle ?bars|(?:thrown|ejected|fell|fallen|came"
    r"|knocked) (?:off|from)"
    r"|(?:crashed|wrecked|wiped out on|lost control of) (?:his|her|their|a|the))\b",
    re.IGNORECASE,
)
_OFF_ROAD = re.compile(
    r"\b(?:trail|woods|wooded|driveway|parking (?:lot|garage)|off-?road|field|backyard|yard"
    r"|farm|track)\b",
    re.IGNORECASE,
)
_FAMILY = re.compile(
    r"\b(?:his|her|their|the) (?:mother|father|wife|husband|brother|sister|son|daughter"
    r"|friend)\b",
    re.I,
)


class Accident(NamedTuple):
    """The code of a transport accident in full, and the words that tell it."""

    code: str
    span: Span


@dataclass(frozen=True, slots=True)
class _Part:
    character: str
    kind: str
    words: re.Pattern[str]


def accident(reading: Reading, sentence: Sentence, case: Case, character: str) -> Accident | None:
    """Return the transport accident that a sentence tells in its parts, or None.

    Who was hurt, in or on which vehicle, and what it collided with must all be said; the release
    decides by its titles among the codes that differ only in the kind of the other vehicle.
    Accidents are of the highway unless the place is said to be off it (ICD-10-CM Tabular List, V00
    to V99, definitions).

    Args:
        reading: the document.
        sentence: the one that tells of it.
        case: for the release.
        character: the seventh character.
    """
    said = reading.said(sentence)
    role = _ROLE.search(said)
    cyclist = _CYCLIST.search(said)
    struck = _patterns().struck.search(said)
    fallen = _FELL_OFF.search(said) if struck is None else None
    if _FAMILY.search(said) or (role is None and cyclist is None and fallen is None):
        return None
    if fallen is not None:
        return _fall(said, fallen, sentence, reading, case, character)
    rolled = _ROLLED.search(said)
    if struck is None and rolled is None:
        return None
    other = _other(struck.group("other")) if struck else None
    own = _vehicle(said, struck)
    who = _who(role, cyclist)
    if role is not None and role["pedestrian"]:
        own, who = _PEDESTRIAN, ""
    elif cyclist is not None and cyclist.start() < (struck.start() if struck else len(said)):
        own, who = (_CYCLE if cyclist["bicyclist"] else _MOTORCYCLE), _DRIVER
    if own is None or (other is None and (rolled is None or own == _PEDESTRIAN)):
        return None
    code = _code(own, who, other, case, is_traffic=_OFF_ROAD.search(said) is None)
    if code is None:
        return None
    full = episode.completed(code, character)
    if not case.is_billable(full):
        return None
    first = min(found.start() for found in (role, cyclist) if found)
    told = struck or rolled
    last = told.end() if told else len(said)
    low, high = min(first, last), max(first, last)
    return Accident(full, Span(sentence.start + low, sentence.start + high, reading.index))


def _fall(
    said: str,
    fallen: re.Match[str],
    sentence: Sentence,
    reading: Reading,
    case: Case,
    character: str,
) -> Accident | None:
    """The fall from a cycle or motorcycle that struck nothing."""
    own = _vehicle(said, None)
    if own not in (_CYCLE, _MOTORCYCLE):
        return None
    code = _code(own, _DRIVER, None, case, is_traffic=_OFF_ROAD.search(said) is None)
    full = episode.completed(code, character) if code else ""
    if not case.is_billable(full):
        return None
    start = sentence.start + fallen.start()
    return Accident(full, Span(start, sentence.start + fallen.end(), reading.index))


def _who(role: re.Match[str] | None, cyclist: re.Match[str] | None) -> str:
    if role is None:
        return _DRIVER if cyclist else ""
    return _PASSENGER if role["passenger"] else _DRIVER


def _vehicle(said: str, struck: re.Match[str] | None) -> str | None:
    """The second character by the vehicle that is named before the collision."""
    before = said[: struck.start()] if struck else said
    found = _patterns().vehicle.search(before)
    if found is None:
        return None
    return next(part.character for part in _parts("vehicle") if part.words.fullmatch(found.group()))


def _other(words: str) -> _Part:
    return next(part for part in _parts("other") if part.words.fullmatch(words))


def _code(own: str, who: str, other: _Part | None, case: Case, *, is_traffic: bool) -> str | None:
    """The code under the category of the two whose title says who was hurt, and where."""
    category = f"V{own}{other.character if other else _NONCOLLISION}"
    kind = other.kind if other else ""
    fitting: list[tuple[int, str]] = []
    for leaf in case.specificity.family(category).leaves:
        title = leaf.title.display.lower()
        if ("nontraffic" in title) is is_traffic or "boarding" in title or "outside" in title:
            continue
        if own == _PEDESTRIAN and "on foot" not in title:
            continue
        if who and not re.search(rf"\b{who}\b", title):
            continue
        says_kind = kind in title if kind else _EXACT not in title
        fitting.append((0 if says_kind else 1, leaf.title.code))
    if not fitting:
        return None
    best = min(fitting)
    exact = [code for rank, code in fitting if rank == best[0]]
    return exact[0] if best[0] == 0 or len(fitting) == 1 else None


@dataclass(frozen=True, slots=True)
class _Patterns:
    vehicle: re.Pattern[str]
    struck: re.Pattern[str]


@cache
def _parts(part: str) -> tuple[_Part, ...]:
    columns = ("part", "words", "character", "kind", "source")
    return tuple(
        _Part(row["character"], row["kind"], re.compile(row["words"], re.IGNORECASE))
        for row in rows(table(_PACKAGE, "transport.tsv"), columns)
        if row["part"] == part
    )


def _any(part: str) -> str:
    words = [word for item in _parts(part) for word in _alternatives(item.words.pattern)]
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


def _alternatives(pattern: str) -> list[str]:
    """The choices of a pattern at its outermost level."""
    return re.split(r"\|(?![^()]*\))", pattern)


@cache
def _patterns() -> _Patterns:
    return _Patterns(
        re.compile(rf"\b(?:{_any('vehicle')})\b", re.IGNORECASE),
        re.compile(rf"\b{_STRUCK}\s+(?:{_ARTICLE}\s+)*(?P<other>{_any('other')})\b", re.IGNORECASE),
    )
