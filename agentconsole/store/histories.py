"""The life of tickets as their messages and events tell it, and the clocks that follow from it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, Final

from agentconsole.domain.clock_transitions import Choices, Life
from agentconsole.domain.desk import Desk
from agentconsole.domain.endings import cancel_reason
from agentconsole.domain.instants import from_seconds, parse_instant, to_seconds
from agentconsole.domain.sla import Clock, Editions, Happening, Signal, SignalKind, Situation, lived
from agentconsole.domain.values import AuthorKind, Channel, Priority, Status, Team, Tier
from agentconsole.store import desks
from agentconsole.store.clocks import CONDITIONS, marked, newly_breached, rows_of, save_clocks, standing, told
from agentconsole.store.intake_rows import MessageRow, NewTicket
from agentconsole.store.store import Store

SOURCE_TIME: Final = "source_updated_at"
"""In an event's `after`: when the change happened at its source, if it came from one."""
APPLY_POLICY: Final = "apply_policy"
"""The verb of the event that has a ticket's clocks aimed anew by the edition of its time."""
_FOLLOWED: Final = CONDITIONS | {"status", "conditions"}
_OF_DESK: Final = frozenset({"desk", "channel", "tier", "team"})
"""What a desk's maps make of a source's words."""
_OF_ROW: Final = tuple(_FOLLOWED - {"customer_class"})
_FOLLOWED_OF: Final = attrgetter(*_OF_ROW)


def derive_clocks(store: Store, numbers: Sequence[int], now: datetime) -> dict[int, list[Clock]]:
    """Makes the clocks of these tickets anew from their messages and events; returns the breaches that are news."""
    before = standing(store, numbers)
    after = {
        number: marked(history.life(to_seconds(now)).clocks(), history.came_at)
        for number, history in _histories(store, numbers).items()
    }
    save_clocks(store, after, before)
    return {number: newly_breached(its, told(before[number])) for number, its in after.items()}


def begin_clocks(store: Store, new: Sequence[NewTicket], now: datetime, choices: Choices) -> list[Life]:
    """The clocks of tickets that have just come, for `add_clocks`."""
    ears = _Ears(store)
    askers = sorted({each.row.requester_id for each in new if each.row.requester_id is not None})
    classes = {row["id"]: row["customer_class"] for row in rows_of(store, _CLASSES, askers)}
    second = to_seconds(now)
    histories = [_begun(each, ears, classes.get(each.row.requester_id or 0), second) for each in new]
    return [each.life(second, choices) for each in histories]


def signals_of(store: Store, number: int) -> list[Signal]:
    """All that happened to a ticket, as its clocks hear it."""
    return [each.signal() for each in _histories(store, [number])[number].happenings()]


class _Ear:
    """What messages mean to the clocks of a desk, by the edition of their time; each kind of message is judged once."""

    def __init__(self, editions: Editions[Desk]) -> None:
        self.editions = editions
        self._known: dict[tuple[object, ...], SignalKind | None] = {}

    def heard(self, at: int, author: str, channel: str, *, public: bool, automatic: bool) -> SignalKind | None:
        desk = self.editions.rules_in(at)
        key = (desk.version, author, public, automatic, channel)
        if key not in self._known:
            self._known[key] = desk.signal_of(
                AuthorKind(author), channel=Channel(channel), public=bool(public), automatic=bool(automatic)
            )
        return self._known[key]


