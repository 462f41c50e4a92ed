-- The moderators' console: links that lead into it once, and who is signed in.

-- One row a link that was given out and not used. `until` is ten minutes later.
CREATE TABLE console_links (
    hash      BLOB PRIMARY KEY,        -- salted hash of the key in the link
    actor     TEXT NOT NULL,           -- whom it lets in, as in the audit log
    community TEXT,                    -- by which community's role; NULL for the person who runs Cairn
    until     INTEGER NOT NULL         -- Unix ms
) STRICT;

-- One row a browser in which a moderator is signed in. Roles do not stand here: they are looked up for each act.
CREATE TABLE console_sessions (
    id        INTEGER PRIMARY KEY,
    hash      BLOB NOT NULL UNIQUE,    -- salted hash of the secret in the cookie
    actor     TEXT NOT NULL,
    community TEXT,
    device    TEXT NOT NULL,           -- such as "Firefox on Linux", so that its owner knows it again
    since     INTEGER NOT NULL,        -- Unix ms
    until     INTEGER NOT NULL
) STRICT;
CREATE INDEX console_sessions_of ON console_sessions (actor);

-- Since when a page is due for a new look, if its front matter names a date of its own; see `wiki::review`.
ALTER TABLE pages ADD COLUMN review TEXT;
UPDATE pages SET review = (
    SELECT substr(front, instr(front, char(10) || 'review: ') + 9, 10)
    FROM (SELECT substr(source, 1, instr(substr(source, 4), char(10) || '---') + 3) AS front
          FROM revisions WHERE page_id = pages.id AND number = pages.revision)
    WHERE instr(front, char(10) || 'review: ') > 0
);
-- Since when a page is retired: it has no names and no sections then, only its history.
ALTER TABLE pages ADD COLUMN retired TEXT;
