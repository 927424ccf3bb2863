"""Building a shard: from entries and wordings to sorted words, posting lists and weights."""

from __future__ import annotations

import json
import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from nosology.codesets.search.spelling import (
    BEGINNING,
    SHORTEST,
    SHORTEST_FAR,
    far_keys,
    keys,
)
from nosology.codesets.search.wordings import Entry, Kind, Parsed, Wording, parse
from nosology.codesets.search.words import ABSENT, root, split

PLAIN, RESIDUAL, DEFAULT, OPEN = 1, 2, 4, 8
BILLABLE, CODE, UNSPECIFIED = 1, 2, 4

# A word that so many wordings hold, or one in so many of them, has a bit for each wording as well.
_LEAST_FOR_BITS, _SHARE_FOR_BITS = 512, 128

type Section = array[Any] | bytes


def build_shard(
    system: str,
    entries: Sequence[Entry],
    wordings: Iterable[Wording],
    facts: dict[str, Any] | None = None,
) -> tuple[dict[str, Section], dict[str, Any]]:
    """Return the sections of a shard over these entries, and facts about it.

    Codes must be in alphabetical order of what stands below one parent; entries may stand in any
    order as long as a parent stands before what is below it.
    """
    documents = _documents(entries, wordings)
    term_of: dict[str, int] = {}
    surface: dict[str, int] = {}
    frequency: dict[int, int] = defaultdict(int)
    bags: list[list[tuple[int, float]]] = []
    parsed_texts: dict[str, Parsed] = {}
    for _, text, _, _ in documents:
        parsed = parsed_texts.get(text)
        if parsed is None:
            parsed = parsed_texts[text] = parse(text)
        bag = []
        for word, stem, factor in parsed.words:
            term = term_of.setdefault(stem, len(term_of))
            if not stem.startswith(ABSENT):
                surface.setdefault(word, term)
            frequency[term] += 1
            bag.append((term, factor))
        bags.append(bag)
    for text in parsed_texts:
        for word in split(text):
            if word not in surface and (known := term_of.get(root(word))) is not None:
                surface[word] = known
    count = len(documents)
    rarity = [math.log(1 + count / frequency[term]) for term in range(len(term_of))]
    weights = [sum(rarity[term] * factor for term, factor in bag) for bag in bags]
    order = sorted(
        range(count),
        key=lambda number: (
            not entries[documents[number][0]].billable
            and not entries[documents[number][0]].completions,
            weights[number],
            documents[number][2] == Kind.REFERENCE,
            entries[documents[number][0]].code,
            documents[number][1],
        ),
    )
    return (
        {
            **_postings(order, bags, len(term_of)),
            **_document_sections(order, documents, weights, parsed_texts),
            **_entry_sections(entries, documents, bags, term_of),
            **_vocabulary(surface),
            **_root_sections(term_of),
            "open_documents": array(
                "I",
                (
                    place
                    for place, number in enumerate(order)
                    if parsed_texts[documents[number][1]].is_open and not documents[number][3]
                ),
            ),
            "rarity": array("f", rarity),
        },
        {"system": system, "documents": count, "entries": len(entries), **(facts or {})},
    )


