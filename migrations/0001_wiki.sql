-- The wiki: pages, their revisions, and what search looks in.

-- One row a page, as its newest revision says. Everything but `id` and `revision` is derived from
-- that revision's source and written together with it.
CREATE TABLE pages (
    id       INTEGER PRIMARY KEY,
    slug     TEXT NOT NULL UNIQUE,
    title    TEXT NOT NULL,
    summary  TEXT NOT NULL,
    track    TEXT UNIQUE,              -- of the four track guides only
    reviewed TEXT NOT NULL,            -- the date when somebody last checked its facts
    revision INTEGER NOT NULL          -- the number of the newest revision
) STRICT;

-- Every version of a page, whole: `source` is the file to the byte, front matter included.
CREATE TABLE revisions (
    page_id INTEGER NOT NULL REFERENCES pages (id),
    number  INTEGER NOT NULL,          -- 1, 2, 3 …
    source  TEXT NOT NULL,
    author  TEXT NOT NULL,
    reason  TEXT NOT NULL,
    at      INTEGER NOT NULL,          -- Unix ms
    PRIMARY KEY (page_id, number)
) STRICT;

-- What a page may be called: slug, title and aliases, lower-cased and stripped of punctuation.
CREATE TABLE names (
    name    TEXT PRIMARY KEY,
    page_id INTEGER NOT NULL REFERENCES pages (id),
    kind    TEXT NOT NULL CHECK (kind IN ('slug', 'alias', 'title'))
) STRICT;
CREATE INDEX names_of_page ON names (page_id);

-- The sections of every page's newest revision. `title`, `aliases` and `tags` repeat the page's,
-- because the index below reads them from here.
CREATE TABLE sections (
    id       INTEGER PRIMARY KEY,
    page_id  INTEGER NOT NULL REFERENCES pages (id),
    position INTEGER NOT NULL,         -- 0 is the lead
    anchor   TEXT NOT NULL,            -- '' for the lead
    heading  TEXT NOT NULL,            -- the page's title for the lead
    name     TEXT NOT NULL,            -- the heading as names are compared
    title    TEXT NOT NULL,
    aliases  TEXT NOT NULL,
    asked    TEXT NOT NULL,            -- how people ask for this section, as its author noted
    tags     TEXT NOT NULL,
    body     TEXT NOT NULL,            -- plain text, for searching
    markdown TEXT NOT NULL,            -- the section without its heading, for showing
    UNIQUE (page_id, anchor)
) STRICT;
CREATE INDEX sections_by_name ON sections (name);

-- Ranked search; words are stemmed (Porter), so "reading" finds "read".
CREATE VIRTUAL TABLE section_index USING fts5 (
    title, heading, aliases, asked, tags, body,
    content = 'sections', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
-- The wiki's own vocabulary, unstemmed: what misspelt words are corrected against.
CREATE VIRTUAL TABLE word_index USING fts5 (
    title, heading, aliases, asked, tags, body,
    content = 'sections', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE words USING fts5vocab (word_index, 'row');

CREATE TRIGGER sections_added AFTER INSERT ON sections BEGIN
    INSERT INTO section_index (rowid, title, heading, aliases, asked, tags, body)
    VALUES (new.id, new.title, new.heading, new.aliases, new.asked, new.tags, new.body);
    INSERT INTO word_index (rowid, title, heading, aliases, asked, tags, body)
    VALUES (new.id, new.title, new.heading, new.aliases, new.asked, new.tags, new.body);
END;
CREATE TRIGGER sections_removed AFTER DELETE ON sections BEGIN
    INSERT INTO section_index (section_index, rowid, title, heading, aliases, asked, tags, body)
    VALUES ('delete', old.id, old.title, old.heading, old.aliases, old.asked, old.tags, old.body);
    INSERT INTO word_index (word_index, rowid, title, heading, aliases, asked, tags, body)
    VALUES ('delete', old.id, old.title, old.heading, old.aliases, old.asked, old.tags, old.body);
END;

-- Each way of asking for a section, its heading among them, on its own: a question that is like one of them is
-- worth more than one whose words stand here and there.
CREATE TABLE phrasings (
    id         INTEGER PRIMARY KEY,
    section_id INTEGER NOT NULL REFERENCES sections (id) ON DELETE CASCADE,
    phrase     TEXT NOT NULL
) STRICT;
CREATE INDEX phrasings_of_section ON phrasings (section_id);
CREATE VIRTUAL TABLE phrasing_index USING fts5 (
    phrase, content = 'phrasings', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER phrasings_added AFTER INSERT ON phrasings BEGIN
    INSERT INTO phrasing_index (rowid, phrase) VALUES (new.id, new.phrase);
END;
CREATE TRIGGER phrasings_removed AFTER DELETE ON phrasings BEGIN
    INSERT INTO phrasing_index (phrasing_index, rowid, phrase) VALUES ('delete', old.id, old.phrase);
END;

-- Which revision the file of a page in a folder was last equal to, so that an edited file can say
-- what it was based on.
CREATE TABLE synced (
    folder  TEXT NOT NULL,
    page_id INTEGER NOT NULL REFERENCES pages (id),
    number  INTEGER NOT NULL,
    PRIMARY KEY (folder, page_id)
) STRICT;

-- Questions the wiki had no answer to, redacted; rows are dropped after 30 days.
CREATE TABLE gaps (
    id    INTEGER PRIMARY KEY,
    at    INTEGER NOT NULL,            -- Unix ms
    query TEXT NOT NULL
) STRICT;
CREATE INDEX gaps_by_age ON gaps (at);
