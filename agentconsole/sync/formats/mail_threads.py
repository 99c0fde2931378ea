"""Mails joined to conversations: by what they answer, and failing that by subject and people.

A mail's own fields decide where it belongs; no mail moves another one. The conversation is called by its first mail's
id: of those that are here, so that it depends on nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from agentconsole.sync.formats.mail_message import Mail

_WINDOW: Final = 90 * 86400
"""Seconds after a conversation's last mail in which a subject alone may continue it."""
_RE_WORDS: Final = (
    r"re|aw|sv|vs|antw|rif|odp|回复|回覆|答复|答覆|返信|undeliverable|automatic reply|auto[- ]?reply"
    r"|自動返信|自動応答|自动回复|自動回覆"
)
_REPLY: Final = re.compile(
    rf"\s*[\[【]?\s*(?:{_RE_WORDS})\s*(?:[\[(*^]\s*\d{{1,4}}\s*[\])]?)?\s*(?:[:：】\]])", re.IGNORECASE
)
_FORWARD: Final = re.compile(r"\s*(?:fwd?|wg|tr|转发|轉寄|転送)\s*[:：]", re.IGNORECASE)
_BLANKS: Final = re.compile(r"\s+")
_PREFIXES: Final = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """What joining needs to know of a mail; the rest lies elsewhere.

    Args:
        at: seconds.
        offset: where the mail's content lies, `size` bytes.
    """

    id: str | None
    key: str
    answers: tuple[str, ...]
    at: int
    subject: str
    is_reply: bool
    author: str | None
    """None where no person's address sent it."""
    is_automatic: bool
    people: tuple[str, ...]
    """The addresses of all whom it is from and to."""
    boxes: tuple[str, ...]
    """Those that it came into."""
    file: str
    line: int | None
    offset: int
    size: int

    @property
    def name(self) -> str:
        """Its id, or what stands for it."""
        return self.id or f"mail-{self.key}"


@dataclass(slots=True)
class Thread:
    """A conversation: its name, and its mails by time."""

    id: str
    mails: list[Entry]


def plain_subject(subject: str) -> tuple[str, bool]:
    """A subject without what answering and forwarding puts before it, folded; and whether it is an answer's."""
    text = unicodedata.normalize("NFKC", subject[:500]).casefold()
    is_reply = is_forward = False
    for _ in range(_PREFIXES):
        if found := _REPLY.match(text):
            is_reply = is_reply or not is_forward
        elif found := _FORWARD.match(text):
            is_forward = True
        else:
            break
        text = text[found.end() :]
    return _BLANKS.sub(" ", text).strip(), is_reply


def people_of(mail: Mail) -> tuple[str, ...]:
    """All addresses that a mail names as its author and its readers."""
    named = (*((mail.author,) if mail.author else ()), *((mail.reply_to,) if mail.reply_to else ()), *mail.to, *mail.cc)
    return tuple(dict.fromkeys(mailbox.address for mailbox in named))[:50]


def threads(entries: Sequence[Entry]) -> list[Thread]:
    """The conversations, those that began first before the others."""
    ordered = sorted(entries, key=attrgetter("at", "key"))
    groups: dict[str, list[Entry]] = defaultdict(list)
    roots = _Roots(ordered)
    for entry in ordered:
        groups[roots.of(entry)].append(entry)
    return list(_joined_by_subject([Thread(mails[0].name, mails) for mails in groups.values()]))


class _Roots:
    """Where each mail's chain of answers begins."""

    def __init__(self, ordered: Iterable[Entry]) -> None:
        self._present: dict[str, Entry] = {}
        self._missing: dict[str, str] = {}
        """Ids of mails that are not here, and the ids before them."""
        self._known: dict[str, str] = {}
        entries = list(ordered)
        for entry in entries:
            if entry.id:
                self._present.setdefault(entry.id, entry)
        for entry in entries:
            for before, after in zip(entry.answers, entry.answers[1:], strict=False):
                if after not in self._present and after != before:
                    self._missing.setdefault(after, before)

    def of(self, entry: Entry) -> str:
        """The name of the first mail of the entry's conversation."""
        own = self._present.get(entry.id or "")
        first = self._before(entry)
        if own is not entry and own is not None and first is None:
            return self._end(entry.name)
        return self._end(first) if first else entry.name

    def _before(self, entry: Entry) -> str | None:
        """The id of the mail that an entry answers: the nearest that is here, else the nearest at all."""
        others = [each for each in entry.answers if each != entry.id]
        here = next((each for each in reversed(others) if each in self._present), None)
        return here or (others[-1] if others else None)

    def _end(self, name: str) -> str:
        """The end of the chain that leads back from a name; of a circle, its earliest mail."""
        path: dict[str, None] = {}
        while name not in path and name not in self._known:
            path[name] = None
            entry = self._present.get(name)
            before = self._before(entry) if entry else self._missing.get(name)
            if before is None:
                break
            name = before
        root = self._known.get(name) or (self._of_circle(path, name) if name != next(reversed(path)) else name)
        self._known.update(dict.fromkeys(path, root))
        return root

    def _of_circle(self, path: Iterable[str], start: str) -> str:
        steps = list(path)
        circle = steps[steps.index(start) :]
        return min(circle, key=lambda name: (self._present[name].at if name in self._present else 0, name))


def _joined_by_subject(found: Sequence[Thread]) -> Iterator[Thread]:
    """Conversations that begin with an answer to nobody knows what go to those of the same subject and people."""
    begun: dict[str, list[Thread]] = defaultdict(list)
    kept: list[Thread] = []
    for thread in found:
        first = thread.mails[0]
        home = _home(first, begun[first.subject]) if first.is_reply and first.subject else None
        if home is not None:
            is_sorted = home.mails[-1].at < thread.mails[0].at
            home.mails.extend(thread.mails)
            if not is_sorted:
                home.mails.sort(key=attrgetter("at", "key"))
            continue
        kept.append(thread)
        if first.subject:
            begun[first.subject].append(thread)
    return iter(kept)


def _home(first: Entry, candidates: Sequence[Thread]) -> Thread | None:
    """The latest conversation in which the mail's author took part, and whose beginner is among its people."""
    for thread in reversed(candidates[-50:]):
        beginner = thread.mails[0].author
        last = thread.mails[max(0, bisect_right(thread.mails, first.at, key=attrgetter("at")) - 1)].at
        knows = beginner in first.people and any(first.author in mail.people for mail in thread.mails[:50])
        if beginner and knows and first.at - last <= _WINDOW:
            return thread
    return None
