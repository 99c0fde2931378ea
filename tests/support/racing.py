"""What several processes do at once in tests; each begins when all are ready."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from agentconsole.domain.errors import ConsoleError
from agentconsole.services import stores
from agentconsole.services import tickets as deeds
from agentconsole.store.store import Store

PATIENCE = 60.0


def claim(path: Path, login: str, number: int, at: datetime, ready: Callable[[], Any]) -> str:
    """Claims the ticket; says `done` or the code of the rule that refused."""
    session = stores.open_session(path, login, face="cli", now=lambda: at, writes=True)
    ready()
    try:
        deeds.perform(session, "claim", [number])
    except ConsoleError as error:
        return error.code
    finally:
        session.store.close()
    return "done"


def notice(path: Path, at: datetime, ready: Callable[[], Any]) -> str:
    """Notices what came due; says how many tickets moved."""
    with Store(path) as store:
        ready()
        return str(stores.notice(store, at))


def race(work: Callable[..., str], *each: tuple[Any, ...]) -> list[str]:
    """What the same work, done in as many processes as there are arguments, says in each."""
    context = get_context("spawn")
    barrier, answers = context.Barrier(len(each)), context.Queue()
    racers = [context.Process(target=_run, args=(work, arguments, barrier, answers)) for arguments in each]
    for racer in racers:
        racer.start()
    try:
        return [answers.get(timeout=PATIENCE) for _ in racers]
    finally:
        for racer in racers:
            racer.join(PATIENCE)


def _run(work: Callable[..., str], arguments: tuple[Any, ...], barrier: Barrier, answers: Any) -> None:
    answers.put(work(*arguments, lambda: barrier.wait(PATIENCE)))
