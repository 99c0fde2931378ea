"""A ticket's record in our words, as its desk maps them. What has no word of ours is kept as it came, and counted."""

from __future__ import annotations

from typing import Any, Final

from agentconsole.domain.desk import Desk
from agentconsole.domain.instants import to_seconds
from agentconsole.domain.languages import normalise_language
from agentconsole.domain.redaction import is_redacted
from agentconsole.domain.text import detect_language
from agentconsole.domain.values import Channel, Condition, Status
from agentconsole.store import rows
from agentconsole.store.intake_rows import TicketRow
from agentconsole.sync import vocabulary
from agentconsole.sync.batch import Batch
from agentconsole.sync.line_filter import taken_line
from agentconsole.sync.people import assignee_of
from agentconsole.sync.records import TicketRecord
from agentconsole.sync.run import Run

_TABLES: Final = ("csv", "json")
"""Formats that count columns themselves, mapped or not."""


def read_ticket(batch: Batch, record: TicketRecord) -> TicketRow:
    """The row that the record stands for."""
    run = batch.run
    desk = run.desk_of(record.desk)
    tier, team = _route(batch, desk, record)
    fields, unmapped = _fields(desk, run.source, record)
    for name in unmapped if run.summary.format not in _TABLES else ():
        run.unknown("ticket.custom_field", name)
    conditions = _conditions(batch, record)
    row = TicketRow(
        external_id=record.external_id,
        subject=record.subject,
        description=record.description,
        channel=_channel(run, desk, record),
        language=_language(batch, record),
        category=record.category,
        priority=_priority(run, record),
        status=Status.CLOSED if any(each.ends_it for each in conditions) else _status(run, record),
        source_status=record.status,
        tier=tier,
        team=team,
        assignee_id=batch.agents.get(assignee_of(record) or ""),
        requester_id=batch.requester_id(record.external_id),
        organization_id=batch.organizations.get(record.organization_id or ""),
        created_at=to_seconds(record.created_at),
        updated_at=to_seconds(record.updated_at),
        tags=record.tags,
        fields=fields,
        hash=str(batch.fingerprints[record.external_id]),
        taken_line=None if record.external_id in run.refused else taken_line(record),
        extra=rows.as_json({**record.extra, **({"custom_fields": unmapped} if unmapped else {})}),
        desk=desk.key,
        conditions=conditions,
    )
    return _impersonal(row) if Condition.SCRUBBED in row.conditions else row


def _impersonal(row: TicketRow) -> TicketRow:
    return row._replace(requester_id=None, organization_id=None, tags=(), fields={}, extra="{}")


def _conditions(batch: Batch, record: TicketRecord) -> tuple[Condition, ...]:
    """What the record says, and what other records said of the ticket that it does not take back."""
    found = set(record.conditions)
    if condition := vocabulary.condition_of(record.status):
        found.add(condition)
    if record.external_id in batch.merged:
        found.add(Condition.MERGED)
    known = batch.known.get(record.external_id)
    if is_redacted(record.description or "") or (known and known.has(Condition.REDACTED)):
        found.add(Condition.REDACTED)
    return tuple(filter(found.__contains__, Condition)) if found else ()


def _route(batch: Batch, desk: Desk, record: TicketRecord) -> tuple[int, str | None]:
    group = batch.context.group(record)
    route = desk.route(batch.run.source, group) if group else None
    if route is None and (group or record.group_id):
        batch.run.unknown("ticket.group", group or record.group_id)
    tier, team = route or vocabulary.UNROUTED
    return int(tier), team


def _channel(run: Run, desk: Desk, record: TicketRecord) -> str:
    if record.via is None:
        return Channel.OTHER
    channel = run.channel(desk, record.via)
    if channel is None:
        run.unknown("ticket.via", record.via)
    return channel or Channel.OTHER


def _status(run: Run, record: TicketRecord) -> str:
    status = vocabulary.status_of(record.status)
    if status is None:
        run.unknown("ticket.status", record.status)
    return status or Status.OPEN


def _priority(run: Run, record: TicketRecord) -> str | None:
    if not record.priority:
        return None
    priority = vocabulary.priority_of(record.priority)
    if priority is None:
        run.unknown("ticket.priority", record.priority)
    return priority


def _language(batch: Batch, record: TicketRecord) -> str | None:
    """The ticket's own locale, else the requester's, else what the text looks like."""
    declared = normalise_language(record.locale) or batch.context.languages.get(record.requester_id or "")
    return declared or detect_language(f"{record.subject}\n{record.description or ''}")


def _fields(desk: Desk, source: str, record: TicketRecord) -> tuple[dict[str, str], dict[str, Any]]:
    """The form's fields that the desk declares, and the custom fields that it does not."""
    if not record.custom_fields:
        return dict(record.fields), {}
    by_id = {source_id: each.key for each in desk.fields for source_id in each.sources.get(source, ())}
    unmapped = {key: value for key, value in record.custom_fields.items() if key not in by_id}
    words = {by_id[key]: _word(value) for key, value in record.custom_fields.items() if key in by_id}
    return {**{key: word for key, word in words.items() if word}, **record.fields}, unmapped


def _word(value: Any) -> str:
    """A custom field's value as people read it; nothing where nothing was filled in."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return ", ".join(filter(None, map(_word, value)))
        case dict():
            return rows.as_json(value)
    return str(value)
