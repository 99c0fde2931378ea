"""`config`: the settings in force."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import Any

import typer

from agentconsole.cli.groups import App
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json
from agentconsole.cli.output import emit, facts, say
from agentconsole.config import Settings
from agentconsole.locale import _

app = App()


@app.command(help=_("The settings in force, and the file that was read for them."))
def config(context: typer.Context, as_json: Json = False) -> None:
    call: Invocation = context.obj
    file, settings = call.settings.config_file, _in_force(call.settings)
    if as_json:
        emit({"file": None if file is None else str(file), "settings": settings})
        return
    say(str(file) if file else _("No file was read; agentconsole doctor names the folder for config.toml."), "")
    keys = {f"keys.{command}": " ".join(chosen) for command, chosen in settings.pop("keys").items()}
    facts([(name, _as_written(value)) for name, value in (settings | keys).items()])


def _in_force(settings: Settings) -> dict[str, Any]:
    found = {each.name: getattr(settings, each.name) for each in fields(settings) if each.name != "config_file"}
    values = {name: value.value if isinstance(value, Enum) else value for name, value in found.items()}
    return values | {"store": str(settings.store), "keys": {name: list(keys) for name, keys in settings.keys.items()}}


def _as_written(value: object) -> str:
    """As TOML has it, without the quotes; what is not set is a dash."""
    return str(value).lower() if isinstance(value, bool) else str(value) or "-"
