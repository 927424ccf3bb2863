"""The notes of the Tabular List as the editor's rules ask them: which codes does a note name?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nosology.edits.view import ClaimView, DiagnosisView
from nosology.model.code import Note
from nosology.model.code_ranges import CodeRange, ranges_by_note
from nosology.model.facts import DiagnosisNotes

_MOST_KEPT = 65_536
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CATEGORY = 3
_POISONING = re.compile(r"(?:fifth or )?sixth character 1-4")
_ENDING = re.compile(r"with final characters -?(\w+)")
_SUBDIVISION = re.compile(r"\([^()]* with \.(\w+)")
_OTHER_CHARACTERS = re.compile(r"\([^()]*\bcharacters?\b")
_OPTIONAL = re.compile(r"\b(?:if applicable|if known|when applicable|any|may)\b", re.IGNORECASE)
_REQUIRED = re.compile(
    r"(?:the )?(?:underlying|type of|condition resulting from|COVID-19|malignancy|neoplasm)\b"
    r"|\(T51-T65\)"
)
_POISONING_INTENTS = frozenset("1234")


@dataclass(frozen=True, slots=True)
class Named:
    """A code or range that a note names.

    Attributes:
        is_poisoning: whether only codes of poisoning in it are meant, not of adverse effects.
        subdivision: with which the characters behind the category begin, where the note tells it.
        ending: of the codes that are meant, where the note tells one.
    """

    range: CodeRange
    note: Note
    is_poisoning: bool = False
    subdivision: str = ""
    ending: str = ""

    def holds(self, code: str) -> bool:
        """Return whether the code is meant."""
        if not self.range.holds(code):
            return False
        if self.is_poisoning and intent(code) not in _POISONING_INTENTS:
            return False
        return code.startswith(self.subdivision, _CATEGORY) and code.endswith(self.ending)


@dataclass(frozen=True, slots=True)
class Naming:
    """The codes that notes name, by their category, so that most are told apart at once.

    Attributes:
        categories: of three characters, of all codes named.
    """

    named: tuple[Named, ...]
    categories: frozenset[str]

    def naming(self, code: str) -> Iterator[Named]:
        """Yield what of it holds the code."""
        if code[:_CATEGORY] in self.categories:
            for item in self.named:
                if item.holds(code):
                    yield item


@dataclass(frozen=True, slots=True)
class CodeFirst:
    """What a code's notes demand before it.

    Attributes:
        naming: the codes that go before it where they are on the claim.
        demands: the words of the note under which a cause must be on the claim; empty for none.
        is_open: whether that note only gives examples.
    """

    naming: Naming
    demands: str
    is_open: bool


# The claim in hand is asked about by one rule after another.
@lru_cache(maxsize=1)
def notes_of(claim: ClaimView) -> tuple[tuple[DiagnosisView, DiagnosisNotes], ...]:
    """Return the diagnoses that are compared with each other, each with its notes."""
    day = claim.known_day
    return tuple((item, claim.book.notes(item.code, day)) for item in claim.listed)


@lru_cache(maxsize=1)
def with_code_first(claim: ClaimView) -> tuple[tuple[DiagnosisView, CodeFirst], ...]:
    """Return the diagnoses of the list itself that have a note “code first”, with what it says."""
    return tuple(
        (item, code_first(notes))
        for item, notes in notes_of(claim)
        if notes.code_first and not item.role
    )


@lru_cache(maxsize=_MOST_KEPT)
def excluded(notes: DiagnosisNotes) -> Naming:
    """Return the codes that the Excludes1 notes name."""
    return _naming(notes.excludes1)


@lru_cache(maxsize=_MOST_KEPT)
def code_first(notes: DiagnosisNotes) -> CodeFirst:
    """Return what the notes demand before the code."""
    naming = _naming(notes.code_first)
    head = notes.code_first[0].text if notes.code_first else ""
    whole = " ".join(note.text for note in notes.code_first if note.origin == _origin(notes))
    if not _REQUIRED.match(head) or _OPTIONAL.search(head):
        return CodeFirst(naming, "", False)
    return CodeFirst(naming, head, "such as" in whole or not naming.named)


def intent(code: str) -> str:
    """Return the character of a code of T36-T50 that tells the intent, 5 for an adverse effect."""
    told = code[5:6]
    return code[4:5] if told in ("X", "") else told


def _origin(notes: DiagnosisNotes) -> str:
    return notes.code_first[0].origin


@lru_cache(maxsize=8192)
def _naming(notes: tuple[Note, ...]) -> Naming:
    named = tuple(
        item for found, note in ranges_by_note(notes) if (item := _named(found, note)) is not None
    )
    categories = frozenset(one for item in named for one in _categories(item.range))
    return Naming(named, categories)


def _named(found: CodeRange, note: Note) -> Named | None:
    """Return the codes that are meant; None where the note limits them in a way not read here."""
    if _POISONING.search(note.text):
        return Named(found, note, is_poisoning=True)
    if ending := _ENDING.search(note.text):
        return Named(found, note, ending=ending.group(1))
    if subdivision := _SUBDIVISION.search(note.text):
        return Named(found, note, subdivision=subdivision.group(1))
    return None if _OTHER_CHARACTERS.search(note.text) else Named(found, note)


def _categories(found: CodeRange) -> Iterator[str]:
    """Yield the categories of three characters of a range, those that there are not too."""
    first, last = found.first[:_CATEGORY], found.last[:_CATEGORY]
    if first == last:
        yield first
        return
    for letter in _ALPHABET[_ALPHABET.index(first[0]) : _ALPHABET.index(last[0]) + 1]:
        for tens in _ALPHABET[:10]:
            for ones in _ALPHABET:
                category = letter + tens + ones
                if first <= category <= last:
                    yield category
