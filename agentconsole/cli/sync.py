"""`sync`: take in a helpdesk's files."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, NoReturn, TypeAlias

import typer

from agentconsole.cli.changes import print_changes
from agentconsole.cli.errors import IN_PART, INTERRUPTED, failure_of, report
from agentconsole.cli.groups import App
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import DeskKey, Json, Profile, chosen
from agentconsole.cli.output import emit, line_of, say, tell
from agentconsole.cli.progress import followed_on_terminal
from agentconsole.cli.summaries import print_rejected, print_summary
from agentconsole.domain.errors import ConsoleError, ShortageError, StoreError, UsageError
from agentconsole.locale import _, ngettext, spoken
from agentconsole.services.syncing import Request, check
from agentconsole.services.syncing import sync as take_in
from agentconsole.sync.files import collect
from agentconsole.sync.formats.learning import learn
from agentconsole.sync.summary import Summary
from agentconsole.sync.watching import Watch

app = App()

_LOOK_EVERY: Final = 0.5
"""Seconds between two looks at the files that are watched, for each five hundred of them."""
_PATIENCE: Final = 60.0
"""The most seconds between two tries where the store cannot be written, or there is no room or memory."""


@app.command(help=_("Take in a helpdesk's files: a file, a folder, or - for standard input."))
def sync(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", callback=chosen, help=_("What belongs together."))],
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help=_("The first half of every external id."))
    ] = None,
    format_name: Annotated[
        str | None, typer.Option("--format", metavar="F", help=_("The format; found out without it."))
    ] = None,
    desk: DeskKey = None,
    profile: Profile = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Count what would happen, and change nothing."))] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help=_("Take them in again whenever they change, until Ctrl+C."))
    ] = False,
    learn: Annotated[
        bool, typer.Option("--learn", help=_("Draft a profile for a file that is not understood, and take in nothing."))
    ] = False,
    as_json: Json = False,
) -> int:
    call: Invocation = context.obj
    if learn:
        return _learn(paths, as_json=as_json)
    request = Request(paths, source, format_name, desk, profile, dry_run)
    if source is not None and (not source.strip() or ":" in source):
        raise UsageError(_("a source's name is a word without a colon"), "--source zendesk")
    if watch and Path("-") in paths:
        raise UsageError(_("standard input cannot be watched"), "agentconsole sync PATH --watch")
    if not dry_run:
        call.must_run(call.settings.store)
    if watch:
        _watch(call, request, as_json=as_json)
    return _once(call, request, as_json=as_json)


def _watch(call: Invocation, request: Request, *, as_json: bool) -> NoReturn:
    """Takes in what has come to rest, until it is stopped; what cannot be read is told, and waited for to change."""
    with call.opened() as store:
        check(store, request)
    if not as_json:
        tell(
            _("Waiting for files in {paths}; Ctrl+C ends it.").format(paths=line_of(" ".join(map(str, request.paths))))
        )
    watch = Watch(request.paths)
    pause, last = _LOOK_EVERY, ""
    while True:
        try:
            ready = watch.look(time.time())
            trouble, left = _take_in(call, request, ready, as_json=as_json) if ready else (None, ())
            watch.forget(left)
            if trouble and str(trouble) != last:
                report(failure_of(trouble), as_json=as_json)
            if ready:
                last = str(trouble or "")
                pause = min(2 * pause, _PATIENCE) if trouble else _LOOK_EVERY
            sys.stdout.flush()  # who reads a pipe waits for what came
            time.sleep(max(pause, _LOOK_EVERY * watch.files / 500))
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None


_Trouble: TypeAlias = tuple[ConsoleError | None, Sequence[Path]]


def _take_in(call: Invocation, request: Request, files: Sequence[Path], *, as_json: bool) -> _Trouble:
    """What came together belongs together; if one of the files spoils that, it is told, and each is read by itself.

    Returns:
        Why some could not be read or written now (the store may be busy, a disk full), and those, to be read once more.
    """
    try:
        _once(call, replace(request, paths=files), as_json=as_json)
    except StoreError as error:
        return error, files
    except ConsoleError as error:
        if len(files) > 1:
            each = [_take_in(call, request, [file], as_json=as_json) for file in files]
            return next((why for why, _left in each if why), None), [file for _why, left in each for file in left]
        if isinstance(error, ShortageError):
            return error, files
        report(failure_of(error), as_json=as_json)
    return None, ()


def _learn(paths: Sequence[Path], *, as_json: bool) -> int:
    """Prints the draft of a profile for the first file."""
    files = collect(paths)
    if not files:
        raise UsageError(_("there is no file to learn from"), "agentconsole sync --learn FILE")
    profile = spoken(learn(files[0]))
    if as_json:
        emit({"file": files[0].name, "profile": profile})
    else:
        say(profile.rstrip("\n"))
    return 0


def _once(call: Invocation, request: Request, *, as_json: bool) -> int:
    try:
        with call.opened() as store, followed_on_terminal(quiet=as_json) as follow:
            summary = take_in(store, request, call.now(), follow)
    except KeyboardInterrupt:
        tell(_("Stopped. What was taken in so far stays; sync again to go on."))
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        emit(summary.as_json())
    else:
        _print(summary, request)
    return IN_PART if summary.rejected_total else 0


def _print(summary: Summary, request: Request) -> None:
    if request.dry_run:
        say(_("A rehearsal: nothing was changed."))
    head = ngettext(
        "run {run}: {files} file of {source} ({format}), {seconds} s",
        "run {run}: {files} files of {source} ({format}), {seconds} s",
        len(summary.files),
    )
    say(
        head.format(
            run=summary.run, files=len(summary.files), source=line_of(summary.source), format=summary.format,
            seconds=round(summary.seconds, 1),
        )
    )  # fmt: skip
    document = summary.as_json()
    print_summary(document)
    if summary.changes:
        print_changes(summary.changes)
    print_rejected(document)
