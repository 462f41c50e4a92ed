-- Study buddies and the ranking: who takes part, who goes with whom, and what is under way. PRIVACY.md says what each
-- column is for.

-- The track that somebody named for buddies or the ranking. Whoever said that they are at school stays so here, also
-- when they leave: else a second try would lead them to adults.
CREATE TABLE study_tracks (
    person_id INTEGER PRIMARY KEY REFERENCES persons (id),
    track     TEXT NOT NULL
) STRICT;

-- Two or three people who study side by side.
CREATE TABLE study_groups (
    id     INTEGER PRIMARY KEY AUTOINCREMENT, -- in keys of messages and in buttons' ids, so never used again
    guild  INTEGER NOT NULL,
    school INTEGER NOT NULL CHECK (school IN (0, 1)), -- of people at school, who are spoken to in a thread alone
    size   INTEGER NOT NULL,               -- how many they were at the last look
    thread INTEGER,                        -- their thread, if they have one and it is known
    due    INTEGER                         -- Unix ms, as all instants: when they are looked at next
) STRICT;
CREATE INDEX study_groups_due ON study_groups (due) WHERE due IS NOT NULL;

-- Who looks for a buddy or has one: one row a person.
CREATE TABLE study_buddies (
    person_id INTEGER PRIMARY KEY REFERENCES persons (id),
    guild     INTEGER NOT NULL,            -- in which server
    times     INTEGER NOT NULL,            -- their usual study times, a bit each
    since     INTEGER NOT NULL,            -- since when they wait, or their group is
    first     INTEGER NOT NULL CHECK (first IN (0, 1)), -- whether their last buddy left: they go first
    group_id  INTEGER REFERENCES study_groups (id), -- none while they wait
    presence  TEXT,                        -- JSON: whether a sign of them is expected
    told      TEXT,                        -- the last of their dates on which they were told of a buddy
    met       TEXT,                        -- the last of their dates of which buddies were told that it is met
    refuses   INTEGER NOT NULL CHECK (refuses IN (0, 1)) -- whether they took no direct message
) STRICT;
CREATE INDEX study_buddies_waiting ON study_buddies (guild, since) WHERE group_id IS NULL;
CREATE INDEX study_buddies_of ON study_buddies (group_id) WHERE group_id IS NOT NULL;

-- Whoever goes, by whatever way (erasure, too), leaves a group that must be looked at.
CREATE TRIGGER study_buddies_gone AFTER DELETE ON study_buddies WHEN OLD.group_id IS NOT NULL BEGIN
    UPDATE study_groups SET due = 0 WHERE id = OLD.group_id;
END;

-- Who went together until when: not again within 8 weeks. Rows are dropped after that.
CREATE TABLE study_pairs (
    one_id   INTEGER NOT NULL REFERENCES persons (id),
    other_id INTEGER NOT NULL REFERENCES persons (id),
    until    INTEGER NOT NULL,
    PRIMARY KEY (one_id, other_id)
) STRICT;
CREATE INDEX study_pairs_of ON study_pairs (other_id);

-- Who is never to be paired with whom. The blocked one is not told, not even in an export.
CREATE TABLE study_blocks (
    person_id  INTEGER NOT NULL REFERENCES persons (id),
    blocked_id INTEGER NOT NULL REFERENCES persons (id),
    PRIMARY KEY (person_id, blocked_id)
) STRICT;
CREATE INDEX study_blocks_of ON study_blocks (blocked_id);

-- When buddies are matched next, in each server where somebody waits.
CREATE TABLE study_rounds (
    guild INTEGER PRIMARY KEY,
    next  INTEGER NOT NULL
) STRICT;
CREATE INDEX study_rounds_next ON study_rounds (next);

-- What was said to a buddy and may not have arrived: it is said in the group's thread then.
CREATE TABLE study_whispers (
    key       TEXT PRIMARY KEY,            -- of the message in the outbox
    person_id INTEGER NOT NULL REFERENCES persons (id),
    group_id  INTEGER NOT NULL,
    payload   TEXT NOT NULL,               -- JSON: what it says
    direct    INTEGER NOT NULL CHECK (direct IN (0, 1)), -- whether it went as a direct message; else it waits for the thread
    at        INTEGER NOT NULL,            -- when it is looked at next
    until     INTEGER NOT NULL             -- worth nothing from then on
) STRICT;
CREATE INDEX study_whispers_at ON study_whispers (at);
CREATE INDEX study_whispers_of ON study_whispers (person_id);

-- Who is in the ranking of a server, because they want to be.
CREATE TABLE study_ranked (
    person_id INTEGER PRIMARY KEY REFERENCES persons (id),
    guild     INTEGER NOT NULL
) STRICT;
CREATE INDEX study_ranked_of ON study_ranked (guild);
