"""What is said: to the customer, or among ourselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from agentconsole.domain.change import Change, Outbox, Said
from agentconsole.domain.errors import RefusedError, UsageError
from agentconsole.locale import _
from agentconsole.services import gate
from agentconsole.services.parameters import Kind, Parameter
from agentconsole.services.verbs.base import Scene, awake, must_not_be_closed, verb
from agentconsole.services.verbs.standing import pending, solve
from agentconsole.store import library

_THEN: Final = {each.name: each for each in (pending, solve)}
"""What a reply can be followed by."""


@verb(
    "reply",
    "Reply",
    "Answer the customer. Nothing goes out that the checks stop.",
    Parameter("body", Kind.TEXT, "Reply", required=True),
    Parameter("canned", Kind.LINE, "Canned answer"),
    Parameter("then", Kind.CHOICE, "Then", choices=tuple(_THEN)),
    Parameter("override", Kind.LIST, "Checks to override", choices=gate.CHECKS),
    Parameter("seen", Kind.LINE, "Last message seen"),
)
def reply(
    scene: Scene,
    body: str,
    canned: str | None = None,
    then: str | None = None,
    override: Sequence[str] = (),
    seen: int | str | None = None,
) -> Change:
    """With `then` one change does both, by the rules of both: it is exported as one update and undone as one."""
    ticket = scene.ticket
    must_not_be_closed(ticket)
    followed = _THEN[then].decide(scene).set if then else {}
    if canned is not None:
        library.canned(scene.session.store, canned)
    overridden = _through_the_gate(scene, body, override, _message_id(seen))
    taken = {"assignee": scene.login} if ticket.assignee is None else {}
    detail = {name: value for name, value in (("canned", canned), ("overridden", overridden)) if value}
    return Change(
        ticket, "reply", taken | awake(ticket) | dict(followed), Said(body, public=True), Outbox.REPLY, detail
    )


def _through_the_gate(scene: Scene, body: str, override: Sequence[str], seen: int | None) -> list[str]:
    """The checks that would have stopped the reply, had they not been overridden."""
    gate.must_be_text(body)
    stopped = gate.check(scene.session, scene.ticket, body, seen=seen)
    if first := next((check for check in stopped if check.code not in override), None):
        hint = _("mend it, or {option}").format(option=f"--override {first.code}")
        raise RefusedError(first.code, _("not sent: {why}").format(why=first.detail), hint)
    return list(dict.fromkeys(check.code for check in stopped))


def _message_id(seen: int | str | None) -> int | None:
    try:
        return None if seen is None else int(seen)
    except ValueError as error:
        raise UsageError(f"seen: {seen!r} is no message's id", "ticket show REF --json names them") from error


@verb(
    "note",
    "Note",
    "Write an internal note; the customer never sees it.",
    Parameter("body", Kind.TEXT, "Note", required=True),
)
def note(scene: Scene, body: str) -> Change:
    must_not_be_closed(scene.ticket)
    gate.must_be_text(body)
    return Change(scene.ticket, "note", said=Said(body, public=False), outbox=Outbox.NOTE)
