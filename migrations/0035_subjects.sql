-- What somebody studied, in their own words, beside the entry (a log, or the start of a timer) that it is about. The rules
-- know nothing of it, and it may be changed; a log that is taken back takes it along.
CREATE TABLE study_subjects (
    person_id INTEGER NOT NULL REFERENCES persons (id),
    n         INTEGER NOT NULL,            -- which of their entries
    what      TEXT NOT NULL,
    PRIMARY KEY (person_id, n)
) STRICT;
