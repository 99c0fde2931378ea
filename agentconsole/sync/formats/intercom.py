"""Intercom: what scripts save of its API: conversations with their parts, tickets, contacts, admins, teams."""

from __future__ import annotations

from collections.abc import Mapping

from agentconsole.locale import deferred
from agentconsole.sync.formats.base import ReadOptions
from agentconsole.sync.formats.intercom_kinds import SIGNS, VOCABULARY
from agentconsole.sync.formats.intercom_objects import Objects
from agentconsole.sync.formats.json_format import JsonHelpdesk, Take


class Intercom(JsonHelpdesk):
    """Reads conversations and tickets, their parts, contacts, admins, teams and companies."""

    name = "intercom"
    looks_for = deferred("Intercom's conversations, contacts, admins ... as JSON, as its API gives them")
    signs = SIGNS
    vocabulary = VOCABULARY

    def takes(self, options: ReadOptions) -> Mapping[str, Take]:
        return Objects(options, self.tally).take
