-- Medicare's risk adjustment models, beside their mappings of diagnoses (hcc), and which diagnoses
-- are chronic.

CREATE TABLE hcc_category (
    release INTEGER NOT NULL,
    model TEXT NOT NULL,                   -- as in hcc
    category TEXT NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (release, model, category)
) WITHOUT ROWID;

-- A category that counts drops those below it.
CREATE TABLE hcc_hierarchy (
    release INTEGER NOT NULL,
    model TEXT NOT NULL,
    category TEXT NOT NULL,
    drops TEXT NOT NULL,
    PRIMARY KEY (release, model, category, drops)
) WITHOUT ROWID;

CREATE TABLE hcc_coefficient (
    release INTEGER NOT NULL,
    model TEXT NOT NULL,
    variant TEXT NOT NULL,                 -- of a model that has several sets, such as PDP ONLY
    name TEXT NOT NULL,                    -- segment and variable, such as CNA_HCC80
    value TEXT NOT NULL,                   -- decimal, as published
    PRIMARY KEY (release, model, variant, name)
) WITHOUT ROWID;

-- Where age or sex changes or forbids the category of a diagnosis.
CREATE TABLE hcc_edit (
    release INTEGER NOT NULL,
    model TEXT NOT NULL,
    diagnosis TEXT NOT NULL,
    kind TEXT NOT NULL,                    -- sex, age, mce_age
    sex TEXT NOT NULL,                     -- 1 male, 2 female; '' for either
    category TEXT NOT NULL,                -- that an override gives; '' for none
    lowest_age INTEGER,
    highest_age INTEGER,
    action TEXT NOT NULL,                  -- invalid, override
    PRIMARY KEY (release, model, diagnosis, kind, sex, category)
) WITHOUT ROWID;

CREATE TABLE chronic_condition (
    release INTEGER NOT NULL,
    diagnosis TEXT NOT NULL,
    indicator INTEGER NOT NULL,            -- 0 not chronic, 1 chronic, 9 not determined
    PRIMARY KEY (release, diagnosis)
) WITHOUT ROWID;
