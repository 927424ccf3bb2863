"""Sections: which part of a note is the history, the exam, the assessment and so on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from nosology.language.headings import LINE_END, Heading, Style, find_headings
from nosology.language.layout import blocks, counted
from nosology.model.reading import Reading, Section, SectionKind

_K = SectionKind

ASSESSING = frozenset(
    {
        _K.ASSESSMENT,
        _K.ASSESSMENT_AND_PLAN,
        _K.PLAN,
        _K.IMPRESSION,
        _K.DIAGNOSIS,
        _K.MEDICAL_DECISION_MAKING,
        _K.DISCHARGE_DIAGNOSIS,
        _K.PROBLEM_LIST,
    }
)
"""Kinds in which problems are listed, so that a short line is sooner a problem than a heading."""

_DISCUSSING = frozenset(
    {_K.ASSESSMENT, _K.ASSESSMENT_AND_PLAN, _K.PLAN, _K.MEDICAL_DECISION_MAKING}
)
"""Kinds in which each problem is discussed under labels of its own."""

_SUMMARIES = frozenset(
    {_K.ASSESSMENT, _K.ASSESSMENT_AND_PLAN, _K.DIAGNOSIS, _K.IMPRESSION, _K.PLAN}
)
_EXAMINING = frozenset({_K.REVIEW_OF_SYSTEMS, _K.PHYSICAL_EXAM, _K.VITAL_SIGNS})

_LABELS_WHILE_ASSESSING = frozenset(
    {
        _K.MEDICATIONS,
        _K.RESULTS,
        _K.PROCEDURE,
        _K.ORDERS,
        _K.OTHER,
        _K.MEDICAL_DECISION_MAKING,
        _K.INSTRUCTIONS,
        _K.FINDINGS,
        _K.INDICATION,
        _K.TECHNIQUE,
        _K.COMPARISON,
        _K.HISTORY_OF_PRESENT_ILLNESS,
        _K.INTERVAL_HISTORY,
        _K.ALLERGIES,
        _K.IMMUNIZATIONS,
        _K.DIAGNOSIS,
        _K.VITAL_SIGNS,
        _K.PHYSICAL_EXAM,
        _K.SOCIAL_HISTORY,
        _K.PAST_MEDICAL_HISTORY,
        _K.PAST_SURGICAL_HISTORY,
        _K.DISPOSITION,
    }
)
"""What is said under a problem when its words stand in the middle of an assessment."""

_LABELS_WHILE_EXAMINING = frozenset(
    {_K.OTHER, _K.DISPOSITION, _K.INSTRUCTIONS, _K.FINDINGS, _K.ALLERGIES, _K.SOCIAL_HISTORY}
)
"""Names of body systems and of observations that are headings elsewhere."""

_TELLING = frozenset({_K.HISTORY_OF_PRESENT_ILLNESS, _K.CHIEF_COMPLAINT, _K.INTERVAL_HISTORY})
_LABELS_WHILE_TELLING = frozenset(
    {_K.OTHER, _K.DISPOSITION, _K.FINDINGS, _K.TECHNIQUE, _K.COMPARISON}
)
"""Names of what a history is asked for, such as onset and context."""

_WITHIN = {
    _K.RESULTS: frozenset({_K.IMPRESSION, _K.FINDINGS, _K.INDICATION, _K.TECHNIQUE, _K.COMPARISON}),
    _K.PHYSICAL_EXAM: frozenset({_K.VITAL_SIGNS}),
}
"""Headings that open a part of the section they stand in and end with their paragraph."""

_CONCLUSIONS = frozenset(
    {
        _K.ASSESSMENT,
        _K.ASSESSMENT_AND_PLAN,
        _K.IMPRESSION,
        _K.DIAGNOSIS,
        _K.DISCHARGE_DIAGNOSIS,
        _K.POSTOPERATIVE_DIAGNOSIS,
        _K.MEDICAL_DECISION_MAKING,
    }
)
_BEFORE_A_LIST = frozenset(
    {
        _K.BODY,
        _K.CHIEF_COMPLAINT,
        _K.HISTORY_OF_PRESENT_ILLNESS,
        _K.INTERVAL_HISTORY,
        _K.PHYSICAL_EXAM,
        _K.VITAL_SIGNS,
        _K.RESULTS,
        _K.OTHER,
    }
)
"""Sections that run on into the problems of a note that does not head them."""
_HASH_LINE = re.compile(r"^[^\S\n]*#[^\S\n]*\d{0,2}[.:)]?[^\S\n]*[A-Za-z]", re.MULTILINE)
_NUMBERED_LINE = re.compile(r"^[^\S\n]*\(?(?P<number>\d{1,2})[.)](?!\d)[^\S\n]*\S", re.MULTILINE)

_NAME_WITH_PLAN = re.compile(r"[^\S\n]*[A-Za-z][^-–—.:\n]{2,60}\s[-–—]{1,2}\s(?P<plan>\S[^\n]*)")
_PLANNED = re.compile(
    r"(?:cont(?:inue)?|start|begin|stop|hold|incr(?:ease)?|decr?(?:ease)?|add|switch|refill|renew"
    r"|recheck|check|repeat|rpt|monitor|follow|f/u|refer|ref|order|rtc|taper|wean|trial|rx|stable"
    r"|at goal|(?:well )?controlled)\b",
    re.IGNORECASE,
)
_LEAST_PLANNED = 2
_LEAST_LETTERED = 3
_LETTERED_LINE = re.compile(r"^[^\S\n]*(?P<letter>[A-H])[.)][^\S\n]+\S", re.MULTILINE)

_LISTING = frozenset(
    {
        _K.PAST_MEDICAL_HISTORY,
        _K.PAST_SURGICAL_HISTORY,
        _K.FAMILY_HISTORY,
        _K.SOCIAL_HISTORY,
        _K.PROBLEM_LIST,
        _K.MEDICATIONS,
        _K.ALLERGIES,
        _K.IMMUNIZATIONS,
        _K.VITAL_SIGNS,
    }
)
_LONGEST_ENTRY = 40
_SPECIMEN_LINE = re.compile(r"^[^\S\n]*\(?A[.)][^\S\n]+\S", re.MULTILINE)
"""The first specimen of a pathology report, which its reason ends with."""
_SAME = re.compile(
    r"\W*(?:(?:the )?same(?: as (?:above|preop\w*(?: diagnosis)?|before))?|unchanged|as above)\W*",
    re.IGNORECASE,
)

_HISTORIES = frozenset({_K.PAST_MEDICAL_HISTORY, _K.HISTORY_OF_PRESENT_ILLNESS})
_MAIN_CONCLUSIONS = frozenset({_K.ASSESSMENT, _K.ASSESSMENT_AND_PLAN, _K.DIAGNOSIS})
_NEXT_LABEL = re.compile(r"[^\S\n]*(?:[-•*▪–·]|\d{1,2}[.)]|[A-Z][A-Za-z /&]{0,40}:)")


@dataclass(frozen=True, slots=True)
class SectionStage:
    """Adds the sections, which cover the document without gap or overlap.

    A line or the start of a line is a heading when its words are in ``sections.tsv`` and it
    stands as headings do: alone on its line, before a colon, in capitals, marked or underlined.
    Within an assessment, an exam or a list, words that are a heading elsewhere stay labels of
    the enclosing section when they stand as its items do (bullet, deeper indent, other
    capitals, repeated under each problem). A part inside a section, such as the impression of
    one study among the results, has level 1 and ends with its paragraph, after which the
    enclosing section continues.

    Read by eye: in the 67 office notes of the development set every heading is found and
    nothing else is taken for one. Other styles are held to their cases only.
    """

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading with its sections."""
        text = reading.text
        sections = _with_list_as_assessment(text, list(_sections(text)))
        return replace(reading, sections=tuple(_with_same_diagnosis(text, list(sections))))


