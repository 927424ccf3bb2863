-- What the Integrated Outpatient Code Editor says of codes, by the quarters in which it says so.
-- Days are yyyymmdd; a last day of NULL means that no end is known.

CREATE TABLE outpatient_procedure (
    release INTEGER NOT NULL,
    code TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    status_indicator TEXT NOT NULL,
    payment_indicator INTEGER NOT NULL,
    apc TEXT NOT NULL,                     -- '' for none
    lowest_age INTEGER,                    -- years; NULL: no limit
    highest_age INTEGER,
    approved INTEGER,                      -- day within a quarter on which it became payable
    terminated INTEGER,                    -- last day, where it ended within a quarter
    mid_quarter_edit INTEGER,              -- number of the edit for days outside of these
    flags TEXT NOT NULL,                   -- names, parted by commas
    PRIMARY KEY (code, release, valid_from)
) WITHOUT ROWID;

-- Diagnoses of which the editor says anything.
CREATE TABLE outpatient_diagnosis (
    release INTEGER NOT NULL,
    code TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    lowest_age INTEGER,
    highest_age INTEGER,
    flags TEXT NOT NULL,
    PRIMARY KEY (code, release, valid_from)
) WITHOUT ROWID;

CREATE TABLE outpatient_modifier (
    release INTEGER NOT NULL,
    modifier TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    flags TEXT NOT NULL,
    PRIMARY KEY (modifier, release, valid_from)
) WITHOUT ROWID;

-- Two modifiers that may not stand on one line.
CREATE TABLE modifier_conflict (
    release INTEGER NOT NULL,
    modifier TEXT NOT NULL,
    other TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    PRIMARY KEY (release, modifier, other, valid_from)
) WITHOUT ROWID;

CREATE TABLE revenue_code (
    release INTEGER NOT NULL,
    revenue_code TEXT NOT NULL,            -- four digits
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    status_indicator TEXT NOT NULL,
    flags TEXT NOT NULL,
    PRIMARY KEY (revenue_code, release, valid_from)
) WITHOUT ROWID;

-- What status and payment indicators mean.
CREATE TABLE outpatient_indicator (
    release INTEGER NOT NULL,
    kind TEXT NOT NULL,                    -- status, payment
    indicator TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    label TEXT NOT NULL,
    PRIMARY KEY (release, kind, indicator, valid_from)
) WITHOUT ROWID;
