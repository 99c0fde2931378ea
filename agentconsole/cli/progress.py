"""How far a sync has come, on a terminal: how many records, at what rate, and how long it will take."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from agentconsole.locale import _
from agentconsole.sync.progress import Follow, Seen

_WIDE: Final = 60
"""Columns from which on there is room for a bar."""


@contextmanager
def followed_on_terminal(*, quiet: bool) -> Iterator[Follow | None]:
    """What to tell; nothing where nobody looks. The line is gone when it is over."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    bars = (BarColumn(),) if console.width >= _WIDE else ()  # words and numbers are worth more
    columns = TextColumn("{task.description}"), *bars, TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def follow(seen: Seen) -> None:
            rate = seen.records / (bar.tasks[0].elapsed or 1)
            words = _("{count} records, {rate}/s").format(count=f"{seen.records:,}", rate=f"{rate:,.0f}")
            bar.update(task, completed=seen.share, description=words)

        yield follow
