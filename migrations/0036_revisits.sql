-- Sections and papers that somebody wants to see again on a date, once.
CREATE TABLE revisits (
    id        INTEGER PRIMARY KEY AUTOINCREMENT, -- in the key of its message: never used twice
    person_id INTEGER NOT NULL REFERENCES persons (id),
    guild     INTEGER,                     -- the server in which they asked
    thing     TEXT NOT NULL,               -- section/hardware#gpus or paper/2611.00012
    title     TEXT NOT NULL,               -- what it was called then
    date      TEXT NOT NULL,               -- on their calendar
    due       INTEGER,                     -- Unix ms: when it is shown; none once that is in the outbox
    UNIQUE (person_id, thing, date)
) STRICT;
CREATE INDEX revisits_due ON revisits (due) WHERE due IS NOT NULL;
