"""Standing of an act: was it done here and now, or ordered, looked at, done before, or not at all.

What the part of the sentence says decides before the section in which it stands, and that before
what the setting leads one to expect.
"""

from __future__ import annotations

import re
from functools import cache

from nosology.coding.services.acts import TESTS, Standing, kind_of_section, part_of
from nosology.coding.services.catalogue import Concept
from nosology.model.encounter import Encounter, Setting
from nosology.model.reading import (
    Certainty,
    Experiencer,
    Mention,
    Polarity,
    Reading,
    SectionKind,
    Time,
)
from nosology.model.record import Span
from nosology.model.tables import any_of, settings

_PACKAGE = "nosology.coding.services"
_PART = re.compile(r"[;\n]|\.\s|,\s+(?:but|then|and)\s|\s[-–—]\s")
_LISTED = re.compile(rf"{_PART.pattern}|,\s|\swith\s")
"""Where procedures are listed, each stands between commas."""
_YEAR = re.compile(
    r"(?<![\d/.-])(?<!vs )(?<!vs. )(?:19[5-9]|20[0-4])\d(?![\d/.-])"
    r"(?!\s?(?:mg|ml|mL|units?|g|hours?|hrs?|h)\b)"
)
_DATED = re.compile(
    r"\s*(?:\(|from|on|of|dated)?\s*(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d%]|\s*(?:views?|mm|cm))",
    re.IGNORECASE,
)
_DATED_WHOLE = re.compile(
    r"\s*(?:(?:done|performed)\s+)?(?:by (?:me|us)\s+|here\s+)?(?:\(|from|on|dated)?\s*"
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>(?:20)?\d\d)(?!\d)",
    re.IGNORECASE,
)
_BESIDE = 24
_TODAY_BEFORE = re.compile(r"\btoday(?:'s)?[\s:,-]+(?:the\s+)?\Z", re.IGNORECASE)
_TODAY_AFTER = re.compile(
    r"\s+(?:(?:was|were)\s+)?(?:done\s+|performed\s+|given\s+)?today\b", re.IGNORECASE
)
_AHEAD = re.compile(
    r"\b(?:will|shall|going to|plan to|would like to|want to|let.?s|recommend(?:ed)?(?: that)? we)"
    r"\s+(?:\w+\s+){0,5}\Z",
    re.IGNORECASE,
)
"""What a thing yet to be done is told with, right before it (``we will perform a``)."""
_BESIDE_AHEAD = 64
_ORDERED_BEHIND = re.compile(
    r"[\w\s]{0,32}?\b(?:be|been|was|were|is|are)\s+(?:also\s+)?ordered\b(?!\s+and\b)", re.IGNORECASE
)
_FOLLOWED = re.compile(
    r"(?:\b(?:(?:hrs?|hours?|days?|weeks?|wks?|months?|mos?|years?|yrs?)|POD\s?#?\d+"
    r"|hematoma|bleed(?:ing)?|hemorrhage|seroma|leak|infection|abscess|dehiscence|complications?"
    r"|obstruction|stricture|recurrence|pain|fever|drainage|swelling|wound)"
    r"\s+(?:after|following|since|post|s/p|status post|out from)\s+"
    r"|\b(?:follow[\s-]?up|f/u|recheck|post-?op(?:erative)?(?: visit| check)?)"
    r"\s+(?:of|after|from|following|s/p|status post)\s+)"
    r"(?:[\w-]+\s+){0,4}\Z",
    re.IGNORECASE,
)
"""What stands right before an act that was done before (``hours after total thyroidectomy``)."""
_AS_SCHEDULED = re.compile(
    r"\b(?:returns?|returned|here|presents?|comes|came|seen)\s+(?:today\s+)?as\s+"
    r"(?:scheduled|planned)\s+for\b",
    re.IGNORECASE,
)
"""What says that the day for which the act was set has come."""
_AT_THIS_VISIT = re.compile(
    r"\b(?:today|(?:at|during) this visit|this (?:visit|morning|afternoon)|"
    r"in[\s-](?:the )?(?:office|clinic))\b",
    re.IGNORECASE,
)
_PAST_SECTIONS = frozenset(
    {
        *(SectionKind.PAST_SURGICAL_HISTORY, SectionKind.PAST_MEDICAL_HISTORY),
        *(SectionKind.COMPARISON, SectionKind.OBSTETRIC_HISTORY, SectionKind.PROBLEM_LIST),
        *(SectionKind.SOCIAL_HISTORY, SectionKind.INTERVAL_HISTORY),
        *(SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.MEDICATIONS),
    }
)
_NAMING_SECTIONS = frozenset(
    {
        *(SectionKind.FAMILY_HISTORY, SectionKind.ALLERGIES, SectionKind.INSTRUCTIONS),
        *(SectionKind.CHIEF_COMPLAINT, SectionKind.INDICATION, SectionKind.REVIEW_OF_SYSTEMS),
    }
)
_ORDERING_SECTIONS = frozenset(
    {
        *(SectionKind.PLAN, SectionKind.ORDERS, SectionKind.ASSESSMENT_AND_PLAN),
        *(SectionKind.ASSESSMENT, SectionKind.DISPOSITION),
    }
)
_DONE_SECTIONS = frozenset(
    {
        SectionKind.PROCEDURE,
        SectionKind.TECHNIQUE,
        SectionKind.FINDINGS,
        SectionKind.HOSPITAL_COURSE,
    }
)
_SUPPLIERS = frozenset(
    {
        *(Setting.INDEPENDENT_LAB, Setting.IMAGING_CENTER_GLOBAL),
        *(Setting.IMAGING_PROFESSIONAL_HOSPITAL, Setting.DME_SUPPLIER),
        Setting.AMBULANCE_SUPPLIER,
    }
)
"""Settings whose records tell what the supplier did, delivered or drove."""
_DEED = re.compile(
    r"(?:closed|repaired|sutured|stapled|irrigated|removed|drained|excised|injected|splinted)\b",
    re.IGNORECASE,
)
_RUN_ON = 400
"""Characters beyond which a part without stops is dictation that runs on."""
_REACH, _NEAR = 60, 30
_NEVER_DENIED = frozenset({"part", "visit"})
_DENYING = frozenset({"no", "not", "without", "never", "denies", "denied", "deny", "declined"})
"""First words of a denial before a test that say that it was not done."""
_STANDINGS = {
    "not_done": Standing.NOT_DONE,
    "elsewhere": Standing.PAST,
    "conditional": Standing.NAMED,
    "ordered": Standing.ORDERED,
    "past": Standing.PAST,
    "technique": Standing.DONE,
    "done": Standing.DONE,
}
_TECHNIQUE = "technique"
"""Words on how it was done, by which a procedure is known to be done, but not a drug or test."""


