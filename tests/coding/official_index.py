"""The official Alphabetic Index as paths, to hold the lexicon's sources against it.

Read from the files as published beside the project: the Index of Diseases (here as a table with a
level on each row) and, in XML, the Index of External Causes, the Table of Drugs and the Neoplasm
Table. A path is written as the lexicon writes it: its terms from the main term down, parted by
commas, without what stands in parentheses. Several words of one term (``Attack, attacks``) may be
written in full or by the first alone.
"""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from nosology.model.code import plain

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\bNEC\b|\bNOS\b", re.IGNORECASE)

type Words = tuple[str, ...]


def words(path: str) -> Words:
    """Return the terms of a path as they are compared."""
    terms = (" ".join(part.split()).lower() for part in _ASIDE.sub(" ", path).split(","))
    return tuple(term for term in terms if term)


@dataclass(frozen=True, slots=True)
class OfficialIndex:
    """Which codes stand at a path; a path that only refers to another has none.

    Attributes:
        diseases: the Indexes of Diseases and of External Causes.
        drugs, neoplasms: the two tables, where each path has a code for each column.
    """

    diseases: dict[Words, frozenset[str]]
    drugs: dict[Words, frozenset[str]]
    neoplasms: dict[Words, frozenset[str]]

    def codes(self, source: str) -> frozenset[str] | None:
        """Return the codes at the path that a source names, or None where there is no such path."""
        kind, _, path = source.partition(":")
        if kind == "Neoplasm Table":
            return self.neoplasms.get(words(path))
        drug = path.strip().removeprefix("Table of Drugs,")
        if drug != path.strip():
            return self.drugs.get(words(drug))
        return self.diseases.get(words(path))

    def named(self, term: str) -> frozenset[str]:
        """Return the codes of a term that is a main term, or a subterm before its main term."""
        parts = term.split()
        paths: list[Words] = [(term,)]
        paths += [(" ".join(parts[at:]), " ".join(parts[:at])) for at in range(1, len(parts))]
        return frozenset(code for path in paths for code in self.diseases.get(path, ()))


def read(folder: Path) -> OfficialIndex:
    """Return the Index in a folder of its official files."""
    return OfficialIndex(
        diseases=_gathered(
            [
                *_rows_of_table(folder / "ICD10CM_2025_Index.csv"),
                *_rows_of_xml(folder / "icd-10-cm-eindex-2025.xml"),
            ]
        ),
        drugs=_gathered(_rows_of_xml(folder / "icd-10-cm-drug-2025.xml")),
        neoplasms=_gathered(
            (sites, codes)  # without the main term, `Neoplasm`, that all of them stand under
            for (_, *sites), codes in _rows_of_xml(folder / "icd-10-cm-neoplasm-2025.xml")
            if sites
        ),
    )


def _gathered(
    rows: Iterable[tuple[Sequence[Words], frozenset[str]]],
) -> dict[Words, frozenset[str]]:
    gathered: dict[Words, frozenset[str]] = {}
    for terms, codes in rows:
        for path in _ways_to_write(terms):
            gathered[path] = gathered.get(path, frozenset()) | codes
    return gathered


def _ways_to_write(terms: Sequence[Words]) -> Iterator[Words]:
    main, *below = terms
    heads = [term[:1] for term in below]
    for first, rest in product((main, main[:1]), (below, heads)):
        yield (*first, *(word for term in rest for word in term))


def _rows_of_table(path: Path) -> Iterator[tuple[Sequence[Words], frozenset[str]]]:
    above: list[Words] = []
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            del above[int(row["Level"]) :]
            above.append(words(row["Term"]))
            yield tuple(above), _codes([row["Code"]])


def _rows_of_xml(path: Path) -> Iterator[tuple[Sequence[Words], frozenset[str]]]:
    def below(
        parent: ET.Element, above: tuple[Words, ...]
    ) -> Iterator[tuple[Sequence[Words], frozenset[str]]]:
        for entry in parent:
            if entry.tag == "letter":
                yield from below(entry, above)
            elif entry.tag in {"mainTerm", "term"}:
                title = entry.find("title")
                terms = (*above, words("".join(title.itertext()) if title is not None else ""))
                cells = [cell.text or "" for cell in entry.findall("cell")]
                yield terms, _codes([entry.findtext("code") or "", *cells])
                yield from below(entry, terms)

    yield from below(ET.parse(path).getroot(), ())


def _codes(written: Iterable[str]) -> frozenset[str]:
    return frozenset(code for code in (plain(item).rstrip("-") for item in written) if code)
