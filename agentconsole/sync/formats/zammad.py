"""Zammad: what scripts save of its API, with names (`expand`), with all about it (`all`), or with numbers only."""

from __future__ import annotations

from collections.abc import Mapping

from agentconsole.locale import deferred
from agentconsole.sync.formats.base import ReadOptions
from agentconsole.sync.formats.json_format import JsonHelpdesk, Take
from agentconsole.sync.formats.zammad_kinds import SIGNS, VOCABULARY
from agentconsole.sync.formats.zammad_objects import Objects


class Zammad(JsonHelpdesk):
    """Reads tickets, articles, users, groups and organizations, and tickets as lines with their conversation inside."""

    name = "zammad"
    looks_for = deferred("Zammad's tickets, articles, users ... as JSON, as its API gives them")
    signs = SIGNS
    vocabulary = VOCABULARY

    def takes(self, options: ReadOptions) -> Mapping[str, Take]:
        return Objects(options, self.tally).take
