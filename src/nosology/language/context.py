"""The questions of context, asked of every mention in one pass over the sentences that hold one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from nosology.language.cues import Cues, Found, Words, words_of_sentence
from nosology.model.reading import Cue, Mention, Reading


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mention stands: its sentence's words, and the cue of the question nearest to it."""

    reading: Reading
    mention: Mention
    words: Words
    found: Found | None

    def cue(self) -> Cue:
        """Return the cue found, with its place in the text."""
        if self.found is None:
            raise ValueError("no cue reaches the mention")
        tokens, at = self.reading.tokens, self.words.tokens
        first, last = tokens[at[self.found.first]], tokens[at[self.found.last - 1]]
        return Cue(self.found.rule.sets, first.start, last.end, self.found.rule.name)

    def section_cue(self, kind: str, rule: str) -> Cue:
        """Return a cue for what the heading of the mention's section says."""
        section = self.reading.section_of(self.mention)
        return Cue(kind, section.start, section.body, rule)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a mention's context and the cue that decided it.

    Attributes:
        field: the field of ``Context`` that it sets; empty where only the cue is kept.
    """

    field: str
    value: Any
    cue: Cue


class Question(Protocol):
    """One question of context: negation, certainty, time, experiencer or reporter."""

    def cues(self) -> Cues:
        """Return the cues that may decide it."""

    def answer(self, place: Place) -> Fact | None:
        """Return the fact of a mention that is not as by default, or None."""


@dataclass(frozen=True, slots=True)
class ContextStage:
    """Adds the context of each mention; a sentence's words are put together once for all questions.

    Attributes:
        questions: in the order in which their cues are listed.
    """

    questions: Sequence[Question]

    def __call__(self, reading: Reading) -> Reading:
        """Return the reading with the context of its mentions."""
        by_sentence: dict[int, list[int]] = {}
        for index, mention in enumerate(reading.mentions):
            by_sentence.setdefault(mention.sentence, []).append(index)
        asked = [(question, question.cues()) for question in self.questions]
        mentions = list(reading.mentions)
        for number, indices in by_sentence.items():
            words = words_of_sentence(reading, reading.sentences[number])
            here = [reading.mentions[index] for index in indices]
            facts: list[list[Fact]] = [[] for _ in here]
            for question, cues in asked:
                decided = cues.decide(words, here)
                for mention, found, known in zip(here, decided, facts, strict=True):
                    fact = question.answer(Place(reading, mention, words, found))
                    if fact is not None:
                        known.append(fact)
            for index, known in zip(indices, facts, strict=True):
                if known:
                    mentions[index] = _in_context(mentions[index], known)
        return replace(reading, mentions=tuple(mentions))


def _in_context(mention: Mention, facts: Sequence[Fact]) -> Mention:
    values = {fact.field: fact.value for fact in facts if fact.field}
    cues = (*mention.context.cues, *(fact.cue for fact in facts))
    return replace(mention, context=replace(mention.context, **values, cues=cues))
