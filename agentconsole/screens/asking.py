"""Asking the store without waiting for it, and telling what came of it."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Final, cast
from zoneinfo import ZoneInfo

from agentconsole.commands.keys import key_label, types_text
from agentconsole.config import Glyphs
from agentconsole.domain.errors import ConsoleError, RefusedError
from agentconsole.domain.text import safe_text
from agentconsole.locale import told
from agentconsole.screens.bench import Answer, Workbench
from agentconsole.screens.bindings import CommandScreen, console
from agentconsole.services.session import Session

POLL_SECONDS: Final = 1.0

Failed = Callable[[ConsoleError], None]


class AskingScreen(CommandScreen):
    """A screen that reads and writes in threads. Of several answers to one question the last asked for is taken.

    What is abstract here and in what is made of it, mypy demands; the library's own metaclass leaves no room for `ABC`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: Counter[str] = Counter()
        self._bench: Workbench | None = None
        self._data_version = -1

    @property
    def session(self) -> Session:
        return cast(Session, console(self).session)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(console(self).settings.zone)

    @property
    def glyphs(self) -> Glyphs:
        """Which signs the terminal can show beside letters."""
        return console(self).settings.glyphs

    def now(self) -> datetime:
        return self.session.now()

    @property
    def bench(self) -> Workbench:
        """That of the screen that was there first."""
        if self._bench is None:
            first = next((screen for screen in self.app.screen_stack if isinstance(screen, AskingScreen)), self)
            self._bench = self._new_bench() if first is self else first.bench
        return self._bench

    def _new_bench(self) -> Workbench:
        bench = Workbench()
        console(self).before_leaving(bench.finish)
        return bench

    def ask(self, topic: str, work: Callable[[], Answer], then: Callable[[Answer], None]) -> None:
        """Does `work` in a thread and hands its answer to `then`, unless the same topic was asked again meanwhile."""
        self._asked[topic] += 1
        self.run_worker(self._answer(topic, self._asked[topic], work, then), group=topic)

    def forget(self, topic: str) -> None:
        """Lets no answer in that is still on its way."""
        self._asked[topic] += 1

    async def _answer(self, topic: str, turn: int, work: Callable[[], Answer], then: Callable[[Answer], None]) -> None:
        try:
            answer = await asyncio.to_thread(work)
        except ConsoleError as error:
            if self._asked[topic] == turn:
                self.refuse(error)
            return
        if self.is_attached and self._asked[topic] == turn:
            then(answer)

    def write(self, work: Callable[[], Answer], then: Callable[[Answer], None], failed: Failed | None = None) -> None:
        """Does `work` after all that was asked to be written before it, and hands its answer to `then`."""
        self.run_worker(self._written(self.bench.write(work), then, failed or self.refuse), group="writing")

    async def _written(self, job: Future[Answer], then: Callable[[Answer], None], failed: Failed) -> None:
        try:
            answer = await asyncio.shield(asyncio.wrap_future(job))
        except ConsoleError as error:
            failed(error)
            return
        if self.is_attached:
            then(answer)

    # --- other people's writes

    @abstractmethod
    def reload(self) -> None:
        """Reads anew what is shown."""

    def watch_store(self) -> None:
        """Reloads within a second of another process's write."""
        self.set_interval(POLL_SECONDS, self._look_for_changes)

    def on_screen_resume(self) -> None:
        self._look_for_changes()

    def _look_for_changes(self) -> None:
        """Not behind another screen: the library paints all of that one for a cell that changes in this."""
        if not self.is_active:
            return
        known, self._data_version = self._data_version, self.session.store.data_version()
        if known not in (-1, self._data_version):
            self.reload()

    # --- telling

    def refuse(self, error: ConsoleError) -> None:
        """Says why something was not done."""
        self.tell(told(error, "\n"), severity="warning" if isinstance(error, RefusedError) else "error")

    def tell(self, message: str, severity: str = "information") -> None:
        text = safe_text(message)
        self.bench.notices.append((self.now(), text))
        self.app.notify(text, severity=severity, markup=False)  # type: ignore[arg-type]

    def key(self, command_id: str, *, writing: bool = False) -> str:
        """The first key of a command as a person writes it; nothing if it has none.

        Args:
            writing: one that does something while text is written.
        """
        keys = [key for key in console(self).command_keys[command_id] if not (writing and types_text(key))]
        return key_label(keys[0]) if keys else ""

    def hints(self, wanted: Sequence[tuple[str, str]], *, writing: bool = False) -> list[tuple[str, str]]:
        """Commands and a word for each, as keys and words; those that no key leads to are left out."""
        keys = [(self.key(command_id, writing=writing), word) for command_id, word in wanted]
        return [(key, word) for key, word in keys if key]
