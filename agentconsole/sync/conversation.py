"""What follows from the mails of a conversation: who asks, who speaks, what its ticket says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Final

from agentconsole.domain.instants import from_seconds, iso, to_seconds
from agentconsole.sync.formats.base import digest
from agentconsole.sync.formats.mail_automatic import BY_SYSTEMS
from agentconsole.sync.records import CommentRecord, PersonRecord, TicketRecord

INSIDE: Final = 500
"""Comments that come inside their ticket; those beyond come behind it, one by one."""
_VIA: Final = "email"
_NEW: Final = "new"
OPEN: Final = "open"


def in_order(comments: Iterable[CommentRecord]) -> list[CommentRecord]:
    """The mails by time."""
    return sorted(comments, key=lambda each: (each.at, each.external_id or ""))


def called(first: CommentRecord) -> str:
    """What a conversation is called by its first mail: that mail's id, or what stands for it."""
    return str(first.extra.get("message_id") or f"mail-{first.external_id}")


class Roles:
    """Who asks, and who everybody else is.

    Args:
        comments: the mails by time, the first ones at least.
        own: the desk's own addresses, as far as they are known.
    """

    def __init__(self, comments: Sequence[CommentRecord], own: Set[str]) -> None:
        self._own = own
        self.requester = self._find_requester(comments)
        self._asked: set[str] = set()
        """Whom the requester wrote to."""

    def _find_requester(self, comments: Sequence[CommentRecord]) -> str | None:
        """Who asks: the first who wrote and is not the desk; if only the desk wrote, whom it wrote to."""
        by_people = [each for each in comments if not each.automatic] or comments
        authors = (each.author_id for each in by_people if each.author_id and each.author_id not in self._own)
        found = next(authors, None)
        if found is not None:
            return found
        readers = (name for each in by_people[:1] if each.author_id for name in people_of(each))
        return next((each for each in readers if each not in self._own), None)

    def kind(self, comment: CommentRecord) -> str | None:
        """Who speaks, where the mails tell; nothing for the requester, and for those who may be the desk's people.

        Mails are to be asked about in their order.
        """
        author = comment.author_id
        if author is not None and author == self.requester:
            self._asked.update(comment.extra.get("to", ()))
        if comment.extra.get("automatic") in BY_SYSTEMS:
            return "system"
        if author is None or author == self.requester:
            return None
        if author in self._own:
            return "agent"
        return None if self._is_asked(author) or not self._asked else "customer"

    def _is_asked(self, author: str) -> bool:
        domain = _domain(author)
        is_outside = domain != _domain(self.requester or "")
        return author in self._asked or (is_outside and domain in map(_domain, self._asked))

    def cast(self, comments: Iterable[CommentRecord]) -> list[CommentRecord]:
        """The mails with who speaks in each."""
        return [replace(each, author_kind=self.kind(each)) for each in comments]


def people_of(comment: CommentRecord) -> tuple[str, ...]:
    """All whom a mail names as its author and its readers."""
    extra = comment.extra
    named = (comment.author_id, extra.get("reply_to"), *extra.get("to", ()), *extra.get("cc", ()))
    return tuple(dict.fromkeys(filter(None, named)))


def ticket_of(
    name: str, comments: Sequence[CommentRecord], roles: Roles, last: datetime, *, is_answered: bool = False
) -> TicketRecord:
    """The ticket that a conversation is.

    Args:
        name: its first mail's id.
        comments: by time, with who speaks in each; the first ones at least.
        last: when the last mail came.
        is_answered: whether in a mail beyond them somebody else speaks than who asks.
    """
    first, asks = comments[0], roles.requester
    asked = next((each for each in comments if each.author_id == asks and not each.automatic), first)
    reply_to = asked.extra.get("reply_to", asks)
    is_new = all(each.author_id == asks for each in comments if not each.automatic) and not is_answered
    return TicketRecord(
        place=first.place,
        digest=_digest(name, asks, comments, last),
        external_id=name,
        subject=first.extra.get("subject", ""),
        description=asked.body,
        status=_NEW if is_new else OPEN,
        via=_VIA,
        created_at=first.at,
        updated_at=last,
        requester_id=asks,
        requester_email=asks,
        comments=tuple(comments),
        extra={"reply_to": reply_to} if reply_to != asks else {},
    )


def _digest(name: str, asks: str | None, comments: Sequence[CommentRecord], last: datetime) -> bytes:
    return digest(f"{name}\0{asks}\0{iso(last)}".encode() + b"".join(each.digest for each in comments[:INSIDE]))


def people(comments: Sequence[CommentRecord], asks: str | None) -> Iterator[PersonRecord]:
    """Who asks and who was let in by them; of the desk's people, its own addresses."""
    names = _names(comments)
    roles = {each.author_id: each.author_kind for each in comments if each.author_id}
    if asks:
        roles[asks] = "customer"
    for address, kind in roles.items():
        if kind in ("customer", "agent"):
            at, name = names.get(address, (0, None))
            yield PersonRecord(
                place=comments[0].place,
                digest=digest(f"{address}\0{name or ''}".encode()),
                external_id=address,
                name=name,
                email=address,
                role="agent" if kind == "agent" else "end-user",
                at=from_seconds(at),
            )


def _names(comments: Iterable[CommentRecord]) -> dict[str, tuple[int, str]]:
    """What people call themselves last, and when, in seconds; until they do, what others call them, at 0."""
    names: dict[str, tuple[int, str]] = {}
    for each in comments:
        called = [(address, (0, name)) for address, name in each.extra.get("called", {}).items()]
        if each.author_id and each.author_name and each.author_name != each.author_id:
            called.append((each.author_id, (to_seconds(each.at), each.author_name)))
        for address, name in called:
            names[address] = max(names.get(address, name), name)
    return names


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
