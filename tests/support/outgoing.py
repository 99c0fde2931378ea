"""Tickets that a helpdesk knows, and what it is told of them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from agentconsole.domain.desk_file import load_desk
from agentconsole.services.session import Session
from agentconsole.services.tickets import open_ticket
from agentconsole.store import desks
from agentconsole.store.outbox import State
from agentconsole.sync import outbox
from tests.support.desk import TEXT


def with_groups(session: Session, *sources: str) -> None:
    """The office's desk with the groups of these helpdesks."""
    groups = '"Second line" = { tier = 2 }\n"Tax" = { tier = 3, team = "tax" }\n'
    text = TEXT + "".join(f"\n[sources.{source}.groups]\n{groups}" for source in sources)
    with session.store.writing():
        desks.save_desk(session.store, load_desk(text, "office"), session.now())


def opened(session: Session, source: str, external_id: str, **words: Any) -> int:
    """A ticket that came from a helpdesk."""
    usual: dict[str, Any] = {"channel": "mail", "subject": "入金", "body": "まだです", "name": "見本 花子"}
    made = open_ticket(session, desk="office", **usual | words)
    with session.store.writing():
        session.store.connection.execute(
            "UPDATE ticket SET source = ?, external_id = ? WHERE number = ?", (source, external_id, made.ticket.number)
        )
        session.store.connection.execute("UPDATE event SET outbox = NULL WHERE id = ?", made.event_ids)
    return made.ticket.number


def payloads(session: Session) -> list[dict[str, Any]]:
    """What waits, each as the helpdesk takes it, without our marks."""
    found = [dict(each["payload"]) for each in outbox.listed(session.store)]
    for each in found:
        each.pop("metadata", None)
    return found


def ids(session: Session, state: State) -> list[int]:
    return [each["id"] for each in outbox.listed(session.store, state)]


def exported(session: Session, file: Path, at: datetime | None = None, **wanted: Any) -> Any:
    """The file of an export, read again."""
    outbox.export(session.store, file, at or session.now(), outbox.Wanted(**wanted))
    return json.loads(file.read_text("utf-8"))
