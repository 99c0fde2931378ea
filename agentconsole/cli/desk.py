"""`desk`: the desks of the store, and their TOML files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from agentconsole.cli.groups import command_group
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json, chosen
from agentconsole.cli.output import emit, say, table, tell
from agentconsole.domain.desk import Desk
from agentconsole.domain.desk_file import DeskError, load_desk
from agentconsole.domain.errors import NotFoundError, lines_of
from agentconsole.domain.text import safe_text
from agentconsole.locale import _, language
from agentconsole.store import desks

app = command_group(_("Desks: hours, tiers, teams, policies, maps from a source."))

Files = Annotated[list[Path], typer.Argument(metavar="FILE", callback=chosen, help=_("Desks as TOML."))]


@app.command("list", help=_("The desks of the store."))
def list_desks(context: typer.Context, as_json: Json = False) -> None:
    call: Invocation = context.obj
    with call.opened() as store:
        found = desks.desks(store)
    if as_json:
        emit([_row(desk) for desk in found])
        return
    titles = (_("Key"), _("Name"), _("Edition"), _("Time zone"), _("Languages"), _("Channels"), _("Tiers"), _("Teams"))
    rows = [
        (
            desk.key, desk.label(language()), desk.version, desk.zone, " ".join(desk.languages),
            " ".join(desk.channels), " ".join(str(int(tier)) for tier in desk.tiers), " ".join(desk.teams),
        )
        for desk in found
    ]  # fmt: skip
    table(titles, rows, flexible=1)


@app.command("show", help=_("One desk: the TOML that makes it, ready to be changed and applied."))
def show(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help=_("The desk's key."))],
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    with call.opened() as store:
        desk = desks.desk(store, key)
    if as_json:
        emit({**_row(desk), **_details(desk), "text": desk.source_text})
    else:
        say(safe_text(desk.source_text).rstrip("\n"))


@app.command("check", help=_("Say what is wrong with desk files; nothing is applied."))
def check(context: typer.Context, files: Files, as_json: Json = False) -> None:
    read = _read(files)
    if as_json:
        emit([{"file": str(file), "key": desk.key} for file, desk in read])
    else:
        say(*(_("{path}: desk {key}, nothing is wrong").format(path=file, key=desk.key) for file, desk in read))


@app.command("apply", help=_("Take desk files into the store: all of them, or none."))
def apply(context: typer.Context, files: Files, as_json: Json = False) -> None:
    call: Invocation = context.obj
    read = _read(files)
    call.must_run(call.settings.store)
    with call.opened() as store:
        at = call.now()
        with store.writing():
            changed = {desk.key: desks.save_desk(store, desk, at) for _file, desk in read}
        done = [desks.desk(store, key) for key in changed]
    if as_json:
        emit([{"key": desk.key, "version": desk.version, "changed": changed[desk.key]} for desk in done])
        return
    for desk in done:
        words = _("{key}: edition {version}") if changed[desk.key] else _("{key}: edition {version}, as it was")
        say(words.format(key=desk.key, version=desk.version))
    if any(changed.values()):
        command = f"agentconsole sla apply {' '.join(key for key in changed if changed[key])}"
        tell(_("It holds for new tickets; for those that are open: {command}").format(command=command))


def _read(files: list[Path]) -> list[tuple[Path, Desk]]:
    """All of the files, or one error that names every problem of every file."""
    read, problems = [], []
    for file in files:
        try:
            read.append((file, load_desk(file.read_text(encoding="utf-8-sig"), str(file))))
        except DeskError as error:
            problems.append(error.message)
        except UnicodeDecodeError as error:
            problems.append(_("{path} is not UTF-8 (byte {byte})").format(path=file, byte=error.start))
        except FileNotFoundError as error:
            raise NotFoundError(_("there is no {path}").format(path=file)) from error
    keys = [desk.key for _file, desk in read]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    problems += [_("several files are the desk {key}").format(key=key) for key in twice]
    if problems:
        raise DeskError(lines_of(problems), _("nothing was applied"))
    return read


def _row(desk: Desk) -> dict[str, Any]:
    return {
        "key": desk.key,
        "name": dict(desk.name),
        "version": desk.version,
        "time_zone": desk.zone,
        "default_language": desk.default_language,
        "languages": list(desk.languages),
        "channels": dict(desk.channels),
        "tiers": [int(tier) for tier in desk.tiers],
        "teams": list(desk.teams),
        "url": desk.url,
    }


def _details(desk: Desk) -> dict[str, Any]:
    return {
        "domains": list(desk.domains),
        "calendars": [
            {"id": each.id, "name": each.name, "time_zone": each.zone, "holidays": each.holidays}
            for each in desk.calendars.values()
        ],
        "policies": [
            {
                "id": each.id,
                "name": each.name,
                "hours": each.hours,
                "targets": {str(p): dict(t) for p, t in each.targets.items()},
            }
            for each in desk.policies
        ],
        "fields": [{"key": each.key, "labels": dict(each.labels), "type": each.type} for each in desk.fields],
        "sources": sorted(desk.sources),
    }
