"""The command line: each module is one group of commands, loaded when it is called."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from agentconsole import __version__, locale
from agentconsole.cli.errors import INTERRUPTED, Failure, failure_of, report
from agentconsole.cli.global_options import leading
from agentconsole.cli.output import say
from agentconsole.domain.errors import ConsoleError, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and answers its exit status: 0 done, 1 failed, 2 wrong usage, 3 done in part, 130 interrupted.

    Args:
        arguments: what follows the program's name; the process's own if nothing is given.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words[: words.index("--") if "--" in words else None]
    _prepare_streams()
    _speak(words)
    try:
        return _run(words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return 0
    except Failure as failure:
        report(failure, as_json=as_json)
        _drop_output_if_full()
        return failure.exit_status


def _run(words: Sequence[str]) -> int:
    try:
        options, others = leading(words)
        status = _open(options, *others) if others in ([], ["demo"]) else _command(words)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (ConsoleError, sqlite3.Error, OSError, UnicodeEncodeError, OverflowError, MemoryError) as error:
        raise failure_of(error) from error
    return status


def _command(words: Sequence[str]) -> int:
    from agentconsole.cli.root import run

    return run(words)


def _open(options: Mapping[str, str], demo: str = "") -> int:
    """What the program is called for most: the console, without the parser of the command line."""
    if "--version" in options:
        say(f"agentconsole {__version__}")
        return 0
    from agentconsole.cli import console
    from agentconsole.cli.invocation import Invocation

    call = Invocation.of(options)
    return console.demo(call) if demo else console.console(call)


def _speak(words: Sequence[str]) -> None:
    """The language before the settings are read, for help and for wrong usage; what is wrong is told of later."""
    locale.set_language("en")
    with suppress(UsageError):
        locale.set_language(os.environ.get("AGENTCONSOLE_LANG") or locale.from_environment(os.environ))
    with suppress(ConsoleError):
        options, _others = leading(words)
        locale.set_language(options.get("--lang", locale.language()))


def _prepare_streams() -> None:
    """A terminal that cannot show a character gets its code, a stream that is closed nothing: no command stops."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until the process ends
        elif mode == "w" and (reconfigure := getattr(stream, "reconfigure", None)):
            reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """The reader has gone: what is still in the buffer goes nowhere, without a word at the end of the process."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _drop_output_if_full() -> None:
    """What could not be written would be told of once more at the end of the process."""
    try:
        sys.stdout.flush()
    except OSError:
        _drop_output()
