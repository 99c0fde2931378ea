"""What a person calls the words of the contract: `urgent` is 緊急 on a Japanese screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from agentconsole.domain.values import AuthorKind
from agentconsole.locale import _, deferred, pgettext

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
    "movement": {
        "deposit": deferred("deposit"),
        "withdrawal": deferred("withdrawal"),
        "trade": deferred("trade"),
    },
    "account_event": {
        "login": deferred("log-in"),
        "login_new_device": deferred("log-in, new device"),
        "password_changed": deferred("password changed"),
        "two_factor_on": deferred("two-factor turned on"),
        "two_factor_off": deferred("two-factor turned off"),
        "withdrawal_address_added": deferred("withdrawal address added"),
        "api_key_created": deferred("API key created"),
        "kyc_submitted": deferred("KYC documents submitted"),
        "frozen": deferred("account frozen"),
        "unlocked": deferred("account unlocked"),
    },
    "sort": {
        "due": deferred("nearest deadline first"),
        "-due": deferred("latest deadline first"),
        "created": deferred("oldest first"),
        "-created": deferred("newest first"),
        "updated": deferred("longest untouched first"),
        "-updated": deferred("last touched first"),
        "priority": deferred("most urgent first"),
    },
    "who": {
        "me": deferred("me alone"),
        "everyone": deferred("everyone"),
    },
    "condition": {
        "deleted": deferred("deleted"),
        "scrubbed": deferred("scrubbed"),
        "merged": deferred("merged"),
        "suspended": deferred("suspended"),
        "spam": deferred("spam"),
        "redacted": deferred("redacted"),
    },
    "outbox": {
        "create": deferred("new ticket"),
        "reply": deferred("reply"),
        "note": deferred("note"),
        "fields": deferred("change"),
    },
    "skipped": {
        "mail seen twice": deferred("mail seen twice"),
        "deleted mail": deferred("deleted mail"),
        "draft mail": deferred("draft mail"),
    },
    "object": {
        "ticket": deferred("ticket"),
        "comment": deferred("comment"),
        "user": deferred("person"),
        "organization": deferred("organisation"),
        "group": deferred("group"),
        "article": deferred("article"),
        "record": deferred("record"),
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


def _status() -> Mapping[str, str]:
    return {
        "new": pgettext("status", "new"),
        "open": pgettext("status", "open"),
        "pending": pgettext("status", "pending"),
        "hold": pgettext("status", "on hold"),
        "solved": pgettext("status", "solved"),
        "closed": pgettext("status", "closed"),
    }


def _channel() -> Mapping[str, str]:
    return {
        "form": pgettext("channel", "form"),
        "chat": pgettext("channel", "chat"),
        "phone": pgettext("channel", "phone"),
        "mail": pgettext("channel", "mail"),
        "social": pgettext("channel", "social"),
        "forum": pgettext("channel", "forum"),
        "other": pgettext("channel", "other"),
    }


def _clock() -> Mapping[str, str]:
    return {
        "first_response": _("First response"),
        "next_response": _("Next response"),
        "update": _("Progress update"),
        "resolution": _("Resolution"),
    }


def _clock_state() -> Mapping[str, str]:
    return {
        "running": pgettext("clock", "running"),
        "paused": pgettext("clock", "paused"),
        "fulfilled": pgettext("clock", "kept"),
        "late": pgettext("clock", "done late"),
        "breached": pgettext("clock", "missed"),
        "cancelled": pgettext("clock", "cancelled"),
    }


def _policy_condition() -> Mapping[str, str]:
    """What policies ask about."""
    return {
        "desk": _("desk"),
        "channel": _("channel"),
        "priority": _("priority"),
        "tier": _("tier"),
        "team": _("team"),
        "language": _("language"),
        "customer_class": _("customer's class"),
    }


def _author() -> Mapping[str, str]:
    return {
        "customer": pgettext("author", "customer"),
        "agent": pgettext("author", "agent"),
        "bot": pgettext("author", "bot"),
        "system": pgettext("author", "system"),
    }


def _kyc() -> Mapping[str, str]:
    return {
        "none": pgettext("kyc", "not submitted"),
        "submitted": pgettext("kyc", "in review"),
        "verified": pgettext("kyc", "complete"),
        "rejected": pgettext("kyc", "rejected"),
    }


def _account() -> Mapping[str, str]:
    return {
        "active": pgettext("account", "active"),
        "locked": pgettext("account", "LOCKED"),
        "frozen": pgettext("account", "FROZEN"),
        "closed": pgettext("account", "CLOSED"),
    }


def _language() -> Mapping[str, str]:
    return {
        "ja": _("Japanese"),
        "en": _("English"),
        "zh-Hans": _("Chinese (simplified)"),
        "zh-Hant": _("Chinese (traditional)"),
        "ko": _("Korean"),
    }


def _money() -> Mapping[str, str]:
    """What became of a movement."""
    return {
        "credited": pgettext("money", "credited"),
        "sent": pgettext("money", "sent"),
        "pending": pgettext("money", "pending"),
        "review": pgettext("money", "in review"),
        "failed": pgettext("money", "failed"),
    }


_TABLES: Final[Mapping[str, Callable[[], Mapping[str, str]]]] = {
    "status": _status,
    "channel": _channel,
    "clock": _clock,
    "clock_state": _clock_state,
    "policy_condition": _policy_condition,
    "author": _author,
    "kyc": _kyc,
    "account": _account,
    "language": _language,
    "money": _money,
}


def field_name(name: str) -> str:
    """What people call a field of a ticket."""
    known = {
        "subject": _("Subject"),
        "description": _("Description"),
        "channel": _("Channel"),
        "language": _("Language"),
        "category": _("Category"),
        "desk": _("Desk"),
        "requester": _("Requester"),
        "organization": _("Organisation"),
        "source_status": _("Status at the source"),
        "customer_class": _("Customer class"),
        "status": _("Status"),
        "priority": _("Priority"),
        "assignee": _("Assignee"),
        "tags": _("Tags"),
        "tier": _("Tier"),
        "team": _("Team"),
        "conditions": _("Told by the source"),
        "fields": _("Form fields"),
    }
    return known.get(name, name)


def field_value(name: str, value: Any) -> str:
    """Such a field's value."""
    if value is None or value == []:
        return _("none")
    if name == "assignee":
        return staff(str(value))
    kind = "condition" if name == "conditions" else name
    return " ".join(word(kind, str(each)) for each in (value if isinstance(value, list) else [value]))


def told_fields(fields: Mapping[str, Any]) -> str:
    """Fields with their values on one line: `Priority: high, Assignee: aoi`."""
    return _(", ").join(f"{field_name(name)}: {field_value(name, value)}" for name, value in fields.items())


def word(kind: str, value: str) -> str:
    """The interface's word for a value of the contract, such as `word("status", "new")`; else itself."""
    if kind in _TABLES:
        return _TABLES[kind]().get(value, value)
    return _(_WORDS.get(kind, {}).get(value, "")) or value
