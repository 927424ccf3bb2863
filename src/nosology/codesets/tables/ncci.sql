-- The National Correct Coding Initiative: pairs, units and add-on codes. Dates are yyyymmdd.

-- What a pair of codes may carry; a release has a few thousand of them for millions of pairs.
CREATE TABLE ptp_terms (
    release INTEGER NOT NULL,
    terms INTEGER NOT NULL,                -- number within the release
    effective INTEGER,                     -- NULL: not said by the source
    deletion INTEGER,                      -- last day; NULL: in force until further notice
    modifier INTEGER NOT NULL,             -- 0 not allowed, 1 allowed, 9 not applicable
    rationale TEXT NOT NULL,               -- '' where the source has none
    PRIMARY KEY (release, terms)
) WITHOUT ROWID;

-- Every pair twice, once under each of its codes, eight bytes a pair: see reference/pairs.py.
CREATE TABLE ptp_pairs (
    release INTEGER NOT NULL,
    place INTEGER NOT NULL,                -- of the code in the pair: 1 or 2
    code TEXT NOT NULL,
    pairs BLOB NOT NULL
);
CREATE UNIQUE INDEX ptp_pairs_code ON ptp_pairs (release, place, code);

CREATE TABLE mue (
    release INTEGER NOT NULL,
    code TEXT NOT NULL,
    units INTEGER NOT NULL,
    indicator INTEGER NOT NULL,            -- 1 claim line, 2 date of service: policy, 3: clinical
    rationale TEXT NOT NULL,
    PRIMARY KEY (release, code)
) WITHOUT ROWID;

CREATE TABLE add_on (
    release INTEGER NOT NULL,
    code TEXT NOT NULL,
    primary_code TEXT NOT NULL,            -- CCCCC: the contractor decides
    type INTEGER NOT NULL,                 -- 1, 2 or 3
    effective INTEGER NOT NULL,            -- 0: not said by the source
    deletion INTEGER,                      -- last day
    note TEXT NOT NULL,
    PRIMARY KEY (release, code, primary_code, type, effective)
) WITHOUT ROWID;