def _sections(text: str) -> Iterator[Section]:
    opened = list(_opened(text, find_headings(text)))
    if not opened or text[: opened[0].start].strip():
        opened.insert(0, Section(_K.BODY, 0, 0, len(text)))
    else:
        opened[0] = replace(opened[0], start=0)
    for section, following in pairwise(opened):
        yield replace(section, end=following.start)
    yield replace(opened[-1], end=len(text))


def _with_list_as_assessment(text: str, sections: list[Section]) -> Iterator[Section]:
    """Yield the sections, a numbered list of a note that has no assessment being one.

    Notes without headings end in what was found and done, a number a problem.
    """
    is_concluded = any(section.kind in _CONCLUSIONS and not section.level for section in sections)
    for section in sections:
        begin = None
        if not is_concluded and section.kind in _BEFORE_A_LIST:
            begin = _numbered_list(text, section)
            if begin is None:
                begin = _hash_list(text, section)
        if begin is None:
            yield section
            continue
        is_concluded = True
        yield replace(section, end=begin)
        yield Section(_K.ASSESSMENT_AND_PLAN, begin, begin, section.end)


def _with_same_diagnosis(text: str, sections: list[Section]) -> list[Section]:
    """The sections; where it is the same, the diagnosis before an operation is the one after it."""
    is_same = any(
        section.kind is _K.POSTOPERATIVE_DIAGNOSIS
        and _SAME.fullmatch(text, section.body, section.end)
        for section in sections
    )
    if not is_same:
        return sections
    return [
        replace(section, kind=_K.POSTOPERATIVE_DIAGNOSIS)
        if section.kind is _K.PREOPERATIVE_DIAGNOSIS
        else section
        for section in sections
    ]


