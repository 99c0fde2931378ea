-- For a list of more than two words SQLite makes a table of them whenever a row is written.
DROP INDEX ticket_by_due;
DROP INDEX ticket_by_assignee;
CREATE INDEX ticket_by_due ON ticket (ifnull(due_at, 9223372036854775807), number, tier, status, desk, assignee_id)
    WHERE status NOT IN ('solved', 'closed');
CREATE INDEX ticket_by_assignee ON ticket (assignee_id) WHERE status NOT IN ('solved', 'closed');
