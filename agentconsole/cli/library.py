"""What `kb` and `canned` have in common: entries in several languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agentconsole.cli.output import emit, facts, line_of, paragraph, say, table
from agentconsole.domain.languages import choose_variant, normalise_language
from agentconsole.locale import _, language
from agentconsole.store.library import Entry, Imported, Variant


def entry_document(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "category": entry.category,
        "tags": list(entry.tags),
        "desk": entry.desk,
        "variants": [
            {"language": each.language, "title": each.title, "body": each.body} for each in entry.variants.values()
        ],
    }


def show_entry(entry: Entry, wanted: str | None, *, as_json: bool) -> None:
    """One entry: every language for programs, the one that was asked for, or suits most, for people.

    Raises:
        NotFoundError: it does not exist in the language that was asked for.
    """
    if wanted is not None:
        tag = choose_variant(entry.variants, wanted, wanted)[0]
        entry = Entry(entry.id, entry.category, entry.tags, entry.desk, {tag: entry.variants[tag]})
    if as_json:
        emit(entry_document(entry))
        return
    variant = readable(entry)
    say(line_of(variant.title))
    facts(
        [
            (_("ID"), entry.id),
            (_("Category"), entry.category),
            (_("Tags"), " ".join(entry.tags)),
            (_("Desk"), entry.desk),
            (_("Languages"), " ".join(entry.variants)),
        ]
    )
    say("")
    paragraph(variant.body)


def readable(entry: Entry) -> Variant:
    """The variant in the interface's language, or the first."""
    return entry.variants.get(language()) or next(iter(entry.variants.values()))


def speaks(entry: Entry, wanted: str | None) -> bool:
    return wanted is None or any(
        tag in (wanted, normalise_language(wanted)) or tag.startswith(f"{wanted}-") for tag in entry.variants
    )


def list_entries(entries: Sequence[Entry], wanted: str | None, *, as_json: bool) -> None:
    """The entries that exist in the wanted language, titled in it."""
    rows = []
    for entry in entries:
        if speaks(entry, wanted):
            tag = choose_variant(entry.variants, wanted, wanted)[0] if wanted else readable(entry).language
            rows.append((entry, entry.variants[tag].title))
    if as_json:
        emit(
            [
                {
                    "id": entry.id, "title": title, "category": entry.category, "tags": list(entry.tags),
                    "desk": entry.desk, "languages": list(entry.variants),
                }
                for entry, title in rows
            ]
        )  # fmt: skip
        return
    titles = (_("ID"), _("Title"), _("Category"), _("Languages"))
    table(titles, [(entry.id, title, entry.category, " ".join(entry.variants)) for entry, title in rows], flexible=1)


def print_imported(done: Imported, *, as_json: bool) -> None:
    if as_json:
        emit({"new": done.new, "changed": done.changed, "unchanged": done.unchanged})
    else:
        say(_("{new} new, {changed} changed, {unchanged} unchanged").format(
            new=done.new, changed=done.changed, unchanged=done.unchanged
        ))  # fmt: skip
