"""Syncing the store from a helpdesk's files."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from agentconsole.domain.desk import Desk
from agentconsole.domain.errors import UsageError
from agentconsole.locale import _
from agentconsole.services.session import Session
from agentconsole.services.stores import notice
from agentconsole.services.verbs import title as verb_title
from agentconsole.store import desks, quarantine, runs, undoing
from agentconsole.store.quarantine import Rejected
from agentconsole.store.store import Store
from agentconsole.sync import formats, merge, reader_process
from agentconsole.sync.files import SourceFile, collect
from agentconsole.sync.formats.profile import Profile, load_profile, profile_of
from agentconsole.sync.limits import within_limits
from agentconsole.sync.progress import Follow, followed
from agentconsole.sync.quarantine import read_again
from agentconsole.sync.summary import LISTED, Summary

MEANT: Final = ("ticket.status=", "ticket.priority=", "ticket.via=")
"""Values that the merge judges by the desk's maps, and counts itself."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to sync.

    Args:
        paths: files and folders, or `-` for standard input; they belong together.
        source: the first half of every external id; the format's name if nothing is said.
        format: the format's name, found out if nothing is said.
        desk: the key of the desk whose maps are used; the only desk, else `default`, if nothing is said.
        profile: a TOML file that says how to read a table.
        dry_run: count what would happen, and change nothing.
    """

    paths: Sequence[Path]
    source: str | None = None
    format: str | None = None
    desk: str | None = None
    profile: Path | None = None
    dry_run: bool = False


def sync(store: Store, request: Request, now: datetime, follow: Follow | None = None) -> Summary:
    """Takes the files in. Each batch is a transaction, so what is done stays done if the rest fails.

    Args:
        follow: is told now and then how far it has come.

    Raises:
        UsageError: no such format, desk or profile.
        ConsoleError: a file is not there, or is not what it claims; nothing was written.
    """
    if request.dry_run:
        return _rehearse(store, request, now, follow)
    started = time.perf_counter()
    files = collect(request.paths)
    with reader_process.helper(files) as process:
        summary = _taken_in(store, request, files, process, now, follow)
    summary.seconds = time.perf_counter() - started
    merge.finish(store, summary, now)
    return summary


def _taken_in(
    store: Store,
    request: Request,
    files: Sequence[SourceFile],
    process: reader_process.Process | None,
    now: datetime,
    follow: Follow | None,
) -> Summary:
    profile = load_profile(request.profile) if request.profile else Profile()
    reader = formats.detect(files, request.format)
    desk = _desk(store, request.desk)
    notice(store, now)
    source = request.source or reader.name
    task = reader_process.Task(tuple(request.paths), profile.options, source, desk.key)
    with closing(reader_process.records(store, reader, files, task, process)) as records:
        summary = merge.merge(
            store,
            within_limits(followed(records, files, follow) if follow else records),
            source=source,
            format_name=reader.name,
            files=tuple(file.name for file in files),
            desks=desks.desks(store),
            desk=desk,
            now=now,
            profile=profile.text,
        )
    summary.unknown.update({name: n for name, n in reader.tally.unknown.items() if not name.startswith(MEANT)})
    summary.dropped.update(reader.tally.dropped)
    return summary


def check(store: Store, request: Request) -> None:
    """Looks at all of a request but its files.

    Raises:
        UsageError: no such format, desk or profile.
    """
    _desk(store, request.desk)
    if request.profile:
        load_profile(request.profile)
    if request.format:
        formats.named(request.format)


@dataclass(frozen=True, slots=True)
class Retried:
    """What came of trying rejected records again: one summary for each source and way of reading among them."""

    tried: int
    left: int
    """Still rejected, with the reason of today."""
    runs: tuple[Summary, ...]


def retry(
    store: Store, records: Sequence[Rejected], now: datetime, *, desk: str | None = None, profile: Path | None = None
) -> Retried:
    """Tries again what earlier runs set aside, after a desk, a profile or the records around them made it good.

    Args:
        desk, profile: by which they are read; those of the run that set them aside, if nothing is said.

    Raises:
        UsageError: no such desk or profile.
    """
    named = load_profile(profile) if profile else None
    groups: dict[tuple[str | None, ...], list[Rejected]] = {}
    for each in records:
        way = (each.source, each.format, desk or each.desk, None if named else each.profile)
        groups.setdefault(way, []).append(each)
    chosen = [_desk(store, desk or group[0].desk) for group in groups.values()]
    done = tuple(
        _retry(store, group, its, named or _profile_of(group[0]), now)
        for group, its in zip(groups.values(), chosen, strict=True)
    )
    taken = sum(summary.retried for summary in done)
    return Retried(len(records), len(records) - taken, done)


def _profile_of(rejected: Rejected) -> Profile:
    """The profile of the run that set it aside."""
    return Profile() if rejected.profile is None else profile_of(rejected.profile, Path(f"run {rejected.run}"))


def _retry(store: Store, records: Sequence[Rejected], desk: Desk, profile: Profile, now: datetime) -> Summary:
    """One run over records of one source, read in one way; what it takes leaves the quarantine."""
    started = time.perf_counter()
    summary = merge.merge(
        store,
        read_again(records, profile.options),
        source=records[0].source,
        format_name=records[0].format,
        files=tuple(dict.fromkeys(each.file for each in records)),
        desks=desks.desks(store),
        desk=desk,
        now=now,
        profile=profile.text,
    )
    with store.writing():
        summary.retried = quarantine.take(store, [each.id for each in records], summary.run, but_met=True)
    summary.seconds = time.perf_counter() - started
    merge.finish(store, summary, now)
    return summary


def _rehearse(store: Store, request: Request, now: datetime, follow: Follow | None) -> Summary:
    """The same on a copy, which is thrown away: nobody waits for it, nothing of it can stay."""
    with (
        tempfile.TemporaryDirectory(prefix="agentconsole-") as folder,
        store.copied_to(Path(folder) / "rehearsal.db") as copy,
    ):
        summary = sync(copy, replace(request, dry_run=False), now, follow)
        summary.changes = runs.changes(copy, runs.get(copy, summary.run), limit=LISTED)
        return summary


def undo(session: Session, run: int) -> undoing.Undone:
    """Takes a whole run back.

    Raises:
        NotFoundError: there is no such run.
        RefusedError: `undone`, or `built_on`: something rests on it, which is named.
    """
    with session.store.writing():
        return undoing.undo_run(session.store, run, session.author, session.now(), verb_title)


def _desk(store: Store, key: str | None) -> Desk:
    keys = desks.desk_keys(store)
    if key is not None:
        return desks.desk(store, key)
    if len(keys) == 1:
        return desks.desk(store, keys[0])
    if "default" in keys:
        return desks.desk(store, "default")
    raise UsageError(_("which desk are these tickets for?"), f"--desk {'|'.join(keys)}")
