"""Export formats: each is one module with a class, and one entry in `FORMATS`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from agentconsole.domain.errors import ConsoleError, UsageError, nearest
from agentconsole.sync.files import SourceFile, foreign_kind
from agentconsole.sync.formats.base import Format, FormatMaker, ReadOptions
from agentconsole.sync.formats.csv_table import CsvTable
from agentconsole.sync.formats.freshdesk import Freshdesk
from agentconsole.sync.formats.intercom import Intercom
from agentconsole.sync.formats.mail import Mail
from agentconsole.sync.formats.profile import load_profile
from agentconsole.sync.formats.zammad import Zammad
from agentconsole.sync.formats.zendesk import Zendesk

__all__ = ["FORMATS", "Format", "ReadOptions", "detect", "load_profile"]

FORMATS: Final[tuple[FormatMaker, ...]] = (Freshdesk, Zammad, Intercom, Zendesk, Mail, CsvTable)
"""In the order in which they are asked: the surest first."""
_SAMPLED: Final = 300
"""Files that are looked at first to find out a format."""


def detect(files: Sequence[SourceFile], wanted: str | None = None) -> Format:
    """The format of `files`, ready for one reading: the wanted one, or that which recognises most of them.

    Raises:
        UsageError: no format is called `wanted`.
        ConsoleError: there is nothing to read, or no format recognises any of it.
    """
    formats = [make() for make in FORMATS]
    if wanted is not None:
        return _named(wanted, formats)
    if not files:
        raise ConsoleError("there is no file to read", "readme and hidden files, documents and pictures do not count")
    counts = _votes(formats, _sample(files))
    if not any(counts):
        counts = _votes(formats, files)
    if not any(counts):
        raise ConsoleError(
            f"{files[0].name}: {_what_is_wrong(files[0].head())}",
            "looked for " + "; or ".join(shape.looks_for for shape in formats),
        )
    return formats[counts.index(max(counts))]


def _votes(formats: Sequence[Format], files: Sequence[SourceFile]) -> list[int]:
    """How many files each format recognises."""
    counts = [0] * len(formats)
    for file in files:
        head = file.head()
        counts = [count + shape.sniff(head, file.name) for count, shape in zip(counts, formats, strict=True)]
    return counts


def _sample(files: Sequence[SourceFile]) -> Sequence[SourceFile]:
    """Some of the files, evenly: a Maildir has very many."""
    if len(files) <= _SAMPLED:
        return files
    return [files[at * len(files) // _SAMPLED] for at in range(_SAMPLED)]


def _named(wanted: str, formats: Sequence[Format]) -> Format:
    for shape in formats:
        if shape.name == wanted:
            return shape
    names = [shape.name for shape in formats]
    near = nearest(wanted, names)
    raise UsageError(
        f"no format is called {wanted!r}", f"did you mean {near}?" if near else f"known formats: {', '.join(names)}"
    )


def _what_is_wrong(head: bytes) -> str:
    if not head.strip():
        return "it is empty"
    what = foreign_kind(head)
    return f"it is {what}, which cannot be read as it is" if what else "no format recognises it"
