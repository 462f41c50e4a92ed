-- Study voice channels, as servers name them.
CREATE TABLE study_voice_channels (
    guild   INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    PRIMARY KEY (guild, channel)
) STRICT;

-- Whose time there counts, and in which server. Nothing is kept of anybody else.
CREATE TABLE study_voice (
    person_id INTEGER NOT NULL REFERENCES persons (id),
    guild     INTEGER NOT NULL,
    PRIMARY KEY (person_id, guild)
) STRICT;
CREATE INDEX study_voice_guild ON study_voice (guild);

-- Who of them is in such a channel, or was until a moment ago.
CREATE TABLE study_stays (
    person_id INTEGER PRIMARY KEY REFERENCES persons (id),
    guild     INTEGER NOT NULL,
    channel   INTEGER NOT NULL,
    began     INTEGER,                -- Unix ms, as all instants: when its timer was started; none if another ran
    seen      INTEGER NOT NULL,       -- the last sign that they are there
    gone      INTEGER,                -- when they left; the timer stops there once they have stayed away
    unseen    INTEGER NOT NULL        -- 1: they left while Cairn could not see it, so `gone` is the last sign
) STRICT;
CREATE INDEX study_stays_guild ON study_stays (guild);
