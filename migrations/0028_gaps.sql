-- Gaps: what moderators did about them.

-- Whether something was found, and the person who asked said that it was not the answer.
ALTER TABLE gaps ADD COLUMN disliked INTEGER NOT NULL DEFAULT 0 CHECK (disliked IN (0, 1));

-- Questions that the wiki does not want to answer: the words that count, in the order of the alphabet, a space apart.
CREATE TABLE gap_refusals (
    words TEXT PRIMARY KEY,
    actor TEXT NOT NULL,               -- who said so
    at    INTEGER NOT NULL             -- Unix ms
) STRICT;

-- Where people found it who had asked in vain first, redacted; rows are dropped after 30 days.
CREATE TABLE gap_finds (
    id     INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,           -- Unix ms
    missed TEXT NOT NULL,              -- the question that found nothing
    page   TEXT NOT NULL,              -- the page that was opened after it
    anchor TEXT NOT NULL
) STRICT;
CREATE INDEX gap_finds_by_age ON gap_finds (at);
