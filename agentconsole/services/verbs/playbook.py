"""Doing what the desk's playbook says, step by step."""

from __future__ import annotations

from agentconsole.domain.change import Change
from agentconsole.domain.errors import RefusedError
from agentconsole.domain.playbook import STEP, progress
from agentconsole.locale import _
from agentconsole.services.parameters import Kind, Parameter
from agentconsole.services.verbs.base import Scene, must_be_live, verb
from agentconsole.store import desks


@verb(
    STEP,
    "Playbook step",
    "Note that a step of the desk's playbook for such a case is done.",
    Parameter("step", Kind.LINE, "Step", in_forms=False),
)
def step(scene: Scene, step: str | None = None) -> Change:
    """Steps may be done in another order; without one named it is the first that is open."""
    must_be_live(scene.ticket)
    ticket = scene.ticket
    known = progress(desks.desk(scene.session.store, ticket.desk).playbook(ticket.category), scene.events())
    if not known:
        words = _("desk {desk} has no playbook for ticket {number}")
        raise RefusedError("no_playbook", words.format(desk=ticket.desk, number=ticket.number))
    wanted = [each for each in known if each.at is None and step in (None, each.step.key)]
    if not wanted:
        left = ", ".join(each.step.key for each in known if each.at is None) or _("none")
        words = _("this is no open step of ticket {number}'s playbook").format(number=ticket.number)
        raise RefusedError("no_open_step", words, _("open steps: {steps}").format(steps=left))
    return Change(ticket, STEP, detail={STEP: wanted[0].step.key})
