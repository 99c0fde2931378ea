"""A support desk: who and what it is, when each of its channels is open, and what it promises.

A desk is configuration: a TOML text that `desk_file.load_desk` reads. SLA clocks are advanced by it (`sla.Rules`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agentconsole.domain.calendar import Calendar
from agentconsole.domain.customer_class import ClassMap
from agentconsole.domain.playbook import Step
from agentconsole.domain.policies import Policy
from agentconsole.domain.promises import SignalKind
from agentconsole.domain.replies import AnswerRule, signal_of_message
from agentconsole.domain.values import AuthorKind, Channel, Team, Tier

Route = tuple[Tier, Team | None]


@dataclass(frozen=True, slots=True)
class DeskField:
    """A field of the desk's ticket form.

    Args:
        key: what queries, variables and documents call it.
        labels: what people call it, by interface language.
        type: always `text` so far.
        sources: by source name, the ids of the source's custom fields that fill it.
    """

    key: str
    labels: Mapping[str, str]
    type: str = "text"
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def label(self, language: str) -> str:
        """The label in that language, or in English, or the key."""
        return self.labels.get(language) or self.labels.get("en") or self.key


@dataclass(frozen=True, slots=True)
class SourceMap:
    """How the words of one source are to be read; keys are folded by `folded`."""

    groups: Mapping[str, Route]
    channels: Mapping[str, Channel]
    classes: ClassMap


@dataclass(frozen=True)
class Desk:
    """One desk. Names and labels are by interface language, `zone` is an IANA name.

    Args:
        domains: domains of the desk's own links; their subdomains count, too.
        version: counts up with each edition of the desk.
        channels: the id of the calendar by which each channel is open.
        policies: in order; the first that matches a ticket holds.
        playbooks: what is to be done in order, by the category of the case.
        answers: its own rules on which messages are replies, before the usual ones; the first that matches holds.
        source_text: the TOML that it was read from, which is how a desk is stored.
    """

    key: str
    name: Mapping[str, str]
    url: str
    domains: tuple[str, ...]
    default_language: str
    languages: tuple[str, ...]
    zone: str
    version: int
    channels: Mapping[Channel, str]
    calendars: Mapping[str, Calendar]
    tiers: tuple[Tier, ...]
    teams: tuple[Team, ...]
    policies: tuple[Policy, ...]
    fields: tuple[DeskField, ...] = ()
    sources: Mapping[str, SourceMap] = field(default_factory=dict)
    source_text: str = field(default="", repr=False, compare=False)
    answers: tuple[AnswerRule, ...] = ()
    playbooks: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)

    def label(self, language: str) -> str:
        """The desk's name in an interface language, or in English, or its key."""
        return self.name.get(language) or self.name.get("en") or self.key

    def calendar_of(self, channel: Channel) -> Calendar:
        """The calendar of a channel; one that the desk does not list goes by `other`, else by the first calendar."""
        calendar_id = self.channels.get(channel) or self.channels.get(Channel.OTHER)
        return self.calendars[calendar_id or next(iter(self.calendars))]

    def playbook(self, category: str | None) -> tuple[Step, ...]:
        """The steps that the desk wants taken in such a case; none where it says nothing of it."""
        return self.playbooks.get(category or "", ())

    def calendar(self, calendar_id: str) -> Calendar | None:
        """The calendar of that id, or None."""
        return self.calendars.get(calendar_id)

    def signal_of(
        self, author: AuthorKind, *, channel: Channel, public: bool, automatic: bool = False
    ) -> SignalKind | None:
        """What a message means to the clocks; `author` is what they were when they wrote it. None if nothing."""
        return signal_of_message(author, public=public, automatic=automatic, channel=channel, answers=self.answers)

    def route(self, source: str, group: str) -> Route | None:
        """The tier and team that a group of a source stands for; None if the desk does not map it."""
        mapped = self.sources.get(source)
        return mapped.groups.get(folded(group)) if mapped else None

    def channel_of(self, source: str, via: str | int) -> Channel | None:
        """The channel that a source's own word or number stands for; None if the desk does not map it."""
        mapped = self.sources.get(source)
        return mapped.channels.get(folded(str(via))) if mapped else None

    def class_of(self, source: str, facts: Mapping[str, Any]) -> str | None:
        """The class of a customer of whom a source says this; None if the desk does not map it, or it says none."""
        mapped = self.sources.get(source)
        return mapped.classes.class_of(facts) if mapped else None


def folded(word: str) -> str:
    """A source's word as it is compared: without outer spaces, capital letters and full-width forms."""
    return unicodedata.normalize("NFKC", word).strip().casefold()
