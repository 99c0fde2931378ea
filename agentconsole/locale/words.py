"""What a person calls the words of the contract: `urgent` is 緊急 on a Japanese screen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from agentconsole.domain.values import AuthorKind
from agentconsole.locale import _, deferred

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "priority": {
        "low": deferred("low"),
        "normal": deferred("normal"),
        "high": deferred("high"),
        "urgent": deferred("urgent"),
    },
    "tier": {
        "1": deferred("1 first line"),
        "2": deferred("2 second line"),
        "3": deferred("3 specialists"),
    },
    "category": {
        "deposit": deferred("deposit"),
        "withdrawal": deferred("withdrawal"),
        "locked": deferred("account locked"),
        "password": deferred("password"),
        "two_factor": deferred("two-factor"),
        "kyc": deferred("KYC"),
        "trading": deferred("trading"),
        "orders": deferred("orders"),
        "tax": deferred("tax"),
        "system": deferred("system fault"),
        "security": deferred("security"),
        "api": deferred("API"),
        "complaint": deferred("complaint"),
        "account_change": deferred("change of account details"),
        "howto": deferred("how to"),
        "general": deferred("general"),
    },
    "who": {
        "me": deferred("me alone"),
        "everyone": deferred("everyone"),
    },
    "team": {
        "tax": deferred("tax"),
        "legal": deferred("legal"),
        "systems": deferred("systems"),
        "security": deferred("security"),
    },
}


_NAMELESS: Final = re.compile(r"[\w.-]+:(\S+)")


def staff(name: str) -> str:
    """An agent's name or login; one of whom their source told no more than an id, as `zendesk:900`, is staff 900."""
    nameless = _NAMELESS.fullmatch(name)
    return _("staff {id}").format(id=nameless[1]) if nameless else name


def author(name: str | None, kind: AuthorKind) -> str:
    """Who said something, as they are called; where nobody told, nothing."""
    return staff(name or "") if kind is AuthorKind.AGENT else name or ""


def word(kind: str, value: str) -> str:
    """The interface's word for a value of the contract, such as `word("priority", "high")`; else itself."""
    return _(_WORDS.get(kind, {}).get(value, "")) or value
