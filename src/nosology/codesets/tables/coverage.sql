-- Local coverage: which diagnoses support which services, by billing and coding article.

CREATE TABLE coverage_article (
    release INTEGER NOT NULL,
    article TEXT NOT NULL,                 -- number without its letter
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    status TEXT NOT NULL,
    effective INTEGER,                     -- yyyymmdd; NULL: not said
    ended INTEGER,                         -- last day
    PRIMARY KEY (release, article, version)
) WITHOUT ROWID;

CREATE TABLE coverage_service (
    release INTEGER NOT NULL,
    code TEXT NOT NULL,
    article TEXT NOT NULL,
    version INTEGER NOT NULL,
    service_group INTEGER NOT NULL,
    PRIMARY KEY (release, code, article, version, service_group)
) WITHOUT ROWID;

CREATE TABLE coverage_diagnosis (
    release INTEGER NOT NULL,
    article TEXT NOT NULL,
    version INTEGER NOT NULL,
    is_covered INTEGER NOT NULL,
    diagnosis TEXT NOT NULL,               -- without its dot
    diagnosis_group INTEGER NOT NULL,
    PRIMARY KEY (release, article, version, is_covered, diagnosis, diagnosis_group)
) WITHOUT ROWID;

CREATE TABLE coverage_related (
    release INTEGER NOT NULL,
    article TEXT NOT NULL,
    lcd TEXT NOT NULL,                     -- number without its letter
    PRIMARY KEY (release, article, lcd)
) WITHOUT ROWID;

-- Pairs as they are passed on, without articles.
CREATE TABLE coverage_pair (
    release INTEGER NOT NULL,
    code TEXT NOT NULL,
    diagnosis TEXT NOT NULL,
    is_covered INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    PRIMARY KEY (release, code, diagnosis, is_covered)
) WITHOUT ROWID;

CREATE TABLE coverage_documents (
    release INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    names TEXT NOT NULL,                   -- such as L39383 A58995, parted by a space
    PRIMARY KEY (release, documents)
) WITHOUT ROWID;
