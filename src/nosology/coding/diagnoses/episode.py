"""The seventh character: episode of care for injuries, the stated default elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from nosology.language.tokens import words_of
from nosology.model.tables import settings

PLACEHOLDER = "X"
FULL_LENGTH = 7
_THIRD_GRADE = re.compile(
    r"\b(?:gustilo\b[^.\n]{0,20}|type|grade)[ -]?(?:III|3)[ -]?[ABC]?\b", re.IGNORECASE
)
"""Gustilo type III; an open fracture without its type is one of type I or II (OCG I.C.19.c.1)."""
_FETUS = re.compile(r"\b(?:twin|fetus|baby|triplet) (?P<which>[A-E]|[1-5])\b", re.IGNORECASE)


class Episode(NamedTuple):
    """The seventh character and the rule that chose it."""

    character: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Cues:
    subsequent: re.Pattern[str]
    sequela: re.Pattern[str]
    active: re.Pattern[str]


@cache
def _cues() -> _Cues:
    read = settings("nosology.coding.diagnoses", "episode.toml")

    def any_of(name: str) -> re.Pattern[str]:
        return re.compile("|".join(rf"\b{phrase}\b" for phrase in read[name]), re.IGNORECASE)

    return _Cues(any_of("subsequent"), any_of("sequela"), any_of("active"))


def completed(code: str, character: str) -> str:
    """Return the code with its seventh character, the gap filled with the placeholder X.

    Source: ICD-10-CM Official Guidelines I.A.4 and I.A.5.
    """
    return code.ljust(FULL_LENGTH - 1, PLACEHOLDER) + character


def choose(characters: tuple[tuple[str, str], ...], words: frozenset[str], said: str) -> Episode:
    """Return the seventh character for a code that takes one.

    Args:
        characters: the characters that the Tabular List offers, with their meanings.
        words: the words said with the mention.
        said: what the record says of the problem: its title, discussion and the reason for the
            visit. Only matched against cues.
    """
    offered = dict(characters)
    if "A" in offered:
        return _by_episode(offered, words, said)
    best = _fetus(offered, said) or _supported(offered, words)
    if best:
        return Episode(best, "seventh-character")
    default = _default(offered)
    return Episode(default, "seventh-character-default")


def _default(offered: dict[str, str]) -> str:
    """The character that says least: unspecified, else stable, else the first that is offered."""
    for said in ("unspecified", "stable"):
        for character, meaning in offered.items():
            if said in meaning.lower():
                return character
    return "0" if "0" in offered else next(iter(offered))


def _by_episode(offered: dict[str, str], words: frozenset[str], said: str) -> Episode:
    cues = _cues()
    if "S" in offered and cues.sequela.search(said):
        return Episode("S", "episode-sequela")
    is_healing = cues.subsequent.search(said) and not cues.active.search(said)
    wanted = "subsequent" if is_healing else "initial"
    fitting = {
        character: meaning
        for character, meaning in offered.items()
        if meaning.lower().startswith(wanted)
    }
    if "open" in words:
        graded = {
            character: meaning
            for character, meaning in fitting.items()
            if ("IIIA" in meaning) is bool(_THIRD_GRADE.search(said)) or "open" not in meaning
        }
        fitting = graded or fitting
    best = _supported(fitting, words) or next(iter(fitting), "A")
    return Episode(best, f"episode-{wanted}")


def _fetus(offered: dict[str, str], said: str) -> str | None:
    """The fetus that the record names, if it names one only (ICD-10-CM OCG I.C.15.a.6)."""
    if "fetus" not in offered.get("1", ""):
        return None
    named = {found["which"].upper() for found in _FETUS.finditer(said)}
    if len(named) != 1:
        return None
    which = named.pop()
    character = which if which.isdigit() else str(ord(which) - ord("A") + 1)
    return character if character in offered else None


def _supported(offered: dict[str, str], words: frozenset[str]) -> str | None:
    """The character whose meaning has most of the words, if any has one."""
    telling = {
        *("open", "delayed", "nonunion", "malunion", "mild", "moderate", "severe", "tophus"),
        *("right", "left", "bilateral", "neovascularization", "indeterminate", "early"),
        *("intermediate", "advanced", "active", "inactive"),
    }
    scored = [
        (len(set(words_of(meaning)) & words & telling), character)
        for character, meaning in offered.items()
    ]
    best = max((score for score, _ in scored), default=0)
    return next((character for score, character in scored if score == best), None) if best else None
