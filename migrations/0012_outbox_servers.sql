-- The outbox: whose messages they are, and how often each was really sent.

-- The Discord server whose moderators see it if it is given up; none for direct messages, which are nobody's.
ALTER TABLE outbox ADD COLUMN server INTEGER;
-- How many of `attempts` were to send: waits grow with sends and with looks apart.
ALTER TABLE outbox ADD COLUMN sends INTEGER NOT NULL DEFAULT 0;
CREATE INDEX outbox_dead ON outbox (server, settled_at) WHERE state = 'dead';
