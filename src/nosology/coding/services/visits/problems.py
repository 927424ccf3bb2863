"""The problems that were addressed, and how much each weighs.

A problem counts where it was evaluated or treated at the encounter, not where it is only named
(CPT E/M guidelines 2023, "problem addressed"). What is answered as diagnoses is looked at again:
what the assessment says of each tells a chronic illness at its goal from one that is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from nosology.coding.diagnoses.knowledge import knowledge
from nosology.coding.diagnoses.statements import Sense, sense_of
from nosology.coding.services.draft import ServiceCase
from nosology.coding.services.visits.elements import Level, Weighed
from nosology.coding.services.visits.said import ASSESSING, Words, cues, sentence_at
from nosology.model.code import plain
from nosology.model.coding import Diagnosis, Evidence
from nosology.model.encounter import Setting
from nosology.model.errors import MalformedRow
from nosology.model.reading import Mention, Reading, SectionKind
from nosology.model.record import Span
from nosology.model.tables import rows, table

_HOSPITAL = frozenset({Setting.ED_PROFESSIONAL, Setting.INPATIENT_PROFESSIONAL})
_CATEGORY = 3
_MANY = 3
_STUDIES = frozenset({"ct", "mri", "echo", "nuclear", "stress-test", "ultrasound"})
_INTRODUCTION = re.compile(
    r"past medical history|with (?:a )?(?:\w+ )?history of|\bpmhx?\b|\bh/o\b|\bhx of\b"
)
"""What opens a sentence that presents the patient with all that is known of him."""
_TELLING = frozenset(
    {
        *(SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.INTERVAL_HISTORY),
        *(SectionKind.BODY, SectionKind.OTHER, SectionKind.PROCEDURE, SectionKind.CHIEF_COMPLAINT),
    }
)
_LISTING = frozenset({SectionKind.ASSESSMENT, SectionKind.IMPRESSION, SectionKind.DIAGNOSIS})
_INJURY = ("S", "T")
_NEOPLASMS = ("C", "D0", "D1", "D2", "D3", "D4")
_GROWTH = "a growth that is not yet diagnosed"


class Weight(StrEnum):
    """What a problem is, as the table of medical decision making tells them apart."""

    NONE = "none"
    MINOR = "minor"
    ACUTE = "acute"
    CHRONIC = "chronic"
    WORSE = "worse"
    SYSTEMIC = "systemic"
    COMPLICATED = "complicated"
    UNCERTAIN = "uncertain"
    THREAT_ACUTE = "threat-acute"
    THREAT = "threat"


_PLAIN = {
    Weight.MINOR: "self-limited or minor problem",
    Weight.ACUTE: "acute, uncomplicated illness or injury",
    Weight.CHRONIC: "stable chronic illness",
    Weight.WORSE: "chronic illness not at its goal, or with exacerbation or progression",
    Weight.SYSTEMIC: "acute illness with systemic symptoms",
    Weight.COMPLICATED: "acute complicated injury",
    Weight.UNCERTAIN: "undiagnosed new problem with uncertain prognosis",
    Weight.THREAT: "threat to life or bodily function",
}
_LEVELS = {
    Weight.MINOR: Level.STRAIGHTFORWARD,
    Weight.ACUTE: Level.LOW,
    Weight.CHRONIC: Level.LOW,
    Weight.WORSE: Level.MODERATE,
    Weight.SYSTEMIC: Level.MODERATE,
    Weight.COMPLICATED: Level.MODERATE,
    Weight.UNCERTAIN: Level.MODERATE,
    Weight.THREAT: Level.HIGH,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem addressed.

    Attributes:
        codes: diagnoses that tell it, those of one category together.
        scope: where the record speaks of it: document, start, end.
    """

    codes: tuple[str, ...]
    weight: Weight
    spans: tuple[Span, ...]
    scope: tuple[tuple[int, int, int], ...]
    name: str = ""

    @property
    def level(self) -> Level:
        """What it supports by itself."""
        return _LEVELS[self.weight]


@cache
def _weights() -> dict[str, Weight]:
    found: dict[str, Weight] = {}
    for row in rows(
        table("nosology.coding.services.visits", "conditions.tsv"), ("code", "weight", "why")
    ):
        try:
            found[plain(row["code"])] = Weight(row["weight"])
        except ValueError:
            raise MalformedRow(row.file, row.line, "weight", "is no weight") from None
    return found


def weight_of(code: str) -> Weight:
    """Return what a diagnosis weighs where the record says nothing more of it."""
    known = _weights()
    for length in range(len(code), 0, -1):
        weight = known.get(code[:length])
        if weight is not None:
            # The letter of a chapter yields to the list of chronic conditions.
            if length == 1 and weight is not Weight.NONE and code[0] not in "CF":
                break
            return weight
    if knowledge().is_chronic(code):
        return Weight.CHRONIC
    return known.get(code[:1], Weight.ACUTE)


