"""What is written when something breaks: where it broke and how, never what it was about.

Messages of exceptions and values of variables hold customers' words; neither ever reaches a report or the terminal.
"""

from __future__ import annotations

import os
import platform
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from platformdirs import user_log_path

import agentconsole
from agentconsole.config import APP_NAME
from agentconsole.locale import _

_OURS: Final = Path(agentconsole.__file__).parent
_CHAIN_LIMIT: Final = 20


def notice(error: BaseException) -> str:
    """Writes a report and says so in one line, in the interface's language."""
    kind = _kind(_root(error))
    path = write_report(error)
    if path is None:
        return _("agentconsole stopped because of a fault ({kind}), and no report could be written.").format(kind=kind)
    return _("agentconsole stopped because of a fault ({kind}). Report, without customer data: {path}").format(
        kind=kind, path=path
    )


def write_report(error: BaseException) -> Path | None:
    """A new file that only its owner can read, in the platform's folder for logs; nothing if that cannot be."""
    now = datetime.now(UTC)
    folder = user_log_path(APP_NAME, appauthor=False)
    path = folder / f"fault-{now:%Y%m%dT%H%M%S%f}Z-{os.getpid()}.log"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{now:%Y-%m-%dT%H:%M:%SZ} {_versions()}\n{describe(error)}\n")
    except OSError:
        return None
    return path


def describe(error: BaseException) -> str:
    """Kinds of the exceptions and the lines of code they came through, outermost first."""
    blocks = []
    for link in _chain(error):
        frames = [f"  {_file(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}" for frame, line in _walk(link)]
        blocks.append("\n".join([*frames, _kind(link)]))
    return "\n\n".join(reversed(blocks))


@contextmanager
def guarded() -> Iterator[None]:
    """While it lasts, what breaks outside the screens (in threads, in finalizers) is reported in the same way."""
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook = lambda _kind_of, error, _trace: _tell(error)
    threading.excepthook = lambda args: _tell(args.exc_value)
    sys.unraisablehook = lambda args: _tell(args.exc_value)
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def _tell(error: BaseException | None) -> None:
    if error is not None and not isinstance(error, SystemExit):
        with suppress(OSError, ValueError):
            sys.stderr.write(notice(error) + "\n")


def _walk(error: BaseException) -> Iterator[tuple[Any, int]]:
    trace: TracebackType | None = error.__traceback__
    return traceback.walk_tb(trace)


def _chain(error: BaseException) -> list[BaseException]:
    """The exception, then what led to it."""
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links and len(links) < _CHAIN_LIMIT:
        links.append(link)
        wrapped = getattr(link, "error", None)
        link = wrapped if isinstance(wrapped, BaseException) else link.__cause__ or link.__context__
    return links


def _root(error: BaseException) -> BaseException:
    wrapped = getattr(error, "error", None)
    return wrapped if isinstance(wrapped, BaseException) else error


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def _file(name: str) -> str:
    """A file of code by its place in the program or in a library; anything else has no name."""
    path = Path(name)
    if path.is_relative_to(_OURS):
        return path.relative_to(_OURS.parent).as_posix()
    for folder in sorted(filter(None, sys.path), key=len, reverse=True):
        if path.suffix == ".py" and path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return "?"


def _versions() -> str:
    return f"agentconsole {agentconsole.__version__}, Python {platform.python_version()}, {sys.platform}"
