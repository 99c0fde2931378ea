"""Zammad: what scripts save of its API, with names (`expand`), with all about it (`all`), or with numbers only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats.base import ReadOptions
from agentconsole.sync.formats.json_format import JsonReader, has_signs, in_order
from agentconsole.sync.formats.zammad_kinds import SIGNS, VOCABULARY
from agentconsole.sync.formats.zammad_objects import Objects
from agentconsole.sync.records import Record


class Zammad:
    """Reads tickets, articles, users, groups and organizations, and tickets as lines with their conversation inside."""

    name = "zammad"
    looks_for = "Zammad's tickets, articles, users ... as JSON, as its API gives them"

    def __init__(self) -> None:
        self.unknown: Counter[str] = Counter()

    def sniff(self, head: bytes, name: str) -> bool:
        """Whether the file begins as JSON with Zammad's keys in it."""
        return has_signs(head, SIGNS)

    def read(self, files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Record]:
        """The records of `files`; those that others refer to come first."""
        reader = JsonReader(VOCABULARY, Objects(options, self.unknown).take, self.unknown)
        for file in in_order(files, reader.kind_in):
            yield from reader.records(file)
