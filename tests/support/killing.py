"""Work in a process that is killed at a chosen statement, as by a power cut."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from agentconsole.store.store import Store


def killed(path: Path, work: Callable[[Store], object], at: int, word: str = "") -> bool:
    """Does the work on a store in a process of its own, which is killed before its nth statement.

    Args:
        word: only statements that begin with it count.

    Returns:
        Whether it was killed; if not, the work was over before.
    """
    pid = os.fork()
    if pid == 0:
        try:
            with Store(path) as store:
                left = [at]

                def look(sql: str) -> None:
                    left[0] -= sql.startswith(word)
                    if left[0] == 0:
                        os.kill(os.getpid(), signal.SIGKILL)

                store.connection.set_trace_callback(look)
                work(store)
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
