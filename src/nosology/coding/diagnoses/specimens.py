"""Specimens of a pathology report: the place of the body that the diagnosis of each is of.

A report lists its specimens by letter (``A. Right upper arm, excision``) and gives a diagnosis to
each letter, or heads the diagnoses of one with a line that names it (``Skin, left lower back, punch
excision:``). What the listing says of the site is said of the diagnosis too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from nosology.coding.diagnoses.specificity import content_words
from nosology.language.word_starts import WordStarts
from nosology.model.reading import Reading

_PATHOLOGY = re.compile(
    r"\b(?:\w*patholog\w+|specimens?|biops(?:y|ies)|excision|shave|punch|polypectomy)\b",
    re.IGNORECASE,
)
_HINTS = ("patholog", "specimen", "biops", "excision", "shave", "punch", "polypectomy")
_TAKEN = re.compile(
    r"\b(?:biops(?:y|ies)|excisions?|shave|punch|resections?|polypectomy|curett\w+|\w+ectomy)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"(?:^[^\S\n]*\(?(?P<lead>[A-H])[.):]|(?<=\s\s)\(?(?P<apart>[A-H])[.):]"
    r"|(?<=\s)\(?(?P<closed>[A-H])\))\s+",
    re.MULTILINE,
)
"""The letter of a specimen: at the head of a line, set apart in it, or with a parenthesis."""
_ITEM = re.compile(r"\s*(?:[-–—•*·]|\d{1,2}[.)])\s")


@dataclass(frozen=True, slots=True)
class _Part:
    """What the text says behind the letter of a specimen, to the next letter or the line's end."""

    letter: str
    start: int
    end: int


@dataclass(frozen=True)
class Specimens:
    """Answers for one reading what is said of the specimen that a place of the text is about.

    Attributes:
        is_told: whether the document speaks of specimens at all.
    """

    reading: Reading
    is_told: bool = field(init=False)
    _parts: tuple[_Part, ...] = field(init=False)

    def __post_init__(self) -> None:
        text = self.reading.text
        small = WordStarts.of(self.reading).text
        # The pattern is slow, and most records hold nothing of what it is made of.
        is_told = any(letters in small for letters in _HINTS) and bool(_PATHOLOGY.search(text))
        object.__setattr__(self, "is_told", is_told)
        object.__setattr__(self, "_parts", tuple(_parts(text)) if is_told else ())

    def words(self, start: int) -> frozenset[str]:
        """Return the words said of the specimen that is diagnosed at the place, none for others."""
        if not self.is_told:
            return frozenset()
        text = self.reading.text
        part = next((item for item in self._parts if item.start <= start < item.end), None)
        if part is None:
            head = self._head(start)
            return content_words(head) if head else frozenset()
        listed = next(
            (
                text[item.start : item.end]
                for item in self._parts
                if item.letter == part.letter and item.start < part.start
            ),
            "",
        )
        return content_words(f"{listed} {text[part.start : start]}")

    def _head(self, start: int) -> str:
        """The line that names the specimen above the entries of a list, empty for none."""
        text = self.reading.text
        line = text.rfind("\n", 0, start) + 1
        if not _ITEM.match(text, line, start + 1):
            return ""
        while line > 0:
            above = text.rfind("\n", 0, line - 1) + 1
            said = text[above : line - 1].strip()
            if not _ITEM.match(text, above, line):
                is_head = said.endswith(":") and _TAKEN.search(said)
                return said if is_head else ""
            line = above
        return ""


def _parts(text: str) -> Iterator[_Part]:
    letters = list(_LETTER.finditer(text))
    for place, found in enumerate(letters):
        line = text.find("\n", found.end())
        end = len(text) if line < 0 else line
        if place + 1 < len(letters):
            end = min(end, letters[place + 1].start())
        yield _Part(found["lead"] or found["apart"] or found["closed"], found.end(), end)
