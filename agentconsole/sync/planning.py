"""Which of the waiting events a helpdesk is told now, which wait on, and in which there is nothing to tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from agentconsole.domain.change import Outbox
from agentconsole.domain.errors import Phrase, UsageError
from agentconsole.domain.values import Condition
from agentconsole.store import conflicts, desks, outbox, tickets
from agentconsole.store.outbox import LOCAL, Entry, KnownAgent
from agentconsole.store.store import Store
from agentconsole.sync.outgoing.base import Outgoing, Update
from agentconsole.sync.updates import Helpdesk, told_now

_TAKEN_AS: Final = {"tier": "group", "team": "group"}


@dataclass(slots=True)
class Plan:
    """Args:
    updates: what goes out.
    settled: events in which nothing is left to tell that helpdesk.
    held: events that wait on: for the ticket's number there, for somebody to end a conflict, or for the helpdesk to
        take back that the ticket has ended.
    """

    updates: list[Update] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)

    @property
    def events(self) -> tuple[int, ...]:
        """The events that go out, in the order in which they were done."""
        return tuple(sorted(event for update in self.updates for event in update.events))


def destination(store: Store, entries: Iterable[Entry], source: str | None) -> tuple[str, list[Entry]]:
    """The helpdesk that is written to, and what is for it. Tickets that began here go where their desk's others are.

    Raises:
        UsageError: changes for several helpdesks wait, and no source is named.
    """
    known = list(outbox.sources(store))
    homes: dict[str, str] = {}

    def home(entry: Entry) -> str:
        if entry.source == LOCAL and entry.desk not in homes:
            mapped = list(desks.desk(store, entry.desk).sources) or known
            seen = [each for each in mapped if each in known] or mapped
            homes[entry.desk] = seen[0] if len(seen) == 1 else LOCAL
        return homes[entry.desk] if entry.source == LOCAL else entry.source

    found = [(home(entry), entry) for entry in entries]
    named = sorted({where for where, _ in found} - {LOCAL})
    if source is None and len(named) > 1:
        words = Phrase("changes for several helpdesks wait: {names}", names=", ".join(named))
        raise UsageError(words, f"--source {'|'.join(named)}")
    only = known[0] if not found and len(known) == 1 else LOCAL
    goal = source or (named[0] if named else only)
    taken = {goal} if source else {goal, LOCAL}
    return goal, [entry for where, entry in found if where in taken]


def plan(store: Store, entries: Sequence[Entry], helpdesk: Helpdesk, way: Outgoing) -> Plan:
    """What these events, all for one helpdesk, come to."""
    made = Plan()
    by_ticket = sorted(entries, key=attrgetter("number", "id"))
    for number, its in groupby(by_ticket, attrgetter("number")):
        _plan_ticket(store, number, list(its), helpdesk, way, made)
    made.updates.sort(key=lambda update: update.events[0])
    return made


def _plan_ticket(
    store: Store, number: int, entries: Sequence[Entry], helpdesk: Helpdesk, way: Outgoing, made: Plan
) -> None:
    ticket = tickets.get(store, number)
    if any(each.ends_it for each in ticket.conditions):
        left = made.settled if Condition.SCRUBBED in ticket.conditions else made.held
        left += [entry.id for entry in entries]
        return
    ready = list(_ready(entries, way))
    disputed = {each.field for each in conflicts.of_ticket(store, number)}
    values = told_now(ticket, ready)
    known = _known_there(store, number, helpdesk.agents)
    values = {
        name: value
        for name, value in values.items()
        if is_taken(name, way)
        and name not in disputed
        and not (name in known and conflicts.is_same(name, known[name], value))
    }
    telling = [each for each in ready if _speaks(each, way) or not values.keys().isdisjoint(each.changed)]
    for entry in entries:
        if entry not in ready or (entry not in telling and not disputed.isdisjoint(entry.changed)):
            made.held.append(entry.id)
        elif entry not in telling:
            made.settled.append(entry.id)
    if telling:
        spoken = [each for each in telling if _speaks(each, way)]
        made.updates.append(helpdesk.update(telling, values, spoken, by_mail=way.name == "mail"))


def is_taken(name: str, way: Outgoing) -> bool:
    """Whether a field, by our name, goes out that way."""
    return _TAKEN_AS.get(name, name) in way.takes


def _ready(entries: Sequence[Entry], way: Outgoing) -> Iterator[Entry]:
    """What can be told before the helpdesk has given the ticket a number: that it is to be made, and how it stands."""
    needs_number = entries[0].external_id is None and Outbox.CREATE in way.takes
    is_made = entries[0].kind is Outbox.CREATE
    for entry in entries:
        if not needs_number or entry.kind is Outbox.CREATE or (is_made and entry.body is None):
            yield entry


def _speaks(entry: Entry, way: Outgoing) -> bool:
    if entry.body is None or entry.is_shown:
        return False
    if entry.kind is Outbox.CREATE:
        return Outbox.CREATE in way.takes
    return (Outbox.REPLY if entry.public else Outbox.NOTE) in way.takes


def _known_there(store: Store, number: int, agents: Mapping[str, KnownAgent]) -> dict[str, Any]:
    """What the helpdesk has already, by our names: not what it was told and has not shown yet."""
    state = dict(outbox.source_state(store, number))
    under_way = {name for entry in outbox.on_their_way(store, [number]) for name in entry.changed}
    logins = {known.id: login for login, known in agents.items()}
    if "assignee_id" in state:
        state["assignee"] = logins.get(state["assignee_id"])
    names = ("status", "priority", "tags", "assignee")
    return {name: state[name] for name in names if name in state and name not in under_way}
