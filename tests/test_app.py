"""The console's life in a real pseudo terminal: faults, signals, a lost line, terminals that will not do."""

from __future__ import annotations

import os
import select
import signal
import stat
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from rich.segment import ControlType, Segment
from textual.app import ComposeResult
from textual.color import Color
from textual.events import Key
from textual.widgets import Input, Static, TextArea

from agentconsole import locale
from agentconsole.app import ConsoleApp
from agentconsole.commands import Context, Scope
from agentconsole.config import Settings
from agentconsole.domain.errors import UsageError
from agentconsole.screens import themes
from agentconsole.screens.bindings import CommandScreen
from agentconsole.screens.safe_lines import SafeLines
from tests.support.console_app import press, settled, until
from tests.support.tickets import a_ticket

SCRIPT: Final = Path(__file__).parent / "support" / "small_console.py"
LEFT_SCREEN: Final = b"\x1b[?1049l"
PATIENCE: Final = 30.0


class Terminal:
    """The small console in a terminal of its own."""

    def __init__(self, home: Path, **environ: str) -> None:
        self.home = home
        self.draft = home / "draft"
        self.written = b""
        self._master, slave = os.openpty()
        termios.tcsetwinsize(slave, (24, 80))
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("TEXTUAL", "LC_", "XDG", "NO_"))
        }
        own = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "XDG_STATE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
        self._process = subprocess.Popen(
            [sys.executable, SCRIPT, self.draft],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=kept | own | environ,
            start_new_session=True,
        )
        os.close(slave)

    def until(self, marker: bytes) -> None:
        deadline = time.monotonic() + PATIENCE
        while marker not in self.written:
            assert time.monotonic() < deadline, f"{marker!r} did not come: {self.written[-300:]!r}"
            if not self._read(1) and self._process.poll() is not None:
                assert marker in self.written, f"{marker!r} did not come: {self.written[-300:]!r}"

    def until_logged(self) -> None:
        """Until there is a report that is written to its end."""
        deadline = time.monotonic() + PATIENCE
        while not any(log.stat().st_size for log in self.logs):
            assert time.monotonic() < deadline, "no report was written"
            self._read(0.05)

    def send(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def hang_up(self) -> None:
        os.close(self._master)
        self._master = -1

    def status(self) -> int:
        """The exit status, once it has come; everything that was written before it is kept."""
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < deadline:
            if self._master < 0:
                time.sleep(0.02)
            else:
                self._read(0.05)
        while self._master >= 0 and self._read(0.05):
            pass
        return self._process.wait(PATIENCE)

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._master >= 0:
            self.hang_up()

    @property
    def logs(self) -> list[Path]:
        return sorted(self.home.rglob("*.log"))

    def _read(self, seconds: float) -> bytes:
        if not select.select([self._master], [], [], seconds)[0]:
            return b""
        try:
            read = os.read(self._master, 65536)
        except OSError:
            return b""
        self.written += read
        return read


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path)
    try:
        terminal.until(b"READY")
        yield terminal
    finally:
        terminal.close()


def test_quitting_keeps_the_draft_and_restores_the_terminal(running: Terminal) -> None:
    running.send(b"q")
    assert running.status() == 0
    assert running.draft.read_text() == "kept"
    assert LEFT_SCREEN in running.written
    assert b"\x1b]0;owned" not in running.written
    assert "\u202e".encode() not in running.written


@pytest.mark.parametrize("key", [b"N", b"L"])
def test_a_fault_tells_where_and_nothing_about_customers(running: Terminal, key: bytes) -> None:
    running.send(key)
    assert running.status() == 1
    assert LEFT_SCREEN in running.written
    assert running.draft.read_text() == "kept"
    (log,) = running.logs
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    text = log.read_text()
    assert "do_new_ticket" in text
    assert "ValueError" in text
    assert "small_console.py:" in text
    after = running.written[running.written.rindex(LEFT_SCREEN) :].decode()
    assert "ValueError" in after
    assert str(log) in after.replace("\r\n", "")
    for place in (text, running.written.decode(errors="replace")):
        assert "4111" not in place
        assert "Hanako" not in place


def test_a_fault_in_a_thread_is_reported_without_ending_the_console(running: Terminal) -> None:
    running.send(b"\x12")
    running.until_logged()
    running.send(b"q")
    assert running.status() == 0
    assert len(running.logs) == 1
    assert "4111" not in running.logs[0].read_text() + running.written.decode(errors="replace")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_keeps_the_draft_and_restores_the_terminal(running: Terminal, number: int) -> None:
    running.signal(number)
    assert running.status() == 128 + number
    assert running.draft.read_text() == "kept"
    assert LEFT_SCREEN in running.written
    assert not running.logs


def test_a_lost_line_keeps_the_draft_and_ends(running: Terminal) -> None:
    running.hang_up()
    assert running.status() == 128 + signal.SIGHUP
    assert running.draft.read_text() == "kept"


def test_a_lost_line_of_which_nobody_tells_ends_it_too(tmp_path: Path) -> None:
    """Under `make` only make is told that the terminal is gone, and waits for the console."""
    terminal = Terminal(tmp_path, UNHEARD="1")
    try:
        terminal.until(b"READY")
        terminal.hang_up()
        assert terminal.status() == 128 + signal.SIGHUP
        assert terminal.draft.read_text() == "kept"
    finally:
        terminal.close()


