"""The JSON shapes that the command line promises: names may be added, never renamed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from agentconsole.commands.deadline_words import sentences, verdict
from agentconsole.domain.customer import Profile
from agentconsole.domain.explanation import counted
from agentconsole.domain.fields import ROW
from agentconsole.domain.instants import iso
from agentconsole.domain.sla import Clock, Editions, Reason, Step, settle
from agentconsole.domain.ticket import Conversation, Event, Message, Related, Ticket
from agentconsole.locale.words import word

if TYPE_CHECKING:
    from agentconsole.domain.desk import Desk
    from agentconsole.services.applying import Progress
    from agentconsole.services.comparing import Comparison, Difference
    from agentconsole.services.explain import Case, Explained
    from agentconsole.services.tickets import Done


def ticket_row(ticket: Ticket, now: datetime) -> dict[str, Any]:
    return {field.key: _plain(field.of(ticket, now)) for field in ROW}


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return list(value) if isinstance(value, tuple) else value


def conversation(talk: Conversation, editions: Editions[Desk], now: datetime) -> dict[str, Any]:
    """A ticket with all that hangs on it; its clocks as they stand at `now`, counted by the editions of its desk."""
    return {
        **ticket_row(talk.ticket, now),
        "messages": [message(each) for each in talk.messages],
        "events": [event(each) for each in talk.events],
        "clocks": [clock(each, editions, now) for each in settle(talk.clocks, now)],
        "customer": customer(talk.customer) if talk.customer else {},
        "merged_into": related(talk.merged_into) if talk.merged_into else None,
        "merged_from": [related(each) for each in talk.merged_from],
    }


def related(other: Related) -> dict[str, Any]:
    return {"number": other.number, "source": other.source, "external_id": other.external_id}


def message(said: Message) -> dict[str, Any]:
    return {
        "id": said.id or 0,  # the description, which speaks while no comment is known
        "at": iso(said.at),
        "author": {"kind": said.author_kind, "name": said.author_name},
        "public": said.public,
        "redacted": said.redacted,
        "body": said.body,
        "attachments": [{"name": file.name, "type": file.type, "size": file.size} for file in said.attachments],
    }


def event(entry: Event) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": iso(entry.at),
        "actor": entry.actor,
        "verb": entry.verb,
        "before": dict(entry.before),
        "after": dict(entry.after),
    }


def clock(each: Clock, editions: Editions[Desk], now: datetime) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "state": each.state,
        "started_at": iso(each.started_at),
        "due_at": instant(each.due_at),
        "fulfilled_at": instant(each.fulfilled_at),
        "breached_at": instant(each.breached_at),
        "paused_seconds": paused_seconds(each, now),
        "business_seconds": counted(each, editions, now),
        "policy": {"id": each.policy_id, "name": each.policy_name, "version": each.policy_version},
        "priority_applied": each.priority_applied,
    }


def paused_seconds(each: Clock, now: datetime) -> int:
    """Plain seconds that the clock has stood still so far; the open pause of one that is over is its end."""
    until = now if each.is_live else datetime.min.replace(tzinfo=UTC)
    spans = ((start, end or until) for start, end in each.pauses)
    return sum(max(int((end - start).total_seconds()), 0) for start, end in spans)


def explanation(case: Case) -> dict[str, Any]:
    """Every clock of a ticket with the steps to its deadline; `at` is the instant of which it speaks."""
    what_if = case.what_if
    supposed = {"priority": what_if.priority, "policy": what_if.policy} if what_if else None
    return {
        "number": case.ticket.number,
        "at": iso(case.at),
        "what_if": supposed,
        "clocks": [_explained(each) for each in case.clocks],
    }


def _explained(told: Explained) -> dict[str, Any]:
    each = told.clock
    return {
        "kind": each.kind,
        "state": each.state,
        "due_at": instant(each.due_at),
        "policy": each.policy_id,
        "priority_applied": each.priority_applied,
        "steps": [_step(step) for step in told.explanation.steps],
        "text": "\n".join([f"{word('clock', each.kind)}: {verdict(told)}", *sentences(told)]),
        "policy_version": each.policy_version,
        "target_seconds": each.target_seconds,
        "grace_seconds": each.grace_seconds,
        "warn_at": instant(told.warn_at),
        "reason": _reason(each.reason) if each.reason else None,
        "cancel_reason": each.cancel_reason,
        "calendar": {"id": told.calendar.id, "name": told.calendar.name, "time_zone": told.zone.key},
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "matched": dict(reason.matched),
        "passed_over": [
            {"policy": policy, "condition": name, "value": value} for policy, name, value in reason.passed_over
        ],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "from": iso(step.start),
        "to": iso(step.end),
        "kind": step.kind,
        "name": step.name,
        "seconds_counted": step.seconds_counted,
        "seconds_left": step.seconds_left,
    }


def applied(progress: Progress) -> dict[str, Any]:
    return {
        "desk": progress.desk,
        "version": progress.version,
        "open": progress.open,
        "changed": progress.changed,
        "breached": progress.breached,
    }


def comparison(result: Comparison) -> dict[str, Any]:
    return {
        "compared": result.compared,
        "same": result.same,
        "unknown_tickets": result.unknown,
        "causes": dict(result.causes.most_common()),
        "differences": [_difference(each) for each in result.differences],
    }


def _difference(each: Difference) -> dict[str, Any]:
    theirs, ours = each.theirs, each.ours
    return {
        "number": each.number,
        "external_id": theirs.ticket,
        "kind": theirs.kind,
        "instance": theirs.instance,
        "cause": each.cause,
        "said_by": theirs.said_by,
        "ours": None
        if ours is None
        else {
            "started_at": iso(ours.started_at),
            "due_at": instant(ours.due_at),
            "fulfilled_at": instant(ours.fulfilled_at),
            "breached": ours.breached_at is not None,
            "target_seconds": ours.target_seconds,
            "seconds_counted": ours.business_seconds,
        },
        "theirs": {
            "started_at": instant(theirs.started_at),
            "due_at": instant(theirs.due_at),
            "fulfilled_at": instant(theirs.fulfilled_at),
            "breached": theirs.breached,
            "target_seconds": theirs.target,
            "seconds_counted": theirs.elapsed,
        },
    }


def customer(profile: Profile) -> dict[str, Any]:
    return {
        "id": profile.id,
        "source": profile.source,
        "external_id": profile.external_id,
        "name": profile.name,
        "reading": profile.reading,
        "email": profile.email,
        "phone": profile.phone,
        "role": profile.role,
        "language": profile.language,
        "locale": profile.locale,
        "time_zone": profile.time_zone,
        "organization": profile.organization,
        "kyc": profile.kyc,
        "account": profile.account,
        "two_factor": profile.two_factor,
        "class": profile.customer_class,
        "opened_on": profile.opened_on,
        "notes": profile.notes,
        "movements": [
            {
                "at": iso(each.at),
                "kind": each.kind,
                "asset": each.asset,
                "amount": each.amount,
                "state": each.state,
                "reference": each.reference,
            }
            for each in profile.movements
        ],
        "account_events": [
            {"at": iso(each.at), "kind": each.kind, "detail": each.detail} for each in profile.account_events
        ],
    }


def done(deed: Done, now: datetime) -> dict[str, Any]:
    """The changed row, the events that tell of the change, and whether it can be undone."""
    return {**ticket_row(deed.ticket, now), "event_ids": list(deed.event_ids), "undoable": deed.undoable}


def dones(deeds: Iterable[Done], now: datetime) -> Any:
    """One object for one ticket, a list for several."""
    documents = [done(deed, now) for deed in deeds]
    return documents[0] if len(documents) == 1 else documents


def instant(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
