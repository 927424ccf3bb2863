"""Quantity: how many units were handed over, from packs, boxes, months, days and calories."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from nosology.coding.services.acts import Act
from nosology.coding.services.attributes.numbers import number_of
from nosology.coding.services.supplies.items import Item, Payment

_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_N = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,5}}(?:\.\d{{1,2}})?|{_WORDS})"
_CONTAINER = (
    r"(?:box(?:es)?|packs?|packages?|pkgs?|bags?|cases?|bottles?|cartons?|rolls?|tubes?|cans?|"
    r"containers?|vials?|sleeves?|canisters?|sets? of|bx|pk|cs)"
)
_PIECE = (
    r"(?:each|ea|counts?|ct|pcs|pieces?|units?|strips?|lancets?|catheters?|pads?|dressings?|"
    r"pouches|wafers?|wipes|swabs|filters?|bags?|cushions?|tips?|gauzes?|sponges?|packets?|"
    r"briefs?|liners?|socks?|kits?|sheets?|bras?|lenses|sets|barriers?|cannulas?|syringes?|"
    r"needles?|"
    r"sensors?|inserts?|pillows|masks?|tubes?|batteries|diapers|underpads|pull-?ups|cartridges|"
    r"pods?)"
)
_NOT_AN_AMOUNT = (
    r"(?!\s*(?:\.\d|x\s*\d|×|by\s+\d|-?\s*(?:cm|mm|fr\b|french|inch|in\b|\"|ml|cc|oz|mmhg|lbs?|"
    r"pounds?|kcal|calories|degrees?|psi|l\b|lpm|years?|yo\b|%|ply|mg|g\b|grams?|leads?|volts?|"
    r"wheel|prong|liters?|gauge|times|hours?|hrs?)))"
)
_IN_PACKS = re.compile(
    rf"(?<![\w./#])(?P<n>{_N})\s*(?:\w+\s+){{0,1}}?{_CONTAINER}\b[^.;\n]{{0,40}}?"
    rf"(?:\bof\s+|\(\s*|@\s*|,\s*|x\s*|with\s+|each with\s+|"
    rf"containing\s+)(?P<m>{_N}){_NOT_AN_AMOUNT}\s*"
    rf"(?:{_PIECE}\b|/|per\b|\))?",
    re.IGNORECASE,
)
_MULTIPLIED = re.compile(
    rf"(?<![\w.])(?P<n>\d{{1,3}})\s*(?:{_CONTAINER}\s*)?(?:x|"
    rf"×)\s*(?P<m>[1-9]\d{{1,2}})\b(?!\s*(?:cm|mm|in\b|inch|\"|ft|yd|yards?|days?|months?|x|×))",
    re.IGNORECASE,
)
_COUNTED_OUT = re.compile(rf"(?<![\w.]){_N}\s*(?:ct|counts?|each|ea|pcs|pieces)\b", re.IGNORECASE)
_LEADING = re.compile(
    r"\s*(?:[-*•]\s*)?\(?(?P<n>\d{1,4})\)?(?:\s+(?=[^\W\d]|\(|$)|\s*[-–]\s+)(?!(?:cm|mm|fr|"
    r"inch|in|ml|cc|oz|lbs?|months?|days?|weeks?|of|part|prong|wheel\w*|point|lead|way|ply|"
    r"hours?|x|year\w*)\b)",
    re.IGNORECASE,
)
_COLUMN = re.compile(
    r"\s{2,}(?P<n>\d{1,4})\s*(?:(?:new|used|ea|each|pk|bx|units?)\b|\s{2,}|$|\n)", re.IGNORECASE
)
_PER_PACK = re.compile(
    rf"(?<![\w./])(?P<m>{_N})\s*(?:{_PIECE}\s*)?(?:per|/|to a|to the|in each|in a)\s*{_CONTAINER}\b"
    rf"|{_CONTAINER}\s+of\s+(?P<m2>{_N})\b",
    re.IGNORECASE,
)
_PACKS = re.compile(rf"(?<![\w./#])(?P<n>{_N})\s*(?:\w+\s+)?{_CONTAINER}\b", re.IGNORECASE)
_TOTAL = re.compile(
    rf"\b(?:qty|quantity|total(?: of| quantity| dispensed)?|dispensed|count|"
    rf"amount)\s*(?:\(?\s*ea(?:ch)?\s*\)?)?\s*[:=#]?\s*"
    rf"(?P<n>{_N}){_NOT_AN_AMOUNT}(?!\s*(?:{_CONTAINER}\b|pairs?\b|/|per\b|days?|months?))"
    rf"|(?<![\w.])#\s*(?P<n2>\d{{1,4}})\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    rf"(?<![\w.\"])(?<!\d )(?<!\d)(?:x|×)\s*(?P<n>{_N})"
    rf"\b(?!\s*(?:\.\d|x|cm|mm|in\b|inch|\"|days?|weeks?|"
    rf"months?|hours?|years?|/))"
    rf"|(?<![\w.])(?P<n2>\d{{1,4}})\s*(?:x|×)(?=\s*(?:$|[,;.)\n]))",
    re.IGNORECASE,
)
_PIECES = re.compile(rf"(?<![\w./-])(?P<n>{_N})[\s-]*{_PIECE}\b(?!\s*(?:per|/|a)\s)", re.IGNORECASE)
_PAIRS = re.compile(rf"(?<![\w.])(?P<n>{_N}|a)\s*(?:\(\d+\)\s*)?pairs?\b", re.IGNORECASE)
_MONTHS = re.compile(
    rf"(?<![\w.])(?P<n>{_N})[\s-]*months?\b(?!\s*(?:ago|old|post|after|later))", re.IGNORECASE
)
_MONTH = re.compile(
    r"\b(?:monthly|month's|one[\s-]month|a month|this month|per month|month)\b", re.I
)
_DAYS = re.compile(rf"(?<![\w.])(?P<n>{_N})[\s-]*days?\b(?!\s*(?:ago|old|post|after|later))", re.I)
_WEEKS = re.compile(rf"(?<![\w.])(?P<n>{_N})[\s-]*(?:weeks?|wks?)\b(?!\s*ago)", re.IGNORECASE)
_FROM_TO = re.compile(
    r"(?<!\d)(?P<m1>\d{1,2})/(?P<d1>\d{1,2})(?:/\d{2,4})?\s*(?:-|–|to|through|thru)\s*"
    r"(?P<m2>\d{1,2})/(?P<d2>\d{1,2})(?:/\d{2,4})?(?!\d)",
    re.IGNORECASE,
)
_PER_MONTH = re.compile(
    rf"(?<![\w.])(?P<n>{_N})\s*(?:{_PIECE}\s*)?(?:per|/|a|every)\s*(?:month|mo|30 days)\b|"
    rf"(?<![\w.])(?P<n2>{_N})\s*(?:{_PIECE}\s*)?monthly\b",
    re.IGNORECASE,
)
_PER_DAY = re.compile(
    rf"(?<![\w.])(?P<n>{_N})\s*(?:(?:{_PIECE}|times?|cath\w*|x)\s*)?(?:per|/|a|each)\s*day\b|"
    rf"(?<![\w.])(?P<n2>{_N})\s*(?:(?:{_PIECE}|times?|x)\s*)?daily\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?<![\w./-])\(?(?P<n>{_N})\)?\s+(?:[A-Za-z][\w'/-]*[,]?\s+){{0,4}}$", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"\((?:qty:?\s*|x\s*)?(?P<n>\d{1,4})(?:\s*(?:ea|each))?\)", re.IGNORECASE)
_KCAL = re.compile(
    rf"(?<![\w.])(?P<n>{_N})\s*(?:kcals?|calories|cal)\b(?!\s*/\s*(?:ml|cc))(?P<per>\s*(?:/|"
    rf"per|a|each)\s*(?:day|d\b|24)|\s*daily)?",
    re.IGNORECASE,
)
_DENSITY = re.compile(r"(?P<n>\d(?:\.\d{1,2})?)\s*(?:kcal|cal)\s*/\s*(?:ml|cc)\b", re.IGNORECASE)
_VOLUME_A_DAY = re.compile(
    rf"(?<![\w.])(?P<n>{_N})\s*(?:ml|cc)\s*(?:/|per|a|each)?\s*(?:day|daily|24)\b", re.IGNORECASE
)
_CANS_A_DAY = re.compile(
    rf"(?<![\w.])(?P<n>{_N})\s*(?:cans?|cartons?|bottles?|containers?)\s*(?:/|per|a|"
    rf"each)?\s*(?:day|daily)\b",
    re.IGNORECASE,
)
_CANS_OF_KCAL_A_DAY = re.compile(
    rf"(?<![\w.])(?P<n>{_N})\s*(?:cans?|cartons?|bottles?|containers?)\s*(?:of|x|×|@|"
    rf"\()\s*(?P<m>{_N})\s*(?:kcals?|calories|cal)\b[^.;\n]{{0,12}}?(?:/|per|a|each)?\s*(?:day|"
    rf"daily)",
    re.IGNORECASE,
)
_CONTAINERS = re.compile(
    rf"(?<![\w.])(?P<n>{_N})\s*(?:cans?|cartons?|bottles?|containers?)\b(?!\s*(?:/|per|a|"
    rf"each)?\s*(?:day|daily))",
    re.IGNORECASE,
)
_EACH_KCAL = re.compile(
    rf"(?<![\w.])(?P<n>{_N})\s*(?:kcals?|calories)\s*(?:/|per|each|a)?\s*(?:each|can|carton|"
    rf"bottle|container)",
    re.IGNORECASE,
)
_SIZED = {
    "yard": re.compile(rf"(?<![\w.])(?P<n>{_N})\s*(?:yards?|yds?)\b", re.IGNORECASE),
    "ounce": re.compile(rf"(?<![\w.])(?P<n>{_N})\s*(?:-\s*)?(?:oz|ounces?)\b", re.IGNORECASE),
    "gram": re.compile(rf"(?<![\w.])(?P<n>{_N})\s*(?:-\s*)?(?:g|grams?|gm)\b", re.IGNORECASE),
    "foot": re.compile(rf"(?<![\w.])(?P<n>{_N})\s*(?:-\s*)?(?:ft|feet|foot)\b", re.IGNORECASE),
    "6inch": re.compile(rf"(?<![\w.])(?P<n>{_N})\s*(?:-\s*)?(?:in|inch(?:es)?|\")", re.IGNORECASE),
}
_TAPE = re.compile(
    rf"(?<![\w.])(?P<w>{_N})\s*(?:-\s*)?(?:inch(?:es)?|in\.?|\")\s*(?:wide\s*)?(?:x|×|by)\s*"
    rf"(?P<l>{_N})\s*(?P<unit>yards?|yds?|inch(?:es)?|in\b|\")",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"(?<![\w.])(?P<n>{_N})\s*(?P<unit>minutes?|mins?|hours?|hrs?)\b", re.IGNORECASE
)
_DAYS_PER_MONTH = Decimal(30)
_DAYS_PER_WEEK = 7
_INCHES_PER_YARD = Decimal(36)
_TAPE_UNIT = Decimal(18)
_ROPE_UNIT = Decimal(6)
_KCAL_PER_UNIT = Decimal(100)
_MINUTES_PER_UNIT = Decimal(15)
_MINUTES_PER_HOUR = Decimal(60)
_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_NEXT_ITEM = re.compile(
    r";\s*(?=[^\W\d])(?!(?:x|qty|quantity|count|total|dispensed|one|two|three|four|five|six|each|"
    r"supply|for|to|change|use[ds]?|with|size|sig|pairs?|per)\b)",
    re.IGNORECASE,
)
"""A semicolon before a word that tells of something else."""
_CLAUSES = re.compile(r"[,;\n]|\.\s|\band\b|\bplus\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """What is said of how many.

    Attributes:
        packs: containers whose contents are not told.
    """

    pieces: Decimal | None = None
    packs: Decimal | None = None
    pairs: Decimal | None = None


def said_of(act: Act, others: list[Act]) -> tuple[str, str]:
    """Return what is written before and behind the item, up to the items beside it."""
    text, sentence = act.reading.text, act.sentence
    # The number before an item may stand where a list's own number stands.
    before = min(sentence.start, text.rfind("\n", 0, act.mention.start) + 1)
    after = sentence.end
    first = before
    for other in others:
        if other.reading.index != act.reading.index:
            continue
        if first <= other.mention.end <= act.mention.start:
            before = max(before, other.mention.end)
        if act.mention.end <= other.mention.start < after:
            after = other.mention.start
    ahead = text[before : act.mention.start]
    behind = text[act.mention.end : after]
    if before > first:
        cuts = list(_CLAUSES.finditer(ahead))
        ahead = ahead[cuts[-1].end() :] if cuts else ahead
    if after < sentence.end:
        cuts = list(_CLAUSES.finditer(behind))
        behind = behind[: cuts[-1].start()] if cuts else behind
    return ahead, _NEXT_ITEM.split(behind, maxsplit=1)[0]


def units_of(item: Item, act: Act, others: list[Act], periods: str) -> int | None:
    """Return the units that the record tells; None where they cannot be known.

    Args:
        item: what is counted, and by what.
        act: where it is named.
        others: further acts of the record, whose own numbers are not this one's.
        periods: text of the record in which a period of supply may be told once for all items.
    """
    ahead, behind = said_of(act, others)
    named = act.reading.text[act.mention.start : act.mention.end]
    said = f"{ahead} {named} {behind}"
    around = f"{ahead} | {behind}"
    counted = item.counted
    match counted:
        case "100kcal":
            return _units(_calories(said, periods), _KCAL_PER_UNIT)
        case "lens":
            return 1
        case "day":
            number = _amount(around, ahead, behind)
            return _whole(_days(said) or number.pieces or number.packs or _days(periods))
        case "week":
            return _weeks(said) or _weeks(periods)
        case "month":
            return _whole(_months(said) or _months(periods)) or 1
        case "15min":
            return _units(_minutes(said), _MINUTES_PER_UNIT)
        case "18sqin":
            return _tape(said)
    if counted in _SIZED:
        return _by_size(counted, said)
    amount = _amount(around, ahead, behind, is_counted=counted.isdigit() or counted == "each")
    if counted in ("", "side", "digit", "lens"):
        pieces = amount.pieces or amount.packs
        if amount.pairs:
            return _whole(amount.pairs)
        return _whole(pieces) or 1
    if counted == "box":
        return _whole(amount.packs or amount.pieces)
    if counted == "pair":
        return _whole(amount.pairs or amount.packs or amount.pieces) or 1
    pieces = amount.pieces
    if pieces is None and amount.pairs is not None:
        pieces = amount.pairs * 2
    if pieces is None:
        pieces = _over_time(around, periods)
    if pieces is None and amount.packs is None and _is_single(item, named):
        pieces = Decimal(1)
    if counted.isdigit():
        if pieces is not None:
            return _units(pieces, Decimal(counted))
        return _whole(amount.packs)
    return _whole(pieces)


def _is_single(item: Item, named: str) -> bool:
    """Whether the words name one piece, such as a mask or headgear."""
    if item.payment not in (Payment.ACCESSORY, Payment.PROSTHESIS, Payment.EYEWEAR):
        return False
    return not named.rstrip(". ").lower().endswith("s") and not item.counted.isdigit()


def _amount(around: str, ahead: str, behind: str, *, is_counted: bool = True) -> Amount:
    pairs = _PAIRS.search(around)
    packed = _IN_PACKS.search(around)
    if packed:
        return Amount(pieces=_n(packed["n"]) * _n(packed["m"]))
    multiplied = _MULTIPLIED.search(around) if is_counted else None
    if multiplied and not _COUNTED_OUT.search(around):
        return Amount(pieces=_n(multiplied["n"]) * _n(multiplied["m"]))
    packs = _PACKS.search(around)
    each = _PER_PACK.search(around)
    if each:
        size = _n(each["m"] or each["m2"])
        number = packs or _TOTAL.search(around) or _TIMES.search(around)
        if number:
            return Amount(pieces=_first(number) * size)
        return Amount(pieces=size)
    if pairs:
        return Amount(pairs=_n(pairs["n"]))
    total = _TOTAL.search(around)
    if total:
        return Amount(pieces=_first(total))
    leading = _LEADING.match(ahead)
    if leading:
        ahead_of_it = _n(leading["n"])
        if packs is not None and packs["n"] == leading["n"]:
            return Amount(packs=ahead_of_it)
        return Amount(pieces=ahead_of_it)
    column = _COLUMN.search(behind)
    if column:
        return Amount(pieces=_n(column["n"]))
    if _PER_MONTH.search(around) or _PER_DAY.search(around):
        return Amount()
    if packs:
        return Amount(packs=_n(packs["n"]))
    times = _TIMES.search(around)
    if times:
        return Amount(pieces=_first(times))
    bracketed = _IN_BRACKETS.search(around)
    if bracketed:
        return Amount(pieces=_n(bracketed["n"]))
    pieces = _PIECES.search(around)
    if pieces:
        return Amount(pieces=_n(pieces["n"]))
    before = _BEFORE.search(ahead)
    if before and not re.search(_REFUSED_UNITS, ahead[before.end("n") :], re.IGNORECASE):
        return Amount(pieces=_n(before["n"]))
    alone = _ALONE.match(behind)
    return Amount(pieces=_n(alone["n"])) if alone else Amount()


_REFUSED_UNITS = (
    r"^\W*(?:cm|mm|fr|french|inch(?:es)?|in|ml|cc|oz|mmhg|lbs?|pounds?|kcal|lpm|l|years?|days?|"
    r"months?|weeks?|part|piece|prong|wheel\w*|point|lead|way|ply|hours?|diopters?|am|pm|of)\b"
)
_ALONE = re.compile(
    rf"\s*(?:[A-Za-z]+\s*){{0,3}}(?:,\s*[A-Za-z]+\s*){{0,2}}[,:\-–—|]\s*(?P<n>{_N})\s*(?:$|[,;.)|\n])",
    re.IGNORECASE,
)


def _over_time(said: str, periods: str) -> Decimal | None:
    """Return the pieces of so many a month or a day, over the time that is supplied."""
    monthly = _PER_MONTH.search(said)
    if monthly:
        return _first(monthly) * (_months(said) or _months(periods) or Decimal(1))
    daily = _PER_DAY.search(said)
    if daily:
        days = _days(said) or _days(periods)
        return _first(daily) * days if days else None
    return None


def _calories(said: str, periods: str) -> Decimal | None:
    days = _days(said) or _days(periods)
    daily = _CANS_OF_KCAL_A_DAY.search(said)
    if daily and days:
        return _n(daily["n"]) * _n(daily["m"]) * days
    cans, each = _CANS_A_DAY.search(said), _EACH_KCAL.search(said)
    if cans and each and days:
        return _n(cans["n"]) * _n(each["n"]) * days
    containers = _CONTAINERS.search(said)
    if containers and each and not cans:
        return _n(containers["n"]) * _n(each["n"])
    for text in (said, periods):
        found = list(_KCAL.finditer(text))
        for match in found:
            if match["per"] and days:
                return _n(match["n"]) * days
        if text is said:
            for match in found:
                if not match["per"] and not _EACH_KCAL.match(text, match.start()):
                    return _n(match["n"])
    volume, density = _VOLUME_A_DAY.search(said), _DENSITY.search(said)
    volume = volume or _VOLUME_A_DAY.search(periods)
    density = density or _DENSITY.search(periods)
    if volume and density and days:
        return _n(volume["n"]) * Decimal(density["n"]) * days
    return None


def _days(text: str) -> Decimal | None:
    match = _DAYS.search(text)
    if match:
        return _n(match["n"])
    span = _FROM_TO.search(text)
    if span:
        first, last = int(span["m1"]), int(span["m2"])
        if first == last:
            return Decimal(int(span["d2"]) - int(span["d1"]) + 1)
        if last == first % 12 + 1:
            return Decimal(_MONTH_LENGTHS[first - 1] - int(span["d1"]) + 1 + int(span["d2"]))
    weeks = _WEEKS.search(text)
    if weeks:
        return _n(weeks["n"]) * _DAYS_PER_WEEK
    months = _MONTHS.search(text)
    return _n(months["n"]) * _DAYS_PER_MONTH if months else None


def _months(text: str) -> Decimal | None:
    match = _MONTHS.search(text)
    if match:
        return _n(match["n"])
    days = _DAYS.search(text)
    if days and _n(days["n"]) >= _DAYS_PER_MONTH - 2:
        return (_n(days["n"]) / _DAYS_PER_MONTH).to_integral_value()
    return Decimal(1) if _MONTH.search(text) else None


def _weeks(text: str) -> int | None:
    weeks = _WEEKS.search(text)
    if weeks:
        return int(_n(weeks["n"]))
    days = _days(text)
    return int(days // _DAYS_PER_WEEK) or None if days else None


def _minutes(text: str) -> Decimal | None:
    match = _TIME.search(text)
    if match is None:
        return None
    number = _n(match["n"])
    return number * _MINUTES_PER_HOUR if match["unit"].lower().startswith("h") else number


def _tape(said: str) -> int | None:
    match = _TAPE.search(said)
    if match is None:
        return None
    length = _n(match["l"])
    if match["unit"].lower().startswith("y"):
        length *= _INCHES_PER_YARD
    packs = _PACKS.search(said)
    rolls = packs or _TIMES.search(said) or _TOTAL.search(said)
    return _units(_n(match["w"]) * length * (_first(rolls) if rolls else 1), _TAPE_UNIT)


def _by_size(counted: str, said: str) -> int | None:
    size = _SIZED[counted].search(said)
    if size is None:
        return None
    rest = said[: size.start()] + " " + said[size.end() :]
    number = _PACKS.search(rest) or _TOTAL.search(rest) or _TIMES.search(rest)
    number = number or _PIECES.search(rest)
    total = _n(size["n"]) * (_first(number) if number else 1)
    return _units(total, _ROPE_UNIT if counted == "6inch" else Decimal(1))


def _first(match: re.Match[str]) -> Decimal:
    return _n(next(group for group in match.groups() if group))


def _n(text: str) -> Decimal:
    return number_of(text.replace(",", "")) or Decimal(text.replace(",", ""))


def _units(pieces: Decimal | None, each: Decimal) -> int | None:
    if pieces is None:
        return None
    return math.ceil(pieces / each) or None


def _whole(number: Decimal | None) -> int | None:
    if number is None:
        return None
    return math.ceil(number) or None
