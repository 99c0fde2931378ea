"""What a sync did, in words and tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agentconsole.cli.output import line_of, say, table, tell
from agentconsole.locale import _, spoken
from agentconsole.locale.words import word
from agentconsole.sync.summary import OBJECTS

_SHOWN: Final = 20


def print_summary(document: Mapping[str, Any]) -> None:
    """A run's counts, and what was not stored or not known."""
    titles = ("", _("read"), _("new"), _("changed"), _("unchanged"), _("conflict"), _("rejected"))
    outcomes = ("read", "new", "changed", "unchanged", "conflict", "rejected")
    kinds = _kinds()
    rows = [
        (kinds[name], *(document[name][outcome] for outcome in outcomes)) for name in OBJECTS if document[name]["read"]
    ]
    if rows:
        table(titles, rows, flexible=0)
    for title, counts in (
        (_("Not stored"), document["skipped"]),
        (_("Not known"), document["unknown"]),
        (_("Personal data and tokens not kept"), document.get("dropped")),
    ):
        if counts:
            told = (f"{line_of(word('skipped', spoken(name)))} {count}" for name, count in counts.items())
            say(f"{title}: {', '.join(told)}")


def _kinds() -> Mapping[str, str]:
    return {
        "tickets": _("tickets"),
        "messages": _("messages"),
        "customers": _("customers"),
        "organizations": _("organisations"),
        "groups": _("groups"),
        "articles": _("articles"),
    }


def print_rejected(document: Mapping[str, Any]) -> None:
    """The first of what was rejected; it stands last, where the reader looks first."""
    rejected = sum(document[name]["rejected"] for name in OBJECTS)
    for each in document["rejected"][:_SHOWN]:
        place = ":".join(str(part) for part in (each["file"], each["line"]) if part is not None)
        tell(_("rejected: {place}: {object}: {reason}").format(
            place=line_of(place), object=word("object", each["object"]), reason=line_of(spoken(each["reason"]))
        ))  # fmt: skip
    if rejected > _SHOWN:
        tell(_("... and {count} more; --json lists them").format(count=rejected - _SHOWN))
