"""What a screen that comes to the front costs on the wire: it is painted when it stands, not as often as it changes."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.pty_app import PtyApp

EIGHT_PAINTINGS = 70_000
"""Bytes. They are 52,000, and were 95,000 when what a layout brings about was painted by itself."""


def test_a_screen_is_painted_once(full_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "full.db"
    shutil.copy(full_store, path)
    home = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    arguments = ["-m", "agentconsole", "--store", str(path), "--as", "aoi", "--lang", "en"]
    with PtyApp(arguments, environ=home) as terminal:
        terminal.wait_for("? help")
        terminal.until_quiet(1)
        keys = ("?", "\x1b", "\r", "k", "\x1b", "r", "\x1b", "\x1b")
        assert sum(len(terminal.send(key, 0.5)) for key in keys) < EIGHT_PAINTINGS
