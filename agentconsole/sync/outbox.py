"""Our changes as files that helpdesks take, each exactly once.

How an export survives a crash: first the store keeps the whole file and says of its events that they are on their way;
then the file is written beside its place, flushed to the disk and put there, where nothing may stand yet; then the
store notes that it does.
Killed between the two, the next export finishes that file before anything else. So nothing is lost, nothing goes out
in two files, and a file that was lost can be made again for as long as no sync has shown what it holds. File and note
are made in one transaction, so that of two who export at once neither takes the other for killed.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from agentconsole.domain.errors import ConsoleError, NotFoundError, Phrase, RefusedError
from agentconsole.domain.instants import iso
from agentconsole.store import outbox, settings
from agentconsole.store.outbox import Entry, State
from agentconsole.store.store import Store
from agentconsole.sync.outgoing import outgoing
from agentconsole.sync.outgoing.base import Outgoing
from agentconsole.sync.planning import Plan, destination, plan
from agentconsole.sync.updates import Helpdesk, told_then

_MARK: Final = "mark"
"""The setting that tells this store's marks from another's."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did.

    Args:
        export: its number; None if nothing waited.
        finished: the file was that of an export that had been cut off.
        waiting: how many events still wait for this helpdesk.
    """

    file: Path
    events: tuple[int, ...]
    export: int | None = None
    finished: bool = False
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to export.

    Args:
        source: only that helpdesk's tickets; needed when tickets of several wait.
        format: how it is written; found out by what the helpdesk's own files were read as.
        again: an export whose file was lost: what no sync has shown of it.
    """

    source: str | None = None
    format: str | None = None
    again: int | None = None


def mark_of(store: Store) -> str:
    """What this store is called in marks."""
    return settings.get(store, _MARK) or ""


# --- looking at it


def listed(store: Store, state: State = State.WAITING, source: str | None = None) -> list[dict[str, Any]]:
    """The events of the outbox that have come so far, each with what the helpdesk gets or got."""
    helpdesks = _Helpdesks(store)
    return [
        {
            "id": entry.id,
            "number": entry.number,
            "source": entry.source,
            "external_id": entry.external_id,
            "kind": entry.kind,
            "at": iso(entry.at),
            "payload": helpdesks.payload(entry),
            "state": entry.state,
            "text": entry.body,
            "changed": dict(entry.changed),
            "export": entry.export,
            "exported_at": entry.exported_at and iso(entry.exported_at),
            "acknowledged_at": entry.acknowledged_at and iso(entry.acknowledged_at),
            "run": entry.run,
        }
        for entry in outbox.entries(store, state)
        if source is None or entry.source == source
    ]


