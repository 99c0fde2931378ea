"""Export formats: each is one module with a class, and one entry point of the group `agentconsole.formats`.

Another package adds a format by such an entry point of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Final

from agentconsole.domain.errors import ConsoleError, Phrase, UsageError
from agentconsole.locale import _, did_you_mean
from agentconsole.sync.files import SourceFile, foreign_kind
from agentconsole.sync.formats.base import Format, ReadOptions
from agentconsole.sync.formats.profile import Profile, load_profile, profile_of

__all__ = ["BUILT_IN", "Format", "Profile", "ReadOptions", "detect", "load_profile", "profile_of"]

GROUP: Final = "agentconsole.formats"
BUILT_IN: Final = {
    "freshdesk": "agentconsole.sync.formats.freshdesk:Freshdesk",
    "zammad": "agentconsole.sync.formats.zammad:Zammad",
    "intercom": "agentconsole.sync.formats.intercom:Intercom",
    "zendesk": "agentconsole.sync.formats.zendesk:Zendesk",
    "mail": "agentconsole.sync.formats.mail:Mail",
    "csv": "agentconsole.sync.formats.csv_table:CsvTable",
    "json": "agentconsole.sync.formats.json_table:JsonTable",
}
"""In the order in which they are asked: the surest first. `pyproject.toml` declares the same as entry points; they are
spelt out because a checkout that was never installed has none."""
_SAMPLED: Final = 300
"""Files that are looked at first to find out a format."""


def detect(files: Sequence[SourceFile], wanted: str | None = None) -> Format:
    """The format of `files`, ready for one reading: the wanted one, or that which recognises most of them.

    Raises:
        UsageError: no format is called `wanted`.
        ConsoleError: there is nothing to read, or no format recognises any of it.
    """
    chosen = None if wanted is None else named(wanted)
    if not files:
        hint = Phrase("readme and hidden files, documents and pictures do not count")
        raise ConsoleError(Phrase("there is no file to read"), hint)
    if chosen is not None:
        return chosen
    formats = list(_known())
    counts = _votes(formats, _sample(files))
    if not any(counts):
        counts = _votes(formats, files)
    if not any(counts):
        raise ConsoleError(
            Phrase("{file}: {problem}", file=files[0].name, problem=_what_is_wrong(files[0].head())),
            Phrase("looked for {shapes}", shapes="; ".join(_(shape.looks_for) for shape in formats)),
        )
    return formats[counts.index(max(counts))]


def _known() -> Iterator[Format]:
    """A new instance of each; those of other packages first, as they know their own files best.

    Raises:
        ConsoleError: one of another package cannot be loaded.
    """
    from importlib.metadata import entry_points  # which whoever names a format does without

    for entry in entry_points(group=GROUP):
        if entry.name not in BUILT_IN:
            try:
                yield entry.load()()
            except (ImportError, AttributeError, TypeError) as error:
                raise ConsoleError(
                    Phrase(
                        "the format {name} ({place}) cannot be loaded: {error}",
                        name=entry.name,
                        place=entry.value,
                        error=str(error),
                    ),
                    Phrase("mend or remove its package"),
                ) from error
    yield from map(_built_in, BUILT_IN)


def _built_in(name: str) -> Format:
    module, _, kind = BUILT_IN[name].partition(":")
    made: Format = getattr(import_module(module), kind)()
    return made


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


def named(wanted: str) -> Format:
    """The format of that name, ready for one reading.

    Raises:
        UsageError: there is none.
    """
    if wanted in BUILT_IN:  # the others need not be loaded
        return _built_in(wanted)
    formats = list(_known())
    for shape in formats:
        if shape.name == wanted:
            return shape
    words = _("no format is called {name}").format(name=repr(wanted))
    raise UsageError(words, did_you_mean(wanted, [shape.name for shape in formats]))


def _what_is_wrong(head: bytes) -> str:
    if not head.strip():
        return Phrase("it is empty")
    what = foreign_kind(head)
    if what:
        return Phrase("it is {kind}, which cannot be read as it is", kind=what)
    return Phrase("no format recognises it")
