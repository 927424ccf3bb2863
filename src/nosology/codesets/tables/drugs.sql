-- Drugs of Medicare Part B: payment limits, and package numbers with the codes that they bill.

CREATE TABLE asp_limit (
    release INTEGER NOT NULL,
    code TEXT NOT NULL,
    dosage TEXT NOT NULL,                  -- what one unit is, as published
    amount TEXT NOT NULL,                  -- dollars a unit; '' where the file says N/A
    coinsurance TEXT NOT NULL,             -- percent; '' where not given
    note TEXT NOT NULL,
    PRIMARY KEY (release, code)
) WITHOUT ROWID;

CREATE TABLE drug_package (
    release INTEGER NOT NULL,
    ndc TEXT NOT NULL,                     -- eleven digits, without hyphens
    code TEXT NOT NULL,
    labeler TEXT NOT NULL,
    name TEXT NOT NULL,
    dosage TEXT NOT NULL,
    package_size TEXT NOT NULL,
    package_quantity TEXT NOT NULL,
    billing_units TEXT NOT NULL,           -- units in one item of the package
    package_billing_units TEXT NOT NULL,   -- units in the whole package
    PRIMARY KEY (release, ndc, code)
) WITHOUT ROWID;
