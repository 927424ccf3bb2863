"""The official ICD-10-CM Tabular List in XML, read into typed entries.

The layout is the one of the publisher's schema ``icd-10-cm-tabular.xsd``: chapters hold sections,
sections hold diagnoses, diagnoses hold diagnoses, and each of them holds notes. Nothing is skipped:
an element, an attribute or a piece of text that the layout does not know is an error with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO

from nosology.codesets.elements import Element, Layout, read_stream
from nosology.model.errors import MalformedRow

# The second character was always a digit until category QA0.
_CATEGORY = re.compile(r"[A-Z][0-9A-Z]{2}")
_SUBDIVISION = re.compile(r"[A-Z][0-9A-Z]{2}\.[0-9A-Z]{1,4}")
_SECTION = re.compile(r"([A-Z][0-9A-Z]{2})(?:-([A-Z][0-9A-Z]{2}))?")
_CHAPTER = re.compile(r"\d{1,2}")
_CHARACTER = re.compile(r"[0-9A-Z]")


class Level(StrEnum):
    """What an entry of the Tabular List is."""

    CHAPTER = "chapter"
    SECTION = "section"
    CATEGORY = "category"
    SUBDIVISION = "subdivision"


class NoteKind(StrEnum):
    """What a note says, by the element that holds it."""

    NOTES = "notes"
    INCLUDES = "includes"
    INCLUSION_TERM = "inclusionTerm"
    EXCLUDES1 = "excludes1"
    EXCLUDES2 = "excludes2"
    CODE_FIRST = "codeFirst"
    USE_ADDITIONAL = "useAdditionalCode"
    CODE_ALSO = "codeAlso"
    SEVENTH_CHARACTER = "sevenChrNote"
    VISUAL_IMPAIRMENT = "visualImpairment"


@dataclass(frozen=True, slots=True)
class TabularNote:
    """One line of a note as printed, with surrounding and repeated space removed."""

    kind: NoteKind
    text: str


@dataclass(frozen=True, slots=True)
class SeventhCharacter:
    """One seventh character that an entry defines for the codes below it.

    Attributes:
        also: further wordings that the list prints under the character.
    """

    character: str
    meaning: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TabularEntry:
    """One chapter, section or diagnosis as printed.

    Attributes:
        code: without a dot; a chapter's number; a section's first and last category, ``C50-C50``
            where it has only one, so that no section shares its name with a category.
        parent: code of the entry above; None for a chapter.
        seventh_characters: those defined here, not those inherited.
        has_children: whether other diagnoses stand below it.
        line: 1-based line of the file where the entry begins.
    """

    level: Level
    code: str
    title: str
    parent: str | None
    line: int
    has_children: bool
    notes: tuple[TabularNote, ...] = ()
    seventh_characters: tuple[SeventhCharacter, ...] = ()


_NOTE_LISTS = frozenset(kind.value for kind in NoteKind if kind is not NoteKind.VISUAL_IMPAIRMENT)
_ENTRY = _NOTE_LISTS | {"name", "desc", "sevenChrDef"}

_LAYOUT = Layout(
    root="ICD10CM.tabular",
    expected="the complete Tabular List in XML",
    children={
        "ICD10CM.tabular": frozenset({"version", "title", "introduction", "chapter"}),
        "introduction": frozenset({"introSection"}),
        "introSection": frozenset({"title", "instruction"}),
        "instruction": frozenset({"note"}),
        "chapter": _ENTRY | {"sectionIndex", "section"},
        "sectionIndex": frozenset({"sectionRef"}),
        "section": _ENTRY | {"diag"},
        "diag": _ENTRY | {"visualImpairment", "diag"},
        "sevenChrDef": frozenset({"extension", "note"}),
        "visualImpairment": frozenset({"visCategory"}),
        "visCategory": frozenset({"heading", "value", "visRange"}),
        "visRange": frozenset({"heading", "visMax", "visMin"}),
        "visMax": frozenset({"heading", "value"}),
        "visMin": frozenset({"heading", "value"}),
        **{name: frozenset({"note"}) for name in _NOTE_LISTS},
        **{
            name: frozenset[str]()
            for name in (
                *("version", "title", "name", "desc", "note", "extension"),
                *("sectionRef", "heading", "value"),
            )
        },
    },
    attributes={
        "introSection": frozenset({"type"}),
        "sectionRef": frozenset({"first", "last", "id"}),
        "section": frozenset({"id"}),
        "diag": frozenset({"placeholder"}),
        "extension": frozenset({"char"}),
    },
)


@dataclass(slots=True)
class _Group:
    """A chapter, section or diagnosis with what stands below it, once umbrellas are resolved."""

    entry: TabularEntry
    children: list[_Group] = field(default_factory=list)


def read_tabular(path: Path) -> Iterator[TabularEntry]:
    """Yield every chapter, section and diagnosis, each before what stands below it.

    The file prints a section that only groups other sections (``M00-M25``) beside them; here those
    others stand below it, so that its notes reach them.

    Raises:
        MalformedRow: naming file, line and element, at the first departure from the layout.
    """
    with path.open("rb") as file:
        yield from read_tabular_stream(path.name, file)


def read_tabular_stream(name: str, file: IO[bytes]) -> Iterator[TabularEntry]:
    """Yield the entries of a list that is already open, as ``read_tabular`` does.

    Args:
        name: what errors call the file.
        file: opened for reading bytes; left open.
    """
    codes: dict[str, int] = {}
    chapters = 0
    for chapter in read_stream(name, file, _LAYOUT, "chapter"):
        chapters += 1
        for entry in _walk(_Builder(name).chapter(chapter)):
            if entry.code in codes:
                raise MalformedRow(
                    name,
                    entry.line,
                    "name",
                    f"repeats {entry.code}, which line {codes[entry.code]} already defines; "
                    "every entry must have a name of its own",
                )
            codes[entry.code] = entry.line
            yield entry
    if not chapters:
        raise MalformedRow(name, 1, "chapter", "is missing; expected the complete Tabular List")


def _walk(group: _Group) -> Iterator[TabularEntry]:
    yield group.entry
    for child in group.children:
        yield from _walk(child)


class _Builder:
    """Turns the elements of one chapter into entries."""

    def __init__(self, file: str) -> None:
        self._file = file

    def _error(self, element: Element, column: str, message: str) -> MalformedRow:
        return MalformedRow(self._file, element.line, column, message)

    def chapter(self, element: Element) -> _Group:
        code = self._only(element, "name").text
        if not _CHAPTER.fullmatch(code):
            raise self._error(element, "name", f"must be a chapter's number, found {code!r}")
        sections = element.all("section")
        group = _Group(self._entry(element, Level.CHAPTER, code, None, bool(sections)))
        spans = [self._span(section) for section in sections]
        self._check_index(element, {section.attributes["id"] for section in sections})
        built: dict[tuple[str, str], _Group] = {}
        for section, span in zip(sections, spans, strict=True):
            above = group
            for other, umbrella in built.items():
                # Only a section without diagnoses of its own groups others: C76-C80 holds no C7A.
                if (
                    not umbrella.entry.has_children
                    and _holds(other, span)
                    and (above is group or _holds(_ends(above.entry.code), other))
                ):
                    above = umbrella
            built[span] = self._section(section, span, above.entry.code)
            above.children.append(built[span])
        return group

    def _span(self, section: Element) -> tuple[str, str]:
        identifier = section.attributes.get("id", "")
        match = _SECTION.fullmatch(identifier)
        if match is None:
            raise self._error(
                section, "section", f"must have an id such as A00-A09, found {identifier!r}"
            )
        return match[1], match[2] or match[1]

    def _check_index(self, chapter: Element, sections: set[str]) -> None:
        for index in chapter.all("sectionIndex"):
            for reference in index.children:
                if reference.attributes.get("id") not in sections:
                    raise self._error(
                        reference,
                        "sectionRef",
                        f"names {reference.attributes.get('id')!r}, which the chapter lacks; "
                        "the file may be cut short",
                    )

    def _section(self, element: Element, span: tuple[str, str], parent: str) -> _Group:
        code = f"{span[0]}-{span[1]}"
        diagnoses = element.all("diag")
        group = _Group(self._entry(element, Level.SECTION, code, parent, bool(diagnoses)))
        group.children.extend(self._diagnosis(diagnosis, None, code) for diagnosis in diagnoses)
        return group

    def _diagnosis(self, element: Element, above: str | None, parent: str) -> _Group:
        name = self._only(element, "name").text
        if above is None:
            if not _CATEGORY.fullmatch(name):
                raise self._error(
                    element, "name", f"must be a category such as E11, found {name!r}"
                )
        elif not (_SUBDIVISION.fullmatch(name) and name.startswith(above) and name != above):
            raise self._error(
                element, "name", f"must be a code that begins with {above}, found {name!r}"
            )
        code = name.replace(".", "")
        below = element.all("diag")
        level = Level.CATEGORY if above is None else Level.SUBDIVISION
        group = _Group(self._entry(element, level, code, parent, bool(below)))
        group.children.extend(self._diagnosis(diagnosis, name, code) for diagnosis in below)
        return group

    def _entry(
        self, element: Element, level: Level, code: str, parent: str | None, has_children: bool
    ) -> TabularEntry:
        notes: list[TabularNote] = []
        characters: tuple[SeventhCharacter, ...] = ()
        for child in element.children:
            if child.tag in _NOTE_LISTS:
                kind = NoteKind(child.tag)
                notes.extend(TabularNote(kind, self._filled(note)) for note in child.children)
            elif child.tag == "visualImpairment":
                notes.extend(
                    TabularNote(NoteKind.VISUAL_IMPAIRMENT, text) for text in _impairment(child)
                )
            elif child.tag == "sevenChrDef":
                if characters:
                    raise self._error(child, "sevenChrDef", f"stands twice under {code}")
                characters = self._seventh_characters(child)
        title = self._only(element, "desc").text
        return TabularEntry(
            level, code, title, parent, element.line, has_children, tuple(notes), characters
        )

    def _seventh_characters(self, element: Element) -> tuple[SeventhCharacter, ...]:
        found: list[SeventhCharacter] = []
        for child in element.children:
            text = self._filled(child)
            if child.tag == "extension":
                character = child.attributes.get("char", "")
                if not _CHARACTER.fullmatch(character):
                    raise self._error(
                        child, "char", f"must be one letter or digit, found {character!r}"
                    )
                if any(other.character == character for other in found):
                    raise self._error(child, "char", f"defines {character} twice")
                found.append(SeventhCharacter(character, text))
            elif not found:
                raise self._error(child, "note", "stands before the first extension")
            else:
                last = found[-1]
                found[-1] = SeventhCharacter(last.character, last.meaning, (*last.also, text))
        if not found:
            raise self._error(element, "sevenChrDef", "is empty; expected extension elements")
        return tuple(found)

    def _only(self, element: Element, tag: str) -> Element:
        found = element.all(tag)
        if len(found) != 1:
            raise self._error(
                element, tag, f"must stand once in {element.tag}, found {len(found)} times"
            )
        self._filled(found[0])
        return found[0]

    def _filled(self, element: Element) -> str:
        if not element.text:
            raise self._error(element, element.tag, "is empty; expected text")
        return element.text


def _ends(section: str) -> tuple[str, str]:
    first, _, last = section.partition("-")
    return first, last


def _holds(outer: tuple[str, str], inner: tuple[str, str]) -> bool:
    return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]


def _impairment(table: Element) -> Iterator[str]:
    """Yield one line for each category of the table of visual impairment."""
    for category in table.children:
        names = [value.text for value in category.all("value")]
        if not names:  # the row of headings
            continue
        limits: dict[str, list[str]] = {"visMax": [], "visMin": []}
        for visual_range in category.all("visRange"):
            for limit in visual_range.children:
                if limit.tag in limits:
                    limits[limit.tag].extend(value.text for value in limit.all("value"))
        worded = [
            f"{words} {', '.join(values)}"
            for words, values in (
                ("maximum less than", limits["visMax"]),
                ("minimum equal to or better than", limits["visMin"]),
            )
            if values
        ]
        yield f"category of visual impairment {names[0]}: {'; '.join(worded)}"
