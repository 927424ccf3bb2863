"""From a statement to its code: descent by the words, seventh character, and the reasons."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from nosology.coding.diagnoses import episode
from nosology.coding.diagnoses.phrases import TOLD, Phrases
from nosology.coding.diagnoses.specificity import Choice, Specificity, axes, content_words
from nosology.coding.diagnoses.specimens import Specimens
from nosology.coding.diagnoses.statements import Statement
from nosology.coding.rules import because
from nosology.language.places import places
from nosology.language.terms import TermIndex
from nosology.model.code import CodeBook
from nosology.model.coding import Rationale

_APART = "place-told-apart"
_OPEN = ("unspecified", "without complication", "uncomplicated")


@dataclass(frozen=True, slots=True)
class Assigned:
    """A code that a statement supports.

    Attributes:
        code: complete, without a dot.
        display: title of the code as printed, without a seventh character's meaning.
        also: a further statement whose words took part.
    """

    code: str
    display: str
    statement: Statement
    rationale: tuple[Rationale, ...]
    also: Statement | None = None

    def others_than(self, statement: Statement) -> tuple[Statement, ...]:
        """Return the statements that the code comes from, other than this one."""
        told = (self.statement, self.also)
        return tuple(item for item in told if item is not None and item is not statement)

    def because(self, rule: str, detail: str = "", also: Statement | None = None) -> Assigned:
        """Return the code with one reason more, and the other statement that gave it."""
        return replace(self, rationale=(*self.rationale, because(rule, detail)), also=also)


@dataclass(frozen=True)
class Assignment:
    """Assigns codes of one release to the statements of one record.

    Attributes:
        facts: words that hold for the patient throughout.
        undescribed: concepts met of whose codes the release says nothing but that they are valid.
    """

    book: CodeBook
    on: dt.date | None
    index: TermIndex
    specificity: Specificity
    facts: frozenset[str]
    undescribed: dict[str, None] = field(default_factory=dict)
    _phrases: dict[int, Phrases] = field(default_factory=dict)
    _told: dict[int, str] = field(default_factory=dict)
    _specimens: dict[int, Specimens] = field(default_factory=dict)

    def codes(
        self, statement: Statement, *, qualified: bool = False, also: Statement | None = None
    ) -> tuple[Assigned, ...]:
        """Return the codes for a statement of a present condition; two for two sides.

        Args:
            statement: what is coded.
            qualified: whether the words of a line beneath the problem's name that names nothing
                itself (``Chronic, rate controlled.``) count as said with it.
            also: another statement of the same condition, whose words count as said with it.
        """
        mention = statement.mention
        concept = mention.concept
        term_words = content_words(mention.term)
        within = self.index.withins[mention.entry] if mention.entry >= 0 else mention.concept
        specimen = self._specimen_of(statement)
        if specimen and mention.entry >= 0:
            term = self.index.term(self._at_specimen(mention.entry, specimen))
            concept, within = term.concept, term.within
            term_words |= content_words(term.text)
        sites = self.specificity.sites_of(within) | (term_words & axes().sites)
        near = statement.problem.sentences if statement.problem else ()
        support = self._phrases_of(statement).support(mention, sites, near)
        if qualified:
            beneath = self._phrases_of(statement).qualifiers(near)
            support = replace(support, words=support.words | beneath)
        if also is not None:
            support = replace(support, words=support.words | self.words(also))
        if specimen:
            support = replace(support, words=support.words | specimen)
        choices = self.specificity.choose(concept, within, term_words, support)
        if not choices and self.specificity.is_undescribed(concept):
            self.undescribed[concept] = None
        words = support.words | support.sides
        assigned = [self._completed(choice, statement, words) for choice in choices]
        apart = _told_apart(statement, term_words)
        return tuple(
            item.because(_APART, f"({apart})") if apart else item
            for item in assigned
            if item is not None
        )

    def words(self, statement: Statement) -> frozenset[str]:
        """Return the words said with the statement's mention, its own among them."""
        return self._phrases_of(statement).words(statement.mention)

    def is_billable(self, code: str) -> bool:
        """Return whether the code may be reported on the date of service."""
        return self.specificity.is_billable(code)

    def _specimen_of(self, statement: Statement) -> frozenset[str]:
        reading = statement.reading
        specimens = self._specimens.get(reading.index)
        if specimens is None:
            specimens = self._specimens[reading.index] = Specimens(reading)
        return specimens.words(statement.mention.start)

    def _at_specimen(self, entry: int, specimen: frozenset[str]) -> int:
        """The term of the condition at the site of the specimen, the term itself where none is."""
        own = set(self.index.bag(entry))
        term = self.index.term(entry)
        longer = [
            other
            for other in self.index.within(frozenset(term.words) | specimen)
            if own < set(self.index.bag(other)) and self.index.concepts[other][0] == term.concept[0]
        ]
        return max(longer, key=lambda one: (len(self.index.bag(one)), -one), default=entry)

    def _phrases_of(self, statement: Statement) -> Phrases:
        reading = statement.reading
        phrases = self._phrases.get(reading.index)
        if phrases is None:
            phrases = self._phrases[reading.index] = Phrases(reading, self.facts)
        return phrases

    def _completed(
        self, choice: Choice, statement: Statement, words: frozenset[str]
    ) -> Assigned | None:
        code = choice.title.code
        rationale = [_why(choice)]
        if choice.assumed:
            rationale.append(
                because("assumed-by-guideline", f"({', '.join(sorted(choice.assumed))})")
            )
        if choice.title.seventh_characters and not choice.title.billable:
            found = episode.choose(choice.title.seventh_characters, words, self._said_of(statement))
            code = episode.completed(code, found.character)
            rationale.append(because(found.rule, f"({found.character})"))
        if not self.is_billable(code):
            return None
        return Assigned(code, choice.title.display, statement, tuple(rationale))

    def _said_of(self, statement: Statement) -> str:
        """What the record says of the problem: reason for the visit, name and discussion."""
        reading = statement.reading
        if reading.index not in self._told:
            self._told[reading.index] = "\n".join(
                reading.text[section.start : section.end]
                for section in reading.sections
                if section.kind in TOLD
            )
        own = [statement.mention.sentence]
        if statement.problem:
            own = list(statement.problem.sentences)
        discussed = "\n".join(reading.said(reading.sentences[number]) for number in own)
        return f"{self._told[reading.index]}\n{discussed}"


def _told_apart(statement: Statement, term_words: frozenset[str]) -> str:
    """The place in the name of a condition that the record tells elsewhere, empty for none."""
    named = term_words & places()
    if not named:
        return ""
    tokens = statement.reading.tokens
    said = {word for token in statement.mention.tokens for word in tokens[token].words}
    return "" if named & said else ", ".join(sorted(named))


def _why(choice: Choice) -> Rationale:
    sides = choice.gained & axes().sides
    others = choice.gained - axes().sides
    if others:
        return because("specificity", f"({', '.join(sorted(choice.gained))})")
    if sides:
        return because("laterality", f"({', '.join(sorted(sides))})")
    if any(word in choice.title.display.lower() for word in _OPEN):
        return because("index-default")
    return because("term-named")
