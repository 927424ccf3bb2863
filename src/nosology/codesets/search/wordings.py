"""What a wording says, word by word, and how far each sets it apart from its plainest form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from nosology.codesets.search.words import (
    ABSENT,
    FUNCTION_WORDS,
    PLAIN_WORDS,
    RESIDUAL_WORDS,
    SILENT_WORDS,
    fold,
    phrases,
    root,
    split,
)


class Kind(IntEnum):
    """Where a wording comes from."""

    TITLE = 0
    INCLUSION = 1
    INCLUDES = 2
    REFERENCE = 3
    TERM = 4
    INDEX = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One code as search needs it.

    Attributes:
        parent: number of the entry above; -1 for none.
        chapter: as ``--chapter`` names it; empty where the code set has none.
        completions: seventh character and meaning, of an entry that needs one.
        valid_from, valid_to: yyyymmdd; 0 for no bound.
        releases: bits of the releases that have it, where a code set is published whole.
        is_code: False for a chapter or section, which is no answer.
    """

    code: str
    title: str
    billable: bool
    parent: int = -1
    chapter: str = ""
    completions: tuple[tuple[str, str], ...] = ()
    valid_from: int = 0
    valid_to: int = 0
    releases: int = 0
    is_code: bool = True


@dataclass(frozen=True, slots=True)
class Wording:
    """A text by which an entry is found; ``entry`` is its number."""

    entry: int
    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Parsed:
    """A wording's words.

    Attributes:
        words: surface form, root and how far the word counts as saying more, 0 to 1.
        is_plain: says that nothing more is known.
        is_residual: names what is left over (``Other ...``).
        is_open: is left over of everything in a place (``Other diseases of larynx``), so that it
            takes in what has no name of its own there.
    """

    words: tuple[tuple[str, str, float], ...]
    is_plain: bool
    is_residual: bool
    is_open: bool


_ASIDE = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]")
_UNKNOWN = re.compile(
    r"\b(?:unspecified|unsp) (?:site|organism|type|part|side|severity|episode|stage|cause|place"
    r"|location|degree|level|trimester|chronicity|body region|virus|bacterium|as to [^,;]*)"
    r"|,? (?:site|organism|cause|type|trimester|part|severity|stage) (?:unspecified|not specified)"
    r"|\bnot otherwise specified\b|\bnot specified as [^,;]*"
    r"|\bwithout (?:mention of )?complications?\b|\buncomplicated\b|\bso stated\b"
)
_ABSENT = re.compile(
    r"\b(?:without|not|no)\b((?: (?:loss|mention) of)?"
    r"(?:(?! (?:with|without|of|in|at|on|due) )[^,;])*)"
)
_OPEN = re.compile(
    r"^other (?:and unspecified )?(?:specified )?(?:noninflammatory |noninfective |degenerative "
    r"|acquired |functional |symptomatic |complicated |and unspecified )*"
    r"(?:congenital )?(?:diseases?|disorders?|conditions?|malformations?|deformity|deformities"
    r"|lesions?|anomalies|affections?|syndromes?|abnormalities|infections?|tuberculosis|injur\w+)\b"
)
_IN_ASIDE, _OF_ABSENCE = 0.03, 0.25


def parse(text: str) -> Parsed:
    """Return the words of a wording, each once with the most that it counts.

    The roots of what a wording says is absent are marked: a migraine without aura is no answer to
    one with it.
    """
    folded = fold(text)
    found: dict[str, tuple[str, float]] = {}

    def take(part: str, factor: float, mark: str = "") -> str:
        for word in split(part):
            if word in FUNCTION_WORDS:
                continue
            stem = mark + root(word)
            is_silent = word in PLAIN_WORDS or word in RESIDUAL_WORDS or word in SILENT_WORDS
            counts = 0.0 if is_silent else factor
            known = found.get(stem)
            if known is None or known[1] < counts:
                found[stem] = (word if known is None else known[0], counts)
        return " "

    finding, also = phrases()
    for phrase in finding.findall(folded):
        take(also[phrase], 0.0)
    rest = _ASIDE.sub(lambda m: take(m.group(1) or m.group(2) or "", _IN_ASIDE), folded)
    rest = _UNKNOWN.sub(lambda m: take(m.group(), 0.0), rest)
    rest = _ABSENT.sub(lambda m: take(m.group(1), _OF_ABSENCE, ABSENT), rest)
    take(rest, 1.0)
    surface = set(split(folded))
    return Parsed(
        tuple((word, stem, factor) for stem, (word, factor) in found.items()),
        not surface.isdisjoint(PLAIN_WORDS),
        "other" in surface or "nec" in surface or "elsewhere" in surface,
        _OPEN.match(folded) is not None,
    )
