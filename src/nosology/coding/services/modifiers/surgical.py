"""Modifiers of operations: more or less than the number says, given up, staged, unrelated, by whom.

Each is told by words of the report (``surgical.toml``), several of which must come together: a
return to the operating room needs what went wrong, more work needs how much more and why. What is
only wished for (``please bill modifier 22``) tells nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from nosology.coding.services.catalogue.indicators import indicators_of
from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.modifiers.listing import places
from nosology.coding.services.modifiers.ranges import numbers
from nosology.model.reading import Reading
from nosology.model.record import Span
from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.services.modifiers"
_AREA = "procedures"
_OPERATIONS = frozenset({"000", "010", "090"})
_WITH_ADDED = _OPERATIONS | {"ZZZ"}
_LONG = frozenset({"090", "010"})
_NEVER, _WITH_DOCUMENTS = "1", "0"
_AFTER = "99024"
"""The visit that the global period of an operation holds."""
_CASTS = numbers("29000-29584")
_TONSILS = ("42820", "42836")
_SIDES = {"LT": "right", "RT": "left"}
_GLOBAL_DAYS = {"090": 90, "010": 10}
_DATE = re.compile(r"\b(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?:/(?P<y>\d{4}|\d{2}))?\b")
_AGO = re.compile(r"\b(?P<n>\d{1,2})\s?(?P<unit>days?|weeks?|wks?|months?)\s+ago\b", re.IGNORECASE)
_UNITS = {"d": 1, "w": 7, "m": 30}
_OPERATED = re.compile(
    r"\b(?:surgery|cataract|phaco\w*|operation|procedure|repair|replacement|arthroplasty|release|"
    r"\w+ectomy|\w+otomy|done|TKA|THA)\b",
    re.IGNORECASE,
)
_OTHER = {
    "left": re.compile(r"\bleft\b|\bOS\b|(?-i:\bL\b(?= [a-z]))", re.IGNORECASE),
    "right": re.compile(r"\bright\b|\bOD\b|(?-i:\bR\b(?= [a-z]))", re.IGNORECASE),
}

type Told = Callable[[str, str], Span | None]


def _words(group: str) -> Mapping[str, re.Pattern[str]]:
    return patterns(_PACKAGE, "surgical.toml", group)


def surgical(drafts: Sequence[ServiceDraft], case: ServiceCase) -> list[ServiceDraft]:
    """Return the drafts with the modifiers that the reports of their operations tell."""
    found = _recast(drafts)
    for reading in case.readings:
        own = [item for item in found if _is_operation(item, reading.index, _WITH_ADDED)]
        if own:
            found = _of_report(found, own, reading, case)
    return found


def _recast(drafts: Sequence[ServiceDraft]) -> list[ServiceDraft]:
    """Return the drafts, a cast put on anew at a visit after the operation with 58."""
    if not any(draft.code == _AFTER for draft in drafts):
        return list(drafts)
    return [
        draft.with_modifiers("58").because("modifier-recast")
        if draft.area == _AREA and draft.code in _CASTS
        else draft
        for draft in drafts
    ]


def _is_operation(draft: ServiceDraft, document: int, days: frozenset[str]) -> bool:
    return (
        draft.area == _AREA
        and draft.support[0].document == document
        and indicators_of(draft.code).days in days
    )


def _of_report(
    found: list[ServiceDraft], own: list[ServiceDraft], reading: Reading, case: ServiceCase
) -> list[ServiceDraft]:
    def told(name: str, *parts: str) -> Span | None:
        return _told(name, reading, parts or tuple(p for p in _words(name) if p != "unless"))

    marked = {id(draft): draft for draft in own}
    main = max(own, key=lambda draft: (indicators_of(draft.code).weight, draft.code))

    def mark(drafts: Sequence[ServiceDraft], modifier: str, rule: str, cue: Span) -> None:
        for draft in drafts:
            now = marked[id(draft)]
            marked[id(draft)] = replace(
                now.with_modifiers(modifier).because(rule, f"(“{_quoted(reading, cue)}”)"),
                support=tuple(dict.fromkeys((*now.support, cue))),
            )

    major = [draft for draft in own if indicators_of(draft.code).days in _OPERATIONS]
    stopped = told("stopped")
    more = told("more")
    if stopped is not None and not case.is_facility:
        mark([main], "53", "modifier-stopped", stopped)
    elif stopped is not None:
        given = told("anesthetized")
        mark([main], "74" if given else "73", "modifier-stopped-facility", given or stopped)
    elif more is not None and not case.is_facility:
        mark([main], "22", "modifier-more-work", more)
    less = told("less")
    if less is not None and stopped is None:
        mark([main], "52", "modifier-reduced", less)
    tonsils = [d for d in own if _TONSILS[0] <= d.code <= _TONSILS[1]]
    one = told("one_of_two")
    if one is not None and tonsils:
        mark(tonsils, "52", "modifier-one-of-two", one)
    if not case.is_facility:
        _in_a_global_period(major, reading, case, told, mark)
        _by_several(own, major, told, mark)
    after = [marked.get(id(draft), draft) for draft in found]
    assistants = (
        []
        if case.is_facility
        else _own_assistant([marked[id(draft)] for draft in own], told, reading, case)
    )
    return [*after, *assistants]


def _told(name: str, reading: Reading, parts: Sequence[str]) -> Span | None:
    """Return the first of the words, where every part has one and nothing speaks against it."""
    words = _words(name)
    barred = words.get("unless")
    text = reading.text
    if barred is not None:
        text = barred.sub(lambda match: " " * len(match[0]), text)
    first: Span | None = None
    for part in parts:
        match = words[part].search(text)
        if match is None:
            return None
        first = first or Span(match.start(), match.end(), reading.index)
    return first


def _quoted(reading: Reading, span: Span) -> str:
    return " ".join(reading.text[span.start : span.end].split())[:80]


def _in_a_global_period(
    drafts: Sequence[ServiceDraft],
    reading: Reading,
    case: ServiceCase,
    told: Callable[..., Span | None],
    mark: Callable[[Sequence[ServiceDraft], str, str, Span], None],
) -> None:
    returned = told("returned")
    if returned is not None:
        mark(drafts, "78", "modifier-returned", returned)
        return
    unrelated = told("unrelated")
    if unrelated is not None:
        mark(drafts, "79", "modifier-unrelated", unrelated)
        return
    for draft in drafts:
        before = _other_side_before(draft, reading, case)
        if before is not None:
            mark([draft], "79", "modifier-unrelated", before)
            return
    staged = told("staged")
    if staged is not None:
        mark(drafts, "58", "modifier-staged", staged)


def _other_side_before(draft: ServiceDraft, reading: Reading, case: ServiceCase) -> Span | None:
    """Return where the record tells of the other side's operation, whose global days still run."""
    side = next((_SIDES[name] for name in places(draft.modifiers) if name in _SIDES), "")
    days = _GLOBAL_DAYS.get(indicators_of(draft.code).days)
    on = case.encounter.date_of_service
    if not side or days is None or on is None:
        return None
    for sentence in reading.sentences:
        said = reading.text[sentence.start : sentence.end]
        if not _OTHER[side].search(said) or not _OPERATED.search(said):
            continue
        for match in (*_DATE.finditer(said), *_AGO.finditer(said)):
            ago = _days_ago(match, on)
            if ago is not None and 0 < ago <= days:
                return Span(sentence.start, sentence.end, reading.index)
    return None


