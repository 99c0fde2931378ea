"""Writing on in an editor of one's own."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported

from agentconsole.domain.errors import RefusedError
from agentconsole.locale import _


def edit(app: App[None], text: str) -> str:
    """The text as it comes back from `$VISUAL` or `$EDITOR`.

    Raises:
        RefusedError: no editor is set or can be run here, or it ended with an error: then nothing has changed.
    """
    command = _command()
    handle, name = tempfile.mkstemp(prefix="agentconsole-", suffix=".txt")  # readable by its owner only
    file = Path(name)
    try:
        os.close(handle)
        file.write_text(text, encoding="utf-8")
        with app.suspend():
            status = subprocess.run([*command, name], check=False).returncode
        if status:
            raise RefusedError("editor_failed", _("the editor ended with an error; the text is as it was"))
        return file.read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError, SuspendNotSupported) as error:
        raise RefusedError("editor_failed", _("the editor cannot be run: {error}").format(error=error)) from error
    finally:
        file.unlink(missing_ok=True)


def _command() -> list[str]:
    written = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        command = shlex.split(written)
    except ValueError as error:
        raise RefusedError("no_editor", _("the editor cannot be run: {error}").format(error=error)) from error
    if not command:
        raise RefusedError("no_editor", _("no editor is set"), _("set VISUAL or EDITOR"))
    return command
