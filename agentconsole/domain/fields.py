"""The fields of a ticket, each listed once: queries, columns, orders, JSON, CSV and the outbox read this list.

What stands here is what the faces promise; how a field is stored is the store's own matter. The order of the list is
the order of a row's keys and columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from agentconsole.domain.values import Category, Channel, ClockKind, Priority, Status, StatusCategory, Team, Tier

if TYPE_CHECKING:
    from datetime import datetime

    from agentconsole.domain.ticket import Ticket

    Value: TypeAlias = Callable[[Ticket, datetime], object]


class Kind(StrEnum):
    """What a field holds, and so what a query takes after its colon."""

    CHOICE = "one of"
    """Only the listed words."""
    RANK = "one of, in order"
    """Only the listed words, and `<` `<=` `>` `>=` compare them."""
    KEY = "key"
    """A short name, compared without regard to case."""
    TEXT = "text"
    LANGUAGE = "language"
    NUMBER = "number"
    FUTURE = "time ahead"
    """A duration counts from now on: `<30m` is within 30 minutes, what is late included."""
    PAST = "time ago"
    """A duration is an age: `<7d` is within the last seven days."""
    FLAG = "yes or no"
    """No query takes it: `is:` does."""


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the list.

    Args:
        name: what people call it, in a query for example; a dot at its end wants a desk's own name behind it.
        key: what JSON, CSV and events call it, and `Ticket`, unless `value` says how to get it. Empty: no row shows it.
        kind: its type.
        alias: its name in Japanese; queries take it as well.
        example: a term of a query that means something on every desk. Empty: no query asks for it.
        values: all values of `CHOICE` and `RANK`, lowest first; else some to offer.
        words: these values in Japanese; queries take them as well.
        optional: it may be empty; in a query `none` asks for that.
        orders: what the orders by it are called; `-` stands before one that is turned.
        outbox: what the helpdesk calls it when it is told of a change. Empty: it is not told.
        value: how it is got from a ticket at a moment; otherwise it is the attribute of its key.
    """

    name: str
    key: str
    kind: Kind
    alias: str
    example: str = ""
    values: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    optional: bool = False
    orders: tuple[str, ...] = ()
    outbox: str = ""
    value: Value | None = None

    def of(self, ticket: Ticket, now: datetime) -> object:
        """What a ticket has in this field at a moment, as the domain holds it."""
        return getattr(ticket, self.key) if self.value is None else self.value(ticket, now)


def _all(choices: type[StrEnum]) -> tuple[str, ...]:
    return tuple(choice.value for choice in choices)


_STATUS_WORDS: Final = {
    "new": "新規",
    "open": "対応中",
    "pending": "保留",
    "hold": "待機",
    "solved": "解決",
    "closed": "完了",
}
_PRIORITY_WORDS: Final = {"low": "低", "normal": "中", "high": "高", "urgent": "緊急"}
_CHANNEL_WORDS: Final = {
    "form": "フォーム",
    "chat": "チャット",
    "phone": "電話",
    "mail": "メール",
    "social": "SNS",
    "forum": "掲示板",
    "other": "その他",
}
_IS_WORDS: Final = {
    "open": "未完了",
    "unassigned": "未割当",
    "mine": "自分",
    "breached": "期限切れ",
    "closed": "完了",
    "deleted": "削除",
    "scrubbed": "抹消",
    "merged": "統合",
    "suspended": "一時停止",
    "spam": "迷惑",
    "redacted": "墨消し",
    "conflict": "競合",
}
_DAYS: Final = ("today", "yesterday")
_AHEAD: Final = ("<30m", "<2h", "today", "tomorrow")
_LANGUAGES: Final = ("ja", "en", "zh", "zh-Hans", "zh-Hant")

