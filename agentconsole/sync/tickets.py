"""Tickets and comments of a source: read into our words, compared with what we had, written with their clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from agentconsole.domain.answer import normalise_language
from agentconsole.domain.desk import Desk
from agentconsole.domain.instants import from_seconds, iso, to_seconds
from agentconsole.domain.text import detect_language
from agentconsole.domain.values import AuthorKind, Channel, Status
from agentconsole.store import intake, rows, search
from agentconsole.store.clocks import SOURCE_TIME
from agentconsole.sync import meaning
from agentconsole.sync.people import refer_agents
from agentconsole.sync.records import CommentRecord, RejectedRecord, TicketRecord
from agentconsole.sync.run import Run

SYSTEM: Final = "-1"
"""Zendesk's author of what nobody wrote."""


@dataclass(slots=True)
class _Batch:
    """What a batch refers to, looked up once."""

    run: Run
    known: dict[str, intake.KnownTicket]
    customers: dict[str, int]
    agents: dict[str, int]
    staff: set[str]
    """Authors who are agents of the source, or strangers: a stranger who answers is staff, who else would be let in."""
    organizations: dict[str, int]
    groups: dict[str, str]
    languages: dict[str, str]
    events: list[intake.SourceEvent] = field(default_factory=list)
    new: list[int] = field(default_factory=list)


def take_conversations(run: Run, tickets: Sequence[TicketRecord], comments: Sequence[CommentRecord]) -> None:
    """A batch of tickets with the comments inside them, and of comments that came by themselves."""
    known = intake.known_tickets(
        run.store, run.source, [*(t.external_id for t in tickets), *(c.ticket_external_id for c in comments)]
    )
    fresh, every_comment = _without_unchanged(run, known, tickets, comments)
    messages = intake.known(run.store, "message", run.source, (message_id(each) for each in every_comment))
    spoken = _changed_comments(run, every_comment, messages, known, {each.external_id for each in fresh})
    touched = _touched(known, fresh, spoken)
    old_words = search.ticket_words(run.store, touched)
    batch = _look_up(run, fresh, spoken, known)
    numbers = _write_tickets(batch, fresh)
    _write_messages(batch, spoken, numbers)
    intake.add_events(run.store, run.id, run.source, run.now, batch.events)
    intake.finish(run.store, batch.new, touched, old_words, run.now)


def _without_unchanged(
    run: Run,
    known: Mapping[str, intake.KnownTicket],
    tickets: Sequence[TicketRecord],
    comments: Sequence[CommentRecord],
) -> tuple[list[TicketRecord], list[CommentRecord]]:
    """The newest version of each ticket that is not as we have it, and the comments of those and of nobody's ticket."""
    fresh: dict[str, TicketRecord] = {}
    loose = list(comments)
    for ticket in tickets:
        newest = fresh.get(ticket.external_id)
        have = known.get(ticket.external_id)
        if _is_old_news(ticket, newest, have):
            run.summary.count("tickets", "unchanged")
            loose += ticket.comments
        else:
            if newest is not None:
                run.summary.count("tickets", "unchanged")
                loose += newest.comments
            fresh[ticket.external_id] = ticket
    return list(fresh.values()), [*(comment for ticket in fresh.values() for comment in ticket.comments), *loose]


def _is_old_news(ticket: TicketRecord, newest: TicketRecord | None, known: intake.KnownTicket | None) -> bool:
    """Whether we have this version already, or a later one: exports repeat themselves, and come out of order."""
    if newest is not None:
        return ticket.updated_at < newest.updated_at or ticket.digest == newest.digest
    if known is None or known.hash is None:
        return False
    return known.hash == ticket.digest.hex() or to_seconds(ticket.updated_at) < known.source_state["updated_at"]


def message_id(comment: CommentRecord) -> str:
    """The comment's id in its source; one without is known by what it says."""
    return comment.external_id or f"{comment.ticket_external_id}~{comment.digest.hex()}"


def _changed_comments(
    run: Run,
    comments: Sequence[CommentRecord],
    messages: dict[str, intake.Known],
    known: Mapping[str, intake.KnownTicket],
    fresh: set[str],
) -> list[CommentRecord]:
    changed: dict[str, CommentRecord] = {}
    for comment in comments:
        if comment.ticket_external_id not in known and comment.ticket_external_id not in fresh:
            run.reject(
                RejectedRecord(
                    comment.place,
                    "comment",
                    f"its ticket {comment.ticket_external_id} is not in the store",
                    comment.body,
                )
            )
            continue
        have = messages.get(message_id(comment))
        digest = comment.digest.hex()
        verdict = "new" if have is None else "unchanged" if have.hash == digest else "changed"
        run.summary.count("messages", verdict)
        if verdict != "unchanged":
            messages[message_id(comment)] = intake.Known(0, digest)
            changed[message_id(comment)] = comment
    return list(changed.values())


