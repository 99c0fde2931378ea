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
from agentconsole.services.verbs.lifecycle import pending, solve
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
    Parameter("seen", Kind.LINE, "Last message seen", in_forms=False),
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
    detail = _from_canned(scene, canned)
    if overridden := _through_the_gate(scene, body, override, _message_id(seen)):
        detail["overridden"] = overridden
    taken = {"assignee": scene.login} if ticket.assignee is None else {}
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
        words = _("{text} is no message").format(text=repr(seen))
        raise UsageError(words, "agentconsole ticket show REF --json") from error


@verb(
    "note",
    "Note",
    "Write an internal note; the customer never sees it.",
    Parameter("body", Kind.TEXT, "Note", required=True),
    Parameter("canned", Kind.LINE, "Canned answer", in_forms=False),
    Parameter("override", Kind.LIST, "Checks to override", choices=gate.CHECKS, in_forms=False),
)
def note(scene: Scene, body: str, canned: str | None = None, override: Sequence[str] = ()) -> Change:
    """It is called like a reply; but no check stops what the customer never sees, so there is none to override."""
    must_not_be_closed(scene.ticket)
    gate.must_be_text(body)
    detail = _from_canned(scene, canned)
    return Change(scene.ticket, "note", said=Said(body, public=False), outbox=Outbox.NOTE, detail=detail)


def _from_canned(scene: Scene, canned: str | None) -> dict[str, object]:
    """What the event says of the canned answer that a text is."""
    return {"canned": library.canned(scene.session.store, canned).id} if canned else {}
