-- The log: which way an act came in, where it counts, and what it changed from what to what.
ALTER TABLE audit ADD COLUMN way TEXT NOT NULL DEFAULT '';  -- discord, console, command line …
ALTER TABLE audit ADD COLUMN community TEXT;                -- of the moderator; none of who runs Cairn
ALTER TABLE audit ADD COLUMN before TEXT;
ALTER TABLE audit ADD COLUMN after TEXT;

-- No act leaves the log again.
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is kept');
END;