def _touched(
    known: Mapping[str, intake.KnownTicket], tickets: Sequence[TicketRecord], comments: Sequence[CommentRecord]
) -> list[int]:
    names = {*(each.external_id for each in tickets), *(each.ticket_external_id for each in comments)}
    return sorted(known[name].number for name in names if name in known)


def _look_up(
    run: Run, tickets: Sequence[TicketRecord], comments: Sequence[CommentRecord], known: dict[str, intake.KnownTicket]
) -> _Batch:
    store, source = run.store, run.source
    requesters = [each.requester_id for each in tickets if each.requester_id]
    authors = {each.author_id for each in comments if each.author_id and each.author_id != SYSTEM}
    staff = authors - set(requesters) - intake.customers_among(store, source, authors)
    return _Batch(
        run=run,
        known=known,
        customers=intake.refer(store, "customer", source, [*requesters, *authors]),
        agents=refer_agents(run, [*(each.assignee_id for each in tickets if each.assignee_id), *staff]),
        staff=staff,
        organizations=intake.refer(
            store, "organization", source, (each.organization_id for each in tickets if each.organization_id)
        ),
        groups=intake.names_of_groups(store, source, (each.group_id for each in tickets if each.group_id)),
        languages=intake.languages_of(store, source, requesters),
    )


# --- tickets


def _write_tickets(batch: _Batch, tickets: Sequence[TicketRecord]) -> dict[str, int]:
    """Adds or merges the tickets; returns the numbers of all that the batch speaks of."""
    read = {each.external_id: read_ticket(batch, each) for each in tickets}
    new = [row for external_id, row in read.items() if external_id not in batch.known]
    numbers = intake.insert_tickets(batch.run.store, batch.run.source, new, [rows.as_json(_state(row)) for row in new])
    batch.new += numbers.values()
    batch.run.summary.count("tickets", "new", len(new))
    batch.events += [_imported(numbers[row.external_id], row) for row in new]
    for external_id, row in read.items():
        if external_id in batch.known:
            batch.run.summary.count("tickets", _merge(batch, batch.known[external_id], row))
    return numbers | {external_id: each.number for external_id, each in batch.known.items()}


def read_ticket(batch: _Batch, record: TicketRecord) -> intake.TicketRow:
    """The record in our words. What has no word of ours is kept as it came, and counted."""
    run = batch.run
    desk = run.desk_of(record.desk)
    tier, team = _route(batch, desk, record)
    fields, unmapped = _fields(desk, run.source, record)
    return intake.TicketRow(
        external_id=record.external_id,
        subject=record.subject,
        description=record.description,
        channel=_channel(run, desk, record),
        language=_language(batch, record),
        category=record.category,
        priority=_priority(run, record),
        status=_status(run, record),
        source_status=record.status,
        tier=tier,
        team=team,
        assignee_id=batch.agents.get(record.assignee_id or ""),
        requester_id=batch.customers.get(record.requester_id or ""),
        organization_id=batch.organizations.get(record.organization_id or ""),
        created_at=to_seconds(record.created_at),
        updated_at=to_seconds(record.updated_at),
        tags=record.tags,
        fields=fields,
        hash=record.digest.hex(),
        extra=rows.as_json({**record.extra, **({"custom_fields": unmapped} if unmapped else {})}),
        desk=desk.key,
    )


def _route(batch: _Batch, desk: Desk, record: TicketRecord) -> tuple[int, str | None]:
    group = record.group_name or batch.groups.get(record.group_id or "")
    route = desk.route(batch.run.source, group) if group else None
    if route is None and (group or record.group_id):
        batch.run.unknown("ticket.group", group or record.group_id)
    tier, team = route or meaning.UNROUTED
    return int(tier), team


def _channel(run: Run, desk: Desk, record: TicketRecord) -> str:
    if record.via is None:
        return Channel.OTHER
    channel = meaning.channel_of(desk, run.source, record.via)
    if channel is None:
        run.unknown("ticket.via", record.via)
    return channel or Channel.OTHER


def _status(run: Run, record: TicketRecord) -> str:
    status = meaning.status_of(record.status)
    if status is None:
        run.unknown("ticket.status", record.status)
    return status or Status.OPEN


def _priority(run: Run, record: TicketRecord) -> str | None:
    if not record.priority:
        return None
    priority = meaning.priority_of(record.priority)
    if priority is None:
        run.unknown("ticket.priority", record.priority)
    return priority


def _language(batch: _Batch, record: TicketRecord) -> str | None:
    """The ticket's own locale, else the requester's, else what the text looks like."""
    declared = normalise_language(record.locale) or batch.languages.get(record.requester_id or "")
    return declared or detect_language(f"{record.subject}\n{record.description or ''}")


