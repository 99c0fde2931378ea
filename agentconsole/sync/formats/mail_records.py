"""A conversation of mails as records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice, takewhile
from typing import Any, Final

import orjson

from agentconsole.sync import conversation
from agentconsole.sync.conversation import INSIDE, Roles
from agentconsole.sync.formats.base import digest
from agentconsole.sync.formats.mail_threads import Entry, Thread
from agentconsole.sync.records import AttachmentRecord, CommentRecord, Place, Record, TicketRecord, Ties

_VIA: Final = "email"
_TIES: Final = 1000
"""Mails of a conversation that answer others elsewhere, of which that is noted, at the most."""


class Talk:
    """One conversation.

    Args:
        load: gives a mail's content.
        own: the desk's own addresses, as far as they are known.
    """

    def __init__(self, thread: Thread, load: Callable[[Entry], bytes], own: Set[str]) -> None:
        self._thread = thread
        self._load = load
        self._own = own

    def records(self) -> Iterator[Record]:
        """The ticket with its comments; if they are very many, the later ones behind it."""
        mails = self._thread.mails
        comments = [self._comment(entry) for entry in mails[:INSIDE]]
        roles = Roles(comments, self._own)
        yield self._ticket(roles.cast(comments), roles)
        for entry in mails[INSIDE:]:
            yield from roles.cast([self._comment(entry)])

    def _ticket(self, comments: Sequence[CommentRecord], roles: Roles) -> TicketRecord:
        mails = self._thread.mails
        people = conversation.people(comments, roles.requester)
        last = datetime.fromtimestamp(mails[-1].at, UTC)
        others = any(each.author != roles.requester for each in mails[INSIDE:] if not each.is_automatic)
        ticket = conversation.ticket_of(self._thread.id, comments, roles, last, is_answered=others)
        return replace(ticket, people=tuple(people), ties=self._ties())

    def _ties(self) -> Ties:
        ids = dict.fromkeys(mail.name for mail in self._thread.mails)
        chains = (tuple(takewhile(lambda name: name not in ids, reversed(mail.answers))) for mail in self._thread.mails)
        boxes = {mail.key: mail.boxes for mail in self._thread.mails[:INSIDE]}
        return Ties(tuple(ids), tuple(islice(dict.fromkeys(filter(None, chains)), _TIES)), boxes)

    def _comment(self, entry: Entry) -> CommentRecord:
        content = self._load(entry)
        mail = orjson.loads(content)
        address, name = mail["author"] or (None, None)
        return CommentRecord(
            place=Place(entry.file, entry.line),
            digest=digest(content),
            external_id=entry.key,
            ticket_external_id=self._thread.id,
            at=datetime.fromtimestamp(entry.at, UTC),
            author_id=entry.author,
            author_name=name or address,
            automatic=entry.is_automatic,
            via=_VIA,
            body=mail["body"],
            attachments=tuple(AttachmentRecord(*each) for each in mail["attachments"]),
            extra=_extra(mail, entry),
        )


def _extra(mail: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """What an answer needs to know, and what joins the mail to others: also that it answers none, since nobody knows
    that of mails in old stores.
    """
    reply_to = (mail["reply_to"] or (None,))[0]
    known = {
        "message_id": mail["id"],
        "subject": mail["subject"],
        "to": [address for address, _ in mail["to"]],
        "cc": [address for address, _ in mail["cc"]],
        "called": {address: name for address, name in (*mail["to"], *mail["cc"]) if name and name != address},
        "reply_to": reply_to if mail["author"] is None or reply_to != mail["author"][0] else None,
        "automatic": mail["automatic"],
        "incomplete": not mail["is_whole"],
    }
    return {name: value for name, value in known.items() if value} | {"answers": entry.answers}
