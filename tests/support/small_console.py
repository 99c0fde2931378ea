"""A console with one small screen, run in a pseudo terminal by tests: `python small_console.py DRAFT_FILE`.

`N` breaks in a handler, `L` in a worker, ctrl+r in a thread; each has a customer's words in hand.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from agentconsole.config import load_settings
from agentconsole.terminal import prepare

SECRET = "card 4111 1111 1111 1111 of Hanako"


def main() -> int:
    if "UNHEARD" not in os.environ:
        os.open(os.ttyname(0), os.O_RDWR)  # the terminal becomes the controlling one, whose loss is a hang-up
    settings = load_settings(agent="aoi", store=Path("unused.db"))
    prepare(os.environ, settings)

    from textual.app import ComposeResult
    from textual.widgets import Static

    from agentconsole.app import run_console
    from agentconsole.commands import Scope
    from agentconsole.screens.bindings import CommandScreen, console

    class Small(CommandScreen):
        scope = Scope.LIST

        def compose(self) -> ComposeResult:
            yield Static("READY\x1b]0;owned\x07 \u202eback", markup=False)

        def on_mount(self) -> None:
            console(self).before_leaving(self._keep)

        def _keep(self) -> None:
            Path(sys.argv[1]).write_text("kept")

        def do_new_ticket(self) -> None:
            mail = SECRET
            raise ValueError(mail)

        def do_log(self) -> None:
            self.run_worker(self._broken())

        async def _broken(self) -> None:
            self.do_new_ticket()

        def do_refresh(self) -> None:
            threading.Thread(target=self.do_new_ticket).start()

    return run_console(None, settings, Small)


if __name__ == "__main__":
    sys.exit(main())