def _days_ago(match: re.Match[str], on: dt.date) -> int | None:
    if "n" in match.groupdict():
        return int(match["n"]) * _UNITS[match["unit"][0].lower()]
    year = int(match["y"]) if match["y"] else on.year
    try:
        then = dt.date(year + 2000 if year < 100 else year, int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    return (on - then).days


def _by_several(
    own: Sequence[ServiceDraft],
    major: Sequence[ServiceDraft],
    told: Callable[..., Span | None],
    mark: Callable[[Sequence[ServiceDraft], str, str, Span], None],
) -> None:
    assisted = told("assisted", "told")
    if assisted is not None:
        able = [d for d in own if indicators_of(d.code).assistant != _NEVER]
        if told("assisted", "not_physician") is not None:
            mark(able, "AS", "modifier-assistant", assisted)
        elif told("assisted", "minimum") is not None:
            mark(able, "81", "modifier-assistant", assisted)
        elif (
            told("assisted", "no_resident") is not None
            and told("assisted", "teaching") is not None
            and told("assisted", "not_teaching") is None
        ):
            mark(able, "82", "modifier-assistant", assisted)
        else:
            mark(able, "80", "modifier-assistant", assisted)
        return
    together = told("two_surgeons")
    if together is not None:
        able = [d for d in own if indicators_of(d.code).cosurgeons in ("1", "2")]
        mark(able, "62", "modifier-two-surgeons", together)
    for name, modifier in (("surgery_only", "54"), ("after_only", "55"), ("before_only", "56")):
        cue = told(name)
        long = [draft for draft in major if indicators_of(draft.code).days in _LONG]
        if cue is not None and long:
            mark(long, modifier, "modifier-split-care", cue)
            return


def _own_assistant(
    own: Sequence[ServiceDraft],
    told: Callable[..., Span | None],
    reading: Reading,
    case: ServiceCase,
) -> list[ServiceDraft]:
    """Return the lines of an assistant of the surgeon's own practice whose work is described."""
    if told("assisted", "told") is not None:
        return []
    named, role = told("own_assistant", "named"), told("own_assistant", "role")
    if named is None or role is None:
        return []
    lines = []
    for draft in own:
        indicator = indicators_of(draft.code).assistant
        if indicator == "2" or (indicator == _WITH_DOCUMENTS and not case.is_medicare):
            line = replace(
                draft,
                modifiers=("AS", *(name for name in draft.modifiers if name != "22")),
                support=(named, role),
            )
            lines.append(line.because("modifier-own-assistant", f"(“{_quoted(reading, named)}”)"))
    return lines
