-- Editing: changes that wait for somebody to publish them, and the log of every act.

-- Changes as they were made, whole page or one section, so that a draft of a section can still be
-- published when other sections have changed. Rows are never deleted: `state` says what came of it.
CREATE TABLE drafts (
    id      INTEGER PRIMARY KEY,
    page    TEXT NOT NULL,             -- slug; the page need not exist yet
    section TEXT,                      -- anchor; '' is the lead, NULL the whole page
    heading TEXT,                      -- a new heading for the section, if it is to get one
    text    TEXT NOT NULL,
    base    INTEGER NOT NULL,          -- the revision its author had in front of them; 0 for a new page
    author  TEXT NOT NULL,
    reason  TEXT NOT NULL,
    at      INTEGER NOT NULL,          -- Unix ms
    state   TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'published', 'discarded'))
) STRICT;
CREATE INDEX open_drafts ON drafts (id) WHERE state = 'open';

-- What people with a role have done, one row an act, written together with what it did.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,       -- rises with time
    at      INTEGER NOT NULL,          -- Unix ms
    actor   TEXT NOT NULL,             -- who: a name that means something to moderators
    act     TEXT NOT NULL,             -- edit, revert, draft …
    subject TEXT NOT NULL,             -- what it was done to: a page's slug …
    detail  TEXT NOT NULL              -- the rest, for people
) STRICT;
