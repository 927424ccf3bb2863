"""One shard of the index in memory: the sections of its file as what ranking asks for."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property
from typing import Any

from nosology.codesets.search.shard_file import Sections
from nosology.codesets.search.spelling import BEGINNING
from nosology.codesets.search.words import roots

_LAST = "\U0010ffff"
_KEPT_DESCRIPTIONS = 2000


class Shard:
    """Reads one shard; cheap to make, and what a question needs is loaded with the question."""

    def __init__(self, sections: Sections) -> None:
        self.sections = sections
        self.facts = sections.facts
        numbers = sections.numbers
        self.document_entry = numbers("document_entry")
        self.document_weight = numbers("document_weight")
        self.document_flags = numbers("document_flags")
        self.document_kind = numbers("document_kind")
        self.entry_flags = numbers("entry_flags")
        self.entry_chapter = numbers("entry_chapter")
        self.entry_from = numbers("entry_from")
        self.entry_to = numbers("entry_to")
        self.entry_releases = numbers("entry_releases")
        self.entry_completion = numbers("entry_completion")
        self.code_entry = numbers("code_entry")
        self.rarity = numbers("rarity")
        self._word_term = numbers("word_term")
        self._document_text = numbers("document_text")
        self._text_starts = numbers("text_starts")
        self._title_starts = numbers("title_starts")
        self._code_starts = numbers("code_starts")
        self._entry_code = numbers("entry_code")
        self._context_starts = numbers("context_starts")
        self._context = numbers("context")
        self._posting_starts = numbers("posting_starts")
        self._postings = numbers("postings")
        self._bit_terms = numbers("bit_terms")
        self._bits = numbers("bits")
        self._entry_parent = numbers("entry_parent")
        self._child_starts = numbers("child_starts")
        self._children = numbers("children")
        self._root_term = numbers("root_term")
        self._descriptions: dict[int, frozenset[int]] = {}
        self.found: dict[Any, Any] = {}
        self.holdings: dict[Any, Any] = {}
        self.masks: dict[Hashable, bytes | None] = {}
        self.begun: dict[str, dict[int, float]] = {}

    @property
    def documents(self) -> int:
        """How many wordings the shard holds."""
        return len(self.document_entry)

    # --- words

    @cached_property
    def words(self) -> list[str]:
        """Every word that a wording holds, sorted."""
        raw = self.sections.text("words").decode()
        return raw.split("\n") if raw else []

    @cached_property
    def _roots(self) -> list[str]:
        raw = self.sections.text("roots").decode()
        return raw.split("\n") if raw else []

    def term(self, stem: str) -> int | None:
        """Return the number of the family that has the root."""
        known = self._roots
        place = bisect_left(known, stem)
        if place < len(known) and known[place] == stem:
            return int(self._root_term[place])
        return None

    def begins(self, beginning: str) -> tuple[int, int]:
        """Return the range of words that begin so."""
        words = self.words
        low = bisect_left(words, beginning)
        return low, bisect_left(words, beginning + _LAST, low)

    def term_at(self, place: int) -> int:
        """Return the number of the family of the word at the place."""
        return int(self._word_term[place])

    def spelled_alike(self, keys: Iterable[int]) -> set[int]:
        """Return the places of the words that share one of the keys."""
        return self._sharing(keys, self._near_keys, self._near_words)

    def begun_alike(self, keys: Iterable[int]) -> set[int]:
        """Return the places of the words whose beginnings share one of the keys."""
        found: set[int] = set()
        for first in self._sharing(keys, self._far_keys, self._far_words):
            low, high = self.begins(self.words[first][:BEGINNING])
            found.update(range(low, high))
        return found

    def _sharing(self, keys: Iterable[int], known: Sequence[Any], words: Sequence[Any]) -> set[int]:
        found: set[int] = set()
        for key in keys:
            place = bisect_left(known, key)
            while place < len(known) and known[place] == key:
                found.add(words[place])
                place += 1
        return found

    @cached_property
    def _near_keys(self) -> Sequence[Any]:
        return self.sections.numbers("near_keys")

    @cached_property
    def _near_words(self) -> Sequence[Any]:
        return self.sections.numbers("near_words")

    @cached_property
    def _far_keys(self) -> Sequence[Any]:
        return self.sections.numbers("far_keys")

    @cached_property
    def _far_words(self) -> Sequence[Any]:
        return self.sections.numbers("far_words")

    def is_word(self, word: str) -> bool:
        """Return whether a wording holds the very word."""
        words = self.words
        place = bisect_left(words, word)
        return place < len(words) and words[place] == word

    # --- wordings

    def frequency(self, term: int) -> int:
        """Return how many wordings hold a word of the family."""
        starts = self._posting_starts
        return int(starts[term + 1] - starts[term])

    def postings(self, term: int) -> Sequence[int]:
        """Return the wordings that hold a word of the family, the plainest first."""
        starts = self._posting_starts
        return self._postings[starts[term] : starts[term + 1]]

    def bits(self, term: int) -> Sequence[int] | None:
        """Return a bit for each wording, where very many hold a word of the family; else None."""
        known = self._bit_terms
        place = bisect_left(known, term)
        if place == len(known) or known[place] != term:
            return None
        size = (self.documents + 7) // 8
        return self._bits[place * size : (place + 1) * size]

    @cached_property
    def open_documents(self) -> frozenset[int]:
        """The wordings that take in what has no name of its own in a place."""
        return frozenset(self.sections.numbers("open_documents"))

    @cached_property
    def open_number(self) -> int:
        """The same wordings as the bits of a number, the first wording's the lowest."""
        bits = bytearray((self.documents + 7) // 8)
        for document in self.open_documents:
            bits[document >> 3] |= 1 << (document & 7)
        return int.from_bytes(bits, "little")

    def first_holding(self, term: int, limit: int) -> Sequence[int]:
        """Return the best of the wordings that hold a word of the family."""
        start, end = self._posting_starts[term], self._posting_starts[term + 1]
        return self._postings[start : min(end, start + limit)]

    def text(self, document: int) -> str:
        """Return a wording's text."""
        number = self._document_text[document]
        starts = self._text_starts
        return self.sections.piece("texts", starts[number], starts[number + 1]).decode()

    # --- entries

    def parent(self, entry: int) -> int:
        """Return the entry above; -1 for none."""
        return int(self._entry_parent[entry])

    def children(self, entry: int) -> Sequence[int]:
        """Return the entries directly below."""
        return self._children[self._child_starts[entry] : self._child_starts[entry + 1]]

    @cached_property
    def completion_terms(self) -> list[frozenset[int]]:
        """The families of the words in each set of seventh characters."""
        return [
            frozenset(
                term
                for _, meaning in one
                for stem in roots(meaning)
                if (term := self.term(stem)) is not None
            )
            for one in self.definitions
        ]

    def context(self, entry: int) -> Sequence[int]:
        """Return the families of all words by which the entry and those above it are described."""
        return self._context[self._context_starts[entry] : self._context_starts[entry + 1]]

    def description(self, entry: int) -> frozenset[int]:
        """Return ``context`` as a set."""
        known = self._descriptions.get(entry)
        if known is None:
            known = frozenset(self.context(entry))
            if len(self._descriptions) >= _KEPT_DESCRIPTIONS:
                self._descriptions.clear()
            self._descriptions[entry] = known
        return known

    def title(self, entry: int) -> str:
        """Return an entry's title."""
        starts = self._title_starts
        return self.sections.piece("titles", starts[entry], starts[entry + 1]).decode()

    def code(self, entry: int) -> str:
        """Return an entry's code."""
        return self.code_at(self._entry_code[entry])

    def place_of_code(self, entry: int) -> int:
        """Return where an entry's code stands in alphabetical order."""
        return int(self._entry_code[entry])

    def code_at(self, place: int) -> str:
        """Return the code at a place of the alphabetical order."""
        starts = self._code_starts
        return self.sections.piece("codes", starts[place], starts[place + 1]).decode()

    def codes_from(self, code: str) -> int:
        """Return the place of the first code that does not stand before this one."""
        low, high = 0, len(self.code_entry)
        while low < high:
            middle = (low + high) // 2
            if self.code_at(middle) < code:
                low = middle + 1
            else:
                high = middle
        return low

    @cached_property
    def definitions(self) -> list[tuple[tuple[str, str], ...]]:
        """Each set of seventh characters with their meanings."""
        raw = json.loads(self.sections.text("definitions"))
        return [tuple((char, meaning) for char, meaning in one) for one in raw]

    @cached_property
    def chapters(self) -> list[str]:
        """The names of the chapters by their numbers."""
        return list(json.loads(self.sections.text("chapters")))
