-- Study plans, the calendar's secret link, and who lets others see their heat map. PRIVACY.md says what each column is for.

-- A person's plan: which section on which day. Another plan is another row with another number, so that a button of an
-- older plan changes nothing.
CREATE TABLE study_plans (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id  INTEGER NOT NULL UNIQUE REFERENCES persons (id),
    track      TEXT NOT NULL,              -- whose guide it follows
    plan       TEXT NOT NULL,              -- JSON: sections with their minutes, days, what is done
    judged     TEXT NOT NULL,              -- of the days before this date it is known whether they were missed
    changed_at INTEGER NOT NULL            -- Unix ms, as all instants
) STRICT;

-- The secret links of calendars: at most one a person. The secret itself is nowhere.
CREATE TABLE study_feeds (
    person_id INTEGER PRIMARY KEY REFERENCES persons (id),
    hash      BLOB NOT NULL UNIQUE,        -- salted hash of the secret
    made_at   INTEGER NOT NULL
) STRICT;

-- Who lets the members of their community see their heat map.
CREATE TABLE study_shows (
    person_id INTEGER PRIMARY KEY REFERENCES persons (id)
) STRICT;