class _Ears(dict[str, _Ear]):
    """By the desk's key."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __missing__(self, desk: str) -> _Ear:
        self[desk] = _Ear(desks.editions(self._store, desk))
        return self[desk]


@dataclass(slots=True)
class _Deed:
    """What was said, or changed, or both, as far as it matters to clocks.

    Args:
        changed: fields with their values before and after.
        order: among deeds of one second; what the source says comes first.
    """

    at: int
    said: SignalKind | None
    changed: dict[str, tuple[Any, Any]]
    order: int = 0
    applies_policy: bool = False

    @property
    def place(self) -> tuple[int, int, bool]:
        return self.at, self.order, bool(self.changed)

    def kinds(self) -> list[SignalKind]:
        if not self.changed and not self.applies_policy:
            return [self.said] if self.said else []
        kinds: list[SignalKind] = []
        if CONDITIONS & self.changed.keys():
            kinds.append(SignalKind.CONDITIONS)
        if self.applies_policy:
            kinds.append(SignalKind.APPLY_POLICY)
        if self.said:
            kinds.append(self.said)
        if "status" in self.changed:
            kinds.append(SignalKind.STATUS)
        return kinds


_PLACE: Final = attrgetter("place")


@dataclass(slots=True)
class _History:
    """What of a ticket's row, messages and events matters to clocks."""

    ears: _Ears
    created_at: int
    now: dict[str, Any]
    deeds: list[_Deed] = field(default_factory=list)
    by_message: dict[int, _Deed] = field(default_factory=dict)
    moves: list[tuple[int, str]] = field(default_factory=list)
    """When it left which desk."""
    came_at: datetime | None = None

    def add_event(self, row: sqlite3.Row) -> None:
        if row["verb"] == "imported":
            self.came_at = from_seconds(row["at"])
        says_nothing = row["before"] == "{}" and row["message_id"] is None and row["verb"] != APPLY_POLICY
        if says_nothing or row["verb"] == "reread":
            return  # what was read anew was never otherwise
        deed = self.add_change(row["at"], json.loads(row["before"]), json.loads(row["after"]), row["id"])
        deed.applies_policy = row["verb"] == APPLY_POLICY
        if row["message_id"] is not None:
            self.by_message[row["message_id"]] = deed

    def add_change(self, at: int, before: Mapping[str, Any], after: Mapping[str, Any], order: int) -> _Deed:
        changed = {name: (before[name], after[name]) for name in _FOLLOWED & before.keys() & after.keys()}
        deed = _Deed(at, None, changed, order)
        if "desk" in changed:
            self.moves.append((at, changed["desk"][0]))
        if SOURCE_TIME in after:
            if "desk" in changed:  # no source knows our desks: it moved when we were told to read it so
                moved = {name: changed.pop(name) for name in _OF_DESK & changed.keys()}
                self.deeds.append(_Deed(at, None, moved, order))
            # a source's clock may be ahead of ours, its deeds never are
            deed.at, deed.order = min(to_seconds(parse_instant(after[SOURCE_TIME])), at), 0
        self.deeds.append(deed)
        return deed

    def add_message(self, row: sqlite3.Row) -> None:
        kind = self._heard(row["at"], row["author_kind"], row["channel"], row["public"], row["automatic"])
        if row["id"] in self.by_message:
            self.by_message[row["id"]].said = kind
        elif kind is not None:
            self.deeds.append(_Deed(row["at"], kind, {}))

    def add_new_message(self, message: MessageRow) -> None:
        kind = self._heard(message.at, message.author_kind, message.channel, message.public, message.automatic)
        if kind is not None:
            self.deeds.append(_Deed(message.at, kind, {}))

    def _heard(self, at: int, author: str, channel: str | None, public: bool, automatic: bool) -> SignalKind | None:
        """By the desk where the ticket was. A message without a channel of its own came by the ticket's."""
        ear = self.ears[self._desk_at(at) if self.moves else self.now["desk"]]
        return ear.heard(at, author, channel or self.now["channel"], public=public, automatic=automatic)

    def _desk_at(self, at: int) -> str:
        return min(((moved, desk) for moved, desk in self.moves if moved > at), default=(0, str(self.now["desk"])))[1]

    @property
    def editions(self) -> Editions[Desk]:
        """Those of the desk where it is now, which lead to the others."""
        return self.ears[self.now["desk"]].editions

    def life(self, now: int, choices: Choices | None = None) -> Life:
        return lived(self.happenings(), self.editions, now=now, choices=choices)

    def happenings(self) -> Iterator[Happening]:
        """The ticket's life in order, each with the situation as it was after it; nothing comes before the creation."""
        deeds = sorted(self.deeds, key=_PLACE) if len(self.deeds) > 1 else self.deeds
        state = self.now.copy()
        for deed in reversed(deeds):
            state |= {name: before for name, (before, _) in deed.changed.items()}
        situation, created = situation_of(state), SignalKind.CREATED
        yield Happening(self.created_at, 0, created.order, created, situation)
        for sequence, deed in enumerate(deeds, start=1):
            second = max(deed.at, self.created_at)
            if deed.changed:
                state |= {name: after for name, (_, after) in deed.changed.items()}
                situation = situation_of(state)
            for kind in deed.kinds():
                yield Happening(second, sequence, kind.order, kind, situation)
            if deed.changed and (reason := cancel_reason(situation.status, state["conditions"])):
                kind = SignalKind.CANCELLED
                yield Happening(second, sequence, kind.order, kind, situation, reason=reason)


