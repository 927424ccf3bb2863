"""The problems that an assessment lists, each with the sentences that discuss it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from nosology.model.reading import LineKind, Problem, Reading, SectionKind, Sentence

ASSESSMENT_SECTIONS = frozenset(
    {
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_AND_PLAN,
        SectionKind.IMPRESSION,
        SectionKind.DIAGNOSIS,
        SectionKind.DISCHARGE_DIAGNOSIS,
        SectionKind.POSTOPERATIVE_DIAGNOSIS,
        SectionKind.PLAN,
        SectionKind.MEDICAL_DECISION_MAKING,
    }
)
"""Sections in which the provider says what the patient has and what is done about it."""

_NAMING = frozenset(
    {
        SectionKind.ASSESSMENT,
        SectionKind.IMPRESSION,
        SectionKind.DIAGNOSIS,
        SectionKind.DISCHARGE_DIAGNOSIS,
    }
)
"""Sections that name rather than discuss: a sentence without a verb names, wherever it stands."""

_BREAK = re.compile(r":|;|\s[-–—]{1,2}\s|(?<!\b[A-Z])\.\s")
_ADDS = re.compile(r"\s[-–—]{1,2}\s")
"""Behind a name in a list it adds what is done about it."""
_LONGEST_NOMINAL = 8
_LEAST_SAID = 4
"""Characters beyond a name that say something of it."""
_NAME_LABEL = re.compile(
    r"\s*(?:#\s*\d*\s*[:.)-]?|(?:problem|issue|diagnosis|dx|(?:primary|secondary|principal|final|"
    r"discharge|admitting|working)\s+(?:problem|diagnosis|dx))\s*#?\s*\d*\s*[:.)-])\s*",
    re.IGNORECASE,
)
"""What stands before a name without being part of it (``Problem #2:``, ``#3``, ``Diagnosis:``)."""
_FOLLOW_UP = re.compile(
    r"(?:routine )?follow[- ]?up (?:of|for|on) (?:\w+[ -]?){1,5}[.:]?\s*$", re.IGNORECASE
)
"""A visit's purpose by the condition (``Follow-up of gout``), unless a day is set."""
_LIST_IN_A_LINE = re.compile(r";|,(?!\d)")
_PART = re.compile(r"\s\(|,\s")
_ACTS = re.compile(
    r",\s+(?=(?:will |to )?(?:continu|start|increas|decreas|stop|hold|resum|refill|recheck|refer"
    r"|monitor|repeat|order|add|switch|taper|follow)(?:e|es|ed|ing|ues?|s)?\b)",
    re.IGNORECASE,
)
"""What is done about a problem, on the line that names it."""
_TAKES_UP = re.compile(
    r"\W*(?:(?:with|in) regards? to|with respect to|regarding|as for|concerning"
    r"|for (?:his|her|their|your|the|my) (?:\w+ )?(?:problem|issue|concern|diagnosis|condition)\b"
    r"(?P<counted> (?:of|is|with)\b|, (?:his|her|their|your|the|my)\b)?)",
    re.IGNORECASE,
)
"""How dictation takes up a problem (``For your second problem of gout, …``): up to the comma."""
_TAKEN_UP = re.compile(r"[,.;:]|\s[-–—]{1,2}\s|\s(?=(?:I|we|it|he|she|they|you)\b)")
_DIAGNOSES = frozenset(
    {SectionKind.DIAGNOSIS, SectionKind.DISCHARGE_DIAGNOSIS, SectionKind.HOSPITAL_COURSE}
)
"""Where a numbered entry is a diagnosis even if more than a name is written on its line."""


@dataclass(frozen=True, slots=True)
class _Cues:
    says: frozenset[str]
    labels: frozenset[str]
    verbs: frozenset[str]
    longest_title_words: int


@cache
def _cues() -> _Cues:
    read = tomllib.loads(
        files("nosology.language").joinpath("problems.toml").read_text(encoding="utf-8")
    )
    return _Cues(
        frozenset(read["says"]),
        frozenset(read["labels"]),
        frozenset(read["verbs"]),
        int(read["longest_title_words"]),
    )


@dataclass(frozen=True, slots=True)
class ProblemStage:
    """Adds the problems of the assessment.

    A problem is named by a short line of its own, numbered, bulleted or bare; what follows up to
    the next name is said of it. Bullets under a bare or numbered name belong to that name; bullets
    with no such name above them are names themselves. A problem list is an assessment only where
    the note has no other, and only for the problems of which it says something.
    """

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading with its problems, in the order of the text."""
        problems: list[Problem] = []
        is_assessed = False
        for number, section in enumerate(reading.sections):
            if section.kind in ASSESSMENT_SECTIONS or section.kind is SectionKind.HOSPITAL_COURSE:
                is_assessed = True
                problems.extend(_in_section(reading, number, len(problems)))
        if not is_assessed:
            problems = _of_problem_lists(reading)
        return replace(reading, problems=tuple(problems))


def _of_problem_lists(reading: Reading) -> list[Problem]:
    """The listed problems of which the list says something: others were not taken up."""
    listed = [
        problem
        for number, section in enumerate(reading.sections)
        if section.kind is SectionKind.PROBLEM_LIST
        for problem in _in_section(reading, number, 0)
        if len(problem.sentences) > 1
        or problem.title_end < reading.sentences[problem.title].end - _LEAST_SAID
        or _ADDS.search(reading.said(reading.sentences[problem.title]))
    ]
    return [replace(problem, rank=rank) for rank, problem in enumerate(listed)]


def _in_section(reading: Reading, section: int, rank: int) -> list[Problem]:
    numbers = [n for n, s in enumerate(reading.sentences) if s.section == section]
    found: list[tuple[int, int]] = []
    is_named_here = reading.sections[section].kind in _NAMING
    bare_above = False
    for place, number in enumerate(numbers):
        sentence = reading.sentences[number]
        follows_name = bool(found) and place > 0 and found[-1][0] == numbers[place - 1]
        may_follow = place == 0 or follows_name or is_named_here
        if not _may_name(reading, sentence, may_follow=may_follow):
            continue
        is_bullet = bool(sentence.marker) and not _is_numbered(reading, sentence)
        if is_bullet and bare_above:
            continue
        end = _name_end(reading, sentence)
        if end is None:
            continue
        ends_line = place + 1 == len(numbers) or reading.sentences[numbers[place + 1]].is_line_start
        is_marked = bool(sentence.marker) or _is_numbered(reading, sentence)
        stands_alone = is_marked or (sentence.is_line_start and ends_line)
        if not (stands_alone or place == 0) and not _is_nominal(_before_break(reading, sentence)):
            continue
        found.append((number, end))
        if not is_bullet and (sentence.is_line_start or is_marked):
            bare_above = True
    numbered = [item for item in found if _is_counted(reading, reading.sentences[item[0]])]
    if not numbered and reading.sections[section].kind is SectionKind.HOSPITAL_COURSE:
        return []  # a course told in prose names no problems
    found = numbered or found
    problems = []
    for place, (number, end) in enumerate(found):
        last = found[place + 1][0] if place + 1 < len(found) else numbers[-1] + 1
        problems.append(
            Problem(
                title=number,
                title_end=end,
                sentences=tuple(range(number, last)),
                rank=rank + place,
            )
        )
    return problems


def _is_numbered(reading: Reading, sentence: Sentence) -> bool:
    if any(char.isalnum() for char in sentence.marker):
        return True
    return bool(_NAME_LABEL.match(reading.text[sentence.start : sentence.end]))


def _is_counted(reading: Reading, sentence: Sentence) -> bool:
    """Whether a number or ``#`` marks it, beside which lines without one are no names."""
    if any(char.isalnum() for char in sentence.marker):
        return True
    label = _NAME_LABEL.match(reading.text[sentence.start : sentence.end])
    if label is None:
        return False
    return "#" in label.group() or any(char.isdigit() for char in label.group())


def _may_name(reading: Reading, sentence: Sentence, *, may_follow: bool) -> bool:
    if not (sentence.is_line_start or may_follow) or sentence.kind is LineKind.TABLE:
        return False
    cues = _cues()
    label = reading.text[sentence.start : sentence.label].strip().rstrip(":").lower()
    if label in cues.labels:
        return False
    text = reading.text[sentence.start : sentence.end]
    named = _NAME_LABEL.match(text)
    words = re.findall(r"[\w']+", text[named.end() if named else 0 :][:80].lower())
    if not words:
        return False
    if _FOLLOW_UP.match(text, named.end() if named else 0):
        return True
    taken = _TAKES_UP.match(text, named.end() if named else 0)
    if taken and taken["counted"]:
        return True
    return words[0] not in cues.says and " ".join(words[:2]) not in cues.says


def _before_break(reading: Reading, sentence: Sentence) -> str:
    """What a sentence says up to the first sign that ends a name or adds to it."""
    text = reading.text[sentence.start : sentence.end]
    broken = _BREAK.search(text)
    name = text[: broken.start()] if broken else text
    return name.split(", ")[0]


def _is_nominal(name: str) -> bool:
    """Whether the words only name something: few of them, and none that says what it does."""
    words = re.findall(r"[\w']+", name.lower())
    return len(words) <= _LONGEST_NOMINAL and _cues().verbs.isdisjoint(words)


def _is_listed_diagnosis(reading: Reading, sentence: Sentence) -> bool:
    """Whether it is an entry of a numbered list of diagnoses, however long it runs on."""
    kind = reading.sections[sentence.section].kind
    return kind in _DIAGNOSES and _is_numbered(reading, sentence)


def _first_part(name: str) -> int:
    """Where the first part of a long entry ends: before a parenthesis or comma."""
    part = _PART.search(name)
    return part.start() if part else len(name)


def _name_end(reading: Reading, sentence: Sentence) -> int | None:
    """Where the name in the sentence ends, or None where the sentence is no name."""
    text = reading.text[sentence.start : sentence.end]
    longest = _cues().longest_title_words
    label = _NAME_LABEL.match(text)
    taken = _TAKES_UP.match(text, label.end() if label else 0)
    if taken:
        until = _TAKEN_UP.search(text, taken.end())
        end = until.start() if until else len(text)
        return sentence.start + end if text[taken.end() : end].strip() else None
    broken = _BREAK.search(text, label.end() if label else 0)
    name = text[: broken.start()] if broken else text
    if len(name.split()) > longest and (acts := _ACTS.search(name)):
        name = name[: acts.start()]
    if len(name.split()) > longest:
        if not _is_listed_diagnosis(reading, sentence):
            return None
        return sentence.start + _first_part(name)
    if broken and broken.group().strip() == ";":
        return sentence.end
    if broken and len(text.split()) <= longest and _LIST_IN_A_LINE.search(text):
        return sentence.end
    return sentence.start + len(name)
