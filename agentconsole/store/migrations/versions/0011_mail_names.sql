-- On which ticket a mail is, by its message id; or on which one others speak of it. Of a conversation that stands, its
-- first mail is known by name even if it is missing.
CREATE TABLE mail_name (
    source VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    ticket INTEGER NOT NULL,
    is_here BOOLEAN NOT NULL,
    PRIMARY KEY (source, name),
    FOREIGN KEY(ticket) REFERENCES ticket (number)
)
 WITHOUT ROWID;
CREATE INDEX mail_name_by_ticket ON mail_name (ticket);
INSERT OR IGNORE INTO mail_name (source, name, ticket, is_here)
SELECT source, json_extract(extra, '$.message_id'), ticket, 1 FROM message
WHERE source IN (SELECT source FROM sync_run WHERE format = 'mail')
AND json_extract(extra, '$.message_id') IS NOT NULL ORDER BY id;
INSERT OR IGNORE INTO mail_name (source, name, ticket, is_here)
SELECT source, external_id, number, 0 FROM ticket
WHERE source IN (SELECT source FROM sync_run WHERE format = 'mail') AND external_id IS NOT NULL;