class _Helpdesks:
    """The helpdesks that tickets came from, and how each takes what it is told."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._formats = outbox.sources(store)
        self._known: dict[str, tuple[Helpdesk, Outgoing]] = {}

    def payload(self, entry: Entry) -> dict[str, Any]:
        """What one event by itself comes to."""
        helpdesk, way = self.of(entry.source)
        spoken = [entry] if entry.body is not None else []
        return way.payload(helpdesk.update([entry], told_then(self._store, entry), spoken, by_mail=way.name == "mail"))

    def of(self, source: str, wanted: str | None = None) -> tuple[Helpdesk, Outgoing]:
        if source not in self._known:
            way = outgoing(wanted, self._formats.get(source))
            self._known[source] = Helpdesk(self._store, source, mark_of(self._store)), way
        return self._known[source]


# --- exporting


def export(store: Store, file: Path, at: datetime, wanted: Wanted | None = None) -> Exported:
    """Writes what waits into a new file; from now on it is on its way.

    Raises:
        RefusedError: `exists`, if the file is there and holds something else: what waits goes on waiting;
            `acknowledged`, if nothing of an export that is wanted again is left to tell.
        NotFoundError: there is no such export.
        UsageError: changes for several helpdesks wait, and no source is named; the file cannot hold them.
        ConsoleError: the file cannot be written: all is as before. Or it stands, and perhaps not on the disk: the next
            export finishes this one.
    """
    asked = wanted or Wanted()
    if asked.again is None and outbox.unwritten(store) and (cut_off := _finish(store, file, asked.source)):
        return cut_off
    with store.writing():
        made = _prepare(store, file, at, asked)
    if made.export is None:
        with suppress(RefusedError):  # whatever stands there says more than an empty file
            _write(file, made.content)
        return Exported(file, (), waiting=len(made.plan.held))
    stands = _write_or_take_back(store, made.export, made.content, file, asked.again)
    return Exported(stands, made.plan.events, made.export, waiting=len(made.plan.held))


@dataclass(frozen=True, slots=True)
class _Prepared:
    plan: Plan
    content: bytes
    export: int | None


def _prepare(store: Store, file: Path, at: datetime, wanted: Wanted) -> _Prepared:
    """Decides what goes out, and keeps it before anything is written."""
    source, entries = destination(store, _entries(store, wanted.again), wanted.source)
    helpdesk, way = _Helpdesks(store).of(source, wanted.format)
    made = plan(store, entries, helpdesk, way)
    content = way.document(made.updates, file.name)
    if entries and file.exists():
        raise _taken(file)
    outbox.settle(store, made.settled, at)
    if not made.updates:
        return _Prepared(made, content, None)
    return _Prepared(made, content, outbox.add_export(store, source, way.name, str(file), content, made.events, at))


def _entries(store: Store, again: int | None) -> Sequence[Entry]:
    """What waits; or what no sync has shown of an export."""
    if again is None:
        return outbox.entries(store)
    if again not in {each.id for each in outbox.exports(store)}:
        words = Phrase("there is no export {number}", number=again)
        raise NotFoundError(words, Phrase("agentconsole outbox exports lists them"))
    left = [entry for entry in outbox.entries(store, State.EXPORTED) if entry.export == again]
    if not left:
        words = Phrase("the helpdesk has shown all that export {number} holds", number=again)
        raise RefusedError("acknowledged", words)
    return left


def _finish(store: Store, file: Path, source: str | None) -> Exported | None:
    """Makes the file of an export that was cut off; None without one, or if its file stands and another is wanted."""
    with store.writing():
        for cut in outbox.unwritten(store, source):
            stands = next((each for each in (Path(cut.file), file) if _holds(each, cut.content)), None)
            if stands is None:
                _write(file, cut.content)
            _flush_folder(stands or file)
            outbox.mark_written(store, cut.id, str(stands or file))
            if stands in (None, file):
                events = [entry.id for entry in outbox.entries(store, State.EXPORTED) if entry.export == cut.id]
                return Exported(file, tuple(events), cut.id, finished=True, waiting=len(outbox.entries(store)))
    return None


def _holds(file: Path, content: bytes) -> bool:
    return file.is_file() and file.read_bytes() == content


def _taken(file: Path) -> RefusedError:
    words = Phrase("{file} is there already, and holds something else", file=file)
    return RefusedError("exists", words, Phrase("name another file"))


# --- the file


def _write_or_take_back(store: Store, export: int, content: bytes, file: Path, again: int | None) -> Path:
    """Writes the file while nobody else can write into the store: whoever exports as well would take it for cut off.

    What cannot be written waits again, also where another's file with the same words stands.

    Returns:
        Where it stands: elsewhere, if somebody was quick enough to do so.
    """
    with store.writing():
        if (done := outbox.written_to(store, export)) is not None:
            return Path(done)
        try:
            _write(file, content)
        except ConsoleError as error:
            failure = error
            outbox.drop_export(store, export, again)
        else:
            _flush_folder(file)
            outbox.mark_written(store, export, str(file))
            return file
    raise failure


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all, on the disk before it stands there, and for the owner's eyes only.

    Raises:
        RefusedError: `exists`, if anything stands there, since whenever.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # made with mode 0600
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            _place(Path(name), file)
        finally:
            with suppress(OSError):  # gone, or left behind: the file stands all the same
                Path(name).unlink()
    except OSError as error:
        words = Phrase("{file} cannot be written: {error}", file=file, error=error.strerror)
        raise ConsoleError(words, Phrase("nothing was marked as exported")) from error


def _place(temporary: Path, file: Path) -> None:
    """Gives a file its name, which must be free: whoever asks first and renames then may replace another's."""
    try:
        os.link(temporary, file)
    except FileExistsError:
        if temporary.stat().st_nlink == 1:  # else the link is there, and the network lost the answer
            raise _taken(file) from None
    except OSError:  # not every file system has links: then what is replaced is our own empty file
        try:
            file.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise _taken(file) from None
        temporary.replace(file)


def _flush_folder(file: Path) -> None:
    """A name is on the disk when its folder is."""
    try:
        handle = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        words = Phrase("{file} may not be on the disk yet: {error}", file=file, error=error.strerror)
        raise ConsoleError(
            words, Phrase("the next export looks whether it still stands, and writes it again if not")
        ) from error
