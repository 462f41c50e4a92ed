-- Servers in which Cairn greets whoever opens a post in a beginners' forum that it does not answer.
CREATE TABLE discord_greetings (
    guild INTEGER PRIMARY KEY
) STRICT;
