"""A Python program in a pseudo terminal, and the bytes it writes there."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

ROOT: Final = Path(__file__).parent.parent.parent
QUIET: Final = 0.25
"""Seconds without a byte after which a program is taken to have said all it has to say."""
PATIENCE: Final = 30.0

_ASKS_FOR_SYNC: Final = b"\x1b[?2026$p"
_HAS_SYNC: Final = b"\x1b[?2026;2$y"
_QUIT: Final = b"\x11"


class PtyApp:
    """Runs `python ARGUMENTS` in a true-colour terminal of a given size, which knows synchronised updates.

    Used as a context: at its end the program is asked to quit by ctrl+q, and killed if it does not.
    """

    def __init__(
        self, arguments: Sequence[str], *, columns: int = 80, rows: int = 24, environ: Mapping[str, str] | None = None
    ) -> None:
        self._master, slave = os.openpty()
        termios.tcsetwinsize(slave, (rows, columns))
        try:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                cwd=ROOT,
                env=_environment(environ or {}),
                start_new_session=True,
            )
        finally:
            os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def wait_for(self, marker: str | bytes, patience: float = PATIENCE) -> bytes:
        """All that is written until a marker appears.

        Raises:
            TimeoutError: it does not; the last bytes are in the message.
        """
        wanted = marker.encode() if isinstance(marker, str) else marker
        deadline = time.monotonic() + patience
        written = b""
        while wanted not in written:
            if not (read := self._read(deadline - time.monotonic())):
                raise TimeoutError(f"{wanted!r} did not appear; the last that did: {written[-500:]!r}")
            written += read
        return written

    def until_quiet(self, quiet: float = QUIET) -> bytes:
        """All that is written until nothing has been for `quiet` seconds."""
        written = b""
        while read := self._read(quiet):
            written += read
        return written

    def send(self, keys: str | bytes, quiet: float = QUIET) -> bytes:
        """Types keys and returns what the program writes in answer, from the first byte until it is quiet.

        Raises:
            TimeoutError: it writes nothing at all.
        """
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)
        if not (answer := self._read(PATIENCE)):
            raise TimeoutError(f"no answer to {keys!r}")
        return answer + self.until_quiet(quiet)

    def close(self) -> int:
        """Ends the program; returns its exit status."""
        try:
            os.write(self._master, _QUIT)
            deadline = time.monotonic() + 5
            while self._process.poll() is None and time.monotonic() < deadline:
                self._read(0.05)
        except OSError:
            pass  # it has closed its terminal already
        if self._process.poll() is None:
            self._process.kill()
        status = self._process.wait()
        os.close(self._master)
        return status

    def _read(self, seconds: float) -> bytes:
        """What there is to read within so many seconds; nothing too when the program has gone."""
        if not select.select([self._master], [], [], max(seconds, 0))[0]:
            return b""
        try:
            read = os.read(self._master, 65536)
        except OSError:
            return b""
        if _ASKS_FOR_SYNC in read:
            os.write(self._master, _HAS_SYNC)
        return read


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TEXTUAL", "LC_", "NO_COLOR", "TMUX"))
    }
    return kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"} | dict(more)
