"""What a source's log says was taken out of comments, heeded whichever comes first, the log or the comment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Final

from agentconsole.domain.redaction import REDACTED_FILE, begins, is_redacted, removed, without
from agentconsole.store import conditions, intake, redactions, search
from agentconsole.store.redactions import Redaction
from agentconsole.store.store import Store
from agentconsole.sync.records import (
    AttachmentRecord,
    CommentRecord,
    Record,
    RedactionRecord,
    RejectedRecord,
    TicketRecord,
)
from agentconsole.sync.run import Run
from agentconsole.sync.steps import Steps

_ID: Final = re.compile(r'"(?:external_)?id"\s*:\s*"?(\w{1,40})')


def heeded(run: Run, batch: Sequence[Record]) -> Sequence[Record]:
    """A batch without words that were taken back; those in the store go by what the batch tells."""
    if found := [each for each in batch if isinstance(each, RedactionRecord)]:
        _take(run, found)
    set_aside = any(isinstance(each, RejectedRecord) and each.object == "ticket" for each in batch)
    if not set_aside and not redactions.any_told(run.store, run.source):
        return batch
    return _Heeding(run, batch).records()


def forget(store: Store, steps: Steps) -> None:
    """Clears the index of words that are gone."""
    is_left = True
    while is_left:
        with steps.step(steps.size()):
            is_left = search.forget(store)


def _take(run: Run, found: Sequence[RedactionRecord]) -> None:
    store, source = run.store, run.source
    told = [Redaction(each.comment, each.external_id, each.ticket_external_id, each.is_file) for each in found]
    redactions.put(store, source, told)
    counts = redactions.told(store, source, {each.comment for each in told})
    changed = redactions.withhold_messages(store, source, counts)
    run.summary.count("messages", "changed", changed)
    redactions.withhold_descriptions(store, source, {each.ticket for each in told})
    redactions.withhold_rejected(store, source, counts)


def note_shown(run: Run, redacted: Iterable[CommentRecord]) -> None:
    """Remembers what comments show to have been taken out of them, whatever becomes of the comments here."""
    redactions.put(run.store, run.source, (told for each in redacted for told in _shown(each)))


def note_waiting(run: Run, redacted: Sequence[CommentRecord]) -> None:
    """The same of comments that cannot be written yet: what is set aside of them says no more than they show."""
    note_shown(run, redacted)
    ids = {each.external_id for each in redacted if each.external_id}
    redactions.withhold_rejected(run.store, run.source, redactions.told(run.store, run.source, ids))


def _shown(comment: CommentRecord) -> Iterator[Redaction]:
    if comment.external_id is None or comment.withheld:
        return
    gaps = is_redacted(comment.body) or not comment.body.strip()
    files = any(each.name == REDACTED_FILE for each in comment.attachments)
    for is_shown, name, is_file in zip((gaps, files), redactions.SHOWN, (False, True), strict=True):
        if is_shown:
            yield Redaction(comment.external_id, name, comment.ticket_external_id, is_file)


class _Heeding:
    """One batch, on its way in."""

    def __init__(self, run: Run, batch: Sequence[Record]) -> None:
        self._store, self._source = run.store, run.source
        self._batch = batch
        self._came = {each for record in batch for each in _comments_in(record)}
        self._told = redactions.told(run.store, run.source, self._came)
        tickets = (each.external_id for each in batch if isinstance(each, TicketRecord))
        self._unseen = redactions.with_unseen(run.store, run.source, tickets)
        self._gone: dict[str, list[str]] = {}
        """Words, by their ticket."""

    def records(self) -> list[Record]:
        """The batch as it may be written. The words of its comments leave the store's tickets, too."""
        shown = [self._shown(each) for each in self._batch]
        known = intake.known_tickets(self._store, self._source, self._gone)
        gone = {known[name].number: words for name, words in self._gone.items() if name in known}
        redactions.erase(self._store, self._source, gone)
        return [self._described(each) if isinstance(each, TicketRecord) else each for each in shown]

    def _shown(self, record: Record) -> Record:
        if isinstance(record, RejectedRecord):
            return self._set_aside(record)
        if isinstance(record, CommentRecord):
            return self._said(record)
        if isinstance(record, TicketRecord) and not self._told.keys().isdisjoint(_comments_in(record)):
            return replace(record, comments=tuple(map(self._said, record.comments)), words=None)
        return record

    def _set_aside(self, record: RejectedRecord) -> RejectedRecord:
        raw = redactions.raw_left(record.raw, self._told, is_record=record.is_record) if self._told else record.raw
        named = conditions.ticket_id(raw) if record.object == "ticket" else None
        known = intake.known_tickets(self._store, self._source, [named] if named else [])
        for each in known.values():
            raw = conditions.ticket_left(raw, each.row["description"] or "", each.conditions)
        return replace(record, raw=raw)

    def _said(self, comment: CommentRecord) -> CommentRecord:
        """A comment as it may be written; itself, if it says no more than that."""
        told = self._told.get(comment.external_id or "")
        if told is None:
            return comment
        files = [asdict(each) for each in comment.attachments]
        body, left = told.body(comment.body), told.attachments(files)
        if (body, left) == (comment.body, files):
            return comment
        self._gone.setdefault(comment.ticket_external_id, []).extend(removed(comment.body, body))
        kept = tuple(AttachmentRecord(**each) for each in left)
        return replace(comment, body=body, attachments=kept, redacted=True, withheld=True)

    def _described(self, ticket: TicketRecord) -> TicketRecord:
        """The ticket; its description may say what one of its comments did, and all of it what none has said yet."""
        text = ticket.description or ""
        gone = self._gone.get(ticket.external_id, [])
        if self._unseen.get(ticket.external_id, set()) - self._came:
            gone = [text]
        left = without(text, filter(None, gone))
        subject = without(ticket.subject, [ticket.subject]) if begins(ticket.subject, gone) else ticket.subject
        if (left, subject) == (text, ticket.subject):
            return ticket
        return replace(ticket, description=left, subject=subject, words=None)


def _comments_in(record: Record) -> Iterable[str]:
    """The ids of the comments that a record may bring."""
    if isinstance(record, CommentRecord):
        return [record.external_id] if record.external_id else []
    if isinstance(record, TicketRecord):
        return [each.external_id for each in record.comments if each.external_id]
    return _ID.findall(record.raw) if isinstance(record, RejectedRecord) else []
