-- The outbox knows each export and what became of it; a sync run can be taken back.
CREATE TABLE outbox_export (
    id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    format VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    content BLOB NOT NULL,
    written BOOLEAN NOT NULL,
    PRIMARY KEY (id)
);

-- What is sent out bears the name of the store that sent it.
INSERT INTO setting VALUES ('mark', lower(hex(randomblob(4))));

ALTER TABLE event ADD COLUMN export_id INTEGER REFERENCES outbox_export (id);
ALTER TABLE event ADD COLUMN acknowledged_at INTEGER;
ALTER TABLE event ADD COLUMN acknowledged_run INTEGER REFERENCES sync_run (id);

-- What went out before acknowledgements were kept is not waited for.
UPDATE event SET acknowledged_at = exported_at WHERE exported_at IS NOT NULL;

CREATE INDEX event_on_its_way ON event (ticket)
    WHERE outbox IS NOT NULL AND exported_at IS NOT NULL AND acknowledged_at IS NULL;
CREATE INDEX event_of_conflict ON event (ticket) WHERE verb = 'conflict';

ALTER TABLE sync_run ADD COLUMN undone_at INTEGER;
ALTER TABLE sync_run ADD COLUMN marks VARCHAR NOT NULL DEFAULT '{}';

CREATE TABLE run_before (
    id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    object VARCHAR NOT NULL,
    row_id INTEGER NOT NULL,
    "before" VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(run_id) REFERENCES sync_run (id)
);
CREATE INDEX ix_run_before_run_id ON run_before (run_id);
