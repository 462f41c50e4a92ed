-- What triage said of the text when it was answered, and which model: JSON. Answers of before have none.
ALTER TABLE discord_answers ADD COLUMN verdict TEXT;
