-- The indexes: ICD-10-CM Alphabetic Index, External Cause Index, Table of Drugs and Chemicals,
-- Neoplasm Table, ICD-10-PCS Index. The release tells which of them a term is of.

-- Positions run in the order of print, so that everything below a term is the unbroken range from
-- its own position to its last.
CREATE TABLE index_term (
    release INTEGER NOT NULL,
    position INTEGER NOT NULL,
    parent INTEGER,                        -- position; NULL for a main term
    last INTEGER NOT NULL,
    level INTEGER NOT NULL,                -- 0 for a main term
    title TEXT NOT NULL,                   -- '' where only modifiers or a reference stand
    modifiers TEXT NOT NULL,               -- nonessential, one a line, without their brackets
    code TEXT NOT NULL,                    -- without a dot; a hyphen at its end: to be completed
    manifestation TEXT NOT NULL,           -- likewise: the second code of a pair
    see TEXT NOT NULL,                     -- reference to the term that must be used
    see_also TEXT NOT NULL,                -- to one that may be
    category TEXT NOT NULL,                -- category or subcategory to see, without a dot
    use_value TEXT NOT NULL,               -- ICD-10-PCS: value of an axis that the term stands for
    note TEXT NOT NULL,
    PRIMARY KEY (release, position)
) WITHOUT ROWID;
CREATE INDEX index_term_parent ON index_term (release, parent);

-- The codes of a term of a table. Column 2 to 7: of neoplasms primary, secondary, in situ, benign,
-- uncertain, unspecified; of drugs accidental, self-harm, assault, undetermined, adverse effect,
-- underdosing. A column without a code has no row.
CREATE TABLE index_cell (
    release INTEGER NOT NULL,
    position INTEGER NOT NULL,
    col INTEGER NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (release, position, col)
) WITHOUT ROWID;
