CREATE TABLE setting (
    "key" VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY ("key")
);

CREATE TABLE desk (
    "key" VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    applied_at INTEGER NOT NULL,
    PRIMARY KEY ("key", version)
);

CREATE TABLE agent (
    id INTEGER NOT NULL,
    login VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    email VARCHAR,
    tier INTEGER NOT NULL,
    teams VARCHAR NOT NULL,
    source VARCHAR,
    external_id VARCHAR,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    UNIQUE (login)
);

CREATE TABLE organization (
    id INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    name VARCHAR,
    hash VARCHAR,
    extra VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, external_id)
);

CREATE TABLE source_group (
    id INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    name VARCHAR,
    hash VARCHAR,
    extra VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, external_id)
);

CREATE TABLE customer (
    id INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    name VARCHAR,
    reading VARCHAR,
    email VARCHAR,
    phone VARCHAR,
    role VARCHAR NOT NULL,
    language VARCHAR,
    locale VARCHAR,
    time_zone VARCHAR,
    organization_id INTEGER,
    kyc VARCHAR,
    account VARCHAR,
    two_factor BOOLEAN,
    customer_class VARCHAR,
    opened_on VARCHAR,
    notes VARCHAR,
    hash VARCHAR,
    extra VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(organization_id) REFERENCES organization (id)
);
CREATE INDEX ix_customer_email ON customer (email);

CREATE TABLE movement (
    id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    asset VARCHAR NOT NULL,
    amount VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    reference VARCHAR,
    PRIMARY KEY (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id)
);
CREATE INDEX ix_movement_customer_id ON movement (customer_id);

CREATE TABLE account_event (
    id INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    detail VARCHAR,
    PRIMARY KEY (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id)
);
CREATE INDEX ix_account_event_customer_id ON account_event (customer_id);

CREATE TABLE ticket (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    desk VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    subject VARCHAR NOT NULL,
    description VARCHAR,
    channel VARCHAR NOT NULL,
    language VARCHAR,
    category VARCHAR,
    priority VARCHAR,
    status VARCHAR NOT NULL,
    source_status VARCHAR,
    tier INTEGER NOT NULL,
    team VARCHAR,
    assignee_id INTEGER,
    requester_id INTEGER,
    organization_id INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    due_at INTEGER,
    due_kind VARCHAR,
    due_calendar VARCHAR,
    verified_at INTEGER,
    verified_how VARCHAR,
    pending_until INTEGER,
    tags VARCHAR NOT NULL,
    fields VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    hash VARCHAR,
    source_state VARCHAR NOT NULL,
    extra VARCHAR NOT NULL,
    UNIQUE (source, external_id),
    CHECK (tier BETWEEN 1 AND 3),
    FOREIGN KEY(assignee_id) REFERENCES agent (id),
    FOREIGN KEY(requester_id) REFERENCES customer (id),
    FOREIGN KEY(organization_id) REFERENCES organization (id)
);
CREATE INDEX ticket_by_assignee ON ticket (assignee_id) WHERE status IN ('new', 'open', 'pending', 'hold');
CREATE INDEX ticket_by_created ON ticket (created_at, number);
CREATE INDEX ticket_by_due ON ticket (ifnull(due_at, 9223372036854775807), number, tier, status, desk, assignee_id) WHERE status IN ('new', 'open', 'pending', 'hold');
CREATE INDEX ticket_by_pending_until ON ticket (pending_until) WHERE pending_until IS NOT NULL;
CREATE INDEX ticket_by_requester ON ticket (requester_id, created_at);
CREATE INDEX ticket_by_updated ON ticket (updated_at, number);

CREATE TABLE ticket_tag (
    ticket INTEGER NOT NULL,
    tag VARCHAR NOT NULL,
    PRIMARY KEY (ticket, tag),
    FOREIGN KEY(ticket) REFERENCES ticket (number)
)
 WITHOUT ROWID;
CREATE INDEX ticket_tag_by_tag ON ticket_tag (tag, ticket);

CREATE TABLE ticket_field (
    ticket INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (ticket, "key"),
    FOREIGN KEY(ticket) REFERENCES ticket (number)
)
 WITHOUT ROWID;
CREATE INDEX ticket_field_by_value ON ticket_field ("key", value);

CREATE TABLE message (
    id INTEGER NOT NULL,
    ticket INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR,
    at INTEGER NOT NULL,
    author_kind VARCHAR NOT NULL,
    agent_id INTEGER,
    customer_id INTEGER,
    author_name VARCHAR,
    public BOOLEAN NOT NULL,
    automatic BOOLEAN NOT NULL,
    channel VARCHAR,
    body VARCHAR NOT NULL,
    attachments VARCHAR NOT NULL,
    hash VARCHAR,
    extra VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (source, external_id),
    FOREIGN KEY(ticket) REFERENCES ticket (number),
    FOREIGN KEY(agent_id) REFERENCES agent (id),
    FOREIGN KEY(customer_id) REFERENCES customer (id)
);
CREATE INDEX message_by_ticket ON message (ticket, at, id);

