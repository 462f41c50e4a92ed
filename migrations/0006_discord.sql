-- Discord: what servers have set, and the answers whose buttons must outlive a restart.

-- One row a server whose admins have set something.
CREATE TABLE discord_servers (
    guild    INTEGER PRIMARY KEY,
    editor   INTEGER,                  -- the role that may edit
    approver INTEGER,                  -- the role that may publish
    answer   REAL NOT NULL,            -- triage's bands
    margin   REAL NOT NULL,
    ask      REAL NOT NULL,
    reads    INTEGER NOT NULL DEFAULT 0 CHECK (reads IN (0, 1)) -- whether posts' text may be read
) STRICT;

-- Channels and forums in which new posts are answered.
CREATE TABLE discord_channels (
    channel INTEGER PRIMARY KEY,
    guild   INTEGER NOT NULL
) STRICT;
CREATE INDEX discord_channels_of ON discord_channels (guild);

-- The role that "this is me" gives, for each track.
CREATE TABLE discord_roles (
    guild INTEGER NOT NULL,
    track TEXT NOT NULL,
    role  INTEGER NOT NULL,
    PRIMARY KEY (guild, track)
) STRICT;

-- Answers with buttons: whose they are and which text they are about. Rows are dropped after 30 days.
CREATE TABLE discord_answers (
    id      INTEGER PRIMARY KEY AUTOINCREMENT, -- in the buttons' ids, so never used again
    asker   TEXT NOT NULL,             -- who may press: discord:ID
    author  TEXT NOT NULL,             -- who wrote the text: discord:ID
    guild   INTEGER,                   -- none in direct messages
    post    INTEGER UNIQUE,            -- the post answered unasked: at most one answer each
    title   TEXT NOT NULL,
    body    TEXT NOT NULL,
    track   TEXT,                      -- the guide shown
    opinion TEXT CHECK (opinion IN ('good', 'bad')),
    at      INTEGER NOT NULL           -- Unix ms
) STRICT;
CREATE INDEX discord_answers_unasked ON discord_answers (guild, author, at) WHERE post IS NOT NULL;
CREATE INDEX discord_answers_by_age ON discord_answers (at);
