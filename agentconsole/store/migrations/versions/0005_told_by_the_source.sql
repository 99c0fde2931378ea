-- What is set aside: once each, with what is needed to read it again.
ALTER TABLE rejected_record ADD COLUMN source VARCHAR NOT NULL DEFAULT '';
ALTER TABLE rejected_record ADD COLUMN head VARCHAR;
ALTER TABLE rejected_record ADD COLUMN ticket VARCHAR;
ALTER TABLE rejected_record ADD COLUMN is_record BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE rejected_record ADD COLUMN digest VARCHAR;
UPDATE rejected_record SET source = (SELECT source FROM sync_run WHERE id = run_id);
UPDATE rejected_record SET is_record = 1, ticket = json_extract(raw, '$.ticket_external_id')
WHERE object = 'comment' AND reason LIKE 'its ticket % is not in the store';
UPDATE rejected_record SET is_record = 1
WHERE object = 'comment' AND reason LIKE 'a comment of another ticket has the id % already';
CREATE UNIQUE INDEX rejected_once ON rejected_record (source, digest);
CREATE INDEX rejected_by_ticket ON rejected_record (source, ticket) WHERE is_record;

-- What a source says of a ticket besides its status.
ALTER TABLE ticket ADD COLUMN conditions VARCHAR NOT NULL DEFAULT '[]';
UPDATE ticket SET conditions = json_array(lower(source_status))
WHERE source != 'local' AND lower(source_status) IN ('deleted', 'spam', 'merged');
CREATE INDEX ticket_by_condition ON ticket (number) WHERE conditions != '[]';

ALTER TABLE message ADD COLUMN redacted BOOLEAN NOT NULL DEFAULT 0;

CREATE TABLE ticket_merge (
    source VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    into_id VARCHAR NOT NULL,
    PRIMARY KEY (source, external_id)
)
 WITHOUT ROWID;
CREATE INDEX ticket_merge_by_target ON ticket_merge (source, into_id);