_SITUATION: Final = itemgetter("channel", "priority", "tier", "team", "language", "status", "customer_class", "desk")


def situation_of(row: sqlite3.Row | dict[str, Any]) -> Situation:
    """What policies see of a ticket whose columns these are, its customer's class among them."""
    return _situation(*_SITUATION(row))


@lru_cache(maxsize=4096)
def _situation(
    channel: str,
    priority: str | None,
    tier: int,
    team: str | None,
    language: str | None,
    status: str,
    customer_class: str | None,
    desk: str,
) -> Situation:
    """Tickets of a desk are in one of not so many situations."""
    return Situation(
        Channel(channel),
        Priority(priority) if priority else None,
        Tier(tier),
        Team(team) if team else None,
        language,
        Status(status),
        customer_class,
        desk,
    )


# --- reading


_TICKETS: Final = (
    "SELECT t.number, t.created_at, t.desk, t.channel, t.priority, t.tier, t.team, t.language, t.status, "
    "t.conditions, c.customer_class FROM ticket t LEFT JOIN customer c ON c.id = t.requester_id "
    "WHERE t.number IN ({})"
)
_EVENTS: Final = (
    'SELECT id, ticket, at, verb, "before", "after", message_id FROM event '
    "WHERE ticket IN ({}) AND undone_by IS NULL AND undoes IS NULL ORDER BY ticket, id"
)
_MESSAGES: Final = (
    "SELECT id, ticket, at, author_kind, public, automatic, channel FROM message "
    "WHERE ticket IN ({}) ORDER BY ticket, at, id"
)


_CLASSES: Final = "SELECT id, customer_class FROM customer WHERE customer_class IS NOT NULL AND id IN ({})"


def _histories(store: Store, numbers: Sequence[int]) -> dict[int, _History]:
    histories: dict[int, _History] = {}
    ears = _Ears(store)
    for row in rows_of(store, _TICKETS, numbers):
        now = {name: row[name] for name in _FOLLOWED} | {"conditions": json.loads(row["conditions"])}
        histories[row["number"]] = _History(ears, row["created_at"], now)
    for row in rows_of(store, _EVENTS, numbers):
        histories[row["ticket"]].add_event(row)
    for row in rows_of(store, _MESSAGES, numbers):
        histories[row["ticket"]].add_message(row)
    return histories


def _begun(new: NewTicket, ears: _Ears, customer_class: str | None, now: int) -> _History:
    state = dict(zip(_OF_ROW, _FOLLOWED_OF(new.row), strict=True))
    state["customer_class"] = customer_class
    history = _History(ears, new.row.created_at, state)
    if new.event.before:  # as `add_change` reads it
        status = new.event.before["status"], new.event.after["status"]
        history.deeds.append(_Deed(min(new.row.updated_at, now), None, {"status": status}))
    for each in new.messages:
        history.add_new_message(each)
    return history
