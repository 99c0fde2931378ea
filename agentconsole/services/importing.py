"""Taking articles and canned answers from files into the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from agentconsole.domain.errors import Phrase, UsageError
from agentconsole.domain.languages import normalise_language
from agentconsole.domain.template import render
from agentconsole.knowledge import help_centre, markdown
from agentconsole.store import desks, library
from agentconsole.store.library import Imported, Variant
from agentconsole.store.store import Store


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the texts are, and what holds where they themselves do not say it.

    Args:
        language: of a text that does not name its own.
        desk: the key of the desk they are for; all desks, if nothing is said.
    """

    path: Path
    language: str | None = None
    desk: str | None = None


def import_articles(store: Store, origin: Origin, at: datetime) -> Imported:
    """Markdown, or a help centre's export; all of it, or nothing.

    Raises:
        NotFoundError, ConsoleError: there is nothing, or something in it is wrong.
    """
    language = _language(origin)
    if help_centre.is_export(origin.path):
        variants = _ours(store, help_centre.read_export(origin.path, language=language), origin)
    else:
        variants = _ours(store, markdown.read_variants(origin.path, language=language), origin)
    with store.writing():
        return library.import_articles(store, variants, at)


def import_canned(store: Store, origin: Origin, at: datetime) -> Imported:
    """As `import_articles`, from Markdown, for canned answers; their variables are checked.

    Raises:
        UsageError: an answer holds more than text and variables.
    """
    variants = _ours(store, markdown.read_variants(origin.path, language=_language(origin)), origin)
    for variant in variants:
        try:
            render(variant.body, {})
        except UsageError as error:
            raise UsageError(
                Phrase("{place}: {problem}", place=f"{variant.id} ({variant.language})", problem=error.message),
                error.hint,
            ) from error
    with store.writing():
        return library.import_canned(store, variants, at)


def _language(origin: Origin) -> str | None:
    if origin.language is None or normalise_language(origin.language):
        return origin.language
    raise UsageError(
        Phrase("{language} is no language", language=repr(origin.language)),
        Phrase("such as {example}", example="ja, en, zh-Hans"),
    )


def _ours(store: Store, read: Sequence[Variant], origin: Origin) -> list[Variant]:
    if origin.desk is not None:
        desks.desk(store, origin.desk)
    return [replace(each, desk=each.desk or origin.desk) for each in read]
