"""Writing one release of the Tabular List into the store, checked before it counts."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nosology.codesets.sources import Source
from nosology.codesets.tabular import (
    Level,
    NoteKind,
    SeventhCharacter,
    TabularEntry,
    TabularNote,
    read_tabular,
)
from nosology.codesets.wording import essential_words
from nosology.model.errors import InputError, MissingCodeSet

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how far it is, and how far it goes."""

_COMPLETE_LENGTH = 7
_SEARCHED = (NoteKind.INCLUSION_TERM, NoteKind.INCLUDES)


@dataclass(frozen=True, slots=True)
class Node:
    """One printed entry as the store holds it.

    Attributes:
        parent: position of the entry above; None for a chapter.
        last: position of the last entry below it; its own where there is none.
        definition: the seventh characters that hold here, its own or the nearest ancestor's.
        is_header: needs a seventh character to be billable.
    """

    position: int
    entry: TabularEntry
    parent: int | None
    last: int
    definition: tuple[SeventhCharacter, ...]
    is_header: bool

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
    """Return the entries as nodes, with positions, ranges and seventh characters resolved."""
    _check_limits(entries, source)
    entries = _replace_misplaced_terms(entries, source)
    position_of = {entry.code: position for position, entry in enumerate(entries)}
    last = list(range(len(entries)))
    for position in range(len(entries) - 1, -1, -1):
        parent = entries[position].parent
        if parent is not None:
            above = position_of[parent]
            last[above] = max(last[above], last[position])
    nodes: list[Node] = []
    limited: Counter[str] = Counter()
    for position, entry in enumerate(entries):
        above = position_of[entry.parent] if entry.parent is not None else -1
        # A definition holds for everything below it until a nearer one replaces it.
        inherited = nodes[above].definition if above >= 0 else ()
        definition = entry.seventh_characters or inherited
        for limit in source.seventh_character_limits:
            if (
                entry.code.startswith(limit.category)
                and len(entry.code) == _COMPLETE_LENGTH - 1
                and entry.code[-1] in limit.sixth_characters
            ):
                definition = tuple(c for c in definition if c.character in limit.seventh_characters)
                limited[limit.category] += 1
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
            )
        )
    for limit in source.seventh_character_limits:
        if limited[limit.category] != limit.codes:
            raise _mismatch(
                source,
                f"seventh-character limit of {limit.category} applies to "
                f"{limited[limit.category]} codes, expected {limit.codes}",
            )
    return nodes


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
) -> None:
    """Write the release into the store's tables, without committing.

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
    billable = _write(connection, source, nodes)
    progress(stage, len(nodes), len(nodes))
    _check(connection, source, nodes, billable)


def _write(connection: sqlite3.Connection, source: Source, nodes: list[Node]) -> int:
    extended = [
        (code, node.position, character.character)
        for node in nodes
        for code, character in node.extended()
    ]
    billable = sum(node.billable for node in nodes) + len(extended)
    release = connection.execute(
        "INSERT INTO release (system, label, part, valid_from, valid_to, rows, billable,"
        " completeness, remark, source, publisher, licence, sha256, loader)"
        " VALUES (?, ?, '', ?, ?, ?, ?, 'full', '', ?, ?, ?, ?, ?)",
        (
            source.system.value,
            source.label,
            source.valid_from.isoformat(),
            source.valid_to.isoformat(),
            len(nodes),
            billable,
            f"{source.package} {source.package_version}: {source.file}",
            source.publisher,
            source.licence,
            source.sha256,
            source.layout,
        ),
    ).lastrowid
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
        "INSERT INTO extended VALUES (?, ?, ?, ?)", ((release, *row) for row in extended)
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
    connection.executemany(
        "INSERT INTO wording (text, release, position) VALUES (?, ?, ?)",
        (
            (text, release, node.position)
            for node in nodes
            if node.entry.level in (Level.CATEGORY, Level.SUBDIVISION)
            for text in _wordings(node, nodes)
        ),
    )
    return billable


def _wordings(node: Node, nodes: list[Node]) -> Iterator[str]:
    """Yield each wording that search shall find the code by, once."""
    entry = node.entry
    above = nodes[node.parent] if node.parent is not None else None
    # A subcategory that only inserts a placeholder repeats its parent's title.
    is_repeated = above is not None and above.entry.title == entry.title and entry.code[-1] == "X"
    wordings = {} if is_repeated else {entry.title: None}
    while True:
        wordings |= {note.text: None for note in node.entry.notes if note.kind in _SEARCHED}
        # The plain code of a category answers to the category's terms: "diabetes NOS" stands under
        # E11, and E11.9 is what it is coded to.
        if (
            above is None
            or above.entry.level not in (Level.CATEGORY, Level.SUBDIVISION)
            or essential_words(above.entry.title) != essential_words(entry.title)
        ):
            break
        node = above
        above = nodes[node.parent] if node.parent is not None else None
    yield from wordings


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
