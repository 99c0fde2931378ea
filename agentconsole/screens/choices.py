"""What can be chosen where somebody is asked for something that only the store knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from agentconsole.locale import _, language
from agentconsole.locale.words import staff
from agentconsole.services.parameters import Asked, Kind, Parameter
from agentconsole.store import desks, people
from agentconsole.store.store import Store

NOBODY = "none"
"""What `assign` takes for no agent."""


def with_choices(asked: Asked, store: Store, tier: int | None = None) -> Asked:
    """The same, with the agents and the desks that there are, where it asks for one."""
    readers: dict[str, Callable[[], Mapping[str, str]]] = {
        "agent": partial(_agents, store, tier),
        "desk": partial(_desks, store),
    }
    parameters = (
        _choice(parameter, readers[parameter.name]()) if parameter.name in readers else parameter
        for parameter in asked.parameters
    )
    return replace(asked, parameters=tuple(parameters))


def _choice(parameter: Parameter, labels: Mapping[str, str]) -> Parameter:
    return replace(parameter, kind=Kind.CHOICE, choices=tuple(labels), labels=tuple(labels.values()))


def _agents(store: Store, tier: int | None) -> Mapping[str, str]:
    """Those of the ticket's tier first, and first among them who has the fewest open tickets."""
    load = people.open_tickets(store)
    known = sorted(people.agents(store), key=lambda agent: (agent.tier != tier, load.get(agent.login, 0), agent.login))
    return {agent.login: f"{staff(agent.login)} {load.get(agent.login, 0)}" for agent in known} | {NOBODY: _("nobody")}


def _desks(store: Store) -> Mapping[str, str]:
    return {key: desks.desk(store, key).label(language()) for key in desks.desk_keys(store)}
