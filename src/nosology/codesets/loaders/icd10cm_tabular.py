"""The official ICD-10-CM Tabular List in XML, of any year, as a user adds it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nosology.codesets.loaders.contract import Edition, Loaded, Progress
from nosology.codesets.loaders.icd10_edition import editions_of_version
from nosology.codesets.loaders.publication import Publication
from nosology.codesets.sources import MisplacedTerm, SeventhCharacterLimit, read_sources
from nosology.codesets.tabular import (
    Level,
    NoteKind,
    TabularEntry,
    TabularNote,
    read_tabular_stream,
)
from nosology.model.code import System, dotted
from nosology.model.errors import MalformedRow

if TYPE_CHECKING:
    from nosology.codesets.loading import Node

_ROOT = re.compile(r"<ICD10CM\.tabular\b")
_FEWEST_CHAPTERS = 21
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTVWXYZ")


def checked_entries(publication: Publication, progress: Progress) -> list[TabularEntry]:
    """Return every entry of the list, which is whole as far as it shows by itself.

    Raises:
        MalformedRow: at the first departure from the layout, or where chapters or letters lack.
    """
    stage = f"{publication.name}: reading chapters"
    entries: list[TabularEntry] = []
    chapters: list[str] = []
    with publication.open() as file:
        for entry in read_tabular_stream(publication.name, file):
            if entry.level is Level.CHAPTER:
                progress(stage, len(chapters), _FEWEST_CHAPTERS + 1)
                chapters.append(entry.code)
                if entry.code != str(len(chapters)):
                    raise MalformedRow(
                        publication.name,
                        entry.line,
                        "name",
                        f"is chapter {entry.code}, expected {len(chapters)}; {_NOT_WHOLE}",
                    )
            entries.append(entry)
    last = entries[-1].line
    if len(chapters) < _FEWEST_CHAPTERS:
        raise MalformedRow(
            publication.name,
            last,
            "chapter",
            f"stands {len(chapters)} times, expected at least {_FEWEST_CHAPTERS}; {_NOT_WHOLE}",
        )
    categories = {entry.code[0] for entry in entries if entry.level is Level.CATEGORY}
    if lacking := _LETTERS - categories:
        raise MalformedRow(
            publication.name,
            last,
            "diag",
            f"has no category that begins with {', '.join(sorted(lacking))}; {_NOT_WHOLE}",
        )
    return entries


_NOT_WHOLE = "this is not the complete Tabular List: download it again"


def limits_that_hold(entries: Iterable[TabularEntry]) -> tuple[SeventhCharacterLimit, ...]:
    """Return the limits in words that this list still states."""
    notes = {entry.code: [note.text for note in entry.notes] for entry in entries}
    return tuple(
        dict.fromkeys(
            limit
            for source in read_sources().releases
            for limit in source.seventh_character_limits
            if any(text.startswith(limit.note) for text in notes.get(limit.category, ()))
        )
    )


def with_terms_in_place(entries: list[TabularEntry]) -> list[TabularEntry]:
    """Return the entries with each term that is printed in the wrong place moved to its code."""
    known = {
        term.code: term
        for source in read_sources().releases
        for term in source.misplaced_inclusion_terms
    }
    return [_moved(entry, known[entry.code]) if entry.code in known else entry for entry in entries]


def _moved(entry: TabularEntry, misplaced: MisplacedTerm) -> TabularEntry:
    if not any(
        character.character == misplaced.seventh_character and misplaced.term in character.also
        for character in entry.seventh_characters
    ):
        return entry
    return replace(
        entry,
        notes=(*entry.notes, TabularNote(NoteKind.INCLUSION_TERM, misplaced.term)),
        seventh_characters=tuple(
            replace(one, also=tuple(text for text in one.also if text != misplaced.term))
            for one in entry.seventh_characters
        ),
    )


def _check_completed(nodes: list[Node], file: str) -> None:
    """Check that seventh characters complete each code that takes one, to a code of its own."""
    printed = {node.entry.code for node in nodes}
    for node in nodes:
        completed = [code for code, _ in node.extended()]
        wrong = next((code for code in completed if code in printed), None)
        if wrong is not None or (node.is_header and not completed):
            found = f"gives {wrong}, which is printed too" if wrong else "gives no code"
            raise MalformedRow(
                file,
                node.entry.line,
                "sevenChrDef",
                f"of {node.entry.code} {found}; {_NOT_WHOLE}",
            )


@dataclass(frozen=True, slots=True)
class TabularLoader:
    """Loads a Tabular List with all its notes and seventh characters."""

    name: str = "icd10cm-tabular"
    title: str = "ICD-10-CM Tabular List in XML"
    publisher: str = "CDC National Center for Health Statistics and CMS"
    licence: str = "public domain"
    data_set: str = System.ICD10CM.value

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the root element is the list's."""
        return bool(_ROOT.search(publication.head_text()[:2000]))

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the edition by the file's version, April's by its name."""
        return editions_of_version(publication, self.data_set)

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every entry under the release's number."""
        # Imported here: recognizing a file needs none of it.
        from nosology.codesets.loading import as_nodes, count_billable, write_nodes

        entries = with_terms_in_place(checked_entries(publication, progress))
        nodes = as_nodes(entries, limits_that_hold(entries))
        _check_completed(nodes, publication.name)
        write_nodes(connection, release, nodes)
        codes = [node.entry for node in nodes if not node.entry.has_children]
        shown = (codes[0], codes[len(codes) // 2], codes[-1])
        anchors = tuple(f"{dotted(entry.code)} {entry.title}" for entry in shown)
        return Loaded(len(nodes), count_billable(nodes), anchors)


LOADERS = (TabularLoader(),)
