"""Terms of a lexicon, as unordered bags of levelled words, laid out to be found fast."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

STOP_WORDS = frozenset(
    {
        *("a", "an", "the", "of", "in", "on", "at", "to", "for", "by", "from", "with", "as"),
        *("his", "her", "their", "its", "my", "your", "our", "this", "that", "these", "those"),
        *("due", "is", "are", "was", "were", "be", "been", "has", "have", "had", "which", "who"),
        *("there", "some", "any"),
    }
)
"""Words that no term is told apart by; they are left out of terms and cost little when between."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term as the lexicon gives it.

    Attributes:
        concept: the code or category that it leads to, without a dot.
        within: how far the words around it may choose; a code, without a dot.
        origin: where the term comes from, such as ``lexicon`` or ``title``.
        words: its levelled words without stop words, each once.
    """

    text: str
    concept: str
    within: str
    origin: str
    words: tuple[str, ...]


@dataclass(slots=True)
class TermIndex:
    """Every term of a lexicon, laid out to be loaded fast and found by its rarest word.

    The layout is flat arrays; what a word leads to is unpacked when the word is first met.
    """

    vocabulary: dict[str, int]
    texts: list[str]
    concepts: list[str]
    withins: list[str]
    origins: list[str]
    bag_starts: array[int]
    bags: array[int]
    key_starts: array[int]
    keys: array[int]
    _unpacked: dict[int, tuple[tuple[int, frozenset[int]], ...]] = field(default_factory=dict)
    _parted: dict[int, dict[int, list[tuple[int, frozenset[int]]]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.texts)

    def bag(self, entry: int) -> tuple[int, ...]:
        """Return the numbers of the entry's words, the rarest first."""
        return tuple(self.bags[self.bag_starts[entry] : self.bag_starts[entry + 1]])

    def term(self, entry: int) -> Term:
        """Return the entry as a term."""
        names = self.names()
        return Term(
            self.texts[entry],
            self.concepts[entry],
            self.withins[entry],
            self.origins[entry],
            tuple(names[word] for word in self.bag(entry)),
        )

    def names(self) -> list[str]:
        """Return the words by their numbers."""
        return list(self.vocabulary)

    def led_by(self, word: int) -> tuple[tuple[int, frozenset[int]], ...]:
        """Return the entries whose rarest word this is, each with its bag."""
        found = self._unpacked.get(word)
        if found is None:
            entries = self.keys[self.key_starts[word] : self.key_starts[word + 1]]
            found = tuple((entry, frozenset(self.bag(entry))) for entry in entries)
            self._unpacked[word] = found
        return found

    def led_with(self, word: int) -> dict[int, list[tuple[int, frozenset[int]]]]:
        """Return the entries whose rarest word this is, by their next rarest or this, if alone."""
        found = self._parted.get(word)
        if found is None:
            found = self._parted[word] = {}
            for entry, bag in self.led_by(word):
                start = self.bag_starts[entry]
                next_rarest = self.bags[start + 1] if len(bag) > 1 else word
                found.setdefault(next_rarest, []).append((entry, bag))
        return found

    def within(self, words: frozenset[str]) -> list[int]:
        """Return the entries all of whose words are among these, ascending."""
        known = frozenset(self.vocabulary[word] for word in words if word in self.vocabulary)
        return sorted(entry for word in known for entry, bag in self.led_by(word) if bag <= known)

    def entry_of(self, bag: frozenset[int]) -> int | None:
        """Return the entry with exactly these words, or None."""
        for word in bag:
            for entry, other in self.led_by(word):
                if other == bag:
                    return entry
        return None

    def to_bytes(self) -> bytes:
        """Return the index as bytes that ``from_bytes`` reads back."""
        header = json.dumps(
            {
                "vocabulary": len(self.vocabulary),
                "entries": len(self.texts),
                "bag_starts": len(self.bag_starts),
                "bags": len(self.bags),
                "key_starts": len(self.key_starts),
                "keys": len(self.keys),
            }
        )
        columns = [
            "\n".join(column)
            for column in (
                list(self.vocabulary),
                self.texts,
                self.concepts,
                self.withins,
                self.origins,
            )
        ]
        text = "\x00".join([header, *columns]).encode()
        numbers = b"".join(
            part.tobytes() for part in (self.bag_starts, self.bags, self.key_starts, self.keys)
        )
        return len(text).to_bytes(8, "little") + text + numbers

    @classmethod
    def from_bytes(cls, data: bytes) -> TermIndex:
        """Return the index that ``to_bytes`` wrote.

        Raises:
            ValueError: when the bytes are not such an index.
        """
        length = int.from_bytes(data[:8], "little")
        parts = data[8 : 8 + length].decode().split("\x00")
        if len(parts) != 6:
            raise ValueError("not a term index")
        sizes = json.loads(parts[0])
        columns = [part.split("\n") for part in parts[1:]]
        arrays: list[array[int]] = []
        offset = 8 + length
        for name in ("bag_starts", "bags", "key_starts", "keys"):
            numbers = array("I")
            end = offset + sizes[name] * numbers.itemsize
            numbers.frombytes(data[offset:end])
            if len(numbers) != sizes[name]:
                raise ValueError("the term index is cut off")
            arrays.append(numbers)
            offset = end
        vocabulary = {word: number for number, word in enumerate(columns[0])}
        bag_starts, bags, key_starts, keys = arrays
        _, texts, concepts, withins, origins = columns
        return cls(
            vocabulary, texts, concepts, withins, origins, bag_starts, bags, key_starts, keys
        )


def build_index(terms: Iterable[Term]) -> TermIndex:
    """Return the index of the terms; of two with the same words the first stays."""
    unique: dict[frozenset[str], Term] = {}
    for term in terms:
        if term.words:
            unique.setdefault(frozenset(term.words), term)
    kept = list(unique.values())
    frequency: dict[str, int] = {}
    for bag in unique:
        for word in sorted(bag):
            frequency[word] = frequency.get(word, 0) + 1
    vocabulary = {word: number for number, word in enumerate(sorted(frequency))}
    bag_starts, bags = array("I", [0]), array("I")
    led: list[list[int]] = [[] for _ in vocabulary]
    for entry, term in enumerate(kept):
        ordered = sorted(set(term.words), key=lambda word: (frequency[word], word))
        bags.extend(vocabulary[word] for word in ordered)
        bag_starts.append(len(bags))
        led[vocabulary[ordered[0]]].append(entry)
    key_starts, keys = array("I", [0]), array("I")
    for entries in led:
        keys.extend(entries)
        key_starts.append(len(keys))
    return TermIndex(
        vocabulary,
        [term.text for term in kept],
        [term.concept for term in kept],
        [term.within for term in kept],
        [term.origin for term in kept],
        bag_starts,
        bags,
        key_starts,
        keys,
    )
