-- Files and links.

-- What a folder's file said when its changes were brought together with those of the wiki: it is not lost when the file
-- is written over.
ALTER TABLE synced ADD COLUMN seen TEXT;

-- Links of the pages to other places, as they were found when they were last looked at. Those that no page has any more
-- are dropped with the next look.
CREATE TABLE links (
    url     TEXT PRIMARY KEY,          -- as the page has it, without its fragment
    finding TEXT NOT NULL CHECK (finding IN ('well', 'moved', 'dead', 'unsure', 'private')),
    detail  TEXT NOT NULL,             -- where it moved to, or what went wrong
    since   INTEGER NOT NULL,          -- Unix ms: since when it has been found so
    at      INTEGER NOT NULL,          -- when it was last looked at
    tries   INTEGER NOT NULL           -- how often in a row it was found so
) STRICT;
