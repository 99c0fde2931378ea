"""Comments of a source: which are news, who speaks, and how a message's row looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from agentconsole.domain.errors import Phrase
from agentconsole.domain.instants import to_seconds
from agentconsole.domain.redaction import WITHHELD, is_redaction_of
from agentconsole.domain.values import AuthorKind, Condition
from agentconsole.store import conditions, intake, rows
from agentconsole.store.intake_rows import MessageRow
from agentconsole.sync import quarantine
from agentconsole.sync.batch import SYSTEM, Batch
from agentconsole.sync.records import CommentRecord, TicketRecord
from agentconsole.sync.redactions import note_waiting
from agentconsole.sync.run import Run


def message_id(comment: CommentRecord) -> str:
    """The comment's id in its source; one without is known by what it says."""
    return comment.external_id or f"{comment.ticket_external_id}~{comment.digest.hex()}"


class _Standing(NamedTuple):
    """A comment that is known: by its ticket's external id, if the batch speaks of that ticket."""

    ticket: str | None
    hash: str | None
    author_kind: str | None
    body: str | None = None
    """Of one from which words were taken."""


def changed(
    run: Run,
    fresh: Sequence[TicketRecord],
    loose: Sequence[CommentRecord],
    late: Sequence[CommentRecord],
    known: Mapping[str, intake.KnownTicket],
) -> list[CommentRecord]:
    """The comments to be written: new ones and changed ones, each counted.

    Args:
        fresh: tickets about to be written, with their comments.
        loose: comments that came by themselves.
        late: comments of versions of tickets that are not the newest: they may add, never overrule.
    """
    every = [(message_id(each), each, True) for ticket in fresh for each in ticket.comments]
    every += [(message_id(each), each, True) for each in loose]
    every += [(message_id(each), each, False) for each in late]
    standing = _standing(run, [name for name, *_ in every], known)
    tickets = {*known, *(each.external_id for each in fresh)}
    found: dict[str, CommentRecord] = {}
    verdicts: Counter[str] = Counter()
    redacted: list[CommentRecord] = []
    for name, comment, overrules in every:
        have = standing.get(name)
        if _is_out_of_place(run, comment, tickets, have):
            run.refused.add(comment.ticket_external_id)
            redacted += [comment] if comment.redacted and have is None else []
            continue
        verdict = _verdict(comment, have, overrules, known.get(comment.ticket_external_id))
        verdicts[verdict] += 1
        if verdict == "changed":
            run.overwritten.append(name)
        if verdict != "unchanged":
            body = comment.body if comment.redacted else None
            standing[name] = _Standing(comment.ticket_external_id, comment.digest.hex(), comment.author_kind, body)
            found[name] = comment
    if redacted:
        note_waiting(run, redacted)
    for verdict, times in verdicts.items():
        run.summary.count("messages", verdict, times)
    return list(found.values())


def _standing(run: Run, ids: Iterable[str], known: Mapping[str, intake.KnownTicket]) -> dict[str, _Standing]:
    messages = intake.known_messages(run.store, run.source, ids)
    names = {each.number: external_id for external_id, each in known.items()}
    redacted = [name for name, each in messages.items() if each.redacted]
    said = conditions.bodies(run.store, run.source, redacted) if redacted else {}
    return {
        name: _Standing(names.get(each.ticket), each.hash, each.author_kind, said.get(name))
        for name, each in messages.items()
    }


def _verdict(comment: CommentRecord, have: _Standing | None, overrules: bool, ticket: intake.KnownTicket | None) -> str:
    """What a comment is to us. Nothing is put back into a ticket that was scrubbed, nor into a redacted message."""
    if ticket is not None and ticket.has(Condition.SCRUBBED):
        return "unchanged"
    if have is None:
        return "new"
    if comment.withheld:
        return "unchanged"
    is_same = have.hash == comment.digest.hex() and comment.author_kind in (None, have.author_kind)
    return "unchanged" if is_same or not overrules or _brings_back(comment, have) else "changed"


def _brings_back(comment: CommentRecord, have: _Standing) -> bool:
    """Whether it says more than what is left of a redacted one: an older file does, and nothing restores a text.

    One that was withheld says nothing, so that what the source has left of it is taken.
    """
    if have.body is None or (comment.redacted and have.body == WITHHELD):
        return False
    return not (comment.redacted and is_redaction_of(comment.body, have.body))


def _is_out_of_place(run: Run, comment: CommentRecord, tickets: Set[str], have: _Standing | None) -> bool:
    """Whether a comment cannot be written (now): its ticket has not come, or its id is taken."""
    ticket = comment.ticket_external_id
    if ticket not in tickets:
        if not run.hold(comment):
            run.reject(
                quarantine.set_aside(comment, Phrase("its ticket {id} is not in the store", id=ticket), waits=True)
            )
        return True
    if have is not None and have.ticket != ticket:
        reason = Phrase("a comment of another ticket has the id {id} already", id=comment.external_id)
        run.reject(quarantine.set_aside(comment, reason, waits=False))
        return True
    return False


def message(batch: Batch, comment: CommentRecord, number: int) -> MessageRow:
    """The comment as our row, on the ticket of that number."""
    kind = author_kind(batch, comment)
    return MessageRow(
        ticket=number,
        external_id=message_id(comment),
        at=to_seconds(comment.at),
        author_kind=kind,
        agent_id=batch.agents.get(comment.author_id or "") if kind is AuthorKind.AGENT else None,
        customer_id=batch.customers.get(comment.author_id or ""),
        author_name=comment.author_name,
        public=comment.public,
        automatic=comment.automatic,
        channel=None if comment.via is None else batch.run.channel(batch.run.desk, comment.via),
        body=comment.body,
        attachments=rows.as_json([{"name": a.name, "type": a.type, "size": a.size} for a in comment.attachments]),
        hash=comment.digest.hex(),
        extra=rows.as_json(comment.extra),
        redacted=comment.redacted,
    )


def author_kind(batch: Batch, comment: CommentRecord) -> AuthorKind:
    """Who speaks: the requester as customer, even if they are staff elsewhere; notes without an author are staff's."""
    author = comment.author_id
    if comment.author_kind:
        return AuthorKind(comment.author_kind)
    if author is None:
        return AuthorKind.CUSTOMER if comment.public else AuthorKind.AGENT
    if author == SYSTEM:
        return AuthorKind.SYSTEM
    asks = batch.customers[author] == batch.requester_id(comment.ticket_external_id)
    return AuthorKind.CUSTOMER if asks or author not in batch.staff else AuthorKind.AGENT
