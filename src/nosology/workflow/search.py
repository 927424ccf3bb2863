"""What search learns from the clinical lexicon: terms with their codes, and abbreviations."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from nosology.codesets.book import SqliteCodeBook
from nosology.coding.lexicon.entries import entries
from nosology.model.tables import table

_ABBREVIATIONS = "abbreviations.tsv"
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class ClinicalKnowledge:
    """The lexicon's terms and the abbreviations of notes, as ``codesets.search`` takes them."""

    def digest(self) -> str:
        """Return what changes whenever a term or an abbreviation does."""
        return _digest()

    def terms(self) -> Iterator[tuple[str, str]]:
        """Yield each term of the lexicon with its code."""
        for entry in entries():
            yield entry.term, entry.code

    def short_forms(self) -> Iterator[tuple[str, str]]:
        """Yield each abbreviation with a meaning; those that need a context to hold come last."""
        text = files("nosology.language").joinpath(_ABBREVIATIONS).read_text(encoding="utf-8")
        lines = (line for line in text.splitlines() if line and line[0] not in "#@")
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
        for row in sorted(rows, key=lambda row: bool(row["when"])):
            if len(row["short"]) >= _SHORTEST:
                yield row["short"], row["long"]


def open_code_book(home: Path | None = None) -> SqliteCodeBook:
    """Return a book over the store whose search knows the clinical lexicon.

    Args:
        home: folder of the store; by default ``NOSOLOGY_HOME`` or the user's data folder.

    Raises:
        MissingCodeSet: when a source is not installed or the store cannot be written.
    """
    return SqliteCodeBook(home, knowledge=ClinicalKnowledge())


@cache
def _digest() -> str:
    digest = hashlib.sha256()
    terms = sorted(table("nosology.coding.lexicon", "terms").iterdir(), key=lambda item: item.name)
    for source in (*terms, files("nosology.language").joinpath(_ABBREVIATIONS)):
        if source.name.endswith(".tsv"):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]
