"""What holds when the helpdesk has changed the same."""

from __future__ import annotations

from agentconsole.domain.change import Change, Outbox
from agentconsole.domain.conflict import Conflict
from agentconsole.domain.errors import RefusedError
from agentconsole.domain.values import Status
from agentconsole.locale import _
from agentconsole.services.verbs.base import Scene, verb
from agentconsole.store import conflicts
from agentconsole.store.rows import typed_fields


@verb("ours", "Keep ours", "Where the helpdesk has changed the same: what stands here holds, and goes out once more.")
def ours(scene: Scene) -> Change:
    fields = tuple(each.field for each in _conflicts(scene))
    return Change(scene.ticket, conflicts.KEPT, outbox=Outbox.FIELDS, again=fields)


@verb("theirs", "Take theirs", "Where the helpdesk has changed the same: what stands there holds here too.")
def theirs(scene: Scene) -> Change:
    taken = typed_fields({each.field: each.theirs for each in _conflicts(scene)})
    if taken.get("status", Status.PENDING) is not Status.PENDING:
        taken["pending_until"] = None
    return Change(scene.ticket, conflicts.TAKEN, taken)


def _conflicts(scene: Scene) -> list[Conflict]:
    found = conflicts.of_ticket(scene.session.store, scene.ticket.number)
    if not found:
        words = _("ticket {number} has no conflict with its helpdesk").format(number=scene.ticket.number)
        raise RefusedError("no_conflict", words)
    return found
