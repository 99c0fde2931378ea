"""One run of the program: the global options, and the store opened the way a command needs it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from zoneinfo import ZoneInfo

from agentconsole import locale
from agentconsole.config import Settings, clock_from, load_settings
from agentconsole.domain.errors import RefusedError
from agentconsole.locale import _

if TYPE_CHECKING:
    from agentconsole.services.session import Session
    from agentconsole.store.store import Store

FACE: Final = "cli"
FROZEN: Final = "AGENTCONSOLE_NOW"


@dataclass
class Invocation:
    """What stood before the command. Settings are read when something needs them."""

    store: Path | None = None
    agent: str | None = None
    language: str | None = None
    config: Path | None = None
    locked: bool = False

    @classmethod
    def of(cls, options: Mapping[str, str]) -> Self:
        """Made from global options by their names, with `--locked` where it was given."""
        store, config = (Path(options[flag]) if flag in options else None for flag in ("--store", "--config"))
        return cls(store, options.get("--as"), options.get("--lang"), config, "--locked" in options)

    @cached_property
    def settings(self) -> Settings:
        """Reading them also sets the language of everything said from now on.

        Raises:
            UsageError: the configuration cannot be read.
        """
        settings = load_settings(
            store=self.store, agent=self.agent, lang=self.language, config=self.config, locked=self.locked
        )
        locale.set_language(settings.language)
        return settings

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.zone)

    def now(self) -> datetime:
        """This moment, or the one that stands still."""
        return clock_from()()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing."""
        yield from self._session(writes=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that may write; what has come due meanwhile is noticed first.

        Raises:
            RefusedError: the clock is frozen and the store is no fixture store.
        """
        from agentconsole.services.stores import notice

        self.must_run(self.settings.store)
        for session in self._session(writes=True):
            notice(session.store, session.now())
            yield session

    def _session(self, *, writes: bool) -> Iterator[Session]:
        from agentconsole.services.stores import open_session

        settings = self.settings
        session = open_session(settings.store, settings.agent, face=FACE, now=clock_from(), writes=writes)
        with session.store:
            yield session

    @contextmanager
    def opened(self) -> Iterator[Store]:
        """The store alone, for what is no agent's work."""
        from agentconsole.store.store import Store

        with Store(self.settings.store) as store:
            yield store

    def must_run(self, path: Path) -> None:
        """Refuses to write at a frozen time, except into a store made with fixtures.

        Raises:
            RefusedError: `frozen_clock`.
        """
        from agentconsole.services.stores import is_fixture_store

        if os.environ.get(FROZEN) and not is_fixture_store(path):
            words = _("{variable} freezes the clock, and {path} was not made with fixtures")
            hint = _("unset {variable} to write into this store")
            raise RefusedError("frozen_clock", words.format(variable=FROZEN, path=path), hint.format(variable=FROZEN))