def _documents(
    entries: Sequence[Entry], wordings: Iterable[Wording]
) -> list[tuple[int, str, Kind, int]]:
    """Return entry, text, kind and flags of each document, once per entry and bag of words."""
    children: dict[int, list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        if entry.parent >= 0:
            children[entry.parent].append(number)
    default = _Defaults(entries, children)
    found: dict[tuple[int, str], tuple[int, str, Kind, int]] = {}
    titles = (
        Wording(number, entry.title, Kind.TITLE)
        for number, entry in enumerate(entries)
        if entry.is_code
    )
    for source in (titles, wordings):
        for wording in source:
            entry = entries[wording.entry]
            if not wording.text:
                continue
            key = (wording.entry, wording.text.casefold())
            if key not in found and entry.is_code:
                found[key] = (wording.entry, wording.text, wording.kind, 0)
            if not entry.billable and not entry.completions and entry.is_code:
                below = default.of(wording.entry)
                if below is not None and (below, key[1]) not in found:
                    found[below, key[1]] = (below, wording.text, wording.kind, DEFAULT)
    return list(found.values())


class _Defaults:
    """Finds the code that stands for an entry of which nothing more is known."""

    def __init__(self, entries: Sequence[Entry], children: dict[int, list[int]]) -> None:
        self._entries = entries
        self._children = children
        self._known: dict[int, int | None] = {}

    def of(self, number: int) -> int | None:
        if number not in self._known:
            self._known[number] = self._find(number)
        return self._known[number]

    def _find(self, number: int) -> int | None:
        entry = self._entries[number]
        below = self._children.get(number, [])
        if entry.billable or entry.completions:
            return number
        if len(below) == 1:
            return self.of(below[0])
        best: tuple[int, int] | None = None
        for child in below:
            title = self._entries[child].title.casefold()
            value = 0
            if "unspecified" in title:
                value = 3 if "other" not in title.split() else 1
                if self._entries[child].code.endswith(("9", "0")):
                    value += 2
            elif "without complication" in title or "uncomplicated" in title:
                value = 2
            elif title.startswith("acute ") and len(below) == 2:
                value = 1
            if value and (best is None or value > best[0]):
                best = (value, child)
        return self.of(best[1]) if best else None


def _postings(
    order: Sequence[int], bags: Sequence[Sequence[tuple[int, float]]], terms: int
) -> dict[str, Section]:
    lists: list[list[int]] = [[] for _ in range(terms)]
    for place, number in enumerate(order):
        for term, _ in bags[number]:
            lists[term].append(place)
    starts = array("I", [0])
    places = array("I")
    bit_terms = array("I")
    bits: list[bytes] = []
    for term, one in enumerate(lists):
        places.extend(one)
        starts.append(len(places))
        if len(one) >= max(_LEAST_FOR_BITS, len(order) // _SHARE_FOR_BITS):
            held = bytearray((len(order) + 7) // 8)
            for place in one:
                held[place >> 3] |= 1 << (place & 7)
            bit_terms.append(term)
            bits.append(bytes(held))
    return {
        "posting_starts": starts,
        "postings": places,
        "bit_terms": bit_terms,
        "bits": b"".join(bits),
    }


def _document_sections(
    order: Sequence[int],
    documents: Sequence[tuple[int, str, Kind, int]],
    weights: Sequence[float],
    parsed: dict[str, Parsed],
) -> dict[str, Section]:
    texts: dict[str, int] = {}
    starts = array("I", [0])
    blob: list[bytes] = []
    size = 0
    text_of = array("I")
    flags = bytearray()
    kinds = bytearray()
    for number in order:
        _, text, kind, flag = documents[number]
        if text not in texts:
            texts[text] = len(texts)
            raw = text.encode()
            blob.append(raw)
            size += len(raw)
            starts.append(size)
        text_of.append(texts[text])
        one = parsed[text]
        flags.append(
            flag
            | (PLAIN if one.is_plain else 0)
            | (RESIDUAL if one.is_residual else 0)
            | (OPEN if one.is_open and not flag else 0)
        )
        kinds.append(kind)
    return {
        "document_entry": array("I", (documents[number][0] for number in order)),
        "document_weight": array("f", (weights[number] for number in order)),
        "document_flags": bytes(flags),
        "document_kind": bytes(kinds),
        "document_text": text_of,
        "text_starts": starts,
        "texts": b"".join(blob),
    }


def _entry_sections(
    entries: Sequence[Entry],
    documents: Sequence[tuple[int, str, Kind, int]],
    bags: Sequence[Sequence[tuple[int, float]]],
    term_of: dict[str, int],
) -> dict[str, Section]:
    own: list[set[int]] = [set() for _ in entries]
    for (owner, _, _, _), bag in zip(documents, bags, strict=True):
        own[owner].update(term for term, _ in bag)
    titles = [
        [term_of[stem] for _, stem, _ in parse(entry.title).words if stem in term_of]
        for entry in entries
    ]
    starts, context = array("I", [0]), array("I")
    above: list[set[int]] = []
    children: list[list[int]] = [[] for _ in entries]
    for number, entry in enumerate(entries):
        inherited = above[entry.parent] if entry.parent >= 0 else set()
        above.append(inherited | set(titles[number]))
        context.extend(sorted(own[number] | inherited))
        starts.append(len(context))
        if entry.parent >= 0:
            children[entry.parent].append(number)
    code_starts = array("I", [0])
    codes: list[bytes] = []
    by_code = sorted(range(len(entries)), key=lambda number: entries[number].code)
    size = 0
    for number in by_code:
        raw = entries[number].code.encode()
        codes.append(raw)
        size += len(raw)
        code_starts.append(size)
    title_starts, title_blob, size = array("I", [0]), [], 0
    definitions: dict[tuple[tuple[str, str], ...], int] = {(): 0}
    completion = array("H")
    flags = bytearray()
    chapters: dict[str, int] = {"": 0}
    chapter = bytearray()
    for entry in entries:
        raw = entry.title.encode()
        title_blob.append(raw)
        size += len(raw)
        title_starts.append(size)
        completion.append(definitions.setdefault(entry.completions, len(definitions)))
        flags.append(
            (BILLABLE if entry.billable else 0)
            | (CODE if entry.is_code else 0)
            | (UNSPECIFIED if "unspecified" in entry.title.casefold() else 0)
        )
        chapter.append(chapters.setdefault(entry.chapter, len(chapters)))
    child_starts, below = array("I", [0]), array("I")
    for one in children:
        below.extend(one)
        child_starts.append(len(below))
    return {
        "entry_parent": array("i", (entry.parent for entry in entries)),
        "child_starts": child_starts,
        "children": below,
        "context_starts": starts,
        "context": context,
        "codes": b"".join(codes),
        "code_starts": code_starts,
        "code_entry": array("I", by_code),
        "entry_code": _inverse(by_code),
        "title_starts": title_starts,
        "titles": b"".join(title_blob),
        "entry_completion": completion,
        "entry_flags": bytes(flags),
        "entry_chapter": bytes(chapter),
        "entry_from": array("I", (entry.valid_from for entry in entries)),
        "entry_releases": array("I", (entry.releases for entry in entries)),
        "entry_to": array("I", (entry.valid_to for entry in entries)),
        "definitions": json.dumps(list(definitions)).encode(),
        "chapters": json.dumps(list(chapters)).encode(),
    }


def _inverse(order: Sequence[int]) -> array[int]:
    found = array("I", bytes(4 * len(order)))
    for place, number in enumerate(order):
        found[number] = place
    return found


def _root_sections(term_of: dict[str, int]) -> dict[str, Section]:
    known = sorted(term_of)
    return {
        "roots": "\n".join(known).encode(),
        "root_term": array("I", (term_of[stem] for stem in known)),
    }


def _vocabulary(surface: dict[str, int]) -> dict[str, Section]:
    words = sorted(surface)
    near: list[tuple[int, int]] = []
    far: list[tuple[int, int]] = []
    begun: dict[str, int] = {}
    for number, word in enumerate(words):
        if len(word) >= SHORTEST and word.isalpha():
            near.extend((key, number) for key in keys(word))
            if len(word) >= SHORTEST_FAR:
                begun.setdefault(word[:BEGINNING], number)
    for beginning, number in begun.items():
        far.extend((key, number) for key in far_keys(beginning))
    near.sort()
    far.sort()
    return {
        "words": "\n".join(words).encode(),
        "word_term": array("I", (surface[word] for word in words)),
        "near_keys": array("I", (key for key, _ in near)),
        "near_words": array("I", (number for _, number in near)),
        "far_keys": array("I", (key for key, _ in far)),
        "far_words": array("I", (number for _, number in far)),
    }
