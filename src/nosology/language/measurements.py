"""Measurements: vital signs and laboratory results, with what the record itself says of them."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from nosology.language.analytes import Analyte, Name, leveled_unit, names
from nosology.language.measurement_patterns import (
    COMPARATORS,
    CONCENTRATION,
    DATE,
    DIASTOLIC,
    GAP,
    NUMBER,
    PER,
    RANGE,
    SIDE_AFTER,
    SIDE_BEFORE,
    SIDES,
    UNIT,
    UPPER,
    VALUE,
    words_around,
)
from nosology.model.reading import Flag, Measurement, Reading, SectionKind, Sentence

_PASSED_OVER = frozenset(
    {
        SectionKind.FAMILY_HISTORY,
        SectionKind.MEDICATIONS,
        SectionKind.ALLERGIES,
        SectionKind.IMMUNIZATIONS,
        SectionKind.ORDERS,
        SectionKind.INSTRUCTIONS,
        SectionKind.SIGNATURE,
    }
)
"""Sections in which a number beside an analyte is a dose, an aim or a relative's."""
_REACH = 150
"""How far after the name its value, range and flag are looked for, in characters."""
_BEFORE, _SHORTLY = 60, 14
_MOST_VALUES = 6
_PRESSURE = "blood pressure"
_SIGNS = frozenset({"-", "/", "–"})
_OF_OTHERS = re.compile(r"culture|test|ratio")
"""Analytes that are of a specimen other than blood by what they are."""
_CENTURY = 2000


