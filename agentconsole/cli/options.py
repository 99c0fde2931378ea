"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from agentconsole.domain.errors import RefusedError, UsageError
from agentconsole.domain.values import Priority
from agentconsole.locale import _, did_you_mean


def chosen(context: typer.Context, value: Any) -> Any:
    """The callback of every parameter that is a file of the caller's choice; standard input is none.

    Raises:
        RefusedError: the session is locked.
    """
    files = value if isinstance(value, list | tuple) else [value] if value is not None else []
    file = next((file for file in files if file != Path("-")), None)
    if file is not None and context.obj.settings.locked:
        raise RefusedError("locked", _("{path}: a locked session takes no file of your choice").format(path=file))
    return value


Json = Annotated[bool, typer.Option("--json", help=_("For programs: JSON, and nothing else on standard output."))]
Language = Annotated[str | None, typer.Option("--lang", metavar="L", help=_("The language of the content."))]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", min=0, help=_("At most so many."))]
Ref = Annotated[
    str, typer.Argument(metavar="REF", help=_("A number such as 10234, or SOURCE:ID such as zendesk:3661."))
]
Refs = Annotated[list[str], typer.Argument(metavar="REF...", help=_("Tickets, by number or SOURCE:ID."))]
Profile = Annotated[
    Path | None,
    typer.Option("--profile", metavar="FILE", callback=chosen, help=_("TOML that says how to read a table.")),
]
DeskKey = Annotated[str | None, typer.Option("--desk", metavar="KEY", help=_("The desk whose maps are used."))]
Body = Annotated[str | None, typer.Option("--body", metavar="TEXT", help=_("The text itself."))]
BodyFile = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", callback=chosen, help=_("A file that holds the text."))
]


def check_priority(priority: str | None) -> None:
    """Raises:
    UsageError: it is none of the priorities.
    """
    if priority is not None and priority not in tuple(Priority):
        words = _("{text} is no priority").format(text=repr(priority))
        raise UsageError(words, did_you_mean(priority, Priority))
