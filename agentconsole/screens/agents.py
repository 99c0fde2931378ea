"""Whom a ticket can be given to."""

from __future__ import annotations

from dataclasses import replace

from agentconsole.locale import _
from agentconsole.locale.words import staff
from agentconsole.services.parameters import Asked, Kind, Parameter
from agentconsole.store import people
from agentconsole.store.store import Store

NOBODY = "none"
"""What `assign` takes for no agent."""


def with_agents(asked: Asked, store: Store, tier: int | None) -> Asked:
    """The same, with the agents to choose from where it asks for one."""
    parameters = (
        _choice(parameter, store, tier) if parameter.name == "agent" else parameter for parameter in asked.parameters
    )
    return replace(asked, parameters=tuple(parameters))


def _choice(parameter: Parameter, store: Store, tier: int | None) -> Parameter:
    """The agents of the ticket's tier first, and first among them who has the fewest open tickets."""
    load = people.open_tickets(store)
    known = sorted(people.agents(store), key=lambda agent: (agent.tier != tier, load.get(agent.login, 0), agent.login))
    choices = {agent.login: f"{staff(agent.login)} {load.get(agent.login, 0)}" for agent in known}
    choices[NOBODY] = _("nobody")
    return replace(parameter, kind=Kind.CHOICE, choices=tuple(choices), labels=tuple(choices.values()))
