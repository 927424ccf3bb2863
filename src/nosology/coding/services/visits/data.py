"""The data that were ordered, reviewed and analyzed, by the categories of the table.

Each unique test counts once, whether it is ordered or its result is looked at; a test whose
interpretation is billed here counts not at all (CPT E/M guidelines 2023).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from nosology.coding.services.draft import ServiceCase, ServiceDraft
from nosology.coding.services.visits.elements import Level, Weighed, unique
from nosology.coding.services.visits.said import ASSESSING, Said, Words, cues, sentence_at
from nosology.language.word_starts import WordPattern, beginnings_of
from nosology.model.reading import Reading, SectionKind
from nosology.model.record import Span
from nosology.model.tables import parts, rows, table

_LOOKED_AT = frozenset(
    {SectionKind.RESULTS, SectionKind.FINDINGS, SectionKind.ORDERS, SectionKind.PROCEDURE}
)
_INTERPRETED_AREAS = frozenset({"imaging", "diagnostics"})
_TOLD_BY_PATIENT = frozenset({SectionKind.HISTORY_OF_PRESENT_ILLNESS, SectionKind.INTERVAL_HISTORY})
_CHILD = 12
_PREFIX = 2
_AGE = re.compile(r"(\d{1,2})[\s-](?:year|yr|y/?o|month|mo|week|day)s?(?:[\s-]old)?", re.IGNORECASE)
_SPECIFIC = {"chest-x-ray": "x-ray", "carotid": "ultrasound"}
"""Tests that are one with a more general word for them."""


@dataclass(frozen=True, slots=True)
class Data:
    """What was found of each category.

    Attributes:
        items: tests, documents and the historian, each once.
        tests: those among them, by name and place.
    """

    items: tuple[Weighed, ...]
    interpreted: tuple[Weighed, ...]
    discussed: tuple[Weighed, ...]
    tests: tuple[tuple[str, Span], ...]
    has_historian: bool

    @property
    def level(self) -> Level:
        """What the data support together."""
        categories = (
            len(self.items) >= 3,
            bool(self.interpreted),
            bool(self.discussed),
        )
        if sum(categories) >= 2:
            return Level.HIGH
        if any(categories):
            return Level.MODERATE
        documents = len(self.items) - self.has_historian
        if self.has_historian or documents >= 2:
            return Level.LOW
        return Level.STRAIGHTFORWARD

    @property
    def weighed(self) -> list[Weighed]:
        """All of it as lines of the worksheet."""
        return [*self.items, *self.interpreted, *self.discussed]


@dataclass(frozen=True, slots=True)
class _Tests:
    pattern: WordPattern
    by_words: dict[str, str]
    kinds: dict[str, str]


@cache
def _tests() -> _Tests:
    by_words: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for row in rows(
        table("nosology.coding.services.visits", "tests.tsv"), ("test", "kind", "words")
    ):
        kinds[row["test"]] = row["kind"]
        for words in parts(row["words"]):
            by_words[words] = row["test"]
    longest_first = sorted(by_words, key=lambda words: (-len(words), words))
    # Grouped by their first letters, so that few of them are tried at each word.
    groups: dict[str, list[str]] = {}
    for words in longest_first:
        groups.setdefault(words[:_PREFIX], []).append(re.escape(words[_PREFIX:]))
    tried = "|".join(
        f"{re.escape(prefix)}(?:{'|'.join(rest)})" for prefix, rest in sorted(groups.items())
    )
    pattern = re.compile(rf"(?<![\w-])(?:{tried})(?!\w)")
    return _Tests(WordPattern(pattern, beginnings_of(tried)), by_words, kinds)


@dataclass(frozen=True, slots=True)
class NamedTest:
    """A test named in the text."""

    name: str
    kind: str
    said: Said


def named_tests(words: Words) -> Iterator[NamedTest]:
    """Yield the tests that the record names, in the order of the text."""
    known = _tests()
    for reading in words.readings:
        if not reading.sentences:
            continue
        for match in known.pattern.finditer(words.starts(reading)):
            name = known.by_words[match.group()]
            yield NamedTest(name, known.kinds[name], Said(reading, match.start(), match.end(), {}))


def found(case: ServiceCase, words: Words, drafts: Sequence[ServiceDraft]) -> Data:
    """Return the data of the visit.

    Args:
        case: the record.
        words: its cues.
        drafts: what is billed beside the visit.
    """
    billed = _billed(case, drafts)
    tests = [
        Weighed(
            "data",
            Level.STRAIGHTFORWARD,
            f"test ordered or reviewed: {test.name.replace('-', ' ')}",
            (test.said.span,),
            _SPECIFIC.get(test.name, test.name),
        )
        for test in named_tests(words)
        if _is_counted(test, words) and not _is_billed(test, billed)
    ]
    tests = unique(tests)
    if len(tests) > 1:
        # "Labs" speaks of those that are named beside it.
        kinds = _tests().kinds
        if any(kinds.get(item.key) == "laboratory" for item in tests if item.key != "routine-labs"):
            tests = [item for item in tests if item.key != "routine-labs"]
    items = list(tests)
    notes = words.meant("external_notes")
    items += [
        Weighed("data", Level.STRAIGHTFORWARD, "external notes reviewed", (said.span,), "notes")
        for said in notes[:1]
    ]
    historian = _historian(case, words)
    if historian is not None:
        items.append(
            Weighed("data", Level.LOW, "independent historian", (historian.span,), "historian")
        )
    return Data(
        tuple(items),
        tuple(_interpreted(words, billed)),
        tuple(
            Weighed(
                "data",
                Level.MODERATE,
                "discussed with another professional",
                (said.span,),
                "discussed",
            )
            for said in words.meant("discussed")[:1]
        ),
        tuple((item.key, item.spans[0]) for item in tests),
        historian is not None,
    )


def _is_counted(test: NamedTest, words: Words) -> bool:
    """Whether the record tells the test as ordered or looked at for this encounter."""
    said = test.said
    kind = said.kind
    part = said.part
    patterns = cues()
    if patterns["untested"].pattern.search(part) or not words.is_meant(said):
        return False
    if kind in _LOOKED_AT:
        return True
    if kind in ASSESSING:
        return bool(patterns["tested"].pattern.search(part)) or kind is SectionKind.ORDERS
    if kind in _TOLD_BY_PATIENT and has_assessment(said.reading):
        return bool(patterns["reviewed"].pattern.search(part))
    return bool(patterns["looked_at"].pattern.search(part))


def has_assessment(reading: Reading) -> bool:
    """Return whether the document has an assessment or plan apart from its history."""
    return any(section.kind in ASSESSING for section in reading.sections)


def _billed(case: ServiceCase, drafts: Sequence[ServiceDraft]) -> list[tuple[int, int, int]]:
    """Return the sentences of the tests whose interpretation is billed here."""
    found = []
    for draft in drafts:
        if draft.area not in _INTERPRETED_AREAS or "TC" in draft.modifiers:
            continue
        for span in draft.support:
            sentence = sentence_at(case.readings[span.document], span.start)
            found.append((span.document, sentence.start, sentence.end))
    return found


def _is_billed(test: NamedTest, billed: Sequence[tuple[int, int, int]]) -> bool:
    return test.kind != "laboratory" and any(
        test.said.reading.index == document and start <= test.said.start < end
        for document, start, end in billed
    )


def _interpreted(words: Words, billed: Sequence[tuple[int, int, int]]) -> Iterator[Weighed]:
    what = cues()["interpreted_what"].pattern
    for said in words.meant("interpreted"):
        sentence = said.sentence
        if any(
            said.reading.index == document and start < sentence.end and sentence.start < end
            for document, start, end in billed
        ):
            continue
        if what.search(words.lower(said.reading), sentence.start, sentence.end):
            yield Weighed(
                "data",
                Level.MODERATE,
                "independent interpretation of a test",
                (Span(sentence.start, sentence.end, said.reading.index),),
                "interpreted",
            )
            return


def _historian(case: ServiceCase, words: Words) -> Said | None:
    age = case.encounter.patient_age
    if age is None:
        told = next((m for r in case.readings if (m := _AGE.search(r.text))), None)
        age = int(told[1]) if told else None
    is_child = age is not None and age <= _CHILD
    for said in words.meant("historian"):
        says_history = (
            "history" in said.part or "historian" in said.part or "collateral" in said.part
        )
        if is_child or says_history or words.first("unreliable_patient"):
            return said
    return None
