-- The releases, the code sets, and what is compiled from them.

CREATE TABLE store (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE release (
    release INTEGER PRIMARY KEY,
    system TEXT NOT NULL,                  -- code set or other data set, such as mue-practitioner
    label TEXT NOT NULL,
    part TEXT NOT NULL,                    -- of an edition published in several files; mostly ''
    valid_from TEXT NOT NULL,              -- ISO dates, both inclusive
    valid_to TEXT,                         -- NULL: no end is known
    rows INTEGER NOT NULL,
    billable INTEGER,                      -- NULL for what is not a code set
    completeness TEXT NOT NULL,            -- full, titles-only, dates-only
    remark TEXT NOT NULL,                  -- what the user should know of it
    based_on INTEGER,                      -- release whose entries it shares, but for its changes
    source TEXT NOT NULL,
    publisher TEXT NOT NULL,
    licence TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    loader TEXT NOT NULL,
    UNIQUE (system, label, part)
);

-- How a release differs from the one it is based on.
CREATE TABLE change (
    release INTEGER NOT NULL,
    code TEXT NOT NULL,
    change TEXT NOT NULL,                  -- added, removed
    title TEXT NOT NULL,                   -- of what was added; '' where it is not known
    PRIMARY KEY (release, code)
) WITHOUT ROWID;

-- First and last day of each code's validity as the Medicare Code Editor has them, yyyymmdd.
CREATE TABLE code_dates (
    system TEXT NOT NULL,
    code TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,                      -- NULL: no end is known
    PRIMARY KEY (system, code, valid_from)
) WITHOUT ROWID;

-- Code sets whose entries carry their own dates: ICD-10-PCS, HCPCS Level II, CPT, modifiers.
CREATE TABLE dated_code (
    release INTEGER NOT NULL,              -- that wrote it
    system TEXT NOT NULL,
    code TEXT NOT NULL,
    valid_from INTEGER NOT NULL,           -- yyyymmdd
    valid_to INTEGER,
    title TEXT NOT NULL,                   -- '' where none may be shown or is known
    short_title TEXT NOT NULL,
    title_source TEXT NOT NULL,            -- official, composed, own, licensed, none
    kind TEXT NOT NULL,                    -- code, modifier
    status TEXT NOT NULL,                  -- what the source says of it, as name=value; ...
    PRIMARY KEY (system, code, release, valid_from)
) WITHOUT ROWID;

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

CREATE TABLE artefact (name TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
