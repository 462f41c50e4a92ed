-- Acts of people, each done once: whoever does one writes its number down in the same transaction.

-- A row an interaction that changed something, for the few minutes in which it might be told of again. Its number holds
-- its time, so old rows are known by it.
CREATE TABLE acts_done (
    id   INTEGER PRIMARY KEY,
    hand INTEGER NOT NULL              -- of several that were told of it, the one that did it; drawn by lot
) STRICT;
