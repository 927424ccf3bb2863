"""Writing one release of the Tabular List into the store, checked before it counts."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nosology.codesets.loaders.contract import Progress
from nosology.codesets.recording import Recorded, record_release
from nosology.codesets.sources import SeventhCharacterLimit, Source
from nosology.codesets.tabular import (
    Level,
    NoteKind,
    SeventhCharacter,
    TabularEntry,
    TabularNote,
    read_tabular,
)
from nosology.model.errors import InputError, MissingCodeSet

_COMPLETE_LENGTH = 7


@dataclass(frozen=True, slots=True)
class Node:
    """One printed entry as the store holds it.

    Attributes:
        parent: position of the entry above; None for a chapter.
        last: position of the last entry below it; its own where there is none.
        definition: the seventh characters that hold here, its own or the nearest ancestor's.
        is_header: needs a seventh character to be billable.
        withdrawn: codes that a seventh character would complete, but that the release lacks.
    """

    position: int
    entry: TabularEntry
    parent: int | None
    last: int
    definition: tuple[SeventhCharacter, ...]
    is_header: bool
    withdrawn: frozenset[str] = frozenset()

    @property
    def billable(self) -> bool:
        """Whether the code may stand on a claim as printed."""
        is_code = self.entry.level in (Level.CATEGORY, Level.SUBDIVISION)
        return is_code and not self.entry.has_children and not self.is_header

    def extended(self) -> Iterator[tuple[str, SeventhCharacter]]:
        """Yield each code that a seventh character completes, placeholders filled in."""
        if self.is_header:
            stem = self.entry.code.ljust(_COMPLETE_LENGTH - 1, "X")
            for character in self.definition:
                if stem + character.character not in self.withdrawn:
                    yield stem + character.character, character


def check_hash(source: Source, path: Path) -> None:
    """Check that the file is the one that the sources name.

    Raises:
        MissingCodeSet: when its hash differs.
    """
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != source.sha256:
        raise MissingCodeSet(
            path.name,
            f"has sha256 {found}, expected {source.sha256}: this is not the file of release "
            f"{source.label}; reinstall {source.package}=={source.package_version}",
        )


def resolve(entries: list[TabularEntry], source: Source) -> list[Node]:
    """Return the entries of a listed release as nodes, its corrections made."""
    _check_limits(entries, source)
    entries = _replace_misplaced_terms(entries, source)
    nodes = as_nodes(entries, source.seventh_character_limits)
    for limit in source.seventh_character_limits:
        applied = sum(_applies(limit, node.entry.code) for node in nodes)
        if applied != limit.codes:
            raise _mismatch(
                source,
                f"seventh-character limit of {limit.category} applies to "
                f"{applied} codes, expected {limit.codes}",
            )
    return nodes


def as_nodes(
    entries: list[TabularEntry],
    limits: tuple[SeventhCharacterLimit, ...] = (),
    withdrawn: frozenset[str] = frozenset(),
) -> list[Node]:
    """Return the entries as nodes, with positions, ranges and seventh characters resolved.

    Args:
        entries: in tabular order.
        limits: codes that take fewer characters than are defined above them.
        withdrawn: codes with a seventh character that the release lacks all the same.
    """
    position_of = {entry.code: position for position, entry in enumerate(entries)}
    last = list(range(len(entries)))
    for position in range(len(entries) - 1, -1, -1):
        parent = entries[position].parent
        if parent is not None:
            above = position_of[parent]
            last[above] = max(last[above], last[position])
    nodes: list[Node] = []
    for position, entry in enumerate(entries):
        above = position_of[entry.parent] if entry.parent is not None else -1
        # A definition holds for everything below it until a nearer one replaces it.
        inherited = nodes[above].definition if above >= 0 else ()
        definition = entry.seventh_characters or inherited
        for limit in limits:
            if _applies(limit, entry.code):
                definition = tuple(c for c in definition if c.character in limit.seventh_characters)
        is_header = (
            bool(definition)
            and not entry.has_children
            and entry.level in (Level.CATEGORY, Level.SUBDIVISION)
            and len(entry.code) < _COMPLETE_LENGTH
        )
        nodes.append(
            Node(
                position,
                entry,
                above if above >= 0 else None,
                last[position],
                definition,
                is_header,
                withdrawn,
            )
        )
    return nodes


def _applies(limit: SeventhCharacterLimit, code: str) -> bool:
    return (
        code.startswith(limit.category)
        and len(code) == _COMPLETE_LENGTH - 1
        and code[-1] in limit.sixth_characters
    )


def _check_limits(entries: list[TabularEntry], source: Source) -> None:
    for limit in source.seventh_character_limits:
        if not any(
            entry.code == limit.category
            and any(note.text.startswith(limit.note) for note in entry.notes)
            for entry in entries
        ):
            raise _mismatch(
                source, f"{limit.category} no longer carries the note that begins {limit.note!r}"
            )


def _replace_misplaced_terms(entries: list[TabularEntry], source: Source) -> list[TabularEntry]:
    """Return the entries with each misplaced inclusion term moved to its code."""
    corrected = {entry.code: entry for entry in entries}
    for misplaced in source.misplaced_inclusion_terms:
        entry = corrected.get(misplaced.code)
        held = [
            character
            for character in (entry.seventh_characters if entry else ())
            if character.character == misplaced.seventh_character
            and misplaced.term in character.also
        ]
        if entry is None or not held:
            raise _mismatch(
                source, f"{misplaced.code} no longer prints {misplaced.term!r} as misplaced"
            )
        corrected[misplaced.code] = replace(
            entry,
            notes=(*entry.notes, TabularNote(NoteKind.INCLUSION_TERM, misplaced.term)),
            seventh_characters=tuple(
                replace(c, also=tuple(term for term in c.also if term != misplaced.term))
                if c in held
                else c
                for c in entry.seventh_characters
            ),
        )
    return [corrected[entry.code] for entry in entries]


def _mismatch(source: Source, message: str) -> InputError:
    return InputError(
        f"{source.system} {source.label}",
        f"{message}; the file is not the release that sources.toml describes",
    )


def load_release(
    connection: sqlite3.Connection, source: Source, path: Path, progress: Progress
) -> list[Node]:
    """Write the release into the store's tables, without committing; return what was written.

    Raises:
        MalformedRow: when the file departs from its layout.
        InputError: when its counts or anchor codes are not those that the sources expect.
    """
    stage = f"{source.system} {source.label}: reading"
    entries: list[TabularEntry] = []
    for entry in read_tabular(path):
        if entry.level is Level.CHAPTER:
            chapter = sum(1 for other in entries if other.level is Level.CHAPTER)
            progress(stage, chapter, source.expected.chapters)
        entries.append(entry)
    nodes = resolve(entries, source)
    stage = f"{source.system} {source.label}: writing"
    progress(stage, 0, len(nodes))
    billable = count_billable(nodes)
    release = record_release(
        connection,
        Recorded(
            system=source.system.value,
            label=source.label,
            valid_from=source.valid_from,
            valid_to=source.valid_to,
            rows=len(nodes),
            billable=billable,
            source=f"{source.package} {source.package_version}: {source.file}",
            publisher=source.publisher,
            licence=source.licence,
            sha256=source.sha256,
            loader=source.layout,
        ),
    )
    write_nodes(connection, release, nodes)
    progress(stage, len(nodes), len(nodes))
    _check(connection, source, nodes, billable)
    return nodes


def count_billable(nodes: list[Node]) -> int:
    """Return how many codes may stand on a claim, seventh characters added."""
    return sum(node.billable + sum(1 for _ in node.extended()) for node in nodes)


def write_nodes(connection: sqlite3.Connection, release: int, nodes: list[Node]) -> None:
    """Write the nodes under the release's number, without committing."""
    definitions: dict[tuple[SeventhCharacter, ...], int] = {}
    connection.executemany(
        "INSERT INTO node VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                release,
                node.position,
                node.entry.code,
                node.entry.level.value,
                node.entry.title,
                node.billable,
                node.parent,
                node.last,
                definitions.setdefault(node.definition, len(definitions))
                if node.definition
                else None,
                node.is_header,
            )
            for node in nodes
        ),
    )
    connection.executemany(
        "INSERT INTO extended VALUES (?, ?, ?, ?)",
        (
            (release, code, node.position, character.character)
            for node in nodes
            for code, character in node.extended()
        ),
    )
    connection.executemany(
        "INSERT INTO definition VALUES (?, ?, ?, ?, ?, ?)",
        (
            (release, number, sequence, c.character, c.meaning, "\n".join(c.also))
            for definition, number in definitions.items()
            for sequence, c in enumerate(definition)
        ),
    )
    connection.executemany(
        "INSERT INTO note VALUES (?, ?, ?, ?, ?)",
        (
            (release, note.kind.value, node.position, sequence, note.text)
            for node in nodes
            for sequence, note in enumerate(node.entry.notes)
        ),
    )


