"""What exports say of their own clocks, read and held against ours."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.desk import Desk
from agentconsole.domain.errors import NotFoundError
from agentconsole.domain.instants import iso
from agentconsole.domain.oracle import Cause
from agentconsole.domain.values import ClockKind
from agentconsole.services.comparing import compare
from agentconsole.store.store import Store
from agentconsole.sync.files import collect
from agentconsole.sync.oracles import of_extra, of_files
from tests.conftest import NOW
from tests.support.records import SOURCE, ago, comment, take, ticket
from tests.support.samples import sample

OPENED = ago(days=1, hours=6)
"""12:00 on a Thursday in Tokyo."""
HOUR = timedelta(hours=1)


def event(kind: str, at: datetime, instance: int = 1, metric: str = "reply_time", **more: Any) -> dict[str, Any]:
    return {
        "id": int(at.timestamp()), "ticket_id": 1, "metric": metric, "instance_id": instance, "type": kind,
        "time": iso(at), **more,
    }  # fmt: skip


def promise(minutes: int, *, business: bool = True) -> dict[str, Any]:
    return {"sla": {"target": minutes, "business_hours": business, "policy": {"id": 1, "title": "made up"}}}


@pytest.fixture
def answered(store: Store, office: Desk) -> Store:
    """A mail of noon, answered an hour later; the desk promises two hours of its own."""
    said = (comment("1", "a", author_id="agent-7", at=OPENED + HOUR),)
    take(store, ticket("1", via="email", created_at=OPENED, updated_at=OPENED + HOUR, comments=said), desk="office")
    return store


def events(tmp_path: Path, *found: dict[str, Any]) -> Path:
    file = tmp_path / "ticket_metric_events.json"
    file.write_text(json.dumps({"ticket_metric_events": list(found), "count": len(found)}), encoding="utf-8")
    return file


def test_metric_events_that_agree(answered: Store, tmp_path: Path) -> None:
    file = events(
        tmp_path,
        event("activate", OPENED),
        event("apply_sla", OPENED, **promise(120)),
        event("fulfill", OPENED + HOUR),
        event("update_status", OPENED + HOUR, status={"calendar": 60, "business": 60}),
    )
    found = compare(answered, SOURCE, [file])
    assert (found.compared, found.same, found.unknown, found.differences) == (1, 1, 0, [])


def test_metric_events_of_another_target_and_of_nobodys_ticket(answered: Store, tmp_path: Path) -> None:
    file = events(
        tmp_path,
        event("activate", OPENED),
        event("apply_sla", OPENED, **promise(30)),
        event("breach", OPENED + HOUR / 2),
        event("fulfill", OPENED + HOUR),
        event("activate", OPENED) | {"ticket_id": 99},
        event("apply_sla", OPENED, **promise(30)) | {"ticket_id": 99},
    )
    found = compare(answered, SOURCE, [file])
    assert [(each.number, each.cause) for each in found.differences] == [(10001, Cause.TARGET)]
    assert found.unknown == 1


def test_the_second_reply_time_is_a_next_response(tmp_path: Path) -> None:
    file = events(
        tmp_path,
        event("apply_sla", OPENED, 2, **promise(60)),
        event("pause", OPENED, 2),
        event("apply_sla", OPENED, 1, "agent_work_time", **promise(600, business=False)),
        event("activate", OPENED, 1, "requester_wait_time"),
    )
    said = [(each.kind, each.instance, each.pauses, each.business) for each in of_files(collect([file]))]
    assert said == [(ClockKind.NEXT_RESPONSE, 1, 1, True), (ClockKind.RESOLUTION, 1, 0, False)]


def test_ticket_metrics_tell_what_was_counted(answered: Store, tmp_path: Path) -> None:
    file = tmp_path / "metrics.ndjson"
    rows = [{"ticket_id": 1, "reply_time_in_minutes": {"calendar": 60, "business": minutes}} for minutes in (60, 10)]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    found = compare(answered, SOURCE, [file])
    assert (found.compared, found.same) == (2, 1)
    assert [each.cause for each in found.differences] == [Cause.ELAPSED]


def test_zammads_fields() -> None:
    said = {
        "first_response_in_min": 50,
        "first_response_diff_in_min": -20,
        "first_response_at": "2026-11-20T09:00:00Z",
        "first_response_escalation_at": None,
        "update_escalation_at": "2026-11-20T10:00:00Z",
        "update_in_min": None,
        "close_in_min": "broken",
    }
    first, update = of_extra("1", said)
    assert (first.kind, first.target, first.elapsed, first.breached) == (ClockKind.FIRST_RESPONSE, 1800, 3000, True)
    assert first.fulfilled_at == NOW
    assert (update.kind, update.instance, update.due_at) == (ClockKind.NEXT_RESPONSE, 0, NOW + HOUR)


def test_freshdesks_fields_kept_by_a_sync(store: Store, office: Desk) -> None:
    extra = {
        "due_by": iso(OPENED + HOUR),
        "is_escalated": True,
        "fr_due_by": iso(OPENED + 2 * HOUR),
        "fr_escalated": True,
        "nr_due_by": "no time",
    }
    take(store, ticket("1", via="email", created_at=OPENED, extra=extra), desk="office")
    take(store, ticket("2", via="email", created_at=OPENED), desk="office")
    found = compare(store)
    assert (found.compared, found.same) == (2, 1)
    assert [(each.theirs.kind, each.cause) for each in found.differences] == [
        (ClockKind.RESOLUTION, Cause.DEADLINE),
    ]
    assert compare(store, "elsewhere").compared == 0


def test_files_that_are_not_there(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        compare(store, SOURCE, [tmp_path / "none.json"])


def test_real_fields_of_freshdesk(store: Store) -> None:
    fields = json.loads(sample("helpdesk-freshdesk-fixtures", "v2", "ticket_1.json").read_text(encoding="utf-8"))
    said = {each.kind: each for each in of_extra("1", fields)}
    assert said.keys() == {ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION}
    assert said[ClockKind.RESOLUTION].breached is True
