"""A conversation of mails as records: who asks, who answers, what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from agentconsole.sync.formats import mail_automatic
from agentconsole.sync.formats.base import digest
from agentconsole.sync.formats.mail_threads import Entry, Thread
from agentconsole.sync.records import (
    AttachmentRecord,
    CommentRecord,
    PersonRecord,
    Place,
    Record,
    TicketRecord,
)

INSIDE: Final = 500
"""Comments that come inside their ticket; those beyond come behind it, one by one."""
_VIA: Final = "email"
_NEW: Final = "new"
_OPEN: Final = "open"


class Talk:
    """One conversation.

    Args:
        load: gives a mail's content.
        own: the desk's own addresses, as far as they are known.
        names: of people, by address: one for all conversations.
    """

    def __init__(self, thread: Thread, load: Callable[[Entry], bytes], own: Set[str], names: Mapping[str, str]) -> None:
        self._thread = thread
        self._load = load
        self._own = own
        self._asked: set[str] = set()
        """Whom the requester wrote to."""
        self._names = names
        self._requester = self._find_requester()

    def records(self) -> Iterator[Record]:
        """The ticket with its comments; if they are very many, the later ones behind it."""
        mails = self._thread.mails
        comments = [self._comment(entry) for entry in mails[:INSIDE]]
        yield self._ticket(comments)
        for entry in mails[INSIDE:]:
            yield self._comment(entry)

    def _find_requester(self) -> str | None:
        """Who asks: the first who wrote and is not the desk; if only the desk wrote, whom it wrote to."""
        mails = self._thread.mails
        by_people = [mail for mail in mails if not mail.is_automatic] or mails
        authors = (mail.author for mail in by_people if mail.author and mail.author not in self._own)
        found = next(authors, None)
        if found is not None:
            return found
        readers = (each for mail in by_people[:1] if mail.author for each in mail.people if each not in self._own)
        return next(readers, None)

    def _ticket(self, comments: list[CommentRecord]) -> TicketRecord:
        mails, requester = self._thread.mails, self._requester
        asked = next((each for each in comments if each.author_id == requester and not each.automatic), comments[0])
        first = orjson.loads(self._load(mails[0]))
        return TicketRecord(
            place=comments[0].place,
            digest=digest(self._thread.id.encode() + b"".join(each.digest for each in comments)),
            external_id=self._thread.id,
            subject=first["subject"],
            description=asked.body,
            status=_NEW if all(m.author == requester for m in mails if not m.is_automatic) else _OPEN,
            via=_VIA,
            created_at=comments[0].at,
            updated_at=datetime.fromtimestamp(mails[-1].at, UTC),
            requester_id=requester,
            requester_email=requester,
            comments=tuple(comments),
            people=tuple(self._people(comments)),
            extra={"reply_to": asked.extra["reply_to"]} if asked.extra.get("reply_to", requester) != requester else {},
        )

    def _comment(self, entry: Entry) -> CommentRecord:
        content = self._load(entry)
        mail = orjson.loads(content)
        address, name = mail["author"] or (None, None)
        if entry.author is not None and entry.author == self._requester:
            self._asked.update(each for each, _ in mail["to"])
        return CommentRecord(
            place=Place(entry.file, entry.line),
            digest=digest(content),
            external_id=entry.key,
            ticket_external_id=self._thread.id,
            at=datetime.fromtimestamp(entry.at, UTC),
            author_id=entry.author,
            author_name=name or address,
            author_kind=self._kind(entry, mail["automatic"]),
            automatic=entry.is_automatic,
            via=_VIA,
            body=mail["body"],
            attachments=tuple(AttachmentRecord(*each) for each in mail["attachments"]),
            extra=_extra(mail),
        )

    def _kind(self, entry: Entry, automatic: str | None) -> str | None:
        """Who speaks, where the mails tell; nothing for the requester, and for those who may be the desk's people."""
        author = entry.author
        if automatic in mail_automatic.BY_SYSTEMS:
            return "system"
        if author is None or author == self._requester:
            return None
        if author in self._own:
            return "agent"
        domain = _domain(author)
        is_asked = author in self._asked or (
            domain != _domain(self._requester or "") and domain in map(_domain, self._asked)
        )
        return None if is_asked or not self._asked else "customer"

    def _people(self, comments: list[CommentRecord]) -> Iterator[PersonRecord]:
        """Who asks and who was let in by them; of the desk's people, its own addresses."""
        roles = {each.author_id: each.author_kind for each in comments if each.author_id}
        if self._requester:
            roles[self._requester] = "customer"
        for address, kind in roles.items():
            if kind in ("customer", "agent"):
                name = self._names.get(address)
                yield PersonRecord(
                    place=comments[0].place,
                    digest=digest(f"{address}\0{name or ''}".encode()),
                    external_id=address,
                    name=name,
                    email=address,
                    role="agent" if kind == "agent" else "end-user",
                )


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _extra(mail: dict[str, Any]) -> dict[str, Any]:
    """What an answer needs to know."""
    reply_to = (mail["reply_to"] or (None,))[0]
    known = {
        "message_id": mail["id"],
        "subject": mail["subject"],
        "to": [address for address, _ in mail["to"]],
        "cc": [address for address, _ in mail["cc"]],
        "reply_to": reply_to if mail["author"] is None or reply_to != mail["author"][0] else None,
        "automatic": mail["automatic"],
        "incomplete": not mail["is_whole"],
    }
    return {name: value for name, value in known.items() if value}
