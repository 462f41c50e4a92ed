-- The week's papers: what was fetched, where digests are posted, and what people do with them. Instants are Unix ms,
-- weeks such as 2026-W47, papers arXiv ids without a version.

-- One row a week that was fetched.
CREATE TABLE paper_weeks (
    week       TEXT PRIMARY KEY,
    fetched_at INTEGER NOT NULL,
    digest     TEXT NOT NULL           -- JSON: all of it but the papers, such as which sources were missing
) STRICT;
CREATE INDEX paper_weeks_by_age ON paper_weeks (fetched_at);

-- The papers of these weeks, ranked. `entry` is all there is to say; the columns behind it are read from it.
CREATE TABLE paper_entries (
    id      INTEGER PRIMARY KEY,
    week    TEXT NOT NULL,
    rank    INTEGER NOT NULL,
    arxiv   TEXT NOT NULL,
    entry   TEXT NOT NULL,             -- JSON
    title   TEXT AS (json_extract(entry, '$.title')) VIRTUAL,
    authors TEXT AS (json_extract(entry, '$.authors')) VIRTUAL,
    summary TEXT AS (json_extract(entry, '$.summary')) VIRTUAL,
    UNIQUE (week, arxiv)
) STRICT;
CREATE INDEX paper_entries_ranked ON paper_entries (week, rank);
CREATE INDEX paper_entries_of ON paper_entries (arxiv, week);
CREATE VIRTUAL TABLE paper_index USING fts5 (
    title, authors, summary,
    content = 'paper_entries', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER paper_entries_added AFTER INSERT ON paper_entries BEGIN
    INSERT INTO paper_index (rowid, title, authors, summary)
    VALUES (new.id, json_extract(new.entry, '$.title'), json_extract(new.entry, '$.authors'), json_extract(new.entry, '$.summary'));
END;
CREATE TRIGGER paper_entries_removed AFTER DELETE ON paper_entries BEGIN
    INSERT INTO paper_index (paper_index, rowid, title, authors, summary)
    VALUES ('delete', old.id, json_extract(old.entry, '$.title'), json_extract(old.entry, '$.authors'), json_extract(old.entry, '$.summary'));
END;

-- One row: until when somebody is asking the sources. One at a time does.
CREATE TABLE paper_fetching (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    lease_until INTEGER NOT NULL
) STRICT;
INSERT INTO paper_fetching (id, lease_until) VALUES (1, 0);

-- Who gets a digest: a channel, or a person by direct message.
CREATE TABLE paper_subscriptions (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    target      TEXT NOT NULL UNIQUE,  -- as outbox targets are written: discord/channel/123
    community   TEXT,                  -- discord/456; none for a direct message
    weekday     INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7), -- Monday is 1
    hour        INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
    zone        TEXT NOT NULL,         -- IANA
    include     TEXT NOT NULL,         -- JSON: words, one of which a paper must have
    exclude     TEXT NOT NULL,         -- JSON: words that no paper may have
    min_votes   INTEGER NOT NULL,
    count       INTEGER NOT NULL,
    ping_role   INTEGER,
    threads     INTEGER NOT NULL CHECK (threads IN (0, 1)),
    due_at      INTEGER NOT NULL,      -- of the digest that comes next
    try_at      INTEGER NOT NULL,      -- later than that if the sources were down
    tries       INTEGER NOT NULL,      -- how often they were
    lease_until INTEGER NOT NULL,      -- until then somebody is at it
    skip        TEXT,                  -- the week that is not to be posted
    last_week   TEXT,                  -- the week posted last
    refused     INTEGER NOT NULL       -- how many in a row could not be delivered
) STRICT;
CREATE INDEX paper_subscriptions_due ON paper_subscriptions (try_at);

-- Who set a channel's digest up, and is told if it cannot be posted.
CREATE TABLE paper_keepers (
    subscription INTEGER PRIMARY KEY REFERENCES paper_subscriptions (id) ON DELETE CASCADE,
    person_id    INTEGER NOT NULL REFERENCES persons (id)
) STRICT;
CREATE INDEX paper_keepers_of ON paper_keepers (person_id);

-- What was posted where: no paper twice in a channel.
CREATE TABLE paper_posts (
    target TEXT NOT NULL,
    arxiv  TEXT NOT NULL,
    week   TEXT NOT NULL,
    rank   INTEGER NOT NULL,
    title  TEXT NOT NULL,
    PRIMARY KEY (target, arxiv)
) STRICT;
CREATE INDEX paper_posts_of ON paper_posts (target, week, rank);

-- Papers that a community's moderators want first in the digest of a week, or never.
CREATE TABLE paper_choices (
    community TEXT NOT NULL,
    arxiv     TEXT NOT NULL,
    choice    TEXT NOT NULL CHECK (choice IN ('pin', 'veto')),
    week      TEXT NOT NULL,           -- of the digest that comes next; a veto holds for all
    entry     TEXT NOT NULL,           -- JSON: what a digest says about it
    PRIMARY KEY (community, arxiv)
) STRICT;

-- Votes by button: one a person and community.
CREATE TABLE paper_votes (
    person_id INTEGER NOT NULL REFERENCES persons (id),
    community TEXT NOT NULL,
    arxiv     TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (person_id, community, arxiv)
) STRICT;
CREATE INDEX paper_votes_for ON paper_votes (community, arxiv);

-- Reading threads: one a channel and paper.
CREATE TABLE paper_readings (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    channel   INTEGER NOT NULL,
    arxiv     TEXT NOT NULL,
    person_id INTEGER REFERENCES persons (id), -- who opened it
    at        INTEGER NOT NULL,
    UNIQUE (channel, arxiv)
) STRICT;
CREATE INDEX paper_readings_by ON paper_readings (person_id, at);

-- The passes that people have ticked off.
CREATE TABLE paper_ticks (
    person_id INTEGER NOT NULL REFERENCES persons (id),
    arxiv     TEXT NOT NULL,
    pass      INTEGER NOT NULL CHECK (pass BETWEEN 1 AND 3),
    at        INTEGER NOT NULL,
    PRIMARY KEY (person_id, arxiv, pass)
) STRICT;