def _fields(desk: Desk, source: str, record: TicketRecord) -> tuple[dict[str, str], dict[str, Any]]:
    """The form's fields that the desk declares, and the custom fields that it does not."""
    if not record.custom_fields:
        return dict(record.fields), {}
    by_id = {source_id: each.key for each in desk.fields for source_id in each.sources.get(source, ())}
    unmapped = {key: value for key, value in record.custom_fields.items() if key not in by_id}
    mapped = {by_id[key]: str(value) for key, value in record.custom_fields.items() if key in by_id}
    return {**mapped, **record.fields}, unmapped


def _state(row: intake.TicketRow) -> dict[str, Any]:
    """What the next sync compares with."""
    return {name: rows.plain(getattr(row, name)) for name in intake.TAKEN} | {"updated_at": row.updated_at}


def _imported(number: int, row: intake.TicketRow) -> intake.SourceEvent:
    """A ticket that comes in another state than new got there when its source last touched it."""
    moved = {} if row.status == Status.NEW else {"status": row.status, SOURCE_TIME: iso(from_seconds(row.updated_at))}
    return intake.SourceEvent(number, "imported", before={"status": Status.NEW} if moved else {}, after=moved)


def _merge(batch: _Batch, known: intake.KnownTicket, row: intake.TicketRow) -> str:
    """Field by field against the source's last state: theirs taken where only theirs changed, ours kept where both did."""
    state = _state(row)
    theirs = {name for name in intake.TAKEN if state[name] != known.source_state.get(name)}
    ours = {name: rows.plain(_ours(known, name)) for name in theirs}
    taken = {name for name in theirs if ours[name] == known.source_state.get(name)}
    clashing = {name for name in theirs - taken if ours[name] != state[name]}
    intake.update_ticket(
        batch.run.store, known.number, {name: getattr(row, name) for name in taken},
        hash=row.hash, state=rows.as_json(state), extra=row.extra, updated_at=row.updated_at,
    )  # fmt: skip
    when = {SOURCE_TIME: iso(from_seconds(row.updated_at))}
    if taken:
        before, after = {name: ours[name] for name in taken}, {name: state[name] for name in taken}
        batch.events.append(intake.SourceEvent(known.number, "source_changed", before, after | when))
    if clashing:
        before, after = {name: ours[name] for name in clashing}, {f"theirs_{name}": state[name] for name in clashing}
        batch.events.append(intake.SourceEvent(known.number, "conflict", before, after | when))
    return "conflict" if clashing else "changed"


def _ours(known: intake.KnownTicket, name: str) -> Any:
    value = known.row[name]
    return rows.parsed(value) if name in ("tags", "fields") else value


# --- comments


def _write_messages(batch: _Batch, comments: Sequence[CommentRecord], numbers: Mapping[str, int]) -> None:
    requesters = intake.requesters(batch.run.store, sorted({numbers[each.ticket_external_id] for each in comments}))
    found = [_message(batch, each, numbers[each.ticket_external_id], requesters) for each in comments]
    intake.put_messages(batch.run.store, batch.run.source, found)


def _message(
    batch: _Batch, comment: CommentRecord, number: int, requesters: Mapping[int, int | None]
) -> intake.MessageRow:
    kind = author_kind(batch, comment, requesters[number])
    return intake.MessageRow(
        ticket=number,
        external_id=message_id(comment),
        at=to_seconds(comment.at),
        author_kind=kind,
        agent_id=batch.agents.get(comment.author_id or "") if kind is AuthorKind.AGENT else None,
        customer_id=batch.customers.get(comment.author_id or ""),
        author_name=comment.author_name,
        public=comment.public,
        automatic=comment.automatic,
        channel=_message_channel(batch, comment),
        body=comment.body,
        attachments=rows.as_json([{"name": a.name, "type": a.type, "size": a.size} for a in comment.attachments]),
        hash=comment.digest.hex(),
        extra=rows.as_json(comment.extra),
    )


def author_kind(batch: _Batch, comment: CommentRecord, requester_id: int | None) -> AuthorKind:
    """Who speaks. The requester is a customer here even if they are staff elsewhere; without any author, notes are staff's."""
    if comment.author_kind:
        return AuthorKind(comment.author_kind)
    if comment.author_id is None:
        return AuthorKind.CUSTOMER if comment.public else AuthorKind.AGENT
    if comment.author_id == SYSTEM:
        return AuthorKind.SYSTEM
    if batch.customers[comment.author_id] == requester_id or comment.author_id not in batch.staff:
        return AuthorKind.CUSTOMER
    return AuthorKind.AGENT


def _message_channel(batch: _Batch, comment: CommentRecord) -> str | None:
    return None if comment.via is None else meaning.channel_of(batch.run.desk, batch.run.source, comment.via)