def _numbered_list(text: str, section: Section) -> int | None:
    """Where a list of lines numbered from 1 begins, or None."""
    first = None
    expected = 1
    for line in _NUMBERED_LINE.finditer(text, section.body, section.end):
        number = int(line["number"])
        if number == 1:
            first, expected = line.start(), 2
        elif first is not None and number == expected:
            return first
    without_stop = min(counted(text, section.body, section.end), default=None)
    if without_stop is not None:
        return text.rfind("\n", 0, without_stop) + 1
    lettered = list(_LETTERED_LINE.finditer(text, section.body, section.end))
    if [line["letter"] for line in lettered[:_LEAST_LETTERED]] == ["A", "B", "C"]:
        return lettered[0].start()
    return _planned_list(text, section)


def _planned_list(text: str, section: Section) -> int | None:
    """Where the section ends in lines that each name a problem, a dash and a plan, or None."""
    begin, end = None, section.end
    lines = planned = 0
    while end > section.body:
        start = max(section.body, text.rfind("\n", 0, end - 1) + 1)
        line = text[start:end]
        named = _NAME_WITH_PLAN.match(line)
        if named:
            begin, lines = start, lines + 1
            planned += _PLANNED.match(named["plan"]) is not None
        elif lines and line.strip():
            break
        end = start
    return begin if planned >= _LEAST_PLANNED else None


def _hash_list(text: str, section: Section) -> int | None:
    """Where lines begin that a ``#`` marks as problems, two at least, or None."""
    lines = [line.start() for line in _HASH_LINE.finditer(text, section.body, section.end)]
    return lines[0] if len(lines) > 1 else None


def _opened(text: str, headings: list[Heading]) -> Iterator[Section]:
    """Yield what each heading opens, with the enclosing section again after a part of it."""
    kinds = {heading.kind for heading in headings}
    is_report = _is_report(kinds)
    is_capital = _is_capital(headings)
    repeated = _repeated(headings)
    enclosing: Heading | None = None
    for number, heading in enumerate(headings):
        kind = heading.report_kind if is_report else heading.kind
        current = replace(heading, kind=kind)
        limit = headings[number + 1].start if number + 1 < len(headings) else len(text)
        if enclosing is None:
            if heading.is_inner:
                continue
        else:
            if heading.is_inner and not _is_part_of_history(enclosing, heading):
                continue
            if not heading.is_inner and _is_label(enclosing, current, is_capital, repeated):
                continue
            if _is_within(enclosing, current, kinds, repeated):
                yield _section(current, level=1)
                end = _paragraph_end(text, heading.body, limit)
                if end < limit and text[end:limit].strip():
                    yield Section(enclosing.kind, end, end, end, enclosing.title)
                continue
        yield _section(current, level=1 if heading.is_inner else 0)
        if not heading.is_inner:
            enclosing = current
            end = _list_end(text, current, limit)
            if end < limit:
                opened = _K.FINDINGS if current.kind is _K.INDICATION else _K.BODY
                yield Section(opened, end, end, end)


def _list_end(text: str, heading: Heading, limit: int) -> int:
    """Where what a label lists ends, if it stands before its text and text of another kind follows.

    In notes of labeled lines (``FH: brother died at 38.``) the next line that is no label is not of
    the list any more, unless it goes on with it: an entry of a list, or a few words without a stop.
    """
    if not heading.is_alone and heading.kind is _K.INDICATION:
        parts = _SPECIMEN_LINE.search(text, heading.body, limit)
        return parts.start() if parts else limit
    if heading.is_alone or heading.kind not in _LISTING:
        return limit
    line_end = LINE_END.search(text, heading.body, limit)
    if heading.kind is _K.PROBLEM_LIST and line_end is not None:
        said = text[heading.body : line_end.start()].rstrip()
        if said.count(";") > 1 and said[-1] not in ",;" and text[line_end.end() : limit].strip():
            return line_end.end()  # the whole list stands in its line
    for number, block in enumerate(blocks(text, heading.body, limit)):
        said = text[block.start : block.end]
        is_entry = bool(block.marker) or (len(said) <= _LONGEST_ENTRY and said[-1] not in ".!?")
        if number and not is_entry:
            return block.start - block.indent
    return limit


_NEVER_A_LABEL_OF_HISTORY = frozenset({_K.PHYSICAL_EXAM, _K.RESULTS})
"""What no history has a part of, in whatever letters its heading is written."""


def _section(heading: Heading, level: int) -> Section:
    return Section(heading.kind, heading.start, heading.body, heading.body, heading.title, level)


