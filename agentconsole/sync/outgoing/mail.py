"""Mail: each reply as a message (.eml), or several in a zip archive.

Its message id is our mark: whoever sends it twice sends the same message, and a sync knows it again. A mailbox has no
notes and no fields, so these stay here.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Final

from agentconsole.domain.errors import Phrase, UsageError
from agentconsole.domain.text import safe_text
from agentconsole.sync.outgoing.base import PRODUCT, Said, Update

_MAIL_ADDRESS: Final = re.compile(r"[!-;=?A-~]+@[A-Za-z0-9.-]+")
_WHERE: Final = "localhost"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MARK: Final = re.compile(rf"<?{PRODUCT}\.(\w+)\.(\d{{1,18}})@")


class Mail:
    name = "mail"
    takes = frozenset(("reply",))
    heard_as: Mapping[str, Mapping[str, str]] = {}

    def payload(self, update: Update) -> dict[str, Any]:
        said = next((each for each in update.said if each.public), None)
        if said is None:
            return {}
        mail = _mail(update, said)
        names = ("From", "To", "Subject", "Message-ID", "In-Reply-To")
        return {name: str(mail[name]) for name in names if mail[name]} | {"comment": {"body": said.body}}

    def document(self, updates: Sequence[Update], file: str) -> bytes:
        mails = list(_mails(updates))
        if not file.lower().endswith(".eml"):
            return _packed(mails)
        if len(mails) != 1:
            words = Phrase("a file .eml holds one mail, and these are {count}", count=len(mails))
            raise UsageError(words, Phrase("name a file .zip"))
        return mails[0][1]


def _mails(updates: Sequence[Update]) -> Iterator[tuple[str, bytes]]:
    for update in updates:
        for said in update.said:
            if said.public:
                yield f"{update.number}-{said.event}.eml", _mail(update, said).as_bytes(policy=SMTP)


def _packed(mails: Sequence[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in mails:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _mail(update: Update, said: Said) -> EmailMessage:
    sender, letter = update.letter.sender, update.letter
    mail = EmailMessage()
    if address := usable(sender):
        mail["From"] = Address(addr_spec=address)
    if address := usable(update.requester.email):
        name = safe_text(update.requester.name or "", single_line=True)
        mail["To"] = Address(display_name=name, addr_spec=address)
    mail["Subject"] = _answer(safe_text(letter.subject or update.subject, single_line=True))
    mail["Date"] = said.at
    where = (usable(sender) or f"@{_WHERE}").rpartition("@")[2]
    mail["Message-ID"] = f"<{PRODUCT}.{update.store}.{said.event}@{where}>"
    if answers := [f"<{each}>" for each in letter.answers if re.fullmatch(r"[!-;=?-~]{1,200}", each)]:
        mail["In-Reply-To"] = answers[-1]
        mail["References"] = " ".join(answers[-20:])
    mail.set_content(said.body.encode("utf-8", "replace").decode(), charset="utf-8")
    return mail


def usable(address: str | None) -> str | None:
    """A plain mail address, or nothing: what else a source calls one goes into no header."""
    return address if address and _MAIL_ADDRESS.fullmatch(address) else None


def _answer(subject: str) -> str:
    return subject if subject[:3].casefold() == "re:" else f"Re: {subject}"


def event_of(message_id: str, store: str) -> int | None:
    """The event whose reply is the mail of that id, if that store has written it."""
    found = _MARK.match(message_id)
    return int(found[2]) if found and found[1] == store else None
