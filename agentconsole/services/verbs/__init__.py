"""What one can do to a ticket. Each verb refuses by a named rule or says what changes; `services.tickets` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agentconsole.domain.errors import UsageError
from agentconsole.locale import _, did_you_mean
from agentconsole.services.verbs import assignment, conflicts, lifecycle, messages, playbook
from agentconsole.services.verbs.base import Scene, Verb

_ALL: Final = (
    *(assignment.claim, assignment.release, assignment.assign, assignment.verify),
    *(messages.reply, messages.note),
    *(lifecycle.priority, lifecycle.tag, lifecycle.escalate, lifecycle.handback),
    *(lifecycle.pending, lifecycle.solve, lifecycle.reopen),
    playbook.step,
    *(conflicts.ours, conflicts.theirs),
)
"""In the order in which they are listed."""

VERBS: Final[Mapping[str, Verb]] = {verb.name: verb for verb in _ALL}

__all__ = ["VERBS", "Scene", "Verb", "named", "title"]


def title(name: str) -> str:
    """What people call a deed of the log, as a message id; itself, if no verb does it."""
    return VERBS[name].title if name in VERBS else name


def named(name: str) -> Verb:
    if name not in VERBS:
        raise UsageError(_("there is no verb {name}").format(name=repr(name)), did_you_mean(name, VERBS))
    return VERBS[name]
