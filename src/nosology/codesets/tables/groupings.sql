-- Groupings and conversions of diagnoses. Codes are without dots.

CREATE TABLE hcc (
    release INTEGER NOT NULL,
    diagnosis TEXT NOT NULL,
    model TEXT NOT NULL,                   -- such as CMS-HCC V28, CMS-HCC ESRD V24, RxHCC V08
    category TEXT NOT NULL,
    is_paid INTEGER,                       -- whether it counts in the payment year; NULL: not said
    PRIMARY KEY (release, diagnosis, model, category)
) WITHOUT ROWID;

CREATE TABLE ccsr (
    release INTEGER NOT NULL,
    diagnosis TEXT NOT NULL,
    categories TEXT NOT NULL,              -- one to six, parted by a space, in the source's order
    inpatient TEXT,                        -- of a principal diagnosis; NULL: not said
    outpatient TEXT,                       -- of a first-listed diagnosis; NULL: not said
    PRIMARY KEY (release, diagnosis)
) WITHOUT ROWID;

CREATE TABLE ccsr_category (
    release INTEGER NOT NULL,
    category TEXT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (release, category)
) WITHOUT ROWID;

-- The columns of a key stand first and in its order: SQLite's own check misreads others.
CREATE TABLE gem (
    release INTEGER NOT NULL,
    code TEXT NOT NULL,
    scenario INTEGER NOT NULL,             -- 0 unless the map takes several codes together
    choice INTEGER NOT NULL,               -- place of the target within the scenario
    target TEXT NOT NULL,                  -- '' where there is no map
    approximate INTEGER NOT NULL,
    PRIMARY KEY (release, code, scenario, choice, target)
) WITHOUT ROWID;
