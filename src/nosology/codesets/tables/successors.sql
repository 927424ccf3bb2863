-- Which codes CMS gave in place of others when a set was revised. Codes are without dots.
CREATE TABLE code_successor (
    release INTEGER NOT NULL,
    system TEXT NOT NULL,                  -- icd10cm, icd10pcs
    code TEXT NOT NULL,                    -- reported before
    effective INTEGER NOT NULL,            -- yyyymmdd: from this day on
    successor TEXT NOT NULL,               -- says the same or part of it
    PRIMARY KEY (system, code, release, effective, successor)
) WITHOUT ROWID;
