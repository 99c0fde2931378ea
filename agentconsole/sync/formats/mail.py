"""E-mail: .eml files, mbox, Maildir. A conversation is a ticket, each mail a comment.

Kept of a mail: who, to whom, when, what was said, the names of attachments, and its id, so that it can be answered. Not
kept: its way here (relays, their addresses, the sender's own), and all that programs add to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

import orjson

from agentconsole.domain.errors import ConsoleError, Phrase
from agentconsole.domain.instants import to_seconds
from agentconsole.locale import deferred
from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats import mail_files, mail_message
from agentconsole.sync.formats import mail_threads as joining
from agentconsole.sync.formats.base import ReadOptions, RejectError, Tally
from agentconsole.sync.formats.mail_files import RawMail
from agentconsole.sync.formats.mail_headers import fingerprint
from agentconsole.sync.formats.mail_records import Talk
from agentconsole.sync.formats.mail_threads import Entry
from agentconsole.sync.formats.personal import without_way
from agentconsole.sync.mail_boxes import Boxes
from agentconsole.sync.records import Place, Record, RejectedRecord, SkippedRecord
from agentconsole.sync.spooled import filling, temporary_file

_KEPT: Final = 1 << 16
"""Bytes that are kept of a mail that is refused."""


class Mail:
    """Reads mails and joins them to conversations."""

    name = "mail"
    looks_for = deferred("e-mail: .eml files, an mbox, or a Maildir, with fields such as From, To, Date and Subject")

    def __init__(self) -> None:
        self.tally = Tally()

    def sniff(self, head: bytes, name: str) -> bool:
        """Whether the file begins with the fields of a mail."""
        return mail_files.looks_like_mail(head)

    def read(self, files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Record]:
        """What is no mail, then the conversations, the oldest first. Meanwhile the mails lie in a temporary file."""
        words = Phrase("the mail")
        with temporary_file(words) as laid_by, filling(laid_by, words):
            shelf = _Shelf(laid_by, options, self.tally)
            for file in files:
                yield from shelf.take(file)
            yield from shelf.conversations()


class _Shelf:
    """The mails of one reading: what joins them in memory, what they say on disk."""

    def __init__(self, laid_by: BinaryIO, options: ReadOptions, tally: Tally) -> None:
        self._laid_by = laid_by
        self._options = options
        self._tally = tally
        self._entries: dict[str, Entry] = {}
        self._boxes = Boxes()
        self._words: dict[str, str] = {}
        self._at = 0

    def take(self, file: SourceFile) -> Iterator[Record]:
        """Takes a file's mails in; what is no mail comes out."""
        raws = mail_files.mails(file)
        while True:
            try:
                raw = next(raws, None)
            except ConsoleError as error:
                yield RejectedRecord(Place(file.name), "record", error.message, "")
                return
            if raw is None:
                return
            yield from self._take(raw)

    def _take(self, raw: RawMail) -> Iterator[Record]:
        try:
            mail = mail_message.read(raw, self._options.zone, self._tally)
        except RejectError as error:
            text = without_way(raw.content)[:_KEPT].decode("utf-8", "backslashreplace")
            yield RejectedRecord(raw.place, "comment", error.reason, text)
            return
        left_out = mail if isinstance(mail, str) else self._keep(mail, raw.place)
        if left_out:
            yield SkippedRecord(left_out)

    def _keep(self, mail: mail_message.Mail, place: Place) -> str | None:
        """Lays a mail by; the same one a second time is left out: it lies in several folders."""
        key = mail.key
        if key in self._entries and self._has_said(self._entries[key], mail.body):
            return "mail seen twice"
        if key in self._entries:
            key = fingerprint(f"{key}\0{mail.body}".encode("utf-8", "replace"))
            if key in self._entries:
                return "mail seen twice"
        content = orjson.dumps(mail_message.packed(mail))
        self._entries[key] = self._entry(mail, key, place, len(content))
        self._boxes.note(mail.delivered_to, mail.author.address if mail.author else None)
        self._laid_by.seek(self._at)
        self._laid_by.write(content)
        self._at += len(content)
        return None

    def _entry(self, mail: mail_message.Mail, key: str, place: Place, size: int) -> Entry:
        subject, is_reply = joining.plain_subject(mail.subject)
        return Entry(
            id=mail.id and self._one(mail.id),
            key=key,
            answers=tuple(map(self._one, mail.answers)),
            at=to_seconds(mail.at),
            subject=self._one(subject),
            is_reply=is_reply,
            author=self._one(mail.author.address) if mail.author and not mail.by_system else None,
            is_automatic=mail.automatic is not None,
            boxes=tuple(map(self._one, mail.delivered_to)),
            people=tuple(map(self._one, joining.people_of(mail))),
            file=place.file,
            line=place.line,
            offset=self._at,
            size=size,
        )

    def _has_said(self, entry: Entry, body: str) -> bool:
        """Whether a mail says the same; on different ways, blanks get lost."""
        return "".join(orjson.loads(self._load(entry))["body"].split()) == "".join(body.split())

    def _one(self, word: str) -> str:
        """Equal texts once in memory."""
        return self._words.setdefault(word, word)

    def conversations(self) -> Iterator[Record]:
        """The conversations as tickets."""
        own = self._boxes.own()
        self._words.clear()
        for thread in joining.threads(list(self._entries.values())):
            yield from Talk(thread, self._load, own).records()

    def _load(self, entry: Entry) -> bytes:
        self._laid_by.seek(entry.offset)
        return self._laid_by.read(entry.size)
