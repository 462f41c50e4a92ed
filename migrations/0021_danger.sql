-- The channel in which moderators are told of a post whose author may be in danger; none if they want to hear of none.
ALTER TABLE discord_servers ADD COLUMN danger INTEGER;
