-- Jobs: what is done at set times, and when the bot was not there.

-- One row for each time a job was due. `start` marks when the job was first known: nothing before
-- it is missing.
CREATE TABLE jobs (
    job         TEXT NOT NULL,
    due         INTEGER NOT NULL,          -- Unix ms, as all instants
    state       TEXT NOT NULL CHECK (state IN ('start', 'waiting', 'running', 'done', 'skipped', 'failed')),
    attempts    INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,          -- not to be taken before
    finished_at INTEGER,
    PRIMARY KEY (job, due)
) STRICT;

-- The bot's pulse: one row, when it was last seen alive.
CREATE TABLE pulse (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL
) STRICT;

-- The bot's own gaps of 5 minutes or more; study days they cover are forgiven.
CREATE TABLE outages (
    from_at INTEGER NOT NULL PRIMARY KEY,
    to_at   INTEGER NOT NULL CHECK (to_at > from_at)
) STRICT;
