-- Reminders, the weekly recap and milestones. PRIVACY.md says what each column is for.

-- One row a student who has asked for reminders or for a weekly recap.
CREATE TABLE study_reminders (
    person_id INTEGER PRIMARY KEY REFERENCES persons (id),
    state     TEXT NOT NULL                -- JSON: what they chose, what is next, what was said last
) STRICT;

-- The milestones that a student was told of, and when: JSON.
ALTER TABLE study_people ADD COLUMN marks TEXT;

-- After which waits a message is sent again that was not taken, if it says so itself: JSON, seconds.
ALTER TABLE outbox ADD COLUMN waits TEXT;
