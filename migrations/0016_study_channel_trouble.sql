-- Study: whether the channel of a server takes messages.

-- The code of why it takes none, as the outbox has it; NULL while it does.
ALTER TABLE study_servers ADD COLUMN trouble TEXT;
