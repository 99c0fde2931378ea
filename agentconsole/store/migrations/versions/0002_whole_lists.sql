CREATE INDEX ticket_by_due_of_all ON ticket (ifnull(due_at, 9223372036854775807), number, tier, status, desk, assignee_id, requester_id);
CREATE INDEX ticket_by_external_id ON ticket (external_id);
