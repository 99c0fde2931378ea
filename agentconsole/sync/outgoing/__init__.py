"""How each helpdesk takes our changes: one module a way, and one entry in `OUTGOING`."""

from __future__ import annotations

from typing import Final

from agentconsole.domain.errors import UsageError
from agentconsole.locale import _, did_you_mean
from agentconsole.sync.outgoing.base import Outgoing
from agentconsole.sync.outgoing.mail import Mail
from agentconsole.sync.outgoing.requests import Freshdesk, Zammad
from agentconsole.sync.outgoing.table import Table
from agentconsole.sync.outgoing.zendesk import Zendesk

OUTGOING: Final[dict[str, Outgoing]] = {each.name: each for each in (Zendesk(), Freshdesk(), Zammad(), Mail(), Table())}
_TAKEN_BY: Final = {"intercom": Table.name}
"""Formats that are read, and not written."""
_USUAL: Final = Zendesk.name


def outgoing(wanted: str | None, read_as: str | None) -> Outgoing:
    """The wanted way; without a wish, the one that fits what the helpdesk's own files were read as.

    Raises:
        UsageError: no way is called like that.
    """
    if wanted is None:
        name = read_as or _USUAL
        return OUTGOING[_TAKEN_BY.get(name, name if name in OUTGOING else _USUAL)]
    if wanted not in OUTGOING:
        words = _("no format is called {name}").format(name=repr(wanted))
        raise UsageError(words, did_you_mean(wanted, OUTGOING))
    return OUTGOING[wanted]