def addressed(
    case: ServiceCase, words: Words, tests: Sequence[tuple[str, Span]] = ()
) -> list[Problem]:
    """Return the problems that the record addresses, the weightiest first.

    Args:
        case: the record.
        words: its cues.
        tests: those that are ordered or looked at, by name and place.
    """
    found: dict[str, Problem] = {}
    considered = [item for item in case.diagnoses if weight_of(item.code) is not Weight.NONE]
    is_alone = len({item.code[:_CATEGORY] for item in considered}) == 1
    assessing = {
        reading.index
        for reading in case.readings
        if any(section.kind in ASSESSING for section in reading.sections)
    }
    look = _Look(case, words, assessing, tests, is_alone=is_alone)
    for diagnosis in considered:
        problem = _problem(diagnosis, look)
        if problem is None:
            continue
        key = diagnosis.code[:_CATEGORY]
        same = found.get(key)
        found[key] = problem if same is None else _together(same, problem)
    found |= {str(item.scope): item for item in _doubtful(case, assessing)}
    if not found:
        # What is reported first is what the visit was for, wherever the record names it.
        for diagnosis in considered[:1]:
            problem = _problem(diagnosis, replace(look, is_reason=True))
            if problem is not None:
                found[diagnosis.code] = problem
    return sorted(found.values(), key=lambda item: -item.level)


def _doubtful(case: ServiceCase, assessing: set[int]) -> Iterator[Problem]:
    """Yield the growths that the assessment names only as what they may be.

    An outpatient's uncertain diagnosis has no code (ICD-10-CM OCG IV.H), and yet it is a new
    problem whose prognosis is uncertain (CPT E/M guidelines 2023).
    """
    coded = [(words.document, words.start) for item in case.diagnoses for words in item.evidence]
    for reading in case.readings:
        if reading.index not in assessing or not reading.problems:
            continue
        by_sentence: dict[int, list[Mention]] = {}
        for mention in reading.mentions:
            by_sentence.setdefault(mention.sentence, []).append(mention)
        for problem in reading.problems:
            title = reading.sentences[problem.title]
            end = max(reading.sentences[number].end for number in problem.sentences)
            named = [
                mention
                for mention in by_sentence.get(problem.title, ())
                if mention.start < problem.title_end
            ]
            if any(index == reading.index and title.start <= at < end for index, at in coded):
                continue
            if not all(sense_of(mention) is Sense.UNCERTAIN for mention in named):
                continue
            grown = next((item for item in named if item.concept.startswith(_NEOPLASMS)), None)
            if grown is not None:
                span = Span(grown.start, grown.end, reading.index)
                scope = ((reading.index, title.start, end),)
                yield Problem((), Weight.UNCERTAIN, (span,), scope, _GROWTH)


@dataclass(frozen=True, slots=True)
class _Look:
    """What a problem is looked at with.

    Attributes:
        assessing: documents that have an assessment or plan of their own.
        tests: those that are ordered or looked at, by name and place.
        is_alone: whether the record has no other problem, so that all it says is of this one.
        is_reason: whether the problem counts wherever it is named.
    """

    case: ServiceCase
    words: Words
    assessing: set[int]
    tests: Sequence[tuple[str, Span]]
    is_alone: bool
    is_reason: bool = False


def _together(one: Problem, other: Problem) -> Problem:
    heavier = one if one.level >= other.level else other
    return replace(
        heavier,
        codes=one.codes + other.codes,
        spans=tuple(dict.fromkeys(one.spans + other.spans)),
        scope=tuple(dict.fromkeys(one.scope + other.scope)),
    )


def _problem(diagnosis: Diagnosis, look: _Look) -> Problem | None:
    case, words = look.case, look.words
    weight = weight_of(diagnosis.code)
    told: list[tuple[int, int, int]] = []
    spans: list[Span] = []
    for wanted in (look.assessing, frozenset[int]()):
        for item in diagnosis.evidence:
            reading = case.readings[item.document]
            if not reading.sentences:
                continue
            place = _place(item, reading, words, is_assessed=reading.index in wanted)
            if place is None and look.is_reason:
                sentence = sentence_at(reading, item.start)
                place = (sentence.start, sentence.end)
            if place is not None:
                told.append((item.document, *place))
                spans.append(Span(item.start, item.end, item.document))
        if told:
            break
        if knowledge().is_symptom(diagnosis.code):
            # A symptom that the assessment leaves out is explained by what it names.
            break
    if not told:
        return None
    scope = tuple(dict.fromkeys(told))
    if look.is_alone:
        scope += tuple((r.index, 0, len(r.text)) for r in case.readings if r.sentences)
    weight = _told(diagnosis, weight, look, scope)
    if weight is Weight.CHRONIC and not (
        look.is_alone or _is_listed(scope, case) or _is_managed(scope, case, words)
    ):
        return None
    if weight is Weight.CHRONIC and _is_left_to_others(scope, look):
        return None
    return Problem((diagnosis.code,), weight, tuple(dict.fromkeys(spans)), scope, diagnosis.display)


def _is_left_to_others(scope: Sequence[tuple[int, int, int]], look: _Look) -> bool:
    """Whether another professional manages the condition and nothing is done about it here."""
    says = _Says(scope, look.case, look.words)
    return says("elsewhere") and not says("acted")


