-- The outbox: what the bot has decided to say unasked. Features write rows in their own transaction,
-- the delivery alone reads them.

-- One row a message. `key` is readable and UNIQUE, so that deciding twice is saying once; it never
-- names anybody. 30 days after `created_at` what it says, where to and about whom are set to NULL.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- the nonce at Discord: never used twice
    key         TEXT NOT NULL UNIQUE,      -- such as digest/2026-W47/channel/123
    via         TEXT NOT NULL CHECK (via IN ('discord', 'reddit')),
    target      TEXT,                      -- such as discord/channel/123
    about       INTEGER,                   -- the person it is for or about, if it is one
    payload     TEXT,                      -- JSON: what it says
    state       TEXT NOT NULL CHECK (state IN ('ready', 'sending', 'sent', 'dead')),
    attempts    INTEGER NOT NULL,          -- how often the target was called, to send or to look
    due_at      INTEGER NOT NULL,          -- Unix ms, as all instants
    expires_at  INTEGER,                   -- worth nothing from then on
    lease_until INTEGER,                   -- of `sending`: from then on, look whether it arrived
    remote_id   TEXT,                      -- what the target calls it
    trouble     TEXT,                      -- what went wrong last; never message text
    created_at  INTEGER NOT NULL,
    settled_at  INTEGER                    -- of `sent` and `dead`
) STRICT;
CREATE INDEX outbox_ready ON outbox (via, due_at, id) WHERE state = 'ready';
CREATE INDEX outbox_sending ON outbox (target) WHERE state = 'sending';
CREATE INDEX outbox_about ON outbox (about) WHERE about IS NOT NULL;
CREATE INDEX outbox_texts ON outbox (created_at) WHERE payload IS NOT NULL;
