"""What a sync did, in words and tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from agentconsole.cli.output import line_of, say, table, tell
from agentconsole.domain.text import truncate
from agentconsole.locale import _, ngettext, spoken
from agentconsole.locale.words import field_name, word
from agentconsole.store.runs import Change
from agentconsole.sync.summary import OBJECTS

_SHOWN: Final = 20
_CELLS: Final = 60
"""Of a value: a description may be long."""
_THEIRS: Final = "theirs_"


def print_summary(document: Mapping[str, Any]) -> None:
    """A run's counts, what was not stored or not known, and the first of what was rejected."""
    titles = ("", _("read"), _("new"), _("changed"), _("unchanged"), _("conflict"), _("rejected"))
    outcomes = ("read", "new", "changed", "unchanged", "conflict", "rejected")
    kinds = _kinds()
    rows = [
        (kinds[name], *(document[name][outcome] for outcome in outcomes)) for name in OBJECTS if document[name]["read"]
    ]
    if rows:
        table(titles, rows, flexible=0)
    _print_rest(document, sum(document[name]["rejected"] for name in OBJECTS))


def _kinds() -> Mapping[str, str]:
    return {
        "tickets": _("tickets"),
        "messages": _("messages"),
        "customers": _("customers"),
        "organizations": _("organisations"),
        "groups": _("groups"),
        "articles": _("articles"),
    }


def _print_rest(document: Mapping[str, Any], rejected: int) -> None:
    for title, counts in (
        (_("Not stored"), document["skipped"]),
        (_("Not known"), document["unknown"]),
        (_("Personal data and tokens not kept"), document.get("dropped")),
    ):
        if counts:
            say(f"{title}: {', '.join(f'{line_of(name)} {count}' for name, count in counts.items())}")
    for each in document["rejected"][:_SHOWN]:
        place = ":".join(str(part) for part in (each["file"], each["line"]) if part is not None)
        tell(_("rejected: {place}: {object}: {reason}").format(
            place=line_of(place), object=word("object", each["object"]), reason=line_of(spoken(each["reason"]))
        ))  # fmt: skip
    if rejected > _SHOWN:
        tell(_("... and {count} more; --json lists them").format(count=rejected - _SHOWN))


def print_changes(changes: Sequence[Change], total: int | None = None) -> None:
    """Ticket by ticket what a run did or would do: a line for each ticket, and one for each field."""
    for each in changes:
        head = f"{_SIGNS.get(each.verb, '~')} {each.number}  {each.reference}  {line_of(each.subject)}"
        came = ngettext("{count} message", "{count} messages", each.messages).format(count=each.messages)
        say(f"{head}  (+{came})" if each.messages else head)
        if each.verb != "imported":
            for name, before in each.before.items():
                say(f"    {_field(name, before, each.after)}")
    if total is not None and total > len(changes):
        tell(_("... and {count} more; --json lists them").format(count=total - len(changes)))


_SIGNS: Final = {"imported": "+", "source_changed": "~", "reread": "~", "conflict": "!"}


def _field(name: str, before: Any, after: Mapping[str, Any]) -> str:
    """A field with what it was and what it is; in a conflict ours, which stays, and theirs."""
    if f"{_THEIRS}{name}" in after:
        words = _("{field}: ours {ours} stays, theirs is {theirs}")
        return words.format(
            field=field_name(name), ours=_value(name, before), theirs=_value(name, after[f"{_THEIRS}{name}"])
        )
    return f"{field_name(name)}: {_value(name, before)} → {_value(name, after.get(name))}"


def _value(name: str, value: Any) -> str:
    if value is None or value == []:
        return "-"
    if isinstance(value, list):
        return line_of(" ".join(map(str, value)))
    return truncate(line_of(word(name, value) if isinstance(value, str) else value), _CELLS)
