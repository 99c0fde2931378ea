"""Knowing our own changes again when the source shows them: by our mark, else by what they say.

Called by the merge around the writing of a batch: first the tickets that were made there get their ids, then our
messages get theirs, so that neither comes twice; in the end what was shown is acknowledged. Where nothing is awaited it
costs one look at the outbox.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from agentconsole.domain.change import Outbox
from agentconsole.store import intake, linking, outbox
from agentconsole.store.outbox import LOCAL, Entry, State
from agentconsole.sync.comments import message_id
from agentconsole.sync.outbox import mark_of
from agentconsole.sync.outgoing import outgoing
from agentconsole.sync.outgoing.base import PRODUCT
from agentconsole.sync.outgoing.mail import event_of
from agentconsole.sync.planning import is_taken
from agentconsole.sync.records import CommentRecord, TicketRecord
from agentconsole.sync.run import Run
from agentconsole.sync.unacknowledged import Unacknowledged
from agentconsole.sync.updates import Helpdesk, told_then

_SKEW: Final = timedelta(minutes=10)
"""How far the clocks of a helpdesk and of the desk may be apart."""
_SIGNED: Final = 20
"""Characters from which on a text counts as ours though something stands behind it: helpdesks add signatures."""


def link_tickets(run: Run, tickets: Sequence[TicketRecord]) -> None:
    """Gives tickets that began here the ids that the helpdesk has given them."""
    if not outbox.is_awaited(run.store):
        return
    made = [e for e in outbox.entries(run.store, State.EXPORTED) if e.source == LOCAL]
    if not made:
        return
    mark = mark_of(run.store)
    known = intake.known_tickets(run.store, run.source, (each.external_id for each in tickets))
    for ticket in tickets:
        number = None if ticket.external_id in known else _our_number(ticket, made, mark)
        if number is not None:
            linking.link_ticket(run.store, run.id, number, run.source, ticket.external_id)
            made = [entry for entry in made if entry.number != number]


def _our_number(ticket: TicketRecord, made: Sequence[Entry], mark: str) -> int | None:
    numbers = {entry.number for entry in made}
    head, _, number = str(ticket.extra.get("external_id", "")).rpartition(":")
    if head == f"{PRODUCT}:{mark}" and number.isdecimal() and int(number) in numbers:
        return int(number)
    marked = {event for comment in ticket.comments for event in _marked(comment, mark)}
    return next((e.number for e in made if e.id in marked or _began_like(ticket, e)), None)


def _began_like(ticket: TicketRecord, entry: Entry) -> bool:
    """Whether a ticket without a mark is one that we asked for: the same subject and words, made since."""
    if entry.kind is not Outbox.CREATE or entry.exported_at is None:
        return False
    said = [ticket.description or "", *(each.body for each in ticket.comments[:1])]
    is_later = ticket.created_at >= entry.exported_at - _SKEW
    return is_later and ticket.subject == entry.subject and any(says(each, entry.body or "") for each in said)


def unacknowledged(run: Run, known: Mapping[str, intake.KnownTicket]) -> Unacknowledged:
    """What is awaited of the tickets of a batch."""
    if not known or not outbox.is_awaited(run.store):
        return Unacknowledged()
    found: dict[int, list[Entry]] = defaultdict(list)
    for entry in outbox.on_their_way(run.store, (each.number for each in known.values())):
        found[entry.number].append(entry)
    logins = {agent.id: login for login, agent in outbox.agents_at(run.store, run.source).items()}
    return Unacknowledged(found, logins)


def adopt_messages(
    run: Run, waiting: Unacknowledged, comments: Iterable[CommentRecord], known: Mapping[str, intake.KnownTicket]
) -> None:
    """Gives our messages the ids that the helpdesk has given them."""
    if not waiting.entries:
        return
    ours = [each for each in comments if known.get(each.ticket_external_id)]
    have = intake.known_messages(run.store, run.source, map(message_id, ours))
    mark = mark_of(run.store)
    for comment in ours:
        entries = waiting.entries.get(known[comment.ticket_external_id].number, ())
        marked = _marked(comment, mark) | _mailed(comment, mark, entries)
        waiting.marked.update(entry.id for entry in entries if entry.id in marked)
        if message_id(comment) in have:
            continue
        silent = [each for each in entries if not each.is_shown and each.id not in waiting.heard]
        entry = next(_matches(comment, silent, marked), None)
        if entry is not None and entry.message_id is not None:
            waiting.heard.add(entry.id)
            name, content = message_id(comment), comment.digest.hex()
            linking.link_message(run.store, run.id, entry.message_id, run.source, name, content, comment.extra)


def _matches(comment: CommentRecord, entries: Iterable[Entry], marked: set[int]) -> Iterator[Entry]:
    for entry in entries:
        if entry.id in marked or (not marked and _is_ours(comment, entry)):
            yield entry


def _is_ours(comment: CommentRecord, entry: Entry) -> bool:
    """Whether a comment without a mark is what we told: the same words, as public, written since."""
    if entry.exported_at is None or entry.body is None or comment.public != entry.public:
        return False
    by_customer = entry.kind is Outbox.CREATE
    is_theirs = comment.author_id is not None and comment.author_id == entry.requester_id
    is_possible = by_customer or not (is_theirs or comment.automatic or comment.author_kind == "customer")
    return is_possible and comment.at >= entry.exported_at - _SKEW and says(comment.body, entry.body)


def says(theirs: str, ours: str) -> bool:
    """Whether a text is ours, whatever stands behind it."""
    other = _bare(ours)
    return is_same(theirs, ours) or (len(other) >= _SIGNED and _bare(theirs).startswith(other))


def is_same(theirs: str, ours: str) -> bool:
    """Whether a text is ours and nothing else."""
    return _bare(theirs) == _bare(ours)


def _bare(text: str) -> str:
    """A text without what a way through HTML may change."""
    return "".join(unicodedata.normalize("NFC", text).split())


def _marked(comment: CommentRecord, mark: str) -> set[int]:
    """The events that a comment's mark names, if it is this store's."""
    inside = comment.extra.get("metadata")
    custom = inside.get("custom") if isinstance(inside, dict) else None
    text = custom.get(PRODUCT) if isinstance(custom, dict) else None
    if isinstance(text, str) and text.startswith(f"{mark}:"):
        return {int(each) for each in text.partition(":")[2].split(",") if each.isdecimal()}
    return set()


def _mailed(comment: CommentRecord, mark: str, entries: Iterable[Entry]) -> set[int]:
    """The event whose mail this is. Whoever has had a mail of ours knows its id: it must say what ours said, too."""
    event = event_of(str(comment.extra.get("message_id", "")), mark)
    return {entry.id for entry in entries if entry.id == event and says(comment.body, entry.body or "")}


def acknowledge(run: Run, waiting: Unacknowledged) -> None:
    """Says of what the source shows by now that nothing is left to tell."""
    helpdesk = Helpdesk(run.store, run.source, "")
    for number, entries in waiting.entries.items():
        state = outbox.source_state(run.store, number)
        disputed = linking.disputed_by(run.store, run.id, number)
        latest: dict[str, tuple[Entry, Any]] = {}
        for entry in entries:
            latest |= {name: (entry, value) for name, value in _tellable(run, helpdesk, entry).items()}
        settled = {name for name, told in latest.items() if name in disputed or waiting.shows(state, name, *told)}
        for entry in entries:
            is_heard = entry.message_id is None or entry.is_shown or entry.id in waiting.heard
            if is_heard and _tellable(run, helpdesk, entry).keys() <= settled:
                waiting.marked.add(entry.id)
    outbox.settle(run.store, sorted(waiting.marked), run.now, run.id)


def _tellable(run: Run, helpdesk: Helpdesk, entry: Entry) -> dict[str, Any]:
    """Of what an event changed, what it told that helpdesk: whom it knows, and groups that the desk maps."""
    values = told_then(run.store, entry)
    if entry.format is not None:
        way = outgoing(entry.format, None)
        values = {name: value for name, value in values.items() if is_taken(name, way)}
    login = values.get("assignee")
    if login is not None and not getattr(helpdesk.agents.get(login), "external_id", None):
        values.pop("assignee")
    if "tier" in values and helpdesk.group(entry.desk, values.get("tier"), values.get("team")) is None:
        values.pop("tier")
        values.pop("team")
    return values
