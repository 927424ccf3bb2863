"""Places: which tests of a specimen are billed by those for whom the record is coded.

An independent laboratory and a hospital bill what they report. An office bills what it ran itself:
tests that are by their nature done beside the patient, and others where it says so. What an office
draws and sends away the laboratory bills, and a hospital's tests are the hospital's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nosology.coding.services.acts import Act, Standing
from nosology.coding.services.draft import ServiceCase
from nosology.model.encounter import Setting
from nosology.model.reading import SectionKind
from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.services.laboratory"
REPORTING = frozenset({Setting.INDEPENDENT_LAB, Setting.HOPD_FACILITY})
"""Settings that bill every test that the record reports."""
_BESIDE_THE_PATIENT = frozenset({Setting.OFFICE, Setting.HOME})
"""Settings that bill what they ran themselves."""
_HISTORY = frozenset(
    {
        *(SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.INTERVAL_HISTORY),
        *(SectionKind.PAST_MEDICAL_HISTORY, SectionKind.CHIEF_COMPLAINT),
        *(SectionKind.PROBLEM_LIST, SectionKind.MEDICATIONS, SectionKind.FAMILY_HISTORY),
    }
)
_CONCLUDING = frozenset(
    {
        *(SectionKind.ASSESSMENT, SectionKind.ASSESSMENT_AND_PLAN, SectionKind.PLAN),
        *(SectionKind.DIAGNOSIS, SectionKind.IMPRESSION),
    }
)
_URINE = "urinalysis"
_NEXT = 48
"""Characters behind the name of a test in which its value begins."""
_OPERATION = re.compile(
    r"\W*(?:OR|operating room|operative|operation) (?:record|note|report)\b", re.IGNORECASE
)
"""The title of the record of an operation, which tells of tests made before it."""
_REPORTED = frozenset({Standing.DONE, Standing.REVIEWED, Standing.NAMED})


def words(name: str) -> re.Pattern[str]:
    """Return what finds the words of that name in ``words.toml``."""
    return patterns(_PACKAGE, "words.toml")[name]


def billed(acts: Iterable[Act], case: ServiceCase) -> list[Act]:
    """Return the acts that are billed, in the order of the text."""
    setting = case.encounter.setting
    if setting in REPORTING:
        return [act for act in acts if _is_reported(act)]
    if setting not in _BESIDE_THE_PATIENT:
        return []
    return [act for act in acts if is_run_here(act)]


def _is_reported(act: Act) -> bool:
    """Whether a laboratory's report gives the test as run there."""
    if _OPERATION.match(act.reading.text) and act.concept.name == _URINE:
        return False
    if act.kind in _HISTORY or not (act.standing in _REPORTED or _is_resulted(act)):
        return False
    if words("not_here").search(act.said):
        return False
    return act.concept.kind != "part" or _is_followed_by_result(act)


def _is_resulted(act: Act) -> bool:
    """Whether what was ordered is also reported in the same sentence."""
    after = act.reading.text[act.mention.end : act.sentence.end]
    return act.standing is Standing.ORDERED and bool(words("result").search(after))


def _is_followed_by_result(act: Act) -> bool:
    """Whether a value or a finding stands right behind the name of a test."""
    after = act.reading.text[act.mention.end : act.mention.end + _NEXT]
    return bool(words("value").match(after))


def is_run_here(act: Act) -> bool:
    """Return whether the note says that the office ran the test at this visit."""
    kind = act.concept.kind
    if kind == "point-of-care":
        return _has_result(act) and not _is_elsewhere(act)
    if kind == "part":
        said = words("tested").search(_around(act))
        return (
            act.kind not in _HISTORY | _CONCLUDING
            and bool(said)
            and _is_followed_by_result(act)
            and not _is_elsewhere(act)
        )
    if act.concept.name == _URINE and words("strip").search(act.said):
        return _has_result(act) and not _is_elsewhere(act)
    if kind == "laboratory":
        return (
            _has_result(act) and bool(words("here").search(_around(act))) and not _is_elsewhere(act)
        )
    return False


def _has_result(act: Act) -> bool:
    """Whether the test was done: the note says so, or gives its result."""
    if act.standing is Standing.DONE:
        return True
    if act.standing is Standing.PAST and act.kind not in _HISTORY:
        return bool(words("developed").search(act.reading.text[act.mention.end : act.section.end]))
    if act.standing in (Standing.NOT_DONE, Standing.PAST) or act.kind in _HISTORY:
        return False
    after = act.reading.text[act.mention.end : act.sentence.end]
    return bool(words("result").search(after))


def _is_elsewhere(act: Act) -> bool:
    return bool(words("elsewhere").search(act.said))


def _around(act: Act) -> str:
    """The heading of the section, what stands above the line in its list, and the sentence."""
    text, section = act.reading.text, act.section
    heading = text[section.start : section.body]
    above = ""
    sentences = act.reading.sentences
    number = act.mention.sentence - 1
    while number >= 0 and sentences[number].section == act.sentence.section:
        line = act.reading.said(sentences[number])
        if line.rstrip().endswith(":"):
            above = line
            break
        number -= 1
    return f"{heading} {above} {act.said}"
