-- Discord: the message that somebody pointed at, so that what is shared is a reply to it.
ALTER TABLE discord_answers ADD COLUMN channel INTEGER;
ALTER TABLE discord_answers ADD COLUMN message INTEGER;