def _place(
    item: Evidence, reading: Reading, words: Words, *, is_assessed: bool
) -> tuple[int, int] | None:
    """Return where the record goes on about a diagnosis; None where it only names it."""
    sentence = sentence_at(reading, item.start)
    for problem in reading.problems:
        held = [reading.sentences[number] for number in problem.sentences]
        if any(one.start <= item.start < one.end for one in held):
            lead = words.lower(reading)[sentence.start : item.start]
            if _INTRODUCTION.search(lead):
                return None
            return held[0].start, max(one.end for one in held)
    section = reading.sections[sentence.section]
    is_meant = section.kind in ASSESSING or (not is_assessed and section.kind in _TELLING)
    if not is_meant or _INTRODUCTION.search(words.lower(reading)[sentence.start : item.start]):
        return None
    return sentence.start, sentence.end


def _has_workup(scope: Sequence[tuple[int, int, int]], tests: Sequence[tuple[str, Span]]) -> bool:
    """Whether tests look for the cause: a scan or study, or three tests and more."""
    near = {
        name
        for name, span in tests
        if any(
            span.document == document and start <= span.start < end
            for document, start, end in scope
        )
    }
    return bool(near & _STUDIES) or len(near) >= _MANY


def _is_listed(scope: Sequence[tuple[int, int, int]], case: ServiceCase) -> bool:
    """Whether an assessment lists the condition whose plan stands under a heading of its own."""
    for document, start, _ in scope:
        reading = case.readings[document]
        kinds = {section.kind for section in reading.sections}
        here = reading.sections[sentence_at(reading, start).section].kind
        if here in _LISTING and SectionKind.PLAN in kinds:
            return True
    return False


def _is_managed(scope: Iterable[tuple[int, int, int]], case: ServiceCase, words: Words) -> bool:
    """Whether more is said of a chronic condition than its name."""
    pattern = cues()["treated"].pattern
    for document, start, end in scope:
        text = words.lower(case.readings[document])
        reading = case.readings[document]
        following = _following(reading, end)
        if pattern.search(text, start, following):
            return True
    return False


def _following(reading: Reading, end: int) -> int:
    """Return the end of the sentence that follows in the same section."""
    here = sentence_at(reading, max(end - 1, 0))
    for sentence in reading.sentences:
        if sentence.start >= end:
            return sentence.end if sentence.section == here.section else end
    return end


def _told(
    diagnosis: Diagnosis, weight: Weight, look: _Look, scope: Sequence[tuple[int, int, int]]
) -> Weight:
    """Return the weight as what is said of the problem makes it."""
    case, words = look.case, look.words
    is_hospital = case.encounter.setting in _HOSPITAL
    if weight is Weight.THREAT_ACUTE:
        is_threat = is_hospital or words.first("hospitalization") is not None
        weight = Weight.THREAT if is_threat else Weight.SYSTEMIC
    says = _Says(scope, case, words)
    is_injury = diagnosis.code.startswith(_INJURY)
    if diagnosis.code.startswith("C") and says("no_evidence_of_disease"):
        weight = Weight.CHRONIC
    if (
        weight is Weight.ACUTE
        and not is_injury
        and says("chronic_words")
        and not knowledge().is_symptom(diagnosis.code)
    ):
        weight = Weight.CHRONIC
    if weight in {Weight.CHRONIC, Weight.WORSE}:
        if (says("severe") and says("worse")) or (is_hospital and says("life_threat")):
            return Weight.THREAT if is_hospital else Weight.WORSE
        if weight is Weight.CHRONIC and says("worse"):
            return Weight.WORSE
    if weight is Weight.SYSTEMIC and says("resolving"):
        return Weight.ACUTE
    if weight is Weight.ACUTE:
        if diagnosis.code.startswith("R") and _has_workup(scope, look.tests):
            return Weight.UNCERTAIN
        if not is_injury and says("life_threat"):
            return Weight.THREAT
    if weight is Weight.UNCERTAIN and says("life_threat"):
        return Weight.THREAT
    return weight


@dataclass(frozen=True, slots=True)
class _Says:
    """Answers whether a cue is meant in the places that speak of a problem."""

    scope: Sequence[tuple[int, int, int]]
    case: ServiceCase
    words: Words

    def __call__(self, cue: str) -> bool:
        return any(
            self.words.within(cue, self.case.readings[document], start, end)
            for document, start, end in self.scope
        )


def weighed(problems: Sequence[Problem]) -> list[Weighed]:
    """Return the problems as lines of the worksheet."""
    return [
        Weighed(
            "problems", item.level, f"{_PLAIN[item.weight]}: {item.name}".rstrip(": "), item.spans
        )
        for item in problems
    ]


def level(problems: Sequence[Problem]) -> Level:
    """Return what the problems support together: number and complexity of problems addressed."""
    weights = [item.weight for item in problems]
    found = max((item.level for item in problems), default=Level.NONE)
    if weights.count(Weight.CHRONIC) >= 2:
        found = max(found, Level.MODERATE)
    if weights.count(Weight.MINOR) >= 2:
        found = max(found, Level.LOW)
    return found
