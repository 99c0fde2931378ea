"""The terminal before the screen library is loaded: whether it will do, and what the library must be told."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Final, TextIO

from agentconsole.config import KittyKeys, Settings
from agentconsole.locale import _

_DUMB: Final = frozenset({"dumb", "unknown"})
_LOSES_COMPOSED_TEXT: Final = frozenset({"iTerm.app", "iTerm2", "WezTerm", "ghostty"})
"""Terminals that lose what an input method composed once they report every key on its own."""
_COMPOSING: Final = ("ja", "zh", "ko")


def terminal_problem(
    environ: Mapping[str, str], stdin: TextIO, stdout: TextIO, stderr: TextIO | None = None
) -> str | None:
    """Why the console cannot run here, in the interface's language; nothing if it can.

    Args:
        stderr: what the screen is drawn on, if that is to be looked at as well.
    """
    if environ.get("TERM", "") in _DUMB:
        reason = _("this terminal cannot draw a screen (TERM={term})").format(term=environ["TERM"])
    elif not all(_is_terminal(stream) for stream in (stdin, stdout, stderr or stdout)):
        reason = _("input or output is not a terminal")
    else:
        return None
    return _("{reason}; everything is on the command line as well: agentconsole tickets, agentconsole --help").format(
        reason=reason
    )


def prepare(environ: MutableMapping[str, str], settings: Settings) -> None:
    """Says in the environment what the screen library reads when it is imported: call it before that.

    What somebody has set is left alone, except in a locked console, where nothing of the kind is taken from outside.
    """
    if settings.locked:
        for name in [name for name in environ if name.startswith("TEXTUAL")]:
            del environ[name]
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    if _without_kitty_keys(environ, settings.kitty_keys):
        environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")


def _is_terminal(stream: TextIO | None) -> bool:
    """A closed stream is none, nor is one that is not there at all."""
    return stream is not None and not stream.closed and stream.isatty()


def _without_kitty_keys(environ: Mapping[str, str], choice: KittyKeys) -> bool:
    if choice is not KittyKeys.AUTO:
        return choice is KittyKeys.OFF
    programs = {environ.get("TERM_PROGRAM"), environ.get("LC_TERMINAL")}
    locales = (environ.get(name, "").lower() for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    return bool(programs & _LOSES_COMPOSED_TEXT) or any(locale.startswith(_COMPOSING) for locale in locales)
