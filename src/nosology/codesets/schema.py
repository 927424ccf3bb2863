"""The tables of the store, and the fingerprint that says whether a store is still the right one."""

from __future__ import annotations

from pathlib import Path

SOURCES = Path(__file__).with_name("sources.toml")

# Raised whenever a loader writes other rows than before: every store with another number is rebuilt
# on first use. A change of the tables or the sources does so by itself.
LOADER_VERSION = 2

# Marks the file as ours in its header ("NOSO"), so that no other database is taken for a store.
APPLICATION_ID = 0x4E4F534F

TABLES = """
CREATE TABLE store (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE release (
    release INTEGER PRIMARY KEY,
    system TEXT NOT NULL,
    label TEXT NOT NULL,
    valid_from TEXT NOT NULL,              -- ISO dates, both inclusive
    valid_to TEXT NOT NULL,
    rows INTEGER NOT NULL,
    billable INTEGER NOT NULL,
    source TEXT NOT NULL,
    publisher TEXT NOT NULL,
    licence TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    UNIQUE (system, label)
);

-- Chapters, sections, categories and codes as printed. Positions run in tabular order, so that
-- everything below an entry is the unbroken range from its own position to its last.
CREATE TABLE node (
    release INTEGER NOT NULL,
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    level TEXT NOT NULL,
    title TEXT NOT NULL,
    billable INTEGER NOT NULL,
    parent INTEGER,                        -- position; NULL for a chapter
    last INTEGER NOT NULL,
    definition INTEGER,                    -- of the seventh characters that hold here
    is_header INTEGER NOT NULL,            -- needs a seventh character to be billable
    PRIMARY KEY (release, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX node_code ON node (release, code);
CREATE INDEX node_parent ON node (release, parent);

-- The codes made by adding a seventh character, with placeholders, to a header.
CREATE TABLE extended (
    release INTEGER NOT NULL,
    code TEXT NOT NULL,
    position INTEGER NOT NULL,
    character TEXT NOT NULL,
    PRIMARY KEY (release, code)
) WITHOUT ROWID;

CREATE TABLE definition (
    release INTEGER NOT NULL,
    definition INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    character TEXT NOT NULL,
    meaning TEXT NOT NULL,
    also TEXT NOT NULL,                    -- further wordings, one a line
    PRIMARY KEY (release, definition, sequence)
) WITHOUT ROWID;

CREATE TABLE note (
    release INTEGER NOT NULL,
    kind TEXT NOT NULL,
    position INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (release, kind, position, sequence)
) WITHOUT ROWID;

-- What search looks through: one row for each title, inclusion term and includes note of a code.
CREATE VIRTUAL TABLE wording USING fts5 (
    text, release UNINDEXED, position UNINDEXED,
    tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TABLE artefact (name TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
"""


def fingerprint(sources: Path) -> str:
    """Return what a store must carry to be used: the loader's number, its tables and its sources.

    The sources pin the hash of every release file, so the files need not be read to compare. The
    text is kept whole: it is short, and comparing it is quicker than loading what would hash it.
    """
    return f"{LOADER_VERSION}\n{TABLES}\n{sources.read_text(encoding='utf-8')}"