def _check(
    connection: sqlite3.Connection, source: Source, nodes: list[Node], billable: int
) -> None:
    """Compare what was written with what the release must hold."""
    levels = Counter(node.entry.level for node in nodes)
    expected = source.expected
    for what, found, wanted in (
        ("chapters", levels[Level.CHAPTER], expected.chapters),
        ("sections", levels[Level.SECTION], expected.sections),
        ("printed codes", levels[Level.CATEGORY] + levels[Level.SUBDIVISION], expected.printed),
        ("seventh-character headers", sum(node.is_header for node in nodes), expected.headers),
        ("billable codes", billable, expected.billable),
    ):
        if found != wanted:
            raise _mismatch(source, f"holds {found} {what}, expected {wanted}")
    found_anchors = {node.entry.code: (node.entry.title, node.billable) for node in nodes}
    for node in nodes:
        for code, character in node.extended():
            found_anchors[code] = (f"{node.entry.title}, {character.meaning}", True)
    for anchor in source.anchors:
        held = found_anchors.get(anchor.code)
        if held != (anchor.title, anchor.billable):
            raise _mismatch(
                source,
                f"anchor {anchor.code} is {held}, expected {(anchor.title, anchor.billable)}",
            )
    (rows,) = connection.execute(
        "SELECT count(*) FROM node JOIN release USING (release) WHERE system = ? AND label = ?",
        (source.system.value, source.label),
    ).fetchone()
    if rows != len(nodes):
        raise _mismatch(source, f"{rows} rows arrived in the store, expected {len(nodes)}")