@dataclass(frozen=True, slots=True)
class _Hit:
    """A name of an analyte in the text; ``sentence`` is the number of its sentence."""

    name: Name
    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class MeasurementStage:
    """Adds the vital signs and laboratory results.

    A result is the name of an analyte of ``measurements.tsv`` followed in its sentence, line or
    table row by a number that the analyte can have, or by a flag; words that usually stand between
    them are passed over. Aims, doses and conditions (``goal A1c < 7``, ``potassium 20 mEq daily``,
    ``if K < 3``) are no results. Of several values of one analyte in a sentence the record tells
    which is the earlier (``down to 7.1 from 9``).

    Needs tokens, sections and sentences, the tokens before short forms are spelled out. Read by
    eye: of 154 results found in 50 office notes and 150 machine-translated case reports, 4 were
    wrong; of the names in 50 office notes that a number follows closely, 3 results were missed.
    The tables were then corrected by what was read, and no unseen notes have been read since.
    """

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading with its measurements, in the order of the text."""
        hits = _hits(reading)
        if not hits:
            return reading
        found: list[Measurement] = []
        for number, hit in enumerate(hits):
            following = hits[number + 1] if number + 1 < len(hits) else None
            sentence = reading.sentences[hit.sentence]
            if found and hit.start < found[-1].end:
                continue
            found.extend(_results(reading, hit, following, sentence))
        return replace(reading, measurements=tuple(found))


def latest(measurements: Iterable[Measurement]) -> dict[str, Measurement]:
    """Return the latest value of each analyte, of values of one document.

    The dated ones go by date; of others the last that the record does not call an earlier one.
    """
    found: dict[str, Measurement] = {}
    for item in measurements:
        other = found.get(item.analyte)
        if other is None or _is_later(item, other):
            found[item.analyte] = item
    return found


def _is_later(item: Measurement, other: Measurement) -> bool:
    if item.is_earlier != other.is_earlier:
        return other.is_earlier
    if item.date and other.date:
        return item.date >= other.date
    return not (other.date and not item.date)


def _hits(reading: Reading) -> list[_Hit]:
    known = names()
    tokens = reading.tokens
    starts: list[int] | None = None
    hits: list[_Hit] = []
    for at, token in enumerate(tokens):
        same = known.get(token.words[0])
        if same is None or (hits and token.start < hits[-1].end):
            continue
        if starts is None:
            starts = [sentence.first_token for sentence in reading.sentences]
        number = bisect_right(starts, at) - 1
        if number < 0 or at >= reading.sentences[number].last_token:
            continue
        sentence = reading.sentences[number]
        if reading.sections[sentence.section].kind in _PASSED_OVER:
            continue
        for name in same:
            end = _end_of(name, reading, at, sentence)
            if end is not None:
                hits.append(_Hit(name, token.start, end, number))
                break
    return hits


def _end_of(name: Name, reading: Reading, at: int, sentence: Sentence) -> int | None:
    """Where the name ends that begins with this token, or None where it does not stand here."""
    tokens = reading.tokens
    start = tokens[at].start
    if name.written:
        end = start + len(name.written)
        after = reading.text[end : end + 4]
        if reading.text[start:end] != name.written or after[:1].isalpha() or PER.match(after):
            return None
        return end
    last = at
    for word in name.words:
        last += 1
        while last < sentence.last_token and tokens[last].words[0] in _SIGNS:
            last += 1
        if last >= sentence.last_token or tokens[last].words[0] != word:
            return None
    return tokens[last].end


def _results(
    reading: Reading, hit: _Hit, following: _Hit | None, sentence: Sentence
) -> list[Measurement]:
    text, words = reading.text, words_around()
    before = text[max(sentence.start, hit.start - _BEFORE) : hit.start]
    if words.not_a_result.search(before) or words.aimed_at.match(text, hit.end):
        return []
    if words.other_specimen.search(before) and not _OF_OTHERS.search(hit.name.analyte.name):
        return []
    end = min(sentence.end, hit.end + _REACH)
    limit = end
    if following is not None and following.start < end:
        if text[hit.end : following.start].strip() == "/":
            return _paired(reading, hit, following, end)
        limit = following.start
    at, date, said = _value_at(text, hit.end, limit)
    if hit.name.written and said.strip(" \t:=|()~+-.").lower() not in _AT_ONCE:
        return []
    is_earlier = bool(words.earlier.search(before) or words.earlier.search(said))
    first = _measured(reading, hit, at, limit, said)
    if first is None and hit.name.written:
        return []
    if first is None:
        return _flagged(reading, hit, at, limit, sentence.end)
    first = replace(first, date=date, is_earlier=is_earlier)
    return _series(reading, hit, first, limit, said)


_AT_ONCE = frozenset({"", "was", "is", "of", "today", "now", "at", "level", "up to", "down to"})
"""What may stand between a short name and its value."""


def _value_at(text: str, start: int, limit: int) -> tuple[int, dt.date | None, str]:
    """Where a value may begin, the date before it, and what stands between name and value."""
    words = words_around()
    at, date = start, None
    while at < limit:
        if gap := GAP.match(text, at, limit):
            at = gap.end()
        elif dated := DATE.match(text, at, limit):
            date = _day(dated) or date
            at = dated.end()
        elif word := words.between.match(text, at, limit):
            at = word.end()
        elif (
            (flagged := words.flag.match(text, at, limit))
            and flagged.end() < limit
            and not flagged["positive"]
        ):
            follows = VALUE.match(text, _past_gap(text, flagged.end(), limit), limit)
            if follows is None:
                break
            at = flagged.end()
        else:
            break
    return at, date, text[start:at]


def _past_gap(text: str, at: int, limit: int) -> int:
    words = words_around()
    while at < limit:
        passed = GAP.match(text, at, limit) or words.between.match(text, at, limit)
        if passed is None:
            return at
        at = passed.end()
    return at


def _day(found: re.Match[str]) -> dt.date | None:
    year = int(found["year"] or found["y"])
    try:
        return dt.date(
            year if year >= 100 else _CENTURY + year,
            int(found["month"] or found["m"]),
            int(found["day"] or found["d"]),
        )
    except ValueError:
        return None


def _measured(
    reading: Reading, hit: _Hit, at: int, limit: int, said: str = ""
) -> Measurement | None:
    """The number that begins here as a result of the analyte, with unit, range and flag."""
    text, words, analyte = reading.text, words_around(), hit.name.analyte
    found = VALUE.match(text, at, limit)
    if found is None or (analyte.possible is None and not found["titer"]):
        return None
    end = found.end()
    comparator = (found["comparator"] or "").lower()
    comparator = "1:" if found["titer"] else COMPARATORS.get(comparator, comparator)
    second: Decimal | None = None
    if analyte.name == _PRESSURE:
        diastolic = DIASTOLIC.match(text, end, limit)
        if diastolic is None:
            return None
        second, end = Decimal(diastolic["value"]), diastolic.end()
    elif (
        (upper := UPPER.match(text, end, limit))
        and not _follows_from(said)
        and _decimal(upper["value"]) > _decimal(found["value"])
    ):
        second, end = _decimal(upper["value"]), upper.end()
    unit = ""
    if given := UNIT.match(text, end, limit):
        whole = given.group().rstrip(".")
        for candidate in (whole, whole.split("/")[0]):
            if analyte.knows(leveled_unit(candidate)):
                unit, end = candidate.strip(), end + len(candidate)
                break
    if not unit and (
        words.foreign.match(text, end, limit) or (given and CONCENTRATION.search(given.group()))
    ):
        return None
    if text[end : end + 1] in {"/", "%"} and not unit and analyte.name != _PRESSURE:
        return None
    written = found["value"]
    if analyte.possible and analyte.possible[0] < 0 and _is_negative(text, found.start()):
        written = f"-{written}"
    value = _decimal(written)
    amount = None if comparator == "1:" else _amount(analyte, written, unit)
    if amount is None and comparator != "1:":
        return None
    reference, end = _reference(text, end, limit, analyte)
    flag, is_critical, end = _flag(text, end, limit)
    if reference is None and flag is not None:
        reference, end = _reference(text, end, limit, analyte)
    if flag is None:
        flag, is_critical = _flag_before(reading, hit, said)
    if text[end : end + 1] == ")" and text.count("(", hit.end, end) > text.count(")", hit.end, end):
        end += 1
    return Measurement(
        start=hit.start,
        end=end,
        sentence=hit.sentence,
        analyte=analyte.name,
        value=value,
        second=second,
        comparator=comparator,
        unit=unit,
        amount=amount,
        reference=reference,
        flag=flag,
        is_critical=is_critical,
    )


def _is_negative(text: str, at: int) -> bool:
    return text[max(0, at - 3) : at].rstrip()[-1:] in {"-", "–", "−"}


def _amount(analyte: Analyte, written: str, unit: str) -> Decimal | None:
    """The number in the analyte's unit; a stop or comma before three digits may part thousands."""
    level = leveled_unit(unit)
    if re.fullmatch(r"\d{1,3}\.\d{3}", written) and analyte.factors.get(level, 1) < 1:
        whole = analyte.amount(Decimal(written.replace(".", "")), level)
        if whole is not None:
            return whole
    return analyte.amount(_decimal(written), level)


