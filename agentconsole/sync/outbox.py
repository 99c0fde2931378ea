"""Our changes as the helpdesk takes them: Zendesk's JSON for ticket updates, one entry an event, in order.

How an export survives a crash: the file is written beside its place, flushed to the disk and renamed, all while the
write lock of the store is held; then the events are marked as exported and the transaction ends. Killed before that,
the events still wait and the file holds them: the same export to the same file finds them there and only sets the mark.
A file that holds something else is never overwritten. So nothing is lost, and nothing goes out twice unless the file is
moved away between the two.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from agentconsole.domain.change import Outbox
from agentconsole.domain.desk import Desk, folded
from agentconsole.domain.errors import ConsoleError, RefusedError, UsageError
from agentconsole.domain.fields import TOLD
from agentconsole.domain.instants import iso
from agentconsole.store import desks, outbox, tickets
from agentconsole.store.outbox import Waiting
from agentconsole.store.store import Store

LOCAL: Final = "local"
"""The source of tickets that were opened here."""
_SAME_NAME: Final = tuple(name for name, theirs in TOLD.items() if theirs == name)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did. `finished`: the file was there already, from an export that did not get to its end."""

    file: Path
    events: tuple[int, ...]
    finished: bool = False


def waiting(store: Store, source: str | None = None) -> list[dict[str, Any]]:
    """What waits, each with the entry that the helpdesk will get."""
    entries = outbox.waiting(store, source)
    payloads = _Payloads(store)
    return [
        {
            "id": entry.id,
            "number": entry.number,
            "source": entry.source,
            "external_id": entry.external_id,
            "kind": entry.kind,
            "at": iso(entry.at),
            "payload": payloads.of(entry),
        }
        for entry in entries
    ]


def export(store: Store, file: Path, at: datetime, source: str | None = None) -> Exported:
    """Writes what waits into a new file and marks it as exported.

    Args:
        source: only that helpdesk's tickets; needed when tickets of several wait.

    Raises:
        RefusedError: `exists`, if the file is there and holds something else.
        UsageError: changes for several helpdesks wait, and no source is named.
        ConsoleError: the file cannot be written; nothing was marked.
    """
    with store.writing():
        entries = outbox.waiting(store, source)
        _must_be_one_source(entries)
        payloads = _Payloads(store)
        text = _document(entries, payloads)
        finished = _is_there(file, text, nothing=not entries)
        if not finished:
            _write(file, text)
        events = tuple(entry.id for entry in entries)
        outbox.mark_exported(store, events, at)
    return Exported(file, events, finished and bool(events))


def _must_be_one_source(entries: Sequence[Waiting]) -> None:
    sources = sorted({entry.source for entry in entries} - {LOCAL})
    if len(sources) > 1:
        raise UsageError(f"changes for several helpdesks wait: {', '.join(sources)}", f"--source {'|'.join(sources)}")


def _document(entries: Sequence[Waiting], payloads: _Payloads) -> bytes:
    """What is sent, and beside it the events, so that no two exports are alike. Lone surrogates come escaped."""
    document = {"tickets": [payloads.of(entry) for entry in entries], "events": [entry.id for entry in entries]}
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _is_there(file: Path, content: bytes, *, nothing: bool) -> bool:
    """Whether the file needs no writing: it holds just this, or there is nothing to add to what it holds."""
    if not file.exists():
        return False
    if nothing or (file.is_file() and file.read_bytes() == content):
        return True
    raise RefusedError("exists", f"{file} is there already, and holds something else", "name another file")


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all, on the disk before this returns, and for the owner's eyes only."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # made with mode 0600
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _flush_folder(file.parent)
    except OSError as error:
        raise ConsoleError(f"{file} cannot be written: {error.strerror}", "nothing was marked as exported") from error


def _flush_folder(folder: Path) -> None:
    """A rename is on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- one event as the helpdesk takes it


class _Payloads:
    """Knows the ids of agents and groups at each source."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sources: dict[str, _Source] = {}
        self._desks: dict[str, Desk] = {}

    def of(self, entry: Waiting) -> dict[str, Any]:
        """The update of a ticket, or, for one that was opened here, the ticket itself.

        A ticket that was opened here has no id at the helpdesk yet: its `external_id` there is our number.
        """
        known = {"id": _id(entry.external_id)} if entry.external_id else {"external_id": str(entry.number)}
        made = self._created(entry) if entry.kind is Outbox.CREATE else {}
        return known | made | self._comment(entry) | self._fields(entry)

    def _created(self, entry: Waiting) -> dict[str, Any]:
        requester = {"name": entry.requester_name, "email": entry.requester_mail}
        who = {"requester_id": _id(entry.requester_id)} if entry.requester_id else {"requester": _known(requester)}
        return {"subject": entry.subject, **who, **_known({"priority": entry.priority})}

    def _comment(self, entry: Waiting) -> dict[str, Any]:
        if entry.body is None:
            return {}
        comment = {"body": entry.body, "public": entry.public}
        if entry.author_id and entry.kind is not Outbox.CREATE:
            comment["author_id"] = _id(entry.author_id)
        return {"comment": comment}

    def _fields(self, entry: Waiting) -> dict[str, Any]:
        changed = entry.changed
        fields = {name: changed[name] for name in _SAME_NAME if name in changed}
        told = {TOLD.get(name) for name in changed}
        if "assignee_id" in told:
            fields |= self._assignee(entry.source, changed["assignee"])
        if "group_id" in told:
            fields |= self._group(entry)
        return fields

    def _assignee(self, source: str, login: str | None) -> dict[str, Any]:
        """The helpdesk's own id where it is known, or our login, or nobody."""
        if login is None:
            return {"assignee_id": None}
        known = self._source(source).agents.get(login)
        return {"assignee_id": _id(known)} if known else {"assignee": login}

    def _group(self, entry: Waiting) -> dict[str, Any]:
        """The group that the desk maps to the ticket's new tier and team, if there is one."""
        tier, team = self._route(entry)
        mapped = self._desk(entry.desk).sources.get(entry.source)
        names = [name for name, route in mapped.groups.items() if route == (tier, team)] if mapped else []
        ids = self._source(entry.source).groups
        known = next((ids[name] for name in names if name in ids), None)
        if known is not None:
            return {"group_id": _id(known)}
        return {"group": names[0]} if names else {}

    def _route(self, entry: Waiting) -> tuple[object, object]:
        """Tier and team right after the event: what it set, else what the next change of it found."""
        ticket = tickets.get(self._store, entry.number)
        later = [event.before for event in tickets.events(self._store, entry.number) if event.id > entry.id]

        def then(name: str) -> object:
            found = next((before[name] for before in later if name in before), getattr(ticket, name))
            return entry.changed.get(name, found)

        return then("tier"), then("team")

    def _source(self, name: str) -> _Source:
        return self._sources.setdefault(name, _Source(self._store, name))

    def _desk(self, key: str) -> Desk:
        if key not in self._desks:
            self._desks[key] = desks.desk(self._store, key)
        return self._desks[key]


class _Source:
    """What a helpdesk calls our agents and groups."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name

    @cached_property
    def agents(self) -> dict[str, str]:
        return outbox.agents_at(self._store, self._name)

    @cached_property
    def groups(self) -> dict[str, str]:
        """By the name as desks fold it."""
        return {folded(name): external_id for name, external_id in outbox.groups_at(self._store, self._name).items()}


def _id(external_id: str) -> int | str:
    """A number where the helpdesk counts, as Zendesk does."""
    return int(external_id) if external_id.isascii() and external_id.isdecimal() else external_id


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
