"""Another process that goes on claiming tickets while something else is measured."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from agentconsole.domain.errors import ConsoleError
from agentconsole.services import stores
from agentconsole.services import tickets as deeds
from benchmarks.results import seconds_of

_EVERY: Final = 0.02
_LEAST: Final = 50


@contextmanager
def beside(path: Path, numbers: Sequence[int]) -> Iterator[list[float]]:
    """Claims one ticket of a store after the other; the seconds that each took are in the list afterwards."""
    context = get_context("spawn")
    done, answers = context.Event(), context.Queue()
    claimer = context.Process(target=_claim, args=(path, numbers, done, answers))
    claimer.start()
    answers.get()  # it is ready
    taken: list[float] = []
    try:
        yield taken
    finally:
        done.set()
        taken += answers.get()
        claimer.join()


def _claim(path: Path, numbers: Sequence[int], done: Any, answers: Any) -> None:
    session = stores.open_session(path, "mei", face="cli", now=lambda: datetime.now(UTC), writes=True)
    answers.put("ready")
    taken: list[float] = []
    for number in numbers:
        if done.is_set() and len(taken) >= _LEAST:
            break
        try:
            taken.append(seconds_of(partial(deeds.perform, session, "claim", [number])))
        except ConsoleError as error:
            print(f"claim of {number}: {error}", file=sys.stderr)
        time.sleep(_EVERY)
    session.store.close()
    answers.put(taken)
