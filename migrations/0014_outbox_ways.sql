-- The outbox: another way when a target takes nothing, and reasons that no rewording changes.

-- JSON: where it goes and what it says if nothing will ever arrive at the target.
ALTER TABLE outbox ADD COLUMN otherwise TEXT;

-- `trouble` holds codes from now on; what stands there already is in words.
UPDATE outbox SET trouble = CASE
    WHEN trouble = 'no connection' THEN 'unreachable'
    WHEN trouble = 'no answer in time' THEN 'timed_out'
    WHEN trouble = 'told to slow down' THEN 'rate_limited'
    WHEN trouble LIKE 'the target failed (%' THEN 'failing:' || rtrim(substr(trouble, 20), ')')
    WHEN trouble LIKE 'refused (%, error %' THEN 'refused:' || rtrim(replace(substr(trouble, 10), ', error ', ':'), ')')
    WHEN trouble LIKE 'refused (%' THEN 'refused:' || rtrim(substr(trouble, 10), ')') || ':0'
    WHEN trouble = 'its target is gone' THEN 'gone'
    WHEN trouble LIKE 'the bot may not write there (error %' THEN 'not_allowed:' || rtrim(substr(trouble, 36), ')')
    WHEN trouble = 'this person takes no direct messages from the bot' THEN 'takes_no_messages'
    WHEN trouble = 'the thread is archived or locked' THEN 'closed'
    WHEN trouble = 'could not tell whether it had arrived' THEN 'cannot_tell'
    WHEN trouble = 'sending it broke the program' THEN 'panicked'
    WHEN trouble = 'too late to be worth sending' THEN 'too_late'
    ELSE 'unreadable'
END WHERE trouble IS NOT NULL;

-- The threads of groups are steps of their own from now on; those that are open already are known by their messages.
UPDATE study_groups SET thread = (
    SELECT CAST(remote_id AS INTEGER) FROM outbox WHERE key = 'study/group/' || study_groups.id || '/thread' AND state = 'sent'
) WHERE thread IS NULL;
