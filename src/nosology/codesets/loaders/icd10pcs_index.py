"""The official ICD-10-PCS Index in XML.

Letters hold main terms, main terms hold terms. A term leads to a code, to the first three (``tab``)
or more (``codes``) characters of one, to another term (``see``), or to the value of an axis that it
is another name of (``use``). Several references of one term stand below it in terms without titles.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nosology.codesets.elements import Element, Layout, read_stream
from nosology.codesets.loaders.contract import Edition, Loaded, Loader, Progress
from nosology.codesets.loaders.icd10_edition import editions_of_version
from nosology.codesets.loaders.icd10_terms import IndexRow, write_terms
from nosology.codesets.loaders.icd10cm_index import TermReader
from nosology.codesets.loaders.icd10pcs_tables import LICENCE, PUBLISHER
from nosology.codesets.loaders.publication import Publication
from nosology.model.errors import MalformedRow, shown

_IS_INDEX = re.compile(r"<ICD10PCS\.index[\s>]")
_COMPLETE = 7
_CODE = re.compile(r"[0-9A-HJ-NP-Z]{3,7}")
_LEADS = frozenset({"code", "codes", "tab", "see", "use"})
_OF_TERM = _LEADS | {"title", "term"}

_LAYOUT = Layout(
    root="ICD10PCS.index",
    expected="the ICD-10-PCS Index",
    children={
        "ICD10PCS.index": frozenset({"version", "title", "letter"}),
        "letter": frozenset({"title", "mainTerm"}),
        "mainTerm": _OF_TERM,
        "term": _OF_TERM,
        "see": frozenset({"codes", "tab"}),
        "use": frozenset({"codes", "tab"}),
        **dict.fromkeys(("version", "title", "code", "codes", "tab"), frozenset[str]()),
    },
    attributes={"term": frozenset({"level"})},
    mixed=frozenset({"see", "use"}),
)


def read_pcs_index(
    publication: Publication, progress: Callable[[int], None] | None = None
) -> Iterator[IndexRow]:
    """Yield every term, each before those below it.

    Raises:
        MalformedRow: naming file, line and element, at the first departure from the layout.
    """
    found = False
    with publication.open() as file:
        for element in read_stream(publication.name, file, _LAYOUT, "mainTerm", progress):
            found = True
            yield from TermReader(publication.name, _row).terms(element, 0)
    if not found:
        raise MalformedRow(
            publication.name, 1, "mainTerm", f"is missing; expected {_LAYOUT.expected}"
        )


def _row(reader: TermReader, element: Element, level: int) -> IndexRow:
    title = reader.once(element, "title")
    leads = [child for child in element.children if child.tag in _LEADS]
    if len(leads) > 1:
        raise reader.error(leads[1], leads[1].tag, f"is a second lead of one {element.tag}")
    if not title and not (leads and level):
        raise reader.error(
            element, "title", f"is missing; a {element.tag} has a title or only a reference"
        )
    lead = leads[0] if leads else None
    text = " ".join(lead.text.split()) if lead else ""
    if lead is not None and not text:
        raise reader.error(lead, lead.tag, "is empty; expected text")
    return IndexRow(
        level,
        title,
        element.line,
        code=_code(reader, lead) if lead else "",
        see=text if lead and lead.tag == "see" else "",
        use_value=text if lead and lead.tag == "use" else "",
    )


def _code(reader: TermReader, lead: Element) -> str:
    """Return the code that a term leads to; a hyphen at its end where characters are missing."""
    if lead.tag in {"see", "use"}:
        if len(lead.children) > 1:
            raise reader.error(
                lead.children[1], lead.children[1].tag, f"is the second in {lead.tag}"
            )
        return _code(reader, lead.children[0]) if lead.children else ""
    length = len(lead.text)
    complete = length == _COMPLETE
    right = {"code": complete, "tab": length == 3, "codes": not complete}[lead.tag]
    if not (right and _CODE.fullmatch(lead.text)):
        raise reader.error(
            lead,
            lead.tag,
            f"must be the characters of an ICD-10-PCS code, found {shown(lead.text)}",
        )
    return lead.text if complete else f"{lead.text}-"


@dataclass(frozen=True, slots=True)
class PcsIndexLoader:
    """Loads the index."""

    name: str = "icd10pcs-index-xml"
    title: str = "ICD-10-PCS Index"
    data_set: str = "icd10pcs-index"
    publisher: str = PUBLISHER
    licence: str = LICENCE

    def recognizes(self, publication: Publication) -> bool:
        """Return whether the root is that of the index."""
        return _IS_INDEX.search(publication.head_text()) is not None

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
        """Write every term under the release's number."""

        def report(done: int) -> None:
            progress(f"reading {publication.name}", done, publication.size)

        return write_terms(connection, release, read_pcs_index(publication, report))


LOADERS: tuple[Loader, ...] = (PcsIndexLoader(),)
