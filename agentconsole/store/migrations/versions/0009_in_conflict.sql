-- Whether there is a field that the source and we have both changed, nobody has chosen since, and the two still differ.
ALTER TABLE ticket ADD COLUMN in_conflict BOOLEAN NOT NULL DEFAULT 0;
UPDATE ticket SET in_conflict = 1 WHERE EXISTS (
    SELECT 1 FROM event e, json_each(e."before") f
    WHERE e.ticket = ticket.number AND e.verb = 'conflict' AND e.undone_by IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM event later, json_each(later."before") chosen
        WHERE later.ticket = e.ticket AND later.id > e.id AND later.undone_by IS NULL
        AND later.verb IN ('ours', 'theirs')
        AND chosen.key = CASE f.key WHEN 'assignee_id' THEN 'assignee' ELSE f.key END
    )
    AND json_extract(source_state, '$.' || f.key) IS NOT json_extract(
        json_object(
            'subject', subject, 'channel', channel, 'language', language, 'category', category, 'priority', priority,
            'status', status, 'source_status', source_status, 'tier', tier, 'team', team, 'assignee_id', assignee_id,
            'requester_id', requester_id, 'organization_id', organization_id, 'tags', json(tags),
            'fields', json(fields), 'desk', desk
        ),
        '$.' || f.key
    )
);
CREATE INDEX ticket_by_conflict ON ticket (number) WHERE in_conflict;
