"""What a screen that comes to the front costs on the wire: it is painted when it stands, not as often as it changes."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.pty_app import PtyApp

SIX_PAINTINGS = 100_000
"""Bytes. They are 69,000, and were 145,000 when each step of a layout was painted."""


def test_a_screen_is_painted_once(full_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "full.db"
    shutil.copy(full_store, path)
    home = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    arguments = ["-m", "agentconsole", "--store", str(path), "--as", "aoi", "--lang", "en"]
    with PtyApp(arguments, environ=home) as terminal:
        terminal.wait_for("? help")
        terminal.until_quiet(1)
        assert sum(len(terminal.send(keys, 0.5)) for keys in ("?", "\x1b", "\r", "r", "\x1b", "\x1b")) < SIX_PAINTINGS
