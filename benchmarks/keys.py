"""What a key costs, and a second without one: 100,000 tickets at 80x24, beside the screen library's own widgets."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks import data
from benchmarks.bare_app import READY
from benchmarks.pty import Answer, TimedApp, bare, console, first_number
from benchmarks.results import Limit, Result, median, percentile

ROWS_DOWN: Final = 200
PAGES_DOWN: Final = 30
CHARACTERS: Final = "The transfer was found and will be credited within the hour. "
IDLE_SECONDS: Final = 20
ROWS_IN_VIEW: Final = 22

_DOWN: Final = "\x1b[B"
_PAGE_DOWN: Final = "\x1b[6~"
_SOON: Final = "is:open due:<5m -is:breached"
"""The tickets whose timers count the last minutes."""
_FILTER_SOON: Final = ("/", _SOON, "\r")
_WRITE: Final = ("\x1b", "\r", "r")
"""From there back to all, into a ticket, and to its reply."""
_TABLE: Final = "Textual's DataTable, 1,000 rows"
_AREA: Final = "Textual's TextArea, eight lines"


def measure(folder: Path) -> list[Result]:
    """Bytes and milliseconds a key, bytes a second without one."""
    store = data.copy_of_large_store(folder)
    results: list[Result] = []
    top = first_number(store)
    with console(store, folder) as ours, bare(folder, "table") as table, bare(folder, "text") as area:
        _settle(ours, top)
        _settle(table, READY)
        _settle(area, READY)
        _do(ours, ("0",))
        results += _results("keys.row", "row down", ours, table, [_DOWN] * ROWS_DOWN, (600, 15))
        results += _results("keys.page", "page down", ours, table, [_PAGE_DOWN] * PAGES_DOWN, None)
        results += _idle(ours, store, folder)
        _do(ours, _WRITE)
        results += _results("keys.character", "character in the composer", ours, area, list(CHARACTERS), None)
    return results


def _settle(app: TimedApp, marker: str) -> None:
    app.wait_for(marker)
    app.until_quiet(1)


def _do(app: TimedApp, steps: Sequence[str]) -> None:
    """Keys that are not measured, each with all that it brings about."""
    for keys in steps:
        app.send(keys, 0.5)


def _results(
    key: str, what: str, ours: TimedApp, theirs: TimedApp, presses: list[str], limits: tuple[float, float] | None
) -> list[Result]:
    """The same keys to both, in turns."""
    mine: list[Answer] = []
    others: list[Answer] = []
    for press in presses:
        mine.append(ours.press(press))
        others.append(theirs.press(press))
    yardstick = _AREA if key == "keys.character" else _TABLE
    size, wait = (Limit(value) for value in limits) if limits else (None, None)
    our_times, their_times = ([each.milliseconds for each in answers] for answers in (mine, others))
    return [
        Result(
            f"{key}.bytes", f"{what}: bytes", "B",
            median(each.size for each in mine), yardstick, median(each.size for each in others), size,
        ),
        Result(f"{key}.ms", f"{what}: painted", "ms", median(our_times), yardstick, median(their_times), wait),
        Result(
            f"{key}.p99", f"{what}: painted, 99 of 100", "ms",
            percentile(our_times, 99), yardstick, percentile(their_times, 99),
        ),
    ]  # fmt: skip


def _idle(ours: TimedApp, store: Path, folder: Path) -> list[Result]:
    """Bytes a second while nothing is pressed: on top of the list, and where every timer has only minutes left."""
    _do(ours, ("g",))
    at_top = ours.bytes_during(IDLE_SECONDS) / IDLE_SECONDS
    _make_urgent(store)
    _do(ours, _FILTER_SOON)
    counting = ours.bytes_during(IDLE_SECONDS) / IDLE_SECONDS
    with bare(folder) as line:
        _settle(line, READY)
        beside = line.bytes_during(IDLE_SECONDS) / IDLE_SECONDS
    counted = f"idle, {ROWS_IN_VIEW} timers in their last five minutes"
    yardstick = "a bare Textual app"
    return [
        Result("keys.idle", "idle, top of the list", "B/s", at_top, yardstick, beside, Limit(300)),
        Result("keys.idle.timers", counted, "B/s", counting, yardstick, beside, Limit(300)),
    ]


def _make_urgent(path: Path) -> None:
    """As many tickets as one sees at once are due in two minutes to four and a half."""
    soonest = int(datetime.now(UTC).timestamp()) + 120
    some = "SELECT number FROM ticket WHERE status = 'open' ORDER BY number DESC LIMIT ?"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            f"UPDATE ticket SET due_at = ? + number % 150 WHERE number IN ({some})",  # noqa: S608 - fixed
            (soonest, ROWS_IN_VIEW),
        )
