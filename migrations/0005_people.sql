-- People: who they are, and how two names become one person. PRIVACY.md says what each column is for.

-- One row a human, with a Discord id, a Reddit name, or both.
CREATE TABLE persons (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- of an erased person: never used again
    discord_id  TEXT UNIQUE,
    reddit_name TEXT UNIQUE,               -- lower case, as Reddit compares names
    since       INTEGER NOT NULL,          -- Unix ms, as all instants
    CHECK (discord_id IS NOT NULL OR reddit_name IS NOT NULL)
) STRICT;

-- The standing one-time code of a person who wants to link accounts.
CREATE TABLE link_codes (
    person_id  INTEGER PRIMARY KEY REFERENCES persons (id),
    hash       BLOB NOT NULL UNIQUE,       -- SHA-256 of salt and code
    expires_at INTEGER NOT NULL
) STRICT;

-- Wrong codes typed, for as long as they count against the one who typed them.
CREATE TABLE link_tries (
    person_id INTEGER NOT NULL REFERENCES persons (id),
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX link_tries_of ON link_tries (person_id, at);

-- Who is never to be written to unasked: SHA-256 of salt and name. Survives erasure, for ever.
CREATE TABLE opt_outs (
    hash BLOB PRIMARY KEY
) STRICT;

-- The salt of the hashes above, made once for this database.
CREATE TABLE salt (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    bytes BLOB NOT NULL
) STRICT;
INSERT INTO salt (id, bytes) VALUES (1, randomblob(32));

-- Corrections of triage by authors and moderators: examples to learn from. Rows are dropped after 30 days.
CREATE TABLE labels (
    id        INTEGER PRIMARY KEY,
    text      TEXT NOT NULL,               -- redacted
    verdict   TEXT NOT NULL,               -- JSON: what triage had decided, without quotes of the text
    intent    TEXT NOT NULL CHECK (intent IN ('getting_started', 'other')), -- what is right
    track     TEXT,                        -- the right track, if the text has one
    person_id INTEGER REFERENCES persons (id), -- who said so
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX labels_by_age ON labels (at);
CREATE INDEX labels_of ON labels (person_id) WHERE person_id IS NOT NULL;
