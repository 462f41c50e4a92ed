-- What moderators put aside, how Reddit's last reading went, and whose the bot's answers are.

-- Whether a moderator has put a notice aside: it is shown no more, and not told again.
ALTER TABLE reddit_notices ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;

-- The last reading: when, how many calls were left, and when the login is renewed.
CREATE TABLE reddit_pulse (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL,
    calls_left INTEGER,
    renewed_at INTEGER
) STRICT;

-- An answer is said in its subreddit, whose moderators see it if it does not arrive.
UPDATE outbox SET community = (
    SELECT 'reddit:' || subreddit FROM reddit_desk
    WHERE outbox.key LIKE 'reddit/answer/' || reddit_desk.id || '/%')
WHERE key LIKE 'reddit/answer/%' AND community IS NULL;
