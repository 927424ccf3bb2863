"""Where a record speaks of one drug: from its name to the next, and the lines that follow."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from nosology.coding.services.acts import Act
from nosology.model.reading import LineKind

_LONGEST = 8
"""Most sentences behind the one that names it."""
_LONGEST_BRACKET = 80
_LONGEST_NAME = 200
"""Characters that no drug's name is longer than."""
_BRACKET = re.compile(r"[\w\s.%-]{0,20}\(")
_LOGGED = re.compile(r"\n(?=[ \t]*(?:\d{1,2}:?\d\d\b|[-*•]\s))")
_JOINT = re.compile(r"[\s\-–/.()%']*(?:(?:and|of|in)\s+)?")
_DOSE_IN_NAME = re.compile(r"\d+(?:\.\d+)?\s*(?:mg|mcg|milligrams?|units?)\b", re.IGNORECASE)
"""A number in a name that is a dose here (``Kenalog 40 mg``), not a strength (``Kenalog-40``)."""
_INFUSION_LINE = re.compile(
    r"(?:^|(?<=[.;\n]))[ \t]*(?:the )?infusion (?:was )?(?:start\w*|began|begun|times?|ran|from)"
    r"\b[^\n]*",
    re.IGNORECASE | re.MULTILINE,
)
"""A line on the infusion that names no drug: the one that is said to be infused is meant."""
_LINE_WITHIN = 1200
"""Characters behind the drug in which that line may stand."""
_NOT_INFUSED = re.compile(r"\b(?:push|IVP|IM|PO|SC|SQ|sub-?q|orally|by mouth)\b", re.IGNORECASE)
_INFUSED = re.compile(r"\binfus\w+", re.IGNORECASE)
_GIVEN_KINDS = frozenset({"drug", "vaccine"})


@dataclass(frozen=True, slots=True)
class Place:
    """The parts of a text that speak of one drug, as offsets.

    Attributes:
        before: where its part of the sentence begins, behind the drug named before it.
        start: where its name begins, and ``end`` where it ends.
        after: where its part of the sentence ends, before the drug that is named next.
        last: where the lines that go on about it end.
    """

    before: int
    start: int
    end: int
    after: int
    last: int

    @property
    def follows(self) -> tuple[int, int]:
        """What follows in the same sentence."""
        return self.end, self.after

    @property
    def leads(self) -> tuple[int, int]:
        """What leads to it in the same sentence."""
        return self.before, self.start

    @property
    def goes_on(self) -> tuple[int, int]:
        """The lines that go on about it."""
        return self.after, self.last


def statement_of(act: Act) -> tuple[int, int]:
    """Return where the statement about the act begins and ends.

    That is its sentence, or of a log the line that begins with a time of day.
    """
    sentence, text = act.sentence, act.reading.text
    start, end = sentence.start, sentence.end
    for match in _LOGGED.finditer(text, sentence.start, sentence.end):
        if match.end() <= act.mention.start:
            start = match.end()
        elif match.start() >= act.mention.end:
            end = match.start()
            break
    return start, end


def places(acts: Sequence[Act]) -> list[Place]:
    """Return where each act is spoken of.

    Args:
        acts: those of drugs and vaccines of one document, in the order of the text.
    """
    found = []
    # A record may name one drug any number of times: what is next to another is found once.
    beginnings = [act.mention.start for act in acts]
    others = _next_others(acts)
    for number, act in enumerate(acts):
        opened, closed = statement_of(act)
        before, after = opened, closed
        for other in map(acts.__getitem__, range(number - 1, -1, -1)):
            if other.concept.name != act.concept.name or other.mention.end <= before:
                before = max(before, other.mention.end)
                break
        following = next(
            (
                other
                for other in map(acts.__getitem__, range(others[number], len(acts)))
                if other.concept.name != act.concept.name and other.mention.start >= act.mention.end
            ),
            None,
        )
        if following is not None:
            after = min(after, following.mention.start)
        last = after
        if following is None or following.mention.start >= closed:
            later = bisect_left(beginnings, closed, number + 1)
            last = _end_of_lines(act, acts[later] if later < len(acts) else None)
        found.append(
            Place(min(before, act.mention.start), act.mention.start, _end_of_name(act), after, last)
        )
    return found


def _next_others(acts: Sequence[Act]) -> list[int]:
    """Return for each act the number of the next that names something else."""
    found = [len(acts)] * len(acts)
    for number in range(len(acts) - 2, -1, -1):
        is_same = acts[number].concept.name == acts[number + 1].concept.name
        found[number] = found[number + 1] if is_same else number + 1
    return found


def _end_of_name(act: Act) -> int:
    """Return where the first words of the name end: a dose may stand before or in the last ones."""
    held = [act.reading.tokens[token] for token in act.mention.tokens]
    if not held:
        return act.mention.end
    text = act.reading.text
    end = held[0].end
    for token in held[1:]:
        if not _JOINT.fullmatch(text[end : token.start]):
            break
        if _DOSE_IN_NAME.match(text, token.start):
            break
        end = token.end
    return end


def _end_of_lines(act: Act, following: Act | None) -> int:
    sentences = act.reading.sentences
    own = act.mention.sentence
    text, last = act.reading.text, statement_of(act)[1]
    is_other = _NOT_INFUSED.search(text, act.mention.start, last) is not None
    if last < sentences[own].end:
        return last
    for number in range(own + 1, min(own + 1 + _LONGEST, len(sentences))):
        sentence = sentences[number]
        if sentence.section != sentences[own].section:
            break
        if following is not None and sentence.end > following.mention.start:
            break
        if is_other and _INFUSION_LINE.match(text, sentence.start):
            break
        if sentence.kind is not LineKind.PROSE and sentence.marker and sentence.marker != "-":
            break
        last = sentence.end
    return last


def infusion_line(act: Act, place: Place) -> tuple[int, int] | None:
    """Return where a line tells the times of the infusion that the drug is; None for no such."""
    text, section = act.reading.text, act.section
    if not _INFUSED.search(text, place.before, place.after):
        return None
    last = min(section.end, act.sentence.end + _LINE_WITHIN)
    found = _INFUSION_LINE.search(text, act.sentence.end, last)
    return (found.start(), found.end()) if found else None


def is_given_kind(act: Act) -> bool:
    """Return whether the act names something that is given: a drug or a vaccine."""
    return act.concept.kind in _GIVEN_KINDS


def is_part_of_former(number: int, acts: Sequence[Act]) -> bool:
    """Return whether a drug stands in brackets behind another, whose substances they name.

    Args:
        number: of the act in question.
        acts: those of one document, in the order of the text.
    """
    act = acts[number]
    if act.concept.kind != "drug":
        return False
    text = act.reading.text
    for other in map(acts.__getitem__, range(number - 1, -1, -1)):
        if act.mention.start - other.mention.start > _LONGEST_BRACKET + _LONGEST_NAME:
            return False
        if other.concept.name == act.concept.name or other.concept.kind != "drug":
            continue
        between = text[other.mention.end : act.mention.start]
        if len(between) > _LONGEST_BRACKET or ")" in between or "\n" in between:
            return False
        if _BRACKET.match(between):
            return True
    return False
