"""The official ICD-10-PCS Definitions in XML: what the values of the axes mean.

For each section and character the file lists values by their labels, with a definition, an
explanation and what is included. At its end it lists the devices that a more general one stands for
where the table does not have them.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import shorten

from nosology.codesets.elements import Element, Layout, read_stream
from nosology.codesets.loaders.contract import Edition, Loaded, Loader, Progress
from nosology.codesets.loaders.icd10_edition import editions_of_version
from nosology.codesets.loaders.icd10pcs_tables import LICENCE, PUBLISHER
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import MalformedRow, shown

_IS_DEFINITIONS = re.compile(r"<ICD10PCS\.definitions[\s>]")
_SECTION = re.compile(r"[0-9A-HJ-NP-Z]")
_KINDS = ("definition", "explanation", "includes")
_SHOWN_ANCHORS = 3

_LAYOUT = Layout(
    root="ICD10PCS.definitions",
    expected="the ICD-10-PCS Definitions",
    children={
        # Sections and devices are read alike: as what stands directly in the root.
        "ICD10PCS.definitions": frozenset({"version", "title", "section", "deviceAggregation"}),
        "section": frozenset({"title", "axis"}),
        "axis": frozenset({"title", "terms"}),
        "terms": frozenset({"title", *_KINDS}),
        "deviceAggregation": frozenset({"aggregate"}),
        "aggregate": frozenset({"device", "operation", "bodySys", "parent"}),
        **dict.fromkeys(
            ("version", "title", *_KINDS, "device", "operation", "bodySys", "parent"),
            frozenset[str](),
        ),
    },
    attributes={
        "section": frozenset({"code"}),
        "axis": frozenset({"pos"}),
        "parent": frozenset({"value"}),
    },
)


@dataclass(frozen=True, slots=True)
class PcsMeaning:
    """One line that the file has on a value of an axis.

    Attributes:
        position: of the character, 3 to 7.
        kind: definition, explanation or includes.
    """

    section: str
    position: int
    label: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class PcsDevice:
    """A device, and the value that stands for it where a table does not have its own.

    Attributes:
        operation: root operation, or words that say all of them.
    """

    device: str
    operation: str
    body_systems: tuple[str, ...]
    value: str
    label: str


def read_definitions(
    publication: Publication, progress: Callable[[int], None] | None = None
) -> Iterator[PcsMeaning | PcsDevice]:
    """Yield every line of every value, then every device that another stands for.

    Raises:
        MalformedRow: naming file, line and element, at the first departure from the layout.
    """
    reader = _DefinitionReader(publication.name)
    sections: dict[str, int] = {}
    for element in _parts(publication, progress):
        if element.tag == "section":
            code = reader.section_code(element)
            if code in sections:
                raise reader.error(element, "code", f"repeats section {code}")
            sections[code] = element.line
            yield from reader.section(element, code)
        else:
            yield from map(reader.device, element.children)
    if not sections:
        raise MalformedRow(
            publication.name, 1, "section", f"is missing; expected {_LAYOUT.expected}"
        )


def _parts(publication: Publication, progress: Callable[[int], None] | None) -> Iterator[Element]:
    # The root is yielded when it ends, with both kinds of part in it: the file is small.
    with publication.open() as file:
        for root in read_stream(publication.name, file, _LAYOUT, _LAYOUT.root, progress):
            for part in root.children:
                if part.tag in {"section", "deviceAggregation"}:
                    yield part


@dataclass(frozen=True, slots=True)
class _DefinitionReader:
    file: str

    def error(self, element: Element, column: str, message: str) -> MalformedRow:
        return MalformedRow(self.file, element.line, column, message)

    def section_code(self, element: Element) -> str:
        code = element.attributes.get("code", "")
        if not _SECTION.fullmatch(code):
            raise self.error(element, "code", f"must be a section's character, found {shown(code)}")
        return code

    def section(self, element: Element, code: str) -> Iterator[PcsMeaning]:
        for axis in element.all("axis"):
            position = axis.attributes.get("pos", "")
            if position not in {"3", "4", "5", "6", "7"}:
                raise self.error(axis, "pos", f"must be from 3 to 7, found {shown(position)}")
            for terms in axis.all("terms"):
                yield from self.terms(terms, code, int(position))

    def terms(self, element: Element, section: str, position: int) -> Iterator[PcsMeaning]:
        for child in element.children:
            if not child.text:
                raise self.error(child, child.tag, "is empty; expected text")
        labels = element.all("title")
        meanings = [child for child in element.children if child.tag in _KINDS]
        if not labels or not meanings:
            raise self.error(
                element, "terms", "must hold at least one title and one line of meaning"
            )
        for label in labels:
            for meaning in meanings:
                yield PcsMeaning(section, position, label.text, meaning.tag, meaning.text)

    def device(self, element: Element) -> PcsDevice:
        parent = self._only(element, "parent")
        value = parent.attributes.get("value", "")
        if not _SECTION.fullmatch(value):
            raise self.error(parent, "value", f"must be one character, found {shown(value)}")
        systems = tuple(child.text for child in element.all("bodySys"))
        if not all(systems):
            raise self.error(element, "bodySys", "is empty; expected text")
        return PcsDevice(
            self._only(element, "device").text,
            self._only(element, "operation").text,
            systems,
            value,
            parent.text,
        )

    def _only(self, element: Element, tag: str) -> Element:
        found = element.all(tag)
        if len(found) != 1 or not found[0].text:
            raise self.error(element, tag, f"must stand once in {element.tag}, with text")
        return found[0]


@dataclass(frozen=True, slots=True)
class PcsDefinitionsLoader:
    """Loads the definitions."""

    name: str = "icd10pcs-definitions-xml"
    title: str = "ICD-10-PCS Definitions"
    data_set: str = "icd10pcs-definitions"
    publisher: str = PUBLISHER
    licence: str = LICENCE

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the root is that of the definitions."""
        return _IS_DEFINITIONS.search(publication.head_text()) is not None

    def editions(self, publication: Publication) -> tuple[Edition, ...]:
        """Return the edition by the file's version."""
        return editions_of_version(publication, self.data_set)

    def load(
        self,
        connection: sqlite3.Connection,
        release: int,
        publication: Publication,
        progress: Progress,
    ) -> Loaded:
        """Write every line of meaning and every device under the release's number."""

        def report(done: int) -> None:
            progress(f"reading {publication.name}", done, publication.size)

        rows = list(read_definitions(publication, report))
        meanings = [row for row in rows if isinstance(row, PcsMeaning)]
        connection.executemany(
            "INSERT INTO pcs_definition VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (release, sequence, row.section, row.position, row.label, row.kind, row.text)
                for sequence, row in enumerate(meanings)
            ),
        )
        devices = [row for row in rows if isinstance(row, PcsDevice)]
        connection.executemany(
            "INSERT INTO pcs_device VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(release, sequence, row.device, row.operation),
                    *("\n".join(row.body_systems), row.value, row.label),
                )
                for sequence, row in enumerate(devices)
            ),
        )
        anchors = tuple(
            f"{row.label}: {shorten(row.text, 60, placeholder=' …')}"
            for row in meanings[:_SHOWN_ANCHORS]
        )
        return Loaded(len(rows), anchors=anchors)


LOADERS: tuple[Loader, ...] = (PcsDefinitionsLoader(),)
