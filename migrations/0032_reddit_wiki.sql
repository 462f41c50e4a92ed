-- Which pages of a subreddit's wiki say what Cairn's say: the revisions at which both were equal.
CREATE TABLE reddit_wiki (
    subreddit TEXT NOT NULL,
    slug TEXT NOT NULL,
    remote TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (subreddit, slug)
) STRICT;