FIELDS: Final = (
    Field("number", "number", Kind.NUMBER, "番号", "number:10001,10005"),
    Field("desk", "desk", Kind.KEY, "窓口", "desk:default"),
    Field("source", "source", Kind.KEY, "取込元", "source:zendesk"),
    Field("external_id", "external_id", Kind.TEXT, "外部番号", optional=True),
    Field("subject", "subject", Kind.TEXT, "件名"),
    Field("channel", "channel", Kind.CHOICE, "チャネル", "channel:phone", _all(Channel), _CHANNEL_WORDS),
    Field("lang", "language", Kind.LANGUAGE, "言語", "lang:ja", _LANGUAGES, optional=True),
    Field("category", "category", Kind.KEY, "分類", "category:withdrawal", _all(Category), optional=True),
    Field(
        "priority", "priority", Kind.RANK, "優先度", "priority:>=high", _all(Priority), _PRIORITY_WORDS,
        optional=True, orders=("priority",), outbox="priority",
    ),
    Field(
        "status", "status", Kind.CHOICE, "状態", "status:new,open", _all(Status), _STATUS_WORDS, outbox="status"
    ),
    Field(
        "status_category", "status_category", Kind.CHOICE, "状態区分", values=_all(StatusCategory),
        value=lambda ticket, _: ticket.status.category,
    ),
    Field("source_status", "source_status", Kind.TEXT, "元の状態", optional=True),
    Field("tier", "tier", Kind.RANK, "階層", "tier:2", tuple(str(int(tier)) for tier in Tier), outbox="group_id"),
    Field("team", "team", Kind.KEY, "チーム", "team:tax", _all(Team), optional=True, outbox="group_id"),
    Field("assignee", "assignee", Kind.KEY, "担当", "assignee:me", ("me",), optional=True, outbox="assignee_id"),
    Field(
        "customer", "requester", Kind.TEXT, "顧客", 'customer:"佐藤 花子"', optional=True,
        value=lambda ticket, _: {"id": ticket.requester_id, "name": ticket.requester_name},
    ),
    Field("tag", "tags", Kind.TEXT, "タグ", "tag:vip", optional=True, outbox="tags"),
    Field("field.", "fields", Kind.TEXT, "項目.", "field.txid:0x5f3a", optional=True),
    Field("created", "created_at", Kind.PAST, "作成", "created:>2026-11-01", _DAYS, orders=("created", "-created")),
    Field("updated", "updated_at", Kind.PAST, "更新", "updated:<7d", _DAYS, orders=("updated", "-updated")),
    Field("due", "due_at", Kind.FUTURE, "期限", "due:<30m", _AHEAD, optional=True, orders=("due", "-due")),
    Field("due_kind", "due_kind", Kind.CHOICE, "期限種別", values=_all(ClockKind), optional=True),
    Field("breached", "breached", Kind.FLAG, "期限切れ", value=lambda ticket, now: ticket.is_late(now)),
    Field("conditions", "conditions", Kind.TEXT, "元の扱い"),
    Field("is", "", Kind.CHOICE, "条件", "is:unassigned", tuple(_IS_WORDS), _IS_WORDS),
)  # fmt: skip

_ASKED_FIRST: Final = (
    *("tier", "team", "desk", "status", "is", "priority", "assignee", "channel", "lang", "customer", "tag", "due"),
    *("created", "updated", "category", "source", "number"),
)
"""Names, the most asked for first: in this order they are listed, others behind them."""


def _place(entry: Field) -> int:
    known = _ASKED_FIRST.index(entry.name) if entry.name in _ASKED_FIRST else len(_ASKED_FIRST)
    return known + entry.name.endswith(".")


ROW: Final = tuple(entry for entry in FIELDS if entry.key)
"""The keys of a ticket's JSON and the columns of its CSV, in their order."""
QUERIED: Final = tuple(sorted((entry for entry in FIELDS if entry.example), key=_place))
"""What a query may ask for, in the order to list it; the last one stands for a desk's own fields."""
ORDERS: Final = tuple(order for entry in FIELDS for order in entry.orders)
"""The orders of a list."""
TOLD: Final = {entry.key: entry.outbox for entry in FIELDS if entry.outbox}
"""Which changed fields the helpdesk is told of, and what it calls them."""
