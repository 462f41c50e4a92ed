-- Reddit: what the bot does where, what it has read, what it decided, and what became of it.

-- A subreddit. `off_why` is a code of Reddit's if it turned the subreddit off by itself; `danger` whether its moderators want
-- to hear of posts whose author may be in danger; `flair` and `pin` are for posts with papers.
CREATE TABLE reddit_subreddits (
    name TEXT PRIMARY KEY,
    mode TEXT NOT NULL DEFAULT 'shadow',
    off_why TEXT,
    danger INTEGER NOT NULL DEFAULT 0,
    flair TEXT,
    pin INTEGER NOT NULL DEFAULT 0,
    sync INTEGER NOT NULL DEFAULT 0
) STRICT;

-- When each listing was read last. What is older is not read again, but for an overlap.
CREATE TABLE reddit_feeds (
    feed TEXT PRIMARY KEY,
    read_at INTEGER NOT NULL
) STRICT;

-- What was handled, by its full name: nothing follows from the order of two.
CREATE TABLE reddit_seen (
    name TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;

-- How many posts of a day were answered, left alone, and why.
CREATE TABLE reddit_counts (
    subreddit TEXT NOT NULL,
    day TEXT NOT NULL,
    what TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (subreddit, day, what)
) STRICT;

-- The desk: what the bot would say, waits to say or has said, and whether moderators find it right.
CREATE TABLE reddit_desk (
    id INTEGER PRIMARY KEY,
    subreddit TEXT NOT NULL,
    -- The post of the thread, and what is answered in it: that post or a comment.
    post TEXT NOT NULL,
    parent TEXT NOT NULL UNIQUE,
    -- How the bot was called, if it was.
    summons TEXT,
    author TEXT,
    title TEXT,
    body TEXT,
    -- Of title and body: an answer holds for the text that it was decided for.
    hash TEXT,
    verdict TEXT,
    answer TEXT,
    action TEXT NOT NULL,
    track TEXT,
    state TEXT NOT NULL,
    why TEXT,
    -- How often it was decided: part of the outbox's key.
    generation INTEGER NOT NULL DEFAULT 1,
    -- Whether the call that says it has begun.
    begun INTEGER NOT NULL DEFAULT 0,
    judged INTEGER,
    comment TEXT,
    created_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    checked_at INTEGER NOT NULL,
    sent_at INTEGER,
    look_at INTEGER,
    looks INTEGER NOT NULL DEFAULT 0
) STRICT;

-- At most one reply in a thread, whatever else goes wrong.
CREATE UNIQUE INDEX reddit_one_reply ON reddit_desk (post) WHERE state IN ('queued', 'sent', 'unknown', 'removed');
CREATE INDEX reddit_desk_look_at ON reddit_desk (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX reddit_desk_author ON reddit_desk (author);

-- What moderators are told, a sentence each, once.
CREATE TABLE reddit_notices (
    id INTEGER PRIMARY KEY,
    subreddit TEXT NOT NULL,
    what TEXT NOT NULL,
    about TEXT NOT NULL,
    said TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (subreddit, what, about)
) STRICT;

-- The rest after Reddit failed or refused, which outlives the program.
CREATE TABLE reddit_rest (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    until_at INTEGER NOT NULL,
    failures INTEGER NOT NULL
) STRICT;
