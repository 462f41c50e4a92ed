-- Timers for a stretch of time that is known beforehand: they stop by themselves at its end.
CREATE TABLE study_focus (
    person_id INTEGER PRIMARY KEY REFERENCES persons (id),
    began     INTEGER NOT NULL,            -- Unix ms, as all instants: when the timer was started
    until     INTEGER NOT NULL
) STRICT;

-- Rounds of focus and break in a channel. All that follows is known by when it began and by now.
CREATE TABLE pomodoros (
    id      INTEGER PRIMARY KEY AUTOINCREMENT, -- in the keys of its messages: never used twice
    guild   INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    starter INTEGER REFERENCES persons (id),
    began   INTEGER NOT NULL,
    focus   INTEGER NOT NULL,              -- minutes of a round
    pause   INTEGER NOT NULL,              -- minutes between two rounds
    rounds  INTEGER NOT NULL,
    due     INTEGER,                       -- when the next stretch begins; none once it has ended
    ended   INTEGER,
    message INTEGER,                       -- its message at Discord, once that is there
    version INTEGER NOT NULL,              -- how often its message would have changed
    told    INTEGER NOT NULL               -- the version that is in the outbox
) STRICT;
CREATE UNIQUE INDEX pomodoros_channel ON pomodoros (channel) WHERE ended IS NULL;
CREATE INDEX pomodoros_due ON pomodoros (due) WHERE due IS NOT NULL;
CREATE INDEX pomodoros_untold ON pomodoros (id) WHERE version > told;

-- Who is in one, which is one at a time.
CREATE TABLE pomodoro_members (
    person_id   INTEGER PRIMARY KEY REFERENCES persons (id),
    pomodoro_id INTEGER NOT NULL REFERENCES pomodoros (id),
    since       INTEGER NOT NULL
) STRICT;
CREATE INDEX pomodoro_members_of ON pomodoro_members (pomodoro_id, since);

-- Whoever comes or goes, by whatever way (erasure, too), changes what its message says.
CREATE TRIGGER pomodoro_members_come AFTER INSERT ON pomodoro_members BEGIN
    UPDATE pomodoros SET version = version + 1 WHERE id = NEW.pomodoro_id;
END;
CREATE TRIGGER pomodoro_members_gone AFTER DELETE ON pomodoro_members BEGIN
    UPDATE pomodoros SET version = version + 1 WHERE id = OLD.pomodoro_id;
END;