def _decimal(written: str) -> Decimal:
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", written):
        return Decimal(written.replace(",", ""))
    return Decimal(written.replace(",", "."))


def _reference(
    text: str, end: int, limit: int, analyte: Analyte
) -> tuple[tuple[Decimal | None, Decimal | None] | None, int]:
    found = RANGE.match(text, end, limit)
    if found is None:
        return None, end
    after = found.end()
    bounds: tuple[Decimal | None, Decimal | None]
    if found["bound"]:
        bound = _decimal(found["bound"])
        is_upper = found["side"] in "<≤"
        bounds = (None if is_upper else bound, bound if is_upper else None)
    else:
        low, high = _decimal(found["low"]), _decimal(found["high"])
        if low >= high:
            return None, end
        bounds = low, high
    if (unit := UNIT.match(text, after, limit)) and analyte.knows(leveled_unit(unit.group())):
        after = unit.end()
    if text[after : after + 1] in {")", "]"}:
        after += 1
    return bounds, after


def _flag(text: str, end: int, limit: int) -> tuple[Flag | None, bool, int]:
    found = words_around().flag.match(text, end, limit)
    if found is None:
        return None, False, end
    flag = next(kind for kind in Flag if found[kind])
    said = found[flag]
    if flag in (Flag.NORMAL, Flag.ABNORMAL) and "," in found.group():
        return None, False, end
    if len(said) <= 2 and said.isalpha() and not said.isupper():
        return None, False, end
    is_critical = bool(words_around().critical.search(found.group()))
    return flag, is_critical, end + len(found.group().rstrip())


