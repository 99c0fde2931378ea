"""What helpdesks' exports say of their own SLA clocks: Zendesk's metrics, Zammad's and Freshdesk's ticket fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from agentconsole.domain.instants import parse_instant
from agentconsole.domain.oracle import MINUTE, Oracle
from agentconsole.domain.values import ClockKind
from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats.json_documents import documents
from agentconsole.sync.formats.json_pieces import lists
from agentconsole.sync.records import RejectedRecord

Json: TypeAlias = Mapping[str, Any]
FIRST, NEXT, UPDATE, RESOLUTION = ClockKind


def of_extra(ticket: str, extra: Json) -> Iterator[Oracle]:
    """What a ticket's own fields say, as a sync has kept them."""
    if "fr_due_by" in extra or "due_by" in extra:
        yield from _freshdesk(ticket, extra)
    if "first_response_in_min" in extra or "first_response_escalation_at" in extra:
        yield from _zammad(ticket, extra)
    if isinstance(metrics := extra.get("metric_set"), Mapping):
        yield from _metric_set(ticket, metrics)
    if isinstance(events := extra.get("metric_events"), Mapping):
        yield from _metric_events(ticket, [each for its in events.values() for each in its])


def of_files(files: Iterable[SourceFile]) -> Iterator[Oracle]:
    """Zendesk's `ticket_metric_events` and `ticket_metrics`, from pages or from lines."""
    events: dict[str, list[Json]] = defaultdict(list)
    for file in files:
        for each in _objects(file):
            ticket = str(each.get("ticket_id"))
            if "instance_id" in each:
                events[ticket].append(each)
            elif "reply_time_in_minutes" in each:
                yield from _metric_set(ticket, each)
    for ticket, its in events.items():
        yield from _metric_events(ticket, its)


_PAGES: Final = ("ticket_metric_events", "ticket_metrics", "metric_sets", "ticket_metric", "metric_events")


def _objects(file: SourceFile) -> Iterator[Json]:
    for document in documents(file, lists("metric")):
        if isinstance(document, RejectedRecord):
            continue
        values = document.value if isinstance(document.value, list) else [document.value]
        for value in values:
            if isinstance(value, Mapping):
                inside = next((value[key] for key in _PAGES if key in value), value)
                yield from (each for each in (inside if isinstance(inside, list) else [inside]) if "ticket_id" in each)


# --- Zendesk

_METRICS: Final = {
    "reply_time": FIRST,
    "pausable_update_time": UPDATE,
    "periodic_update_time": UPDATE,
    "resolution_time": RESOLUTION,
    "agent_work_time": RESOLUTION,
    "requester_wait_time": RESOLUTION,
}


def _metric_events(ticket: str, events: Iterable[Json]) -> Iterator[Oracle]:
    """One for each instance of each metric to which a promise was applied."""
    found: dict[tuple[str, int], list[Json]] = defaultdict(list)
    for each in events:
        if not each.get("deleted") and each.get("metric") in _METRICS:
            found[str(each["metric"]), _whole(each.get("instance_id")) or 0].append(each)
    for (metric, instance), its in found.items():
        promise = next((each["sla"] for each in reversed(_sorted(its)) if isinstance(each.get("sla"), Mapping)), None)
        if promise is not None:
            yield _instance(ticket, metric, instance, _sorted(its), promise)


def _sorted(events: Iterable[Json]) -> list[Json]:
    return sorted(events, key=lambda each: (str(each.get("time")), _whole(each.get("id")) or 0))


def _instance(ticket: str, metric: str, instance: int, events: list[Json], promise: Json) -> Oracle:
    kind, number = _METRICS[metric], instance
    if kind is FIRST and instance > 1:
        kind, number = NEXT, instance - 1
    times = {str(each.get("type")): _instant(each.get("time")) for each in reversed(events)}
    last = {str(each.get("type")): _instant(each.get("time")) for each in events}
    business = bool(promise.get("business_hours"))
    target = _whole(promise.get("target_in_seconds"))
    return Oracle(
        ticket,
        kind,
        f"ticket_metric_events {metric}",
        number,
        started_at=times.get("activate"),
        due_at=last.get("breach"),
        fulfilled_at=last.get("fulfill"),
        breached="breach" in last,
        target=target if target is not None else _minutes(promise.get("target")),
        elapsed=_counted(events, "business" if business else "calendar"),
        business=business,
        pauses=sum(each.get("type") == "pause" for each in events),
    )


def _counted(events: Iterable[Json], hours: str) -> int | None:
    """What the last status of a clock says."""
    told = [each["status"] for each in events if isinstance(each.get("status"), Mapping)]
    return _minutes(told[-1].get(hours)) if told else None


def _metric_set(ticket: str, metrics: Json) -> Iterator[Oracle]:
    """Times in minutes; what is null has not come to its end."""
    for key, kind, ended in (
        ("reply_time_in_minutes", FIRST, None),
        ("full_resolution_time_in_minutes", RESOLUTION, "solved_at"),
    ):
        told = metrics.get(key)
        elapsed = _minutes(told.get("business")) if isinstance(told, Mapping) else None
        if elapsed is not None:
            at = _instant(metrics.get(ended)) if ended else None
            yield Oracle(ticket, kind, f"ticket_metrics {key}", fulfilled_at=at, elapsed=elapsed, business=True)


# --- Zammad and Freshdesk


def _zammad(ticket: str, extra: Json) -> Iterator[Oracle]:
    """The target is what was needed and what was left of it, both in minutes."""
    for prefix, kind, ended in (
        ("first_response", FIRST, "first_response_at"),
        ("update", NEXT, None),
        ("close", RESOLUTION, "close_at"),
    ):
        due, needed = _instant(extra.get(f"{prefix}_escalation_at")), _minutes(extra.get(f"{prefix}_in_min"))
        left = _minutes(extra.get(f"{prefix}_diff_in_min"))
        if due is None and left is None:
            continue
        yield Oracle(
            ticket,
            kind,
            f"{prefix}_in_min, {prefix}_escalation_at",
            0 if kind is NEXT else 1,
            due_at=due,
            fulfilled_at=_instant(extra.get(ended)) if ended else None,
            breached=None if left is None else left < 0,
            target=None if needed is None or left is None else needed + left,
            elapsed=needed,
            business=True,
        )


def _freshdesk(ticket: str, extra: Json) -> Iterator[Oracle]:
    told = extra.get("stats")
    stats: Json = told if isinstance(told, Mapping) else {}
    for key, kind, late, ended in (
        ("fr_due_by", FIRST, "fr_escalated", "first_responded_at"),
        ("nr_due_by", NEXT, "nr_escalated", None),
        ("due_by", RESOLUTION, "is_escalated", "resolved_at"),
    ):
        due, breached = _instant(extra.get(key)), extra.get(late)
        if due is not None:
            yield Oracle(
                ticket,
                kind,
                f"{key}, {late}",
                0 if kind is NEXT else 1,
                due_at=due,
                fulfilled_at=_instant(stats.get(ended)) if ended else None,
                breached=breached if isinstance(breached, bool) else None,
            )


# --- values


def _instant(value: object) -> datetime | None:
    return _read(parse_instant, value) if isinstance(value, str) else None


def _whole(value: object) -> int | None:
    return _read(int, value) if isinstance(value, int | str) and not isinstance(value, bool) else None


def _minutes(value: object) -> int | None:
    whole = _whole(value)
    return None if whole is None else whole * MINUTE


def _read(reader: Callable[[Any], Any], value: object) -> Any:
    try:
        return reader(value)
    except ValueError:
        return None