CREATE TABLE sync_run (
    id INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    source VARCHAR NOT NULL,
    format VARCHAR NOT NULL,
    files VARCHAR NOT NULL,
    summary VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE rejected_record (
    id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    file VARCHAR NOT NULL,
    line INTEGER,
    object VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    raw VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(run_id) REFERENCES sync_run (id)
);
CREATE INDEX ix_rejected_record_run_id ON rejected_record (run_id);

CREATE TABLE event (
    id INTEGER NOT NULL,
    ticket INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor VARCHAR NOT NULL,
    agent_id INTEGER,
    verb VARCHAR NOT NULL,
    face VARCHAR NOT NULL,
    "before" VARCHAR NOT NULL,
    "after" VARCHAR NOT NULL,
    message_id INTEGER,
    run_id INTEGER,
    outbox VARCHAR,
    exported_at INTEGER,
    undoes INTEGER,
    undone_by INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(ticket) REFERENCES ticket (number),
    FOREIGN KEY(agent_id) REFERENCES agent (id),
    FOREIGN KEY(message_id) REFERENCES message (id),
    FOREIGN KEY(run_id) REFERENCES sync_run (id),
    FOREIGN KEY(undoes) REFERENCES event (id),
    FOREIGN KEY(undone_by) REFERENCES event (id)
);
CREATE INDEX event_by_ticket ON event (ticket, id);
CREATE INDEX event_in_outbox ON event (id) WHERE outbox IS NOT NULL AND exported_at IS NULL AND undone_by IS NULL;

CREATE TABLE clock (
    ticket INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    instance INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    started_at INTEGER NOT NULL,
    due_at INTEGER,
    fulfilled_at INTEGER,
    breached_at INTEGER,
    pauses VARCHAR NOT NULL,
    target_seconds INTEGER NOT NULL,
    policy_id VARCHAR NOT NULL,
    policy_name VARCHAR NOT NULL,
    policy_version INTEGER NOT NULL,
    priority_applied VARCHAR NOT NULL,
    calendar_id VARCHAR,
    business_seconds INTEGER NOT NULL,
    imported BOOLEAN NOT NULL,
    PRIMARY KEY (ticket, kind, instance),
    FOREIGN KEY(ticket) REFERENCES ticket (number)
)
 WITHOUT ROWID;
CREATE INDEX clock_running ON clock (due_at) WHERE state = 'running';

CREATE TABLE queue_count (
    desk VARCHAR NOT NULL,
    tier INTEGER NOT NULL,
    team VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    tickets INTEGER NOT NULL,
    PRIMARY KEY (desk, tier, team, status)
)
 WITHOUT ROWID;

CREATE TABLE article (
    id VARCHAR NOT NULL,
    desk VARCHAR,
    category VARCHAR,
    tags VARCHAR NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE article_variant (
    id INTEGER NOT NULL,
    article_id VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (article_id, language),
    FOREIGN KEY(article_id) REFERENCES article (id)
);

CREATE TABLE canned_answer (
    id VARCHAR NOT NULL,
    desk VARCHAR,
    category VARCHAR,
    tags VARCHAR NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE canned_variant (
    id INTEGER NOT NULL,
    canned_id VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (canned_id, language),
    FOREIGN KEY(canned_id) REFERENCES canned_answer (id)
);

CREATE TABLE draft (
    ticket INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    canned VARCHAR NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (ticket, agent_id, kind),
    FOREIGN KEY(ticket) REFERENCES ticket (number),
    FOREIGN KEY(agent_id) REFERENCES agent (id)
)
 WITHOUT ROWID;

CREATE TABLE saved_view (
    id INTEGER NOT NULL,
    agent_id INTEGER,
    name VARCHAR NOT NULL,
    "query" VARCHAR NOT NULL,
    sort VARCHAR NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (agent_id, name),
    FOREIGN KEY(agent_id) REFERENCES agent (id)
);

-- Full text: contentless, so the words alone are kept; the rowid is the ticket's number, the customer's, the variant's id.
CREATE VIRTUAL TABLE ticket_words USING fts5(words, content='', detail=none, tokenize='ascii');
CREATE VIRTUAL TABLE customer_words USING fts5(words, content='', detail=none, tokenize='ascii');
CREATE VIRTUAL TABLE article_words USING fts5(title, body, content='', tokenize='ascii');

CREATE TRIGGER queue_count_in AFTER INSERT ON ticket BEGIN
    INSERT INTO queue_count VALUES (new.desk, new.tier, ifnull(new.team, ''), new.status, 1)
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
END;

CREATE TRIGGER queue_count_move AFTER UPDATE OF desk, tier, team, status ON ticket
WHEN (old.desk, old.tier, ifnull(old.team, ''), old.status) != (new.desk, new.tier, ifnull(new.team, ''), new.status)
BEGIN
    UPDATE queue_count SET tickets = tickets - 1
    WHERE desk = old.desk AND tier = old.tier AND team = ifnull(old.team, '') AND status = old.status;
    INSERT INTO queue_count VALUES (new.desk, new.tier, ifnull(new.team, ''), new.status, 1)
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
END;

CREATE TRIGGER queue_count_out AFTER DELETE ON ticket BEGIN
    UPDATE queue_count SET tickets = tickets - 1
    WHERE desk = old.desk AND tier = old.tier AND team = ifnull(old.team, '') AND status = old.status;
END;

-- The first ticket is 10001, so that a number never looks like an id of something else.
INSERT INTO sqlite_sequence (name, seq) VALUES ('ticket', 10000);
