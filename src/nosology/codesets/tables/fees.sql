-- The Medicare physician fee schedule. Amounts and relative values are text, exactly as published.

CREATE TABLE relative_value (
    release INTEGER NOT NULL,
    code TEXT NOT NULL,
    modifier TEXT NOT NULL,                -- '' for the whole service, 26, TC, 53
    work TEXT NOT NULL,
    nonfacility_expense TEXT NOT NULL,
    facility_expense TEXT NOT NULL,
    malpractice TEXT NOT NULL,
    nonfacility_total TEXT NOT NULL,
    facility_total TEXT NOT NULL,
    conversion_factor TEXT NOT NULL,
    opps_nonfacility_expense TEXT NOT NULL,
    opps_facility_expense TEXT NOT NULL,
    opps_malpractice TEXT NOT NULL,
    PRIMARY KEY (release, code, modifier)
) WITHOUT ROWID;

CREATE TABLE fee_indicator (
    release INTEGER NOT NULL,
    code TEXT NOT NULL,
    modifier TEXT NOT NULL,
    status TEXT NOT NULL,
    not_used TEXT NOT NULL,                -- + where Medicare does not use the values
    nonfacility_na TEXT NOT NULL,          -- NA where rarely or never done there
    facility_na TEXT NOT NULL,
    component TEXT NOT NULL,               -- professional and technical component indicator
    global_days TEXT NOT NULL,
    preoperative TEXT NOT NULL,            -- share of the value
    intraoperative TEXT NOT NULL,
    postoperative TEXT NOT NULL,
    multiple TEXT NOT NULL,
    bilateral TEXT NOT NULL,
    assistant TEXT NOT NULL,
    co_surgeons TEXT NOT NULL,
    team TEXT NOT NULL,
    endoscopic_base TEXT NOT NULL,
    supervision TEXT NOT NULL,
    imaging_family TEXT NOT NULL,
    PRIMARY KEY (release, code, modifier)
) WITHOUT ROWID;

CREATE TABLE gpci (
    release INTEGER NOT NULL,
    contractor TEXT NOT NULL,
    locality TEXT NOT NULL,
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    work TEXT NOT NULL,                    -- with the floor of 1.0, where it was in force
    work_without_floor TEXT NOT NULL,      -- '' where the file gives one figure only
    expense TEXT NOT NULL,
    malpractice TEXT NOT NULL,
    PRIMARY KEY (release, contractor, locality)
) WITHOUT ROWID;

CREATE TABLE locality (
    release INTEGER NOT NULL,
    contractor TEXT NOT NULL,
    locality TEXT NOT NULL,
    state TEXT NOT NULL,
    area TEXT NOT NULL,
    counties TEXT NOT NULL,
    PRIMARY KEY (release, contractor, locality, state, area, counties)
) WITHOUT ROWID;

CREATE TABLE anesthesia_factor (
    release INTEGER NOT NULL,
    contractor TEXT NOT NULL,
    locality TEXT NOT NULL,
    factor TEXT NOT NULL,
    qualifying_factor TEXT NOT NULL,       -- of participants in advanced models; '' where not given
    PRIMARY KEY (release, contractor, locality)
) WITHOUT ROWID;
