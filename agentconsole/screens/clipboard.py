"""Copying by way of the program that the terminal runs in."""

from __future__ import annotations

import os
import shutil
import subprocess


def into_tmux(text: str) -> bool:
    """Inside tmux the clipboard's own sequence gets lost unless it is set up for it; its buffer always works."""
    program = shutil.which("tmux")
    if program is None or not os.environ.get("TMUX"):
        return False
    try:
        done = subprocess.run([program, "load-buffer", "-w", "-"], input=text.encode(), capture_output=True, timeout=2)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
