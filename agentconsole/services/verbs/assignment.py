"""Who has a ticket."""

from __future__ import annotations

from agentconsole.domain.change import Change, Outbox
from agentconsole.domain.errors import NotFoundError, RefusedError
from agentconsole.locale import _, did_you_mean
from agentconsole.services.parameters import Kind, Parameter
from agentconsole.services.verbs.base import Scene, awake, must_be_live, verb
from agentconsole.store import people


@verb("claim", "Claim", "Take the ticket: it is yours and nobody else's.")
def claim(scene: Scene) -> Change:
    ticket = scene.ticket
    must_be_live(ticket)
    if ticket.assignee == scene.login:
        raise RefusedError("already_yours", _("ticket {number} is yours already").format(number=ticket.number))
    if ticket.assignee is not None:
        words = _("ticket {number} is {name}'s").format(number=ticket.number, name=ticket.assignee)
        raise RefusedError("taken", words, _("assign moves it over"))
    return Change(ticket, "claim", {"assignee": scene.login} | awake(ticket), outbox=Outbox.FIELDS)


@verb("release", "Release", "Give the ticket back to its queue.")
def release(scene: Scene) -> Change:
    must_be_live(scene.ticket)
    if scene.ticket.assignee is None:
        raise RefusedError("nobodys", _("ticket {number} is nobody's").format(number=scene.ticket.number))
    return Change(scene.ticket, "release", {"assignee": None}, outbox=Outbox.FIELDS)


@verb(
    "assign",
    "Assign",
    "Give the ticket to an agent, or to nobody.",
    Parameter("agent", Kind.LINE, "Agent", required=True, positional=True, example="mei  none"),
)
def assign(scene: Scene, agent: str) -> Change:
    must_be_live(scene.ticket)
    if agent == "none":
        return release.decide(scene)
    if people.agent_by_login(scene.session.store, agent) is None:
        logins = [known.login for known in people.agents(scene.session.store)]
        hint = did_you_mean(agent, logins, _("agents appear with their first work here"))
        raise NotFoundError(_("there is no agent {name}").format(name=repr(agent)), hint)
    return Change(scene.ticket, "assign", {"assignee": agent} | awake(scene.ticket), outbox=Outbox.FIELDS)


@verb(
    "verify",
    "Identity verified",
    "Note that the customer proved who they are, on this contact.",
    Parameter("how", Kind.LINE, "How", required=True),
)
def verify(scene: Scene, how: str) -> Change:
    must_be_live(scene.ticket)
    return Change(scene.ticket, "verify", {"verified_at": scene.now, "verified_how": how})
