"""How far a sync has come, on a terminal: how many records, at what rate, and how long it will take."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from agentconsole.locale import _
from agentconsole.sync.progress import Follow, Seen


@contextmanager
def followed_on_terminal(*, quiet: bool) -> Iterator[Follow | None]:
    """What to tell; nothing where nobody looks. The line is gone when it is over."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def follow(seen: Seen) -> None:
            rate = seen.records / (bar.tasks[0].elapsed or 1)
            words = _("{count} records, {rate}/s").format(count=f"{seen.records:,}", rate=f"{rate:,.0f}")
            bar.update(task, completed=seen.share, description=words)

        yield follow
