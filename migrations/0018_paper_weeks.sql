-- Kept weeks hold no address of a server: links to the wiki begin at its root.
UPDATE paper_weeks SET digest = json_remove(digest, '$.base');
UPDATE paper_entries SET entry = json_set(entry, '$.touches[0].link',
        substr(entry ->> '$.touches[0].link', instr(entry ->> '$.touches[0].link', '/guides/')))
    WHERE instr(entry ->> '$.touches[0].link', '/guides/') > 1;
UPDATE paper_entries SET entry = json_set(entry, '$.touches[1].link',
        substr(entry ->> '$.touches[1].link', instr(entry ->> '$.touches[1].link', '/guides/')))
    WHERE instr(entry ->> '$.touches[1].link', '/guides/') > 1;
UPDATE paper_choices SET entry = json_set(entry, '$.touches[0].link',
        substr(entry ->> '$.touches[0].link', instr(entry ->> '$.touches[0].link', '/guides/')))
    WHERE instr(entry ->> '$.touches[0].link', '/guides/') > 1;
UPDATE paper_choices SET entry = json_set(entry, '$.touches[1].link',
        substr(entry ->> '$.touches[1].link', instr(entry ->> '$.touches[1].link', '/guides/')))
    WHERE instr(entry ->> '$.touches[1].link', '/guides/') > 1;

-- Ids that cannot be: arXiv numbers papers with five digits since 2015, and did with four before.
DELETE FROM paper_entries WHERE arxiv GLOB '[0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9]' AND arxiv >= '15'
    OR arxiv GLOB '[0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9]' AND arxiv < '15';
DELETE FROM paper_choices WHERE arxiv GLOB '[0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9]' AND arxiv >= '15'
    OR arxiv GLOB '[0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9]' AND arxiv < '15';
DELETE FROM paper_posts WHERE arxiv GLOB '[0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9]' AND arxiv >= '15'
    OR arxiv GLOB '[0-9][0-9][0-9][0-9].[0-9][0-9][0-9][0-9][0-9]' AND arxiv < '15';

-- When a week was last fetched is one thing, when that changed it another: readers of the feed hear of the second.
ALTER TABLE paper_weeks ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
UPDATE paper_weeks SET changed_at = fetched_at;

-- One row: by which name readers know the feed, whatever its address. A random UUID.
CREATE TABLE paper_feed (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL
) STRICT;
INSERT INTO paper_feed (id, name) VALUES (1, 'urn:uuid:' || lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2)))
    || '-4' || substr(lower(hex(randomblob(2))), 2) || '-a' || substr(lower(hex(randomblob(2))), 2) || '-' || lower(hex(randomblob(6))));
