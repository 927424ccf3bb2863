"""How conditions of a record are related in its words: cause, denial of one, side and time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from nosology.coding.diagnoses.draft import Case, Draft
from nosology.coding.diagnoses.statements import Sense, Statement
from nosology.model.reading import Sentence
from nosology.model.record import Span

CAUSES = (
    r"(?:due to|secondary to|caused by|because of|as a result of|resulting from|result of"
    r"|in the setting of|attribut(?:ed|able) to|related to|complicating|2/2|d/t)"
)
_CAUSED = re.compile(rf"{CAUSES}\s+(?:\w+[ -]){{0,4}}?\W*$", re.IGNORECASE)
_CAUSE_FOLLOWS = re.compile(rf"\W{{1,3}}(?:likely |probably |felt )?{CAUSES}\b", re.IGNORECASE)
_UNRELATED = re.compile(
    r"\b(?:unrelated|independent of|(?:not|isn't|nor)\s+(?:felt |thought |believed |considered )?"
    r"(?:to be )?(?:related|due|secondary|caused|attribut\w+|associated|because|from|hypertensive"
    r"|diabetic)|rather than)\b",
    re.IGNORECASE,
)
_NOT_THIS = re.compile(r"\b(?:not|nor|rather than)\s+(?:from\s+|to\s+|the\s+)?$", re.IGNORECASE)
_CAUSE = re.compile(rf"\b{CAUSES}\b", re.IGNORECASE)
_SIDE = re.compile(
    r"\b(?P<side>right|left|bilateral|both|rt|lt|(?-i:[LR])(?=\s+[a-z]))\b(?![\s-]+(?:MCA|ACA|PCA|ICA|middle|anterior|posterior"
    r"|cerebral|internal|carotid|basal|thalamic|frontal|parietal|temporal|occipital|pontine"
    r"|hemispher\w+|heart|atri\w+|ventric\w+|handed|hand domin\w+))",
    re.IGNORECASE,
)
_SIDES = {"rt": "right", "r": "right", "lt": "left", "l": "left", "both": "bilateral"}
_SIDE_BEFORE, _SIDE_AFTER = 24, 36
_REACH = 45
_NUMBERS = {
    **{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6},
    **{"seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12},
    **{"couple of": 2, "couple": 2, "few": 3, "several": 3, "many": 3},
}
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_SPAN_OF_TIME = (
    r"\b(?P<number>\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")[ -]+"
    r"(?P<unit>days?|weeks?|wks?|months?|mos?|years?|yrs?)[ -]+"
)
_AGO = re.compile(rf"{_SPAN_OF_TIME}(?:ago|prior|earlier|back|out)\b", re.IGNORECASE)
_SINCE = re.compile(
    rf"{_SPAN_OF_TIME}(?:out from|post|status[- ]post|s/p|after|since|following|from)\W+"
    r"(?:an?\W+|the\W+|his\W+|her\W+|their\W+)?(?:\w+\W+)?$",
    re.IGNORECASE,
)
_LAST = re.compile(r"\blast (?P<unit>week|month|year)\b", re.IGNORECASE)
_MONTHS = {
    **{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6},
    **{"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12},
}
_YEAR = re.compile(
    r"(?:^[\s,]*|\b(?:in|since|from|of|during|on|dated|the|his|her)\s+|\(\s*|\b(?P<month>"
    + "|".join(_MONTHS)
    + r")"
    r"[a-z]*\.?,?\s+(?:of\s+)?)(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:s/p|status[- ]post|history of|hx of|h/o|prior|previous|old|remote|past|residuals? "
    r"(?:of|from)|sequelae? of|late effects? of)\W+(?:an?\W+|the\W+|his\W+|her\W+|their\W+)?"
    r"(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:acute|subacute|new|evolving|today|yesterday|this morning|overnight|ongoing|current"
    r"|hours? ago)\b",
    re.IGNORECASE,
)


class When(NamedTuple):
    """When a condition was, as told beside it.

    Attributes:
        days: least number of days since, None where nothing is said.
        is_past: whether the words call it past; ``is_now`` whether they call it new or acute.
    """

    days: int | None
    is_past: bool
    is_now: bool


def sentence_at(span: Span, case: Case) -> Sentence | None:
    """Return the sentence in which the span begins."""
    reading = case.reading_of(span)
    place = reading.sentence_at(span.start)
    return reading.sentences[place] if place >= 0 else None


def said_at(span: Span, case: Case) -> str:
    """Return the sentence in which the span begins, empty for none."""
    sentence = sentence_at(span, case)
    if sentence is None:
        return ""
    return case.reading_of(span).said(sentence)


def beside(item: Statement, case: Case) -> Iterator[Statement]:
    """Yield the other statements of the statement's sentence, in the order of the text."""
    for other in case.by_sentence.get((item.reading.index, item.mention.sentence), ()):
        if other is not item:
            yield other


