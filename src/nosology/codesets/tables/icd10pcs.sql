-- ICD-10-PCS: the tables of which every code is composed, and what their values mean.

-- The labels of the first three characters: section (0), section and body system (0D), table (0DT).
CREATE TABLE pcs_table (
    release INTEGER NOT NULL,
    prefix TEXT NOT NULL,
    axis TEXT NOT NULL,                    -- title of its last character, such as Body System
    label TEXT NOT NULL,
    definition TEXT NOT NULL,              -- of a root operation; '' for none
    PRIMARY KEY (release, prefix)
) WITHOUT ROWID;

-- One row of a table with the numbers of its four axes. Any combination of their values is a code.
CREATE TABLE pcs_row (
    release INTEGER NOT NULL,
    prefix TEXT NOT NULL,                  -- of the table
    row INTEGER NOT NULL,                  -- 0, 1, ... in the order of print
    axis4 INTEGER NOT NULL,
    axis5 INTEGER NOT NULL,
    axis6 INTEGER NOT NULL,
    axis7 INTEGER NOT NULL,
    PRIMARY KEY (release, prefix, row)
) WITHOUT ROWID;

-- Rows share their axes, so each is kept once.
CREATE TABLE pcs_axis (
    release INTEGER NOT NULL,
    axis INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    title TEXT NOT NULL,                   -- such as Body Part
    value TEXT NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (release, axis, sequence)
) WITHOUT ROWID;

-- What the values of an axis mean in a section, one line a row.
CREATE TABLE pcs_definition (
    release INTEGER NOT NULL,
    sequence INTEGER NOT NULL,             -- in the order of print
    section TEXT NOT NULL,
    position INTEGER NOT NULL,             -- of the character, 3 to 7
    label TEXT NOT NULL,
    kind TEXT NOT NULL,                    -- definition, explanation, includes
    text TEXT NOT NULL,
    PRIMARY KEY (release, sequence)
) WITHOUT ROWID;
CREATE INDEX pcs_definition_label ON pcs_definition (release, section, position, label);

-- The device that stands for several others where an operation or body system is told no closer.
CREATE TABLE pcs_device (
    release INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    device TEXT NOT NULL,
    operation TEXT NOT NULL,
    body_systems TEXT NOT NULL,            -- one a line
    value TEXT NOT NULL,                   -- of the device that stands for it
    label TEXT NOT NULL,
    PRIMARY KEY (release, sequence)
) WITHOUT ROWID;
