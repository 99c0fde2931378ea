from __future__ import annotations

import io
from pathlib import Path

import pytest

from agentconsole.config import KittyKeys, Settings
from agentconsole.terminal import prepare, terminal_problem


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def settings(**chosen: object) -> Settings:
    return Settings(Path("unused.db"), "aoi", "en", **chosen)  # type: ignore[arg-type]


def test_a_terminal_that_draws_is_no_problem() -> None:
    assert terminal_problem({"TERM": "xterm-256color"}, Tty(), Tty(), Tty()) is None


@pytest.mark.parametrize(
    ("environ", "stdin", "stdout"),
    [
        ({"TERM": "dumb"}, Tty(), Tty()),
        ({"TERM": "xterm"}, io.StringIO(), Tty()),
        ({"TERM": "xterm"}, Tty(), io.StringIO()),
    ],
)
def test_what_will_not_do_is_pointed_to_the_command_line(environ: dict[str, str], stdin: Tty, stdout: Tty) -> None:
    problem = terminal_problem(environ, stdin, stdout)
    assert problem
    assert "agentconsole --help" in problem


def test_a_closed_stream_and_one_that_is_drawn_on_elsewhere() -> None:
    closed = Tty()
    closed.close()
    assert terminal_problem({"TERM": "xterm"}, closed, Tty())
    assert terminal_problem({"TERM": "xterm"}, Tty(), Tty(), io.StringIO())


@pytest.mark.parametrize(
    ("environ", "choice", "off"),
    [
        ({"TERM_PROGRAM": "iTerm.app"}, KittyKeys.AUTO, True),
        ({"TERM_PROGRAM": "WezTerm"}, KittyKeys.AUTO, True),
        ({"LC_TERMINAL": "iTerm2"}, KittyKeys.AUTO, True),
        ({"LANG": "ja_JP.UTF-8"}, KittyKeys.AUTO, True),
        ({"LANG": "en_US.UTF-8", "TERM_PROGRAM": "kitty"}, KittyKeys.AUTO, False),
        ({"LANG": "ja_JP.UTF-8"}, KittyKeys.ON, False),
        ({"LANG": "en_US.UTF-8"}, KittyKeys.OFF, True),
        ({"LANG": "ja_JP.UTF-8", "TEXTUAL_DISABLE_KITTY_KEY": "0"}, KittyKeys.AUTO, False),
    ],
)
def test_where_composed_text_would_be_lost(environ: dict[str, str], choice: KittyKeys, off: bool) -> None:
    prepare(environ, settings(kitty_keys=choice))
    assert (environ.get("TEXTUAL_DISABLE_KITTY_KEY") == "1") is off


def test_fewer_colours_over_a_line_and_no_animation_anywhere() -> None:
    near: dict[str, str] = {}
    far = {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}
    prepare(near, settings())
    prepare(far, settings())
    assert "TEXTUAL_COLOR_SYSTEM" not in near
    assert far["TEXTUAL_COLOR_SYSTEM"] == "256"
    assert near["TEXTUAL_ANIMATIONS"] == "none"


def test_a_locked_console_takes_no_orders_from_outside() -> None:
    environ = {"TEXTUAL_DRIVER": "other:Driver", "TEXTUAL_LOG": "everything.log", "TEXTUAL": "devtools"}
    prepare(environ, settings(locked=True))
    assert not {"TEXTUAL_DRIVER", "TEXTUAL_LOG", "TEXTUAL"} & set(environ)