def test_a_dumb_terminal_is_refused_with_the_way_to_the_command_line(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, TERM="dumb")
    try:
        assert terminal.status() == 1
        assert b"agentconsole tickets" in terminal.written
        assert b"\x1b" not in terminal.written
    finally:
        terminal.close()


# --- without a terminal


class Empty(CommandScreen):
    scope = Scope.LIST

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def compose(self) -> ComposeResult:
        yield Static("rows", markup=False)
        yield Input(id="query")

    def context(self) -> Context:
        return Context(self.scope, marked=1)

    def do_next_row(self) -> None:
        self.done.append("next_row")

    def do_mark(self) -> None:
        self.done.append("mark")

    async def do_filter(self, query: str = "") -> None:
        self.done.append(f"filter {query}")

    def do_verb(self, command: object, words: dict[str, object]) -> None:
        self.done.append(f"{getattr(command, 'id', '')} {words}")


@pytest.fixture(autouse=True)
def _english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    locale.set_language("en")
    yield
    locale.set_language("en")


def app(**chosen: object) -> ConsoleApp:
    settings = Settings(Path("unused.db"), "aoi", "en", **chosen)  # type: ignore[arg-type]
    return ConsoleApp(None, settings, Empty)


async def test_keys_full_width_keys_and_the_command_line_reach_the_screen() -> None:
    console = app()
    async with console.run_test() as pilot:
        screen = console.screen
        assert isinstance(screen, Empty)
        screen.set_focus(None)
        await press(pilot, "down", "x", "s")
        console.post_message(_typed("ｓ"))
        console.post_message(_typed("／"))
        await settled(pilot)
        await press(pilot, *":filter 入金", "enter")
        assert screen.done == ["next_row", "mark", "solve {}", "solve {}", "filter ", "filter 入金"]


async def test_full_width_letters_stay_text_in_a_text_field() -> None:
    console = app()
    async with console.run_test() as pilot:
        field = console.screen.query_one(Input)
        field.focus()
        await settled(pilot)
        console.post_message(_typed("ｓ"))
        await settled(pilot)
        assert field.value == "ｓ"
        assert not field.cursor_blink
        assert console.cursor_position == field.cursor_screen_offset


async def test_keys_can_be_moved_and_the_old_ones_are_free() -> None:
    console = app(keys={"solve": ("Z",), "next_row": ("J",)})
    async with console.run_test() as pilot:
        screen = console.screen
        assert isinstance(screen, Empty)
        screen.set_focus(None)
        await press(pilot, "s", "Z", "J", "down")
        assert screen.done == ["solve {}", "next_row"]


async def test_what_cannot_be_done_says_why() -> None:
    console = app()
    async with console.run_test(notifications=True) as pilot:
        await console.action_command("next_ticket")
        await console.action_command("log")
        await settled(pilot)
        messages = [notice.message for notice in console._notifications]
        assert messages == ["Next ticket: In a ticket only", "Notices: not on this screen"]


async def test_themes_go_round_and_unknown_ones_are_refused() -> None:
    console = app()
    async with console.run_test():
        seen = [console.theme]
        for _press in themes.OFFERED:
            await console.action_command("theme")
            seen.append(console.theme)
        assert tuple(seen) == (*themes.OFFERED, themes.OFFERED[0])
    with pytest.raises(UsageError, match="no theme") as refused:
        app(theme="agentconsole-drak")
    assert "agentconsole-dark" in refused.value.hint


class Writing(CommandScreen):
    scope = Scope.TICKET

    def compose(self) -> ComposeResult:
        yield TextArea("text")

    def context(self) -> Context:
        return Context(Scope.COMPOSER, a_ticket())

    def do_knowledge(self) -> None:
        self.looked_up = True

    def do_send(self) -> None:
        self.sent = True


async def test_function_keys_work_while_text_is_written() -> None:
    console = ConsoleApp(None, Settings(Path("unused.db"), "aoi", "en"), Writing)
    async with console.run_test() as pilot:
        screen = console.screen
        assert isinstance(screen, Writing)
        screen.query_one(TextArea).focus()
        await press(pilot, "f7", "k", "ctrl+s")
        assert screen.looked_up
        assert screen.sent
        assert screen.query_one(TextArea).text == "ktext"


async def test_one_can_leave_from_anywhere() -> None:
    console = app()
    async with console.run_test() as pilot:
        await press(pilot, "colon", *"abc")
        await pilot.press("ctrl+q")
        await until(lambda: not console.is_running)
        assert console.return_code == 0


async def test_no_color_sends_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    console = app()
    async with console.run_test() as pilot:
        await press(pilot, "f3", *"re", "f1")
        strips = console.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style]
        assert all(style.color is None or style.color.is_default for style in styles)
        assert all(style.bgcolor is None or style.bgcolor.is_default for style in styles)
        assert any(style.reverse for style in styles), "the cursor is seen without colours"


def test_the_second_wall_keeps_text_and_drops_what_terminals_obey() -> None:
    wall = SafeLines()
    hostile = [Segment("a\x1b]52;c;eA==\x07b\x9b2Jc\u202ed👨‍👩‍👧"), Segment("入金 ok")]
    hostile.append(Segment("\x1b[2J", None, [(ControlType.CLEAR,)]))
    kept = wall.apply(hostile, Color(0, 0, 0))
    assert [segment.text for segment in kept] == ["a]52;c;eA==b2Jcd👨‍👩‍👧", "入金 ok", "\x1b[2J"]


def _typed(character: str) -> Key:
    return Key(character, character)
