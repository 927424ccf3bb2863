"""What a file is that no loader recognizes, where its beginning shows it.

Only the kind is ever told, never a word of the file: it may be a patient's record.
"""

from __future__ import annotations

import csv
import re

from nosology.codesets.loaders.publication import Publication

_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_DECLARATIONS = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?[^>]*>", re.DOTALL)
_ADDENDA = re.compile(r"(?:No Change|Add|Delete|Revise(?: from| to)?|Deleted?|Added)\b:?\s", re.I)
# Sign between the cells of a table -> the fewest that no sentence has.
_SEPARATORS = {"\t": 2, ",": 3, ";": 3, "|": 2}
_LINES = 5

# Root elements of XML and what they stand for; of others no more is said than that they are XML.
_ROOTS = {
    "schema": "an XML schema, which describes files and holds no codes; add the XML file itself",
    "ClinicalDocument": "a clinical document (CDA), which is a record and no code set",
    "Bundle": "a FHIR bundle, which is no published code set",
    "CodeSystem": "a FHIR code system; add the publisher's own file",
    "ValueSet": "a FHIR value set; add the publisher's own file",
    "ClaML": "a classification in ClaML, as the WHO publishes ICD-10, which is not ICD-10-CM",
    "Workbook": "a workbook in XML",
    "html": "an HTML page",
    "rdf": "an ontology in RDF",
    "RDF": "an ontology in RDF",
}
_BEGINNINGS = (
    ("ISA*", "an X12 interchange, which is a claim or an answer to one and no code set"),
    ("MSH|", "an HL7 message, which is a record and no code set"),
)


def near_miss(publication: Publication) -> str | None:
    """Return what the file is by its beginning; None where that does not show."""
    head = publication.head
    text = publication.head_text("utf-8").lstrip()
    if b"\x00" in head:
        return "a binary file"
    for beginning, kind in _BEGINNINGS:
        if text.startswith(beginning):
            return kind
    if text.startswith("<"):
        return _xml(text)
    if text[:1] in ("{", "[") and _is_json(text):
        return "JSON, in which nothing that is read here is published"
    lines = [line for line in text.splitlines() if line.strip()][:_LINES]
    if lines and all(_ADDENDA.match(line) for line in lines):
        return "the addenda, which list changes only; add the whole list of the edition"
    return _table(lines)


def _xml(text: str) -> str:
    root = _ROOT.search(_DECLARATIONS.sub("", text))
    return _ROOTS.get(root[1] if root else "", "XML of another kind")


def _is_json(text: str) -> bool:
    # The head may end within a value, so that only its beginning can tell.
    return bool(re.match(r'\{\s*("[^"\n]*"\s*:|\})|\[\s*[\[{"\]]', text))


def _table(lines: list[str]) -> str | None:
    """Return that the lines are a table, where each has as many cells by the same sign."""
    for sign, fewest in _SEPARATORS.items():
        counts = {_cells(line, sign) for line in lines}
        if len(lines) > 1 and len(counts) == 1 and counts.pop() >= fewest:
            return (
                "a table whose header is none of those that are read; add the file as it was "
                "published, not saved again by another program"
            )
    return None


def _cells(line: str, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator)))
    except csv.Error:
        return 1