@cache
def _cues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    read = settings(_PACKAGE, "standing.toml")["cues"]
    return tuple((name, any_of(patterns)) for name, patterns in read.items())


def standing_of(
    reading: Reading, mention: Mention, concept: Concept, encounter: Encounter
) -> tuple[Standing, Span | None]:
    """Return what the record says of the act, and the words that say so."""
    context = mention.context
    if context.experiencer is not Experiencer.PATIENT:
        return Standing.NAMED, None
    if _is_denied(reading, mention, concept):
        return Standing.NOT_DONE, None
    section = kind_of_section(reading, mention, is_test=concept.kind in TESTS)
    if section in _NAMING_SECTIONS:
        return Standing.NAMED, None
    start, end = part_of(reading, mention, _LISTED if section in _DONE_SECTIONS else _PART)
    start, end = _within_reach(reading, mention, start, end)
    part = reading.text[start:end]
    if section not in _DONE_SECTIONS and _is_of_another_year(part, encounter):
        return Standing.PAST, None
    if concept.kind == "imaging" and _is_of_another_day(reading, mention, encounter):
        return Standing.PAST, None
    if concept.kind == "procedure" and (
        _is_followed(reading, mention) or _is_dated_before(reading, mention, encounter)
    ):
        return Standing.PAST, None
    for name, pattern in _cues():
        if name == _TECHNIQUE and concept.kind != "procedure":
            continue
        found = pattern.search(part)
        if found and name == "ordered" and concept.kind == "procedure":
            # What a procedure took is sent away; the procedure itself was done.
            found = next((item for item in pattern.finditer(part) if not _is_sent(item)), None)
        if found and not (
            (name == "ordered" and _is_done_too(part) and not _is_yet_to_do(reading, mention, end))
            or (name == "past" and _is_today(reading, mention))
            or (name == "past" and _is_of_biopsy(found) and "biopsy" not in concept.name)
        ):
            cue = Span(start + found.start(), start + found.end(), reading.index)
            if name == "done" and section is SectionKind.PAST_SURGICAL_HISTORY:
                return Standing.PAST, cue
            return _STANDINGS[name], cue
    if context.time in (Time.HISTORICAL, Time.RESOLVED) or section in _PAST_SECTIONS:
        return Standing.PAST, None
    is_ahead = context.time is Time.CONDITIONAL or (
        context.time is Time.FUTURE and not _AS_SCHEDULED.search(part)
    )
    if is_ahead or context.certainty is Certainty.RULE_OUT:
        return Standing.ORDERED, None
    if encounter.setting in _SUPPLIERS or section in _DONE_SECTIONS:
        return Standing.DONE, None
    if section in _ORDERING_SECTIONS:
        return Standing.ORDERED, None
    if section is SectionKind.RESULTS:
        return Standing.REVIEWED, None
    return Standing.DONE if concept.kind == "procedure" else Standing.NAMED, None