def _flag_before(reading: Reading, hit: _Hit, said: str) -> tuple[Flag | None, bool]:
    """What is said of the value before it: in the words after the name, or right before that."""
    words = words_around()
    found = SIDE_AFTER.search(said)
    where = said
    if found is None:
        sentence = reading.sentences[hit.sentence]
        where = reading.text[max(sentence.start, hit.start - 25) : hit.start]
        found = SIDE_BEFORE.search(where)
    if found is None:
        return None, False
    side = found["side"] or found["letters"]
    flag = SIDES.get(side.lower()) or (Flag.LOW if side[0] in "lL" else Flag.HIGH)
    return flag, len(side) == 2 or bool(words.critical.search(where))


def _series(
    reading: Reading, hit: _Hit, first: Measurement, limit: int, said: str
) -> list[Measurement]:
    """The value, and further values of the same analyte that the sentence joins to it."""
    text, words = reading.text, words_around()
    values = [first]
    is_from = _follows_from(said)
    while len(values) < _MOST_VALUES:
        last = values[-1]
        joined = words.to_later.match(text, last.end, limit)
        is_later = joined is not None
        joined = joined or words.from_earlier.match(text, last.end, limit)
        if joined is None:
            break
        following = _measured(reading, hit, joined.end(), limit)
        if following is None:
            break
        if is_later or is_from:
            values[-1] = replace(last, is_earlier=True)
        else:
            following = replace(following, is_earlier=True)
        start = joined.start() + len(joined.group()) - len(joined.group().lstrip(" ,;("))
        end = following.end
        if text[end - 1] == ")" and "(" not in text[start:end]:
            end -= 1
        values.append(replace(following, start=start, end=end))
    return values


def _follows_from(said: str) -> bool:
    return said.rstrip().lower().endswith("from")


def _flagged(reading: Reading, hit: _Hit, at: int, limit: int, stop: int) -> list[Measurement]:
    """A result that the record gives in a word alone, such as ``positive``.

    What a culture grew belongs to its result.
    """
    text = reading.text
    flag, is_critical, end = _flag(text, at, limit)
    before = max(reading.sentences[hit.sentence].start, hit.start - _SHORTLY)
    if flag is None and (found := words_around().flag_before.search(text, before, hit.start)):
        known = (Flag.POSITIVE, Flag.NEGATIVE)
        flag, end = next((kind for kind in known if found[kind]), None), hit.end
    if flag is None:
        return []
    if flag is Flag.POSITIVE and hit.name.analyte.name.endswith("culture"):
        named = text[end : min(stop, end + _REACH)]
        end += len(re.split(r"[;\n]|, (?:and|but|which)\b", named)[0].rstrip(" ."))
    analyte = hit.name.analyte.name
    return [Measurement(hit.start, end, hit.sentence, analyte, flag=flag, is_critical=is_critical)]


def _paired(reading: Reading, hit: _Hit, other: _Hit, limit: int) -> list[Measurement]:
    """Two results written as a pair after a pair of names (``AST/ALT 45/60``)."""
    text = reading.text
    at, _, _ = _value_at(text, other.end, limit)
    pair = re.compile(rf"(?P<one>{NUMBER})\s?/\s?(?P<two>{NUMBER})(?![\w/])").match(text, at, limit)
    if pair is None:
        return []
    found: list[Measurement] = []
    for each, group in ((hit, "one"), (other, "two")):
        amount = _amount(each.name.analyte, pair[group], "")
        if amount is not None:
            found.append(
                Measurement(
                    hit.start,
                    pair.end(),
                    hit.sentence,
                    each.name.analyte.name,
                    _decimal(pair[group]),
                    amount=amount,
                )
            )
    return found
