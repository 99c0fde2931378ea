"""What the words of sources mean to us: statuses, priorities, channels.

A word that is not here is kept as it came and counted as unknown.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from agentconsole.domain.desk import Desk, Route
from agentconsole.domain.text import fold
from agentconsole.domain.values import Channel, Condition, Priority, Status, Tier

_STATUSES: Final = {
    Status.NEW: ("new", "新規", "新建", "submitted"),
    Status.OPEN: ("open", "in progress", "in_progress", "reopened", "オープン", "対応中", "处理中"),
    Status.PENDING: (
        "pending", "waiting on customer", "waiting_on_customer", "pending reminder", "pending close", "snoozed",
        "保留中", "回答待ち", "等待回复",
    ),
    Status.HOLD: ("hold", "on-hold", "on hold", "waiting on third party", "待機中", "保留", "搁置"),
    Status.SOLVED: ("solved", "resolved", "解決済み", "解決", "已解决"),
    Status.CLOSED: (
        "closed", "deleted", "spam", "merged", "suspended", "removed", "終了", "クローズ", "完了", "已关闭",
    ),
}  # fmt: skip
_PRIORITIES: Final = {
    Priority.LOW: ("low", "1 low", "低", "低い"),
    Priority.NORMAL: ("normal", "medium", "2 normal", "not_priority", "中", "通常", "普通"),
    Priority.HIGH: ("high", "3 high", "priority", "高", "高い"),
    Priority.URGENT: ("urgent", "critical", "緊急", "至急", "紧急"),
}
_CHANNELS: Final = {
    Channel.FORM: (
        "form", "web", "web form", "web_form", "web_widget", "help_center", "portal", "mobile", "mobile_sdk",
        "feedback widget", "mobihelp", "ウェブフォーム", 0, 48, 49, 50, 56,
    ),
    Channel.CHAT: (
        "chat", "chat_transcript", "native_messaging", "messaging", "messenger", "conversation", "push", "in_app",
        "whatsapp", "whatsapp message", "telegram personal-message", "line", "bot", "チャット", 29,
    ),
    Channel.PHONE: (
        "phone", "voice", "voicemail", "phone_call", "phone_call_inbound", "phone_call_outbound", "phone_switch",
        "電話", 33, 34, 35, 44, 45, 46,
    ),
    Channel.MAIL: ("mail", "email", "e-mail", "outbound email", "forwarded email", "メール", 4),
    Channel.SOCIAL: (
        "social", "twitter", "tweet", "twitter status", "twitter direct-message", "facebook", "facebook feed post",
        "facebook feed comment", "facebook direct-message", "instagram", "any_channel", 23, 26, 30, 38, 41, 55,
    ),
    Channel.FORUM: ("forum", "topic", "community"),
    Channel.OTHER: (
        "other", "api", "rule", "note", "fax", "e-commerce", "admin_initiated", "post", "carousel", "slack", "discord",
        "sample_ticket", "closed_ticket", "ticket_sharing", "side_conversation", "sms",
        5, 8, 27, 31, 57,
    ),
}  # fmt: skip

_CONDITION_BY_WORD: Final = {
    "deleted": Condition.DELETED,
    "removed": Condition.DELETED,
    "spam": Condition.SPAM,
    "merged": Condition.MERGED,
    "suspended": Condition.SUSPENDED,
}
_STATUS_BY_WORD: Final = {word: status for status, words in _STATUSES.items() for word in words}
_PRIORITY_BY_WORD: Final = {word: priority for priority, words in _PRIORITIES.items() for word in words}
_CHANNEL_BY_WORD: Final = {word: channel for channel, words in _CHANNELS.items() for word in words}


def status_of(label: str) -> Status | None:
    """Our status for a source's label, in its own or the account's language."""
    return _STATUS_BY_WORD.get(label) or _STATUS_BY_WORD.get(fold(label))


@lru_cache(maxsize=256)
def condition_of(label: str) -> Condition | None:
    """What a status says that is none: that the ticket is in the bin, for example."""
    return _CONDITION_BY_WORD.get(fold(label))


def priority_of(label: str) -> Priority | None:
    return _PRIORITY_BY_WORD.get(label) or _PRIORITY_BY_WORD.get(fold(label))


def channel_of(desk: Desk, source: str, via: str | int) -> Channel | None:
    """Our channel for a source's `via`: as the desk says, else as helpdesks commonly mean it."""
    said = desk.channel_of(source, via)
    if said is not None:
        return said
    return _CHANNEL_BY_WORD.get(fold(via) if isinstance(via, str) else via)


UNROUTED: Final[Route] = (Tier.FIRST, None)
"""Where a ticket goes whose group nobody mapped: the first line sees it."""