def _is_report(kinds: set[SectionKind]) -> bool:
    """Whether the document reports one study or operation rather than a visit."""
    reports = {_K.FINDINGS, _K.TECHNIQUE, _K.PREOPERATIVE_DIAGNOSIS, _K.COMPARISON, _K.INDICATION}
    visits = {_K.REVIEW_OF_SYSTEMS, _K.ASSESSMENT, _K.ASSESSMENT_AND_PLAN, _K.VITAL_SIGNS}
    concludes = {_K.IMPRESSION, _K.FINDINGS, _K.POSTOPERATIVE_DIAGNOSIS}
    return bool(kinds & reports) and bool(kinds & concludes) and not kinds & visits


def _is_capital(headings: list[Heading]) -> bool:
    """Whether the document writes its headings in capitals."""
    capital = sum(heading.style is Style.CAPITALS for heading in headings)
    return capital >= 2 and all(heading.style is Style.CAPITALS for heading in headings[:2])


def _repeated(headings: list[Heading]) -> frozenset[str]:
    """The titles that stand more than once after the first assessment: labels of its problems."""
    counts: Counter[str] = Counter()
    is_assessing = False
    for heading in headings:
        is_assessing = is_assessing or heading.kind in ASSESSING
        if is_assessing:
            counts[heading.title] += 1
    return frozenset(title for title, count in counts.items() if count > 1)


def _is_part_of_history(enclosing: Heading, heading: Heading) -> bool:
    return enclosing.kind in _HISTORIES and heading.is_alone


def _is_label(
    enclosing: Heading, heading: Heading, is_capital: bool, repeated: frozenset[str]
) -> bool:
    """Whether the words only label an item or paragraph of the enclosing section."""
    if heading.kind is _K.SIGNATURE and not heading.marker:
        return False
    is_like_enclosing = (
        heading.style is enclosing.style or heading.style is Style.CAPITALS
    ) and bool(heading.marker) == bool(enclosing.marker)
    is_bulleted = bool(heading.marker) and not enclosing.marker
    if is_bulleted and (enclosing.kind is not _K.BODY):
        return True
    if not heading.is_alone and heading.kind is enclosing.kind:
        both = (heading.style, enclosing.style)
        return enclosing.is_alone or both != (Style.CAPITALS, Style.CAPITALS)
    if enclosing.kind in _DISCUSSING:
        return _is_label_of_problem(enclosing, heading, is_like_enclosing, repeated)
    if enclosing.kind in _EXAMINING and heading.kind in _LABELS_WHILE_EXAMINING:
        return not (heading.is_alone and is_like_enclosing)
    if enclosing.kind in _TELLING and heading.kind in _LABELS_WHILE_TELLING:
        return not heading.is_alone and heading.style is not Style.CAPITALS
    return (
        is_capital
        and heading.style is not Style.CAPITALS
        and not heading.is_alone
        and heading.kind not in _SUMMARIES
        and heading.kind not in _NEVER_A_LABEL_OF_HISTORY
        and not _is_within_pair(enclosing, heading)
    )


def _is_label_of_problem(
    enclosing: Heading, heading: Heading, is_like_enclosing: bool, repeated: frozenset[str]
) -> bool:
    if heading.title in repeated and not (
        heading.style is Style.CAPITALS and heading.is_alone and not enclosing.is_deeper(heading)
    ):
        return True
    if heading.kind in _LABELS_WHILE_ASSESSING:
        if heading.is_alone:
            return not is_like_enclosing or heading.is_deeper(enclosing)
        return heading.style is not Style.CAPITALS or enclosing.style is not Style.CAPITALS
    if heading.is_alone or heading.style is Style.CAPITALS:
        return False
    return heading.is_deeper(enclosing) or not is_like_enclosing


def _is_within_pair(enclosing: Heading, heading: Heading) -> bool:
    return heading.kind in _WITHIN.get(enclosing.kind, ())


def _is_within(
    enclosing: Heading, heading: Heading, kinds: set[SectionKind], repeated: frozenset[str]
) -> bool:
    """Whether the heading opens a part of the enclosing section that ends with its paragraph."""
    if heading.is_alone or not _is_within_pair(enclosing, heading):
        return False
    if heading.kind is _K.IMPRESSION:
        # The only conclusion of a note is its assessment, even when it follows the results.
        return bool(kinds & _MAIN_CONCLUSIONS) or heading.title in repeated
    return True


def _paragraph_end(text: str, start: int, limit: int) -> int:
    """Return where the lines that continue the text at ``start`` end."""
    match = LINE_END.search(text, start, limit)
    while match is not None:
        position = match.end()
        following = LINE_END.search(text, position, limit)
        line_end = following.start() if following is not None else limit
        line = text[position:line_end]
        if not line.strip() or _NEXT_LABEL.match(line) or text[: match.start()][-1:] in ".:!?":
            return position
        match = following
    return limit
