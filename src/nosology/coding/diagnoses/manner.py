"""In what manner a sentence speaks of a condition: names it, plans, cares for it, concludes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from nosology.coding.diagnoses.statements import Statement
from nosology.model.reading import Reading, SectionKind, Sentence
from nosology.model.tables import patterns

_PACKAGE = "nosology.coding.diagnoses"
_OPENING, _SHORT = 25, 12
_GIVEN = re.compile(
    r"#\s?\d|\b(?:IM|SQ|SC|subq|intramuscular\w*|given|administered|vaccin\w*|dose|lot|mL|deltoid"
    r"|thigh)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LABELED = re.compile(r"\s*(?::|[-–—]\s)")
CARE_SECTIONS = frozenset(
    {
        SectionKind.PLAN,
        SectionKind.ASSESSMENT_AND_PLAN,
        SectionKind.ASSESSMENT,
        SectionKind.INSTRUCTIONS,
        SectionKind.MEDICAL_DECISION_MAKING,
    }
)
"""Sections that say what is done about a condition."""


@dataclass(frozen=True, slots=True)
class _Cues:
    takes_up: re.Pattern[str]
    cares_for: re.Pattern[str]
    kept_up: re.Pattern[str]
    introduces: re.Pattern[str]
    background: re.Pattern[str]
    presents: re.Pattern[str]
    excised: re.Pattern[str]
    treated: re.Pattern[str]
    planned: re.Pattern[str]
    concludes: re.Pattern[str]
    has: re.Pattern[str]
    confirmed: re.Pattern[str]
    unconfirmed: re.Pattern[str]
    says: re.Pattern[str]
    describes: re.Pattern[str]
    done: re.Pattern[str]
    worked_on: re.Pattern[str]
    worked_on_before: re.Pattern[str]


@cache
def _cues() -> _Cues:
    return _Cues(**patterns(_PACKAGE, "reporting.toml"))


def is_plan_of_care(reading: Reading, sentence: Sentence) -> bool:
    """Return whether the sentence stands in a plan and says how something is cared for."""
    return reading.sections[sentence.section].kind in CARE_SECTIONS and bool(
        _cues().cares_for.search(reading.said(sentence))
    )


def is_medication_list(reading: Reading, sentence: Sentence) -> bool:
    """Return whether the sentence stands in the list of medicines."""
    return reading.sections[sentence.section].kind is SectionKind.MEDICATIONS


def is_planned(item: Statement) -> bool:
    """Return whether the sentence speaks of what it names as yet to come."""
    said = item.said
    return bool(_cues().planned.search(said)) and not _cues().done.search(said)


def is_given(item: Statement) -> bool:
    """Return whether the line is of something given, such as a vaccine named by its disease."""
    text = item.reading.text
    end = text.find("\n", item.mention.end)
    return _GIVEN.search(text, item.mention.start, len(text) if end < 0 else end) is not None


def is_over(item: Statement) -> bool:
    """Return whether the sentence says that the operation it names was done before."""
    return bool(_cues().done.search(item.said)) or _YEAR.search(item.said) is not None


def is_excised(item: Statement) -> bool:
    """Return whether the sentence says that the growth was taken out and is not treated."""
    said = item.said
    return bool(_cues().excised.search(said)) and not _cues().treated.search(said)


def is_introduction(item: Statement) -> bool:
    """Return whether the sentence introduces the patient."""
    return bool(_cues().introduces.search(item.said))


def is_background(item: Statement) -> bool:
    """Return whether it is the background part of a sentence that introduces the patient."""
    sentence = item.reading.sentences[item.mention.sentence]
    before = item.reading.text[sentence.start : item.mention.start]
    if not _cues().introduces.search(item.said):
        return False
    background = [found.start() for found in _cues().background.finditer(before)]
    presents = [found.start() for found in _cues().presents.finditer(before)]
    return bool(background) and (not presents or presents[-1] < background[-1])


def is_concluded(item: Statement) -> bool:
    """Return whether the sentence concludes what something comes from."""
    return _cues().concludes.search(item.said) is not None


def is_confirmed_next(item: Statement) -> bool:
    """Return whether what follows the term, up to the next sentence, says it was confirmed."""
    reading, number = item.reading, item.mention.sentence
    following = reading.sentences[number : number + 2]
    said = reading.text[item.mention.end : following[-1].end]
    return bool(_cues().confirmed.search(said)) and not _cues().unconfirmed.search(said)


def is_entry(item: Statement) -> bool:
    """Return whether it has an entry of a list to itself, as the findings of an examination do."""
    return bool(item.reading.sentences[item.mention.sentence].marker)


def describes(item: Statement) -> bool:
    """Return whether it only tells what a lesion looks like (``papule with telangiectasia``)."""
    sentence = item.reading.sentences[item.mention.sentence]
    before = item.reading.text[sentence.start : item.mention.start]
    return _cues().describes.search(before) is not None


def is_outright(item: Statement) -> bool:
    """Return whether the sentence does little more than name the condition as the patient's.

    A short sentence without a verb that opens with the term or gives it as the cause, or one that
    says so of the patient.
    """
    sentence = item.reading.sentences[item.mention.sentence]
    said = item.reading.text[max(sentence.start, sentence.label) : sentence.end].strip()
    if _cues().has.match(said):
        return True
    words = said.split()
    opens = item.mention.start - max(sentence.start, sentence.label) <= _OPENING
    names = opens or _cues().concludes.search(said)
    return len(words) <= _SHORT and bool(names) and not _cues().says.search(said)


def is_status_line(item: Statement) -> bool:
    """Return whether it heads a line that says how it is cared for (``HTN: 128/74, no change``)."""
    sentence = item.reading.sentences[item.mention.sentence]
    return (
        sentence.is_line_start
        and item.mention.start == sentence.start
        and _LABELED.match(item.reading.text, item.mention.end) is not None
        and (is_cared_for(item) or bool(_cues().kept_up.search(item.said)))
    )


def is_cared_for(item: Statement) -> bool:
    """Return whether the sentence takes the condition up or says how it is cared for."""
    said = item.said
    return bool(_cues().takes_up.search(said) or _cues().cares_for.search(said))


def is_worked_on(item: Statement) -> bool:
    """Return whether the words beside it say that a procedure was done to it (``nails pared``)."""
    sentence = item.reading.sentences[item.mention.sentence]
    before = item.reading.text[sentence.start : item.mention.start]
    after = item.reading.text[item.mention.end : sentence.end]
    return not is_planned(item) and bool(
        _cues().worked_on.search(after) or _cues().worked_on_before.search(before)
    )
