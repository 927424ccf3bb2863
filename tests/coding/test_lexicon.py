"""What can be held against the code set and the official Index, entry by entry."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.lexicon.bags import bag_of
from nosology.coding.lexicon.entries import COLUMNS, Entry, entries
from nosology.model.code import dotted, plain
from nosology.model.encounter import encounter_from_mapping
from nosology.model.tables import table
from nosology.workflow.code import Coder
from tests.coding import official_index

ON = dt.date(2026, 4, 14)
AT_LEAST = 2_500
SOURCES = re.compile(r"(?:Index|Tabular|Neoplasm Table): \S.*|usage")
FOUND_IN_INDEX = 0.999
AGREE_WITH_INDEX = 0.999
NAMED_BY_INDEX = 3_500
AGREE_WHERE_NAMED = 0.98
DEFAULTS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "index_defaults.tsv").read_text("utf-8").splitlines()[1:]
]


@pytest.fixture(scope="module")
def lexicon() -> list[Entry]:
    return list(entries())


@pytest.fixture(scope="module")
def known(code_book: SqliteCodeBook) -> frozenset[str]:
    """Every code, category and subcategory that the Tabular List prints."""
    return frozenset(title.code for title in code_book.titles(ON))


def where(entry: Entry) -> str:
    return f"{entry.file}:{entry.line} {entry.term!r} {dotted(entry.code)} ({entry.source})"


def none_of(offenders: Iterable[str]) -> None:
    """Fail with every offender, one a line."""
    listed = list(offenders)
    assert not listed, "\n" + "\n".join(listed)


def test_the_columns_are_those_that_the_readme_explains() -> None:
    readme = table("nosology.coding.lexicon", "README.md").read_text(encoding="utf-8")
    terms = readme.partition("`terms/*.tsv`")[2].partition("\n\n`")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", terms, re.MULTILINE)) == COLUMNS


def test_the_lexicon_is_large_enough(lexicon: list[Entry]) -> None:
    assert len({frozenset(bag_of(entry.term)) for entry in lexicon}) >= AT_LEAST


def test_every_code_is_printed_in_the_tabular_list(
    lexicon: list[Entry], known: frozenset[str]
) -> None:
    none_of(where(entry) for entry in lexicon if entry.code not in known)


def test_every_bound_is_the_code_or_above_it(lexicon: list[Entry], known: frozenset[str]) -> None:
    none_of(
        where(entry)
        for entry in lexicon
        if entry.within and not (entry.code.startswith(entry.within) and entry.within in known)
    )


def test_every_term_is_lower_case_and_holds_a_word(lexicon: list[Entry]) -> None:
    none_of(
        where(entry)
        for entry in lexicon
        if entry.term != entry.term.lower() or not bag_of(entry.term)
    )


def test_every_source_is_of_a_known_kind(lexicon: list[Entry]) -> None:
    none_of(where(entry) for entry in lexicon if not SOURCES.fullmatch(entry.source))


def test_a_source_in_the_tabular_list_is_the_code_or_above_or_below_it(
    lexicon: list[Entry],
) -> None:
    def agrees(entry: Entry) -> bool:
        named = plain(entry.source.removeprefix("Tabular: ").split()[0].rstrip(",-"))
        return entry.code.startswith(named) or named.startswith(entry.code)

    none_of(
        where(entry)
        for entry in lexicon
        if entry.source.startswith("Tabular: ") and not agrees(entry)
    )


def test_no_two_entries_give_the_same_words_different_codes(lexicon: list[Entry]) -> None:
    of_words: dict[frozenset[str], list[Entry]] = defaultdict(list)
    for entry in lexicon:
        of_words[frozenset(bag_of(entry.term))].append(entry)
    none_of(
        " | ".join(map(where, same))
        for same in of_words.values()
        if len({entry.code for entry in same}) > 1
    )


@pytest.mark.parametrize(("term", "code"), DEFAULTS, ids=[term for term, _ in DEFAULTS])
def test_a_bare_term_has_the_default_of_the_index(coder: Coder, term: str, code: str) -> None:
    text = f"ASSESSMENT\n1. {term.capitalize()}.\n"
    coding = coder.code(
        encounter_from_mapping({"id": term, "text": text, "date_of_service": ON.isoformat()})
    )
    assert [dotted(item.code) for item in coding.icd10cm] == [code]


def test_the_defaults_are_many_and_different() -> None:
    terms = [term for term, _ in DEFAULTS]
    assert len(set(terms)) == len(terms) >= 60


@pytest.mark.shared
def test_sources_in_the_official_index_are_found_and_agree(
    lexicon: list[Entry], shared_data: Path
) -> None:
    index = official_index.read(shared_data / "codesets" / "icd10cm_index_2025")
    cited = [entry for entry in lexicon if entry.source.startswith(("Index:", "Neoplasm Table:"))]
    found = [(entry, codes) for entry in cited if (codes := index.codes(entry.source)) is not None]
    assert len(found) / len(cited) >= FOUND_IN_INDEX
    coded = [(entry, codes) for entry, codes in found if codes]
    agreeing = [entry for entry, codes in coded if agree(entry, codes)]
    assert len(agreeing) / len(coded) >= AGREE_WITH_INDEX


@pytest.mark.shared
def test_terms_that_the_official_index_names_agree_with_it(
    lexicon: list[Entry], shared_data: Path
) -> None:
    """Whatever their source: ``chronic diarrhea`` is ``Diarrhea, chronic``.

    Not all agree: the Index gives some words that clinicians use freely a narrower sense.
    """
    index = official_index.read(shared_data / "codesets" / "icd10cm_index_2025")
    named = [
        (entry, codes)
        for entry in lexicon
        if not entry.code.startswith(("V", "W", "X", "Y")) and (codes := index.named(entry.term))
    ]
    assert len(named) >= NAMED_BY_INDEX
    agreeing = [entry for entry, codes in named if agree(entry, codes)]
    assert len(agreeing) / len(named) >= AGREE_WHERE_NAMED


def agree(entry: Entry, codes: frozenset[str]) -> bool:
    return any(entry.code.startswith(code) or code.startswith(entry.code) for code in codes)
