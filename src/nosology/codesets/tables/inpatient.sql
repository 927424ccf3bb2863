-- What the Medicare Code Editor says of codes, and the names of the groups of inpatient stays.
-- Days are yyyymmdd; a last day of NULL means that no end is known.

-- Only codes of which the editor says anything beside their dates.
CREATE TABLE editor_attribute (
    release INTEGER NOT NULL,
    system TEXT NOT NULL,                  -- icd10cm, icd10pcs
    code TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    attributes TEXT NOT NULL,              -- named in editor_attributes.tsv, parted by commas
    PRIMARY KEY (system, code, release, valid_from)
) WITHOUT ROWID;

-- The ages that attributes such as maternity mean.
CREATE TABLE editor_age (
    release INTEGER NOT NULL,
    attribute TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    lowest_age INTEGER NOT NULL,           -- years, both inclusive
    highest_age INTEGER NOT NULL,
    PRIMARY KEY (release, attribute, valid_from)
) WITHOUT ROWID;

CREATE TABLE inpatient_group (
    release INTEGER NOT NULL,
    kind TEXT NOT NULL,                    -- drg, mdc
    number INTEGER NOT NULL,
    first_version INTEGER NOT NULL,        -- of the grouper times ten: 431 is 43.1
    last_version INTEGER NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (release, kind, number, first_version)
) WITHOUT ROWID;
