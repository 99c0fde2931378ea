-- What a source's log says was taken out of a comment, once for each time: words, or a file.
CREATE TABLE redaction (
    source VARCHAR NOT NULL,
    comment VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    ticket VARCHAR NOT NULL,
    is_file BOOLEAN NOT NULL,
    PRIMARY KEY (source, comment, id)
)
 WITHOUT ROWID;
CREATE INDEX redaction_by_ticket ON redaction (source, ticket);
