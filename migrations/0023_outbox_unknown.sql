-- The outbox: messages that wait for a thread, messages of which nobody knows whether they arrived, and communities
-- instead of Discord servers.

CREATE TABLE outbox_now (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- the nonce at Discord: never used twice
    key         TEXT NOT NULL UNIQUE,      -- such as digest/2026-W47/channel/123; it never names anybody
    via         TEXT NOT NULL CHECK (via IN ('discord', 'reddit')),
    target      TEXT,                      -- such as discord/channel/123
    about       INTEGER,                   -- the person it is for or about, if it is one
    payload     TEXT,                      -- JSON: what it says
    state       TEXT NOT NULL CHECK (state IN ('ready', 'waiting', 'sending', 'sent', 'unknown', 'dead')),
    attempts    INTEGER NOT NULL,          -- how often the target was called, to send or to look
    sends       INTEGER NOT NULL DEFAULT 0, -- how many of these were to send
    waits       TEXT,                      -- JSON: its own waits between the tries, in seconds
    due_at      INTEGER NOT NULL,          -- Unix ms, as all instants
    expires_at  INTEGER,                   -- worth nothing from then on
    lease_until INTEGER,                   -- of `sending`: from then on, look whether it arrived
    remote_id   TEXT,                      -- what the target calls it
    trouble     TEXT,                      -- the code of what went wrong last
    otherwise   TEXT,                      -- JSON: where else it goes, and what it says there
    community   TEXT,                      -- whose moderators see it if it does not arrive; none for direct messages
    created_at  INTEGER NOT NULL,
    settled_at  INTEGER                    -- of `sent`, `unknown` and `dead`
) STRICT;

INSERT INTO outbox_now (id, key, via, target, about, payload, state, attempts, sends, waits, due_at, expires_at,
        lease_until, remote_id, trouble, otherwise, community, created_at, settled_at)
    SELECT id, key, via, target, about, payload, state, attempts, sends, waits, due_at, expires_at, lease_until,
        remote_id, trouble, CASE WHEN json_extract(otherwise, '$.server') IS NULL THEN otherwise ELSE
            json_set(json_remove(otherwise, '$.server'), '$.community',
                     'discord:' || json_extract(otherwise, '$.server')) END,
        'discord:' || server, created_at, settled_at
    FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_now RENAME TO outbox;

-- Nobody has looked at these yet.
UPDATE outbox SET state = 'unknown' WHERE state = 'dead' AND trouble = 'cannot_tell' AND payload IS NOT NULL;

CREATE INDEX outbox_ready ON outbox (via, due_at, id) WHERE state = 'ready';
CREATE INDEX outbox_waiting ON outbox (target) WHERE state = 'waiting';
CREATE INDEX outbox_sending ON outbox (target) WHERE state = 'sending';
CREATE INDEX outbox_target ON outbox (target, settled_at) WHERE target IS NOT NULL;
CREATE INDEX outbox_about ON outbox (about) WHERE about IS NOT NULL;
CREATE INDEX outbox_texts ON outbox (created_at) WHERE payload IS NOT NULL;
CREATE INDEX outbox_undelivered ON outbox (community, settled_at) WHERE state IN ('dead', 'unknown');
