"""Freshdesk: what scripts save of either version of its API as JSON, and its account export as XML.

Its CSV export is a table like others: `csv_table` reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agentconsole.locale import deferred
from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats import freshdesk_xml as xml
from agentconsole.sync.formats.base import ReadOptions, Tally, digest
from agentconsole.sync.formats.freshdesk_kinds import SIGNS, VOCABULARY
from agentconsole.sync.formats.freshdesk_objects import Objects
from agentconsole.sync.formats.json_format import Around, JsonReader, has_signs, in_order
from agentconsole.sync.records import Record, RejectedRecord


class Freshdesk:
    """Reads tickets with their conversations, contacts, agents, companies and groups."""

    name = "freshdesk"
    looks_for = deferred("Freshdesk's tickets, conversations, contacts ... as JSON, or its account export as XML")

    def __init__(self) -> None:
        self.tally = Tally()

    def sniff(self, head: bytes, name: str) -> bool:
        """Whether the file begins as JSON with Freshdesk's keys in it, or as its XML."""
        return xml.has_signs(head) or has_signs(head, SIGNS)

    def read(self, files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Record]:
        """The records of `files`; those that others refer to come first."""
        reader = JsonReader(VOCABULARY, Objects(options, self.tally).take, self.tally)

        def kind_in(file: SourceFile) -> str | None:
            root = xml.root_of(file.head())
            return xml.kind_in(root) if root else reader.kind_in(file)

        for file in in_order(files, kind_in):
            yield from self._xml(file, reader) if xml.root_of(file.head()) else reader.records(file)

    def _xml(self, file: SourceFile, reader: JsonReader) -> Iterator[Record]:
        for found in xml.elements(file):
            if isinstance(found, RejectedRecord):
                yield found
            else:
                yield from reader.taken(
                    xml.kind_in(found.kind), found.value, Around(found.place, digest(found.raw), {}, None)
                )
