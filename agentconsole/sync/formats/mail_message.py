"""One mail, understood: who wrote it to whom and when, what it answers, what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.message import Message
from typing import Any, Final

from agentconsole.domain.errors import Phrase
from agentconsole.sync.formats import mail_automatic, mail_parts
from agentconsole.sync.formats import mail_headers as headers
from agentconsole.sync.formats.base import RejectError, Tally
from agentconsole.sync.formats.mail_dates import sent_at
from agentconsole.sync.formats.mail_files import RawMail, has_fields
from agentconsole.sync.formats.mail_headers import Mailbox
from agentconsole.sync.formats.mail_parts import every, one
from agentconsole.sync.records import AttachmentRecord

_DELIVERED_TO: Final = ("delivered-to", "x-original-to", "envelope-to", "x-delivered-to", "x-envelope-to")
_MOZILLA_DELETED: Final = 0x0008
_FORM: Final = re.compile(r"(no|do[-_.]?not)[-_.]?reply|(web|contact)?[-_.]?form\b")
_KEPT_NAMES: Final = 50


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail without its place.

    Args:
        id: the message id, without brackets; None if it has none.
        key: what the comment is called: stands for message id, author and date, or for all the mail says.
        answers: message ids, from the thread's first to the one that it answers.
        reply_to: where an answer goes, of the fields that hold addresses and nothing else.
        automatic: why it counts as sent by itself; None if somebody wrote it.
        delivered_to: the boxes that it came into.
    """

    id: str | None
    key: str
    answers: tuple[str, ...]
    at: datetime
    subject: str
    author: Mailbox | None
    reply_to: Mailbox | None
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    body: str
    attachments: tuple[AttachmentRecord, ...]
    automatic: str | None
    delivered_to: tuple[str, ...]
    is_whole: bool

    @property
    def by_system(self) -> bool:
        """Whether no person's address sent it."""
        return self.automatic in mail_automatic.BY_SYSTEMS


def left_out(message: Message, flags: str) -> str | None:
    """Why a mail is no part of any conversation: a draft, or one that was thrown away."""
    status = one(message, "x-status")
    if "T" in flags or "D" in status or _is_deleted(one(message, "x-mozilla-status").strip()):
        return "deleted mail"
    return "draft mail" if "D" in flags or "T" in status else None


def _is_deleted(mozilla: str) -> bool:
    return bool(re.fullmatch("[0-9a-fA-F]{4}", mozilla)) and bool(int(mozilla, 16) & _MOZILLA_DELETED)


def read(raw: RawMail, zone: tzinfo | None, tally: Tally) -> Mail | str:
    """The mail, or why it is left out.

    Raises:
        RejectError: it is no mail, or nothing tells when it was written.
    """
    if not has_fields(raw.content[: 1 << 16]):
        raise RejectError(Phrase("not a mail: no field such as From, To, Subject or Date at its beginning"))
    message = mail_parts.parse(raw.content)
    if why := left_out(message, raw.flags):
        return why
    at = sent_at(message.get("date"), every(message, "received"), zone) or raw.delivered
    if at is None:
        raise RejectError(Phrase("no date: neither Date nor Received can be read"))
    return _understood(message, mail_parts.content(message, tally), at, raw)


def _understood(message: Message, content: mail_parts.Content, at: datetime, raw: RawMail) -> Mail:
    hints = (content.charset,)
    subject = headers.decoded(one(message, "subject"), hints)
    author, reply_to = _author(message, hints)
    automatic = mail_automatic.automatic(message, content.types, subject, author)
    ids = headers.message_ids(one(message, "message-id"))[:1]
    to, cc = _all(message, "to", hints), _all(message, "cc", hints)
    people = (*to, *cc, *((author,) if author else ()))
    return Mail(
        id=ids[0] if ids else None,
        key=_key(ids, author, subject, at, content.body),
        answers=_answers(message, content, automatic, people),
        at=at,
        subject=subject,
        author=author,
        reply_to=reply_to,
        to=to,
        cc=cc,
        body=content.body,
        attachments=tuple(content.attachments),
        automatic=automatic,
        delivered_to=_delivered_to(message),
        is_whole=raw.is_whole,
    )


def _author(message: Message, hints: Sequence[str | None]) -> tuple[Mailbox | None, Mailbox | None]:
    """Who wrote it, and where an answer goes. A form's mail is written by whom it says to answer to."""
    written = _all(message, "from", hints) or _all(message, "sender", hints)
    answer = _all(message, "reply-to", hints)
    author = written[0] if written else None
    if answer and (author is None or (_FORM.match(author.address) and not _FORM.match(answer[0].address))):
        author = answer[0]
    return author, answer[0] if answer else author


def _all(message: Message, name: str, hints: Sequence[str | None]) -> tuple[Mailbox, ...]:
    found = (mailbox for field in every(message, name) for mailbox in headers.mailboxes(field, hints))
    return tuple({mailbox.address: mailbox for mailbox in found}.values())


def _delivered_to(message: Message) -> tuple[str, ...]:
    fields = (field for name in _DELIVERED_TO for field in every(message, name))
    return tuple(dict.fromkeys(mailbox.address for field in fields for mailbox in headers.mailboxes(field)))[:5]


def _key(ids: Sequence[str], author: Mailbox | None, subject: str, at: datetime, body: str) -> str:
    """A name for the mail that stays the same wherever it lies. Programs that give all their mails one id exist."""
    written = author.address if author else ""
    said = (*ids, written, at.isoformat()) if ids else (written, at.isoformat(), subject, body)
    return headers.fingerprint("\0".join(said).encode("utf-8", "replace"))


def _answers(
    message: Message, content: mail_parts.Content, automatic: str | None, people: Sequence[Mailbox]
) -> tuple[str, ...]:
    """The ids of what went before. Old programs name the other's address where its mail's id should be."""
    found = headers.message_ids(one(message, "references")) + headers.message_ids(one(message, "in-reply-to"))[:1]
    if automatic in mail_automatic.BY_SYSTEMS:
        found += mail_automatic.original_ids(content.body, content.enclosed_ids)
    addresses = {mailbox.address for mailbox in people}
    return tuple(dict.fromkeys(each for each in found if "@" in each and each.lower() not in addresses))


def packed(mail: Mail) -> dict[str, Any]:
    """What a comment needs of it, in plain values."""
    return {
        "id": mail.id,
        "at": mail.at.isoformat(),
        "subject": mail.subject,
        "author": _pair(mail.author),
        "reply_to": _pair(mail.reply_to),
        "to": [_pair(each) for each in mail.to[:_KEPT_NAMES]],
        "cc": [_pair(each) for each in mail.cc[:_KEPT_NAMES]],
        "body": mail.body,
        "attachments": [(each.name, each.type, each.size) for each in mail.attachments],
        "automatic": mail.automatic,
        "is_whole": mail.is_whole,
    }


def _pair(mailbox: Mailbox | None) -> tuple[str, str | None] | None:
    return (mailbox.address, mailbox.name) if mailbox else None
