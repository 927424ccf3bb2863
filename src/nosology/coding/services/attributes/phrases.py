"""Phrases: where any of many words or groups of words stand, found in one pass.

An alternation of hundreds of phrases is tried phrase by phrase at every character; one that shares
its beginnings is not. Spaces, hyphens and slashes between words are one another's equal, a plural
ending is allowed, case does not matter. Phrases that begin with ``re:`` are regular expressions. Of
two that begin at the same place the longer is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_PATTERN = "re:"
_GAP = r"[\s\-–/]+"
_GAPS = re.compile(_GAP)
_PLURAL = "(?:e?s)?"
_ENDINGS = ("", "s", "es")

_ALIKE = str.maketrans("İıſK", "iisk")
"""Letters that a regular expression without regard to case takes for others."""

type _Node = dict[str, _Node]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Finds phrases; each is known by its number among those that were given.

    Attributes:
        plain: finds those that are words; ``numbers`` tells which by how they are spelled.
        patterns: finds those that are regular expressions; its groups are in the order of
            ``numbered``.
    """

    plain: re.Pattern[str] | None
    numbers: dict[str, int]
    patterns: re.Pattern[str] | None
    numbered: tuple[int, ...]

    @classmethod
    def of(cls, phrases: Iterable[str]) -> Phrases:
        """Return what finds these phrases; of two that are spelled alike the first counts."""
        root: _Node = {}
        numbers: dict[str, int] = {}
        patterns: list[tuple[int, str]] = []
        for number, phrase in enumerate(phrases):
            if phrase.startswith(_PATTERN):
                patterns.append((number, phrase.removeprefix(_PATTERN).strip()))
                continue
            spelled = _spelled(phrase.strip())
            if spelled in numbers:
                continue
            numbers[spelled] = number
            node = root
            for sign in spelled:
                node = node.setdefault(sign, {})
            node[""] = {}
        patterns.sort(key=lambda item: (-len(item[1]), item[1]))
        return cls(
            _compiled(_alternation(root)) if root else None,
            numbers,
            _compiled(f"(?:{'|'.join(f'({_grouped(text)})' for _, text in patterns)})")
            if patterns
            else None,
            tuple(number for number, _ in patterns),
        )

    def find(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """Yield the number of each phrase that stands in the text with its place, in order."""
        found = [(self._number(match[0]), match) for match in _matches(self.plain, text)]
        found += [
            (self.numbered[(match.lastindex or 1) - 1], match)
            for match in _matches(self.patterns, text)
        ]
        if self.patterns is not None:
            found.sort(key=lambda item: (item[1].start(), -item[1].end()))
        end = 0
        for number, match in found:
            if match.start() >= end:
                yield number, match
                end = match.end()

    def _number(self, found: str) -> int:
        spelled = _spelled(found)
        return next(
            self.numbers[known]
            for ending in _ENDINGS
            if spelled.endswith(ending)
            and (known := spelled[: len(spelled) - len(ending)]) in self.numbers
        )


def _matches(pattern: re.Pattern[str] | None, text: str) -> Iterator[re.Match[str]]:
    return pattern.finditer(text) if pattern is not None else iter(())


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE)


def _spelled(text: str) -> str:
    return _GAPS.sub(" ", text.translate(_ALIKE).lower())


def _grouped(pattern: str) -> str:
    # Groups number the phrases, so that a pattern may hold none that captures.
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)


def _alternation(node: _Node) -> str:
    """Return the pattern of what may follow; where a phrase may end, what goes on comes first."""
    options = [
        (_GAP if sign == " " else re.escape(sign)) + _alternation(after)
        for sign, after in sorted(node.items())
        if sign
    ]
    if "" in node:
        options.append(_PLURAL)
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"