def _within_reach(reading: Reading, mention: Mention, start: int, end: int) -> tuple[int, int]:
    """Return the part, of dictation without stops only the words that stand around the act."""
    if end - start <= _RUN_ON:
        return start, end
    first = max(start, mention.start - _REACH)
    last = min(end, mention.end + _REACH)
    return reading.text.rfind(" ", start, first) + 1 or start, last


def _is_denied(reading: Reading, mention: Mention, concept: Concept) -> bool:
    """Whether the record denies the act; of a test ``negative`` is a result and denies nothing."""
    if mention.context.polarity is not Polarity.NEGATED or concept.kind in _NEVER_DENIED:
        return False
    if concept.kind not in TESTS:
        return not (concept.kind == "procedure" and _is_told_after(reading, mention))
    return any(
        cue.kind == Polarity.NEGATED
        and cue.end <= mention.start
        and reading.text[cue.start : cue.end].lower().split()[0] in _DENYING
        for cue in mention.context.cues
    )


def _is_followed(reading: Reading, mention: Mention) -> bool:
    """Whether the words right before the act tell of what came after it, at another time."""
    start = max(reading.sentences[mention.sentence].start, mention.start - _BESIDE_AHEAD)
    return _FOLLOWED.search(reading.text[start : mention.start]) is not None


def _is_told_after(reading: Reading, mention: Mention) -> bool:
    """Whether a comma ends what is denied and a deed is told behind it (``no FB, closed with``)."""
    denied = max((cue.end for cue in mention.context.cues if cue.end <= mention.start), default=-1)
    sentence = reading.sentences[mention.sentence]
    if denied >= 0 and sentence.end - sentence.start > _RUN_ON and mention.start - denied > _NEAR:
        return _DEED.match(reading.text, mention.start) is not None
    if denied < 0 or "," not in reading.text[denied : mention.start]:
        return False
    return _DEED.match(reading.text, mention.start) is not None


def _is_of_another_year(part: str, encounter: Encounter) -> bool:
    """Whether the part tells a year before that of the encounter, and none that is its own."""
    on = encounter.date_of_service
    if on is None:
        return False
    years = [int(match[0]) for match in _YEAR.finditer(part)]
    return bool(years) and max(years) < on.year


def _is_of_another_day(reading: Reading, mention: Mention, encounter: Encounter) -> bool:
    """Whether an image is followed by the date of another day (``MRI 2/26``)."""
    on, found = encounter.date_of_service, _DATED.match(reading.text, mention.end)
    if on is None or found is None or not 1 <= int(found["month"]) <= 12:
        return False
    day = int(found["day"])
    is_own = (int(found["month"]), day) == (on.month, on.day)
    return not is_own and (1 <= day <= 31) and encounter.setting is not Setting.INPATIENT_FACILITY


def _is_dated_before(reading: Reading, mention: Mention, encounter: Encounter) -> bool:
    """Whether an operation is followed by a whole date before the encounter's."""
    on, found = encounter.date_of_service, _DATED_WHOLE.match(reading.text, mention.end)
    if on is None or found is None or encounter.setting is Setting.INPATIENT_FACILITY:
        return False
    year, month, day = int(found["year"]) % 100, int(found["month"]), int(found["day"])
    return (year, month, day) < (on.year % 100, on.month, on.day)


def _is_done_too(part: str) -> bool:
    """Whether what is planned in the same part is another thing than what was done today."""
    (done,) = (pattern for name, pattern in _cues() if name == "done")
    found = done.search(part)
    return bool(found) and "today" in part.lower()


def _is_of_biopsy(found: re.Match[str]) -> bool:
    """Whether what is past is the biopsy that proved what is now treated (``bx-proven BCC``)."""
    return "proven" in found.group().lower()


def _is_sent(found: re.Match[str]) -> bool:
    return found.group().lower() in {"sent", "send", "sending"}


def _is_yet_to_do(reading: Reading, mention: Mention, end: int) -> bool:
    """Whether the act is planned for this visit, and nothing behind it says that it was done."""
    before = reading.text[max(0, mention.start - _BESIDE_AHEAD) : mention.start]
    if _ORDERED_BEHIND.match(reading.text, mention.end, end):
        return True
    if not _AHEAD.search(before):
        return False
    (done,) = (pattern for name, pattern in _cues() if name == "done")
    return not done.search(_AT_THIS_VISIT.sub(" ", reading.text[mention.end : end]))


def _is_today(reading: Reading, mention: Mention) -> bool:
    """Whether ``today`` stands beside the act itself (``injection today as planned last week``)."""
    before = reading.text[max(0, mention.start - _BESIDE) : mention.start]
    after = reading.text[mention.end : mention.end + _BESIDE]
    return bool(_TODAY_BEFORE.search(before) or _TODAY_AFTER.match(after))
