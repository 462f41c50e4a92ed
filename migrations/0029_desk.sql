-- The desk: what moderators say of verdicts, and examples they write for triage.

-- One row a verdict that a moderator has judged; none has a text.
CREATE TABLE judgements (
    id        INTEGER PRIMARY KEY,
    community TEXT NOT NULL,           -- discord:123, reddit:name
    source    TEXT NOT NULL,           -- which verdict: discord/ANSWER, reddit/POST
    model     TEXT NOT NULL,           -- the version of the model
    action    TEXT NOT NULL CHECK (action IN ('answer', 'ask', 'silent')),
    chosen    TEXT,                    -- the track that triage chose
    fits      INTEGER NOT NULL CHECK (fits IN (0, 1)), -- whether triage was right
    track     TEXT,                    -- the right track; none if the text does not ask how to start
    actor     TEXT NOT NULL,           -- who says so
    at        INTEGER NOT NULL,        -- Unix ms
    UNIQUE (source)
) STRICT;
CREATE INDEX judgements_of ON judgements (community, at);

-- Examples that moderators wrote in their own words.
CREATE TABLE lessons (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    title           TEXT NOT NULL,
    body            TEXT NOT NULL,
    getting_started INTEGER NOT NULL CHECK (getting_started IN (0, 1)),
    track           TEXT,
    actor           TEXT NOT NULL,     -- who wrote it
    at              INTEGER NOT NULL   -- Unix ms
) STRICT;

-- Models that were trained with these examples. At most one is in use.
CREATE TABLE models (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    state   TEXT NOT NULL CHECK (state IN ('training', 'failed', 'refused', 'ready', 'in_use', 'retired')),
    version TEXT NOT NULL,             -- empty until it is trained
    base    TEXT NOT NULL,             -- a checksum of the program's own examples
    lessons INTEGER NOT NULL,          -- with how many examples of moderators
    bytes   BLOB,                      -- the model; none once it is refused or retired
    report  TEXT NOT NULL,             -- JSON: how it compares with the model before
    actor   TEXT NOT NULL,             -- who had it trained
    at      INTEGER NOT NULL           -- Unix ms
) STRICT;
CREATE UNIQUE INDEX models_in_use ON models (state) WHERE state = 'in_use';
