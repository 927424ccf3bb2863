"""Why an answered code and a gold one differ, as far as a program can tell.

A missed and a wrong code of one category are one decision that went another way: the side, the
seventh character, or how much was taken as stated. What is missed without such a partner was not
read, was read in another sense, or was read and not reported; what is wrong without one is reported
where the coders did not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from nosology.coding.diagnoses.statements import Sense
from nosology.evaluation.metrics import is_core
from nosology.model.code import CodeBook
from nosology.model.encounter import Encounter
from nosology.model.errors import UnknownCode

_CATEGORY = 3
_SIDES = ("right", "left", "bilateral", "unspecified")

type Senses = Mapping[str, frozenset[Sense]]
"""By category, in what senses the record was read to speak of it."""

type Read = Callable[[Encounter], Senses]
"""Tells what was read of an encounter."""


class Cause(StrEnum):
    """What kind of decision differs."""

    SIDE = "another side"
    EPISODE = "another seventh character"
    SPECIFICITY = "another code of the category"
    NOT_READ = "not read"
    OTHER_SENSE = "read as denied, past, uncertain or another's"
    NOT_REPORTED = "read, not reported"
    ATTENDANT = "external cause, body mass index or long-term medicine"
    STATUS = "status, history or encounter reported"
    SYMPTOM = "symptom reported"
    CONDITION = "condition reported"


def cause_of_missed(code: str, wrong: Iterable[str], senses: Senses, titles: CodeTitles) -> Cause:
    """Return why a gold code was not answered.

    Args:
        code: the gold code, without a dot.
        wrong: the answered codes of the note that are not gold.
        senses: what was read of the note.
        titles: the titles of codes.
    """
    partner = _partner(code, wrong, titles)
    if partner:
        return partner
    if not is_core(code):
        return Cause.ATTENDANT
    read = senses.get(code[:_CATEGORY], frozenset())
    if Sense.PRESENT in read:
        return Cause.NOT_REPORTED
    return Cause.OTHER_SENSE if read else Cause.NOT_READ


def cause_of_wrong(code: str, missed: Iterable[str], titles: CodeTitles) -> Cause:
    """Return what kind of code was answered that the coders did not write down."""
    partner = _partner(code, missed, titles)
    if partner:
        return partner
    if not is_core(code):
        return Cause.ATTENDANT
    if code.startswith("Z"):
        return Cause.STATUS
    return Cause.SYMPTOM if code.startswith("R") else Cause.CONDITION


class CodeTitles:
    """Titles of codes on a date, empty for a code that the release does not have."""

    def __init__(self, book: CodeBook, encounter: Encounter) -> None:
        """Keep the code set and the date of service."""
        self._book = book
        self._on = encounter.date_of_service

    def __getitem__(self, code: str) -> str:
        try:
            return self._book.lookup(code, self._on).display.lower()
        except UnknownCode:
            return ""


def counted(causes: Iterable[Cause]) -> dict[Cause, int]:
    """Return how often each cause occurs, the most frequent first."""
    counts = Counter(causes)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0].value)))


def _partner(code: str, others: Iterable[str], titles: CodeTitles) -> Cause | None:
    near = [other for other in others if other[:_CATEGORY] == code[:_CATEGORY]]
    if not near:
        return None
    if any(other[:6] == code[:6] for other in near):
        return Cause.EPISODE
    plain = _without_side(titles[code])
    if plain and any(_without_side(titles[other]) == plain for other in near):
        return Cause.SIDE
    return Cause.SPECIFICITY


def _without_side(title: str) -> str:
    return " ".join(word for word in title.replace(",", " ").split() if word not in _SIDES)
