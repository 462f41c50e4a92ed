-- Study buddies: what is said in the group's thread instead is for the outbox to say.

-- What waited for a thread, or was a direct message that may be refused.
INSERT INTO outbox (key, via, target, about, payload, state, attempts, due_at, expires_at, community, created_at)
    SELECT w.key || '/thread', 'discord', 'discord/below/study/group/' || w.group_id || '/thread', w.person_id,
        json_set(w.payload, '$.body', '<@' || p.discord_id || '> ' || json_extract(w.payload, '$.body')),
        'waiting', 0, w.at, w.until, 'discord:' || g.guild, w.at
    FROM study_whispers AS w JOIN persons AS p ON p.id = w.person_id JOIN study_groups AS g ON g.id = w.group_id
    WHERE w.direct = 0 AND p.discord_id IS NOT NULL AND g.thread IS NULL
    ON CONFLICT (key) DO NOTHING;
UPDATE outbox SET otherwise = (
    SELECT json_object(
        'target', coalesce('discord/channel/' || g.thread, 'discord/below/study/group/' || w.group_id || '/thread'),
        'community', 'discord:' || g.guild,
        'payload', json_set(w.payload, '$.body', '<@' || p.discord_id || '> ' || json_extract(w.payload, '$.body')))
    FROM study_whispers AS w JOIN persons AS p ON p.id = w.person_id JOIN study_groups AS g ON g.id = w.group_id
    WHERE w.key = outbox.key AND p.discord_id IS NOT NULL)
WHERE state IN ('ready', 'sending') AND otherwise IS NULL AND key IN (SELECT key FROM study_whispers WHERE direct = 1);

DROP TABLE study_whispers;
-- The outbox knows who took no message of late.
ALTER TABLE study_buddies DROP COLUMN refuses;
