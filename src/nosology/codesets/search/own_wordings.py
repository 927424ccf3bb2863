"""Words of ours by which codes are found that their publishers' titles do not hold.

HCPCS Level II titles are short descriptors full of abbreviations, ICD-10-PCS titles are composed of
defined words that nobody types, and of CPT there is only our own label. What people type for them
stands in tables beside the labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files

from nosology.codesets.search.index_files import digest
from nosology.codesets.search.wordings import Entry, Kind, Wording
from nosology.model.code import System

_TABLES: dict[System, tuple[tuple[str, ...], ...]] = {
    System.CPT: (("labels", "cpt.tsv"), ("search", "services.py"), ("search", "services.tsv")),
    System.HCPCS: (
        ("labels", "hcpcs.py"),
        ("labels", "hcpcs.tsv"),
        ("labels", "hcpcs_short_forms.tsv"),
        ("search", "item_words.py"),
    ),
    System.ICD10PCS: (
        ("search", "procedures.py"),
        ("search", "procedures.tsv"),
        ("search", "approaches.tsv"),
        ("search", "procedure_words.tsv"),
    ),
}


def own_wordings(system: System, entries: Sequence[Entry]) -> Iterator[Wording]:
    """Yield what of ours is known of the entries of a code set, entries numbered as they stand."""
    if system is System.CPT:
        yield from _words_of(entries, _cpt())
    if system is System.HCPCS:
        yield from _words_of(entries, _hcpcs(entries))
    if system is System.ICD10PCS:
        yield from _words_of(entries, _icd10pcs(entries))


def own_digest(system: System) -> str:
    """Return what changes whenever the tables of the code set's own wordings do."""
    folder = files("nosology.codesets")
    return digest(
        *(
            folder.joinpath(*path).read_text(encoding="utf-8")
            for path in (("search", "own_wordings.py"), *_TABLES.get(system, ()))
        )
    )


def _cpt() -> Iterator[tuple[str, str]]:
    from nosology.codesets.search.services import service_words

    return service_words()


def _hcpcs(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    from nosology.codesets.search.item_words import item_words

    return item_words((entry.code, entry.title) for entry in entries)


def _icd10pcs(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    from nosology.codesets.search.procedures import procedure_words

    return procedure_words((entry.code, entry.title) for entry in entries)


def _words_of(entries: Sequence[Entry], words: Iterable[tuple[str, str]]) -> Iterator[Wording]:
    """Yield the words of each code that the entries have."""
    numbers = {entry.code: number for number, entry in enumerate(entries)}
    for code, text in words:
        if code in numbers:
            yield Wording(numbers[code], text, Kind.TERM)
