"""Which messages count as a reply and which as a question: a table of rules that a desk may put its own before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agentconsole.domain.promises import SignalKind
from agentconsole.domain.values import AuthorKind, Channel


class Counts(StrEnum):
    """What a message means to the clocks."""

    REPLY = "reply"
    QUESTION = "question"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """What messages of a kind count as. Conditions that are empty, or None, ask for nothing.

    Args:
        authors: by what the author was when it was written: an agent who has left since was an agent.
        channels: of the message, or of its ticket.
        public: whether the customer can read it.
        automatic: whether it was sent by a rule or a mail program.
    """

    counts: Counts
    authors: frozenset[AuthorKind] = frozenset()
    channels: frozenset[Channel] = frozenset()
    public: bool | None = None
    automatic: bool | None = None

    def matches(self, author: AuthorKind, channel: Channel | None, *, public: bool, automatic: bool) -> bool:
        return (
            (not self.authors or author in self.authors)
            and (not self.channels or channel in self.channels)
            and self.public in (None, public)
            and self.automatic in (None, automatic)
        )


DEFAULT_ANSWERS: Final = (
    AnswerRule(Counts.NOTHING, automatic=True),
    AnswerRule(Counts.REPLY, frozenset({AuthorKind.AGENT}), public=True),
    AnswerRule(Counts.QUESTION, frozenset({AuthorKind.CUSTOMER})),
    AnswerRule(Counts.NOTHING),
)
"""A public message that a human agent wrote is a reply, on whatever channel. Whatever the customer wrote keeps them
waiting, wherever the source filed it. Notes, bots, the system and automatic messages of anybody move no clock."""

_SIGNALS: Final = {
    Counts.REPLY: SignalKind.AGENT_REPLY,
    Counts.QUESTION: SignalKind.CUSTOMER_MESSAGE,
    Counts.NOTHING: None,
}


def signal_of_message(
    author: AuthorKind,
    *,
    public: bool,
    automatic: bool,
    channel: Channel | None = None,
    answers: Sequence[AnswerRule] = (),
) -> SignalKind | None:
    """What a message means to the clocks; None if nothing.

    Args:
        channel: of the message; None is no channel that a rule could name.
        answers: the desk's own rules; the first that matches holds, DEFAULT_ANSWERS come after them.
    """
    for rule in (*answers, *DEFAULT_ANSWERS):
        if rule.matches(author, channel, public=public, automatic=automatic):
            return _SIGNALS[rule.counts]
    return None
