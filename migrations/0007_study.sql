-- Study: what people did, the state that it folds to, and when something is due for them. PRIVACY.md says what each
-- column is for.

-- What people did, as it was granted, in order: the truth, from which all the rest can be made again.
CREATE TABLE study_events (
    id        INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES persons (id),
    n         INTEGER NOT NULL,            -- 1, 2, 3 … for each person
    at        INTEGER NOT NULL,            -- Unix ms, as all instants; never falls as n rises
    act       TEXT NOT NULL,               -- JSON, as a line of `cairn study simulate` without `at` and `person`
    UNIQUE (person_id, n)
) STRICT;

-- One row a student: the fold of their events, so that a new one costs the same after five years as on the first day.
CREATE TABLE study_people (
    person_id INTEGER PRIMARY KEY REFERENCES persons (id),
    guild     INTEGER,                     -- their community: the server where they joined
    state     TEXT NOT NULL,               -- JSON: the fold, without days long past
    events    INTEGER NOT NULL,            -- how many events it is the fold of
    at        INTEGER NOT NULL,            -- when the last of them was
    channel   INTEGER                      -- where their timer was started
) STRICT;
CREATE INDEX study_people_of ON study_people (guild);

-- What is to be looked at, for whom, and when: at most one row a person and kind. Who has none costs no job anything.
CREATE TABLE study_due (
    person_id INTEGER NOT NULL REFERENCES persons (id),
    what      TEXT NOT NULL,               -- such as timer
    at        INTEGER NOT NULL,
    PRIMARY KEY (person_id, what)
) STRICT;
CREATE INDEX study_due_at ON study_due (at);

-- What servers have set for study.
CREATE TABLE study_servers (
    guild   INTEGER PRIMARY KEY,
    zone    TEXT,                          -- the community's zone
    floor   INTEGER NOT NULL,              -- the least commitment, in minutes a day
    channel INTEGER                        -- where study is spoken of
) STRICT;

-- The bot's gaps again, now numbered in the order in which they were recorded, and never changed: whoever has seen
-- those up to a number knows which are new.
CREATE TABLE numbered_outages (
    id      INTEGER PRIMARY KEY,
    from_at INTEGER NOT NULL,
    to_at   INTEGER NOT NULL CHECK (to_at > from_at),
    UNIQUE (from_at, to_at)
) STRICT;
INSERT INTO numbered_outages (from_at, to_at) SELECT from_at, to_at FROM outages ORDER BY to_at;
DROP TABLE outages;
ALTER TABLE numbered_outages RENAME TO outages;
CREATE INDEX outages_by_end ON outages (to_at);