def of_draft(draft: Draft, case: Case) -> Statement | None:
    """Return the statement whose words support the draft first."""
    return next((item for item in case.statements if item.span == draft.support[0]), None)


def are_unrelated(one: str, other: str, case: Case) -> bool:
    """Return whether a sentence names conditions of both categories and denies their relation.

    Args:
        one: beginning of the code of one condition.
        other: beginning of the code of the other.
        case: the record.

    Source: ICD-10-CM Official Guidelines I.A.15: "with" links two conditions unless the record
    clearly states that they are unrelated.
    """
    return any(
        item.concept.startswith(one)
        and any(
            next_to.concept.startswith(other)
            and (_UNRELATED.search(item.said) is not None or _is_denied_cause(next_to))
            for next_to in beside(item, case)
        )
        for item in case.statements
    )


def _is_denied_cause(item: Statement) -> bool:
    """Whether the words before it take it out as the cause (due to diabetes, not hypertension)."""
    sentence = item.reading.sentences[item.mention.sentence]
    before = item.reading.text[sentence.start : item.mention.start]
    return _NOT_THIS.search(before) is not None and _CAUSE.search(before) is not None


def is_cause(cause: Statement, effect: Statement) -> bool:
    """Return whether the sentence gives the first as the cause of the second, named before it."""
    if cause.mention.start < effect.mention.end:
        return False
    between = cause.reading.text[effect.mention.end : cause.mention.start]
    return "." not in between and _CAUSED.search(f"{between} ") is not None


def has_cause(draft: Draft, case: Case) -> bool:
    """Return whether words of a cause directly follow the first words that support the draft."""
    span = draft.support[0]
    text = case.reading_of(span).text
    return _CAUSE_FOLLOWS.match(text, span.end) is not None


def causes_of(draft: Draft, case: Case) -> list[Statement]:
    """Return the present conditions that the sentence of the draft gives as its cause."""
    effect = of_draft(draft, case)
    if effect is None:
        return []
    return [
        other
        for other in beside(effect, case)
        if other.sense is Sense.PRESENT and is_cause(other, effect)
    ]


def side_of(item: Statement) -> str | None:
    """Return the side that the sentence says next to the statement: right, left or bilateral.

    A side before the words is taken before one behind them; the side of a vessel, of a half of the
    brain and of the dominant hand is not the condition's.
    """
    sentence = item.reading.sentences[item.mention.sentence]
    start, end = item.mention.start, item.mention.end
    text = item.reading.text
    within = _SIDE.search(text, start, end)
    if within is None:
        before = list(_SIDE.finditer(text, max(sentence.start, start - _SIDE_BEFORE), start))
        within = before[-1] if before else None
    if within is None:
        within = _SIDE.search(text, end, min(sentence.end, end + _SIDE_AFTER))
    if within is None:
        return None
    word = within["side"].lower()
    return _SIDES.get(word, word)


def when(item: Statement, on: dt.date | None) -> When:
    """Return when the condition was, from the words of its clause.

    Args:
        item: the statement.
        on: the date of service, from which a year or month that is named is counted.
    """
    before, after = _clause(item)
    own = item.reading.text[item.mention.start : item.mention.end]
    days = _elapsed(after, on)
    if days is None:
        days = _elapsed(before, on)
    is_past = item.sense is Sense.PAST or _PAST.search(before) is not None
    is_now = _NOW.search(f"{before[-25:]} {own} {after[:25]}") is not None
    return When(days, is_past, is_now)


def _clause(item: Statement) -> tuple[str, str]:
    """What stands before and behind the words, up to a stop or another condition."""
    sentence = item.reading.sentences[item.mention.sentence]
    start, end = item.mention.start, item.mention.end
    text = item.reading.text
    before = text[max(sentence.start, start - _REACH) : start]
    after = text[end : min(sentence.end, end + _REACH)]
    return re.split(r"[;:.]\s", before)[-1], re.split(r"[;:.]\s", after)[0]


def _elapsed(words: str, on: dt.date | None) -> int | None:
    found = _AGO.search(words) or _SINCE.search(words)
    if found:
        number = found["number"].lower()
        count = int(number) if number.isdigit() else _NUMBERS[number]
        return count * _DAYS[found["unit"][0].lower()]
    last = _LAST.search(words)
    if last:
        return _DAYS[last["unit"][0].lower()]
    dated = _YEAR.search(words)
    if dated is None or on is None:
        return None
    month = _MONTHS[dated["month"].lower()] if dated["month"] else 12
    named = dt.date(int(dated["year"]), month, 28)
    return max((on - named).days, 0) if named <= on else None
