"""Random tickets as plain facts, written into a store row by row, for holding queries against."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from agentconsole.domain.values import Channel, Priority, Status, Team
from agentconsole.store import search
from agentconsole.store.store import Store
from tests.support.records import NOW

LOGINS: Final = ("aoi", "Ken", "見本")
LANGUAGES: Final = ("ja", "en", "zh-Hans", "zh-Hant")
CATEGORIES: Final = ("deposit", "Deposit", "ＫＹＣ", "入金", "other")
TAGS: Final = ("vip", "VIP", "入金", "spam")
PHRASES: Final = (
    "入金が反映されません", "入金", "出金できない", "充值未到账", "提现失败", "Deposit not credited", "deposit DELAYED",
    "ログイン", "ﾛｸﾞｲﾝできない", "TX-0001", "tx0001", "E-4102", "0x5f3a", "２段階認証", "", "日", "日本", "本日",
    "100円",
)  # fmt: skip
NAMES: Final = ("佐藤 花子", "佐藤 太郎", "Sato Hanako", "王 小明", "tanaka", None)
MOMENTS: Final = tuple(NOW + timedelta(hours=hours) for hours in (-72, -24, -1, 0, 1, 24))


@dataclass(frozen=True, slots=True)
class Asker:
    id: int
    name: str | None
    reading: str | None
    email: str | None
    external_id: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A ticket; what it is called stands in the table of tickets."""

    number: int
    desk: str
    source: str
    external_id: str
    subject: str
    description: str | None
    channel: str
    language: str | None
    category: str | None
    priority: str | None
    status: str
    tier: int
    team: str | None
    assignee: str | None
    requester: Asker | None
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None
    tags: tuple[str, ...]
    fields: dict[str, str]
    messages: tuple[str, ...]

    def texts(self) -> list[str]:
        """All that is searched for words, but for the requester's name."""
        return [self.subject, self.description or "", *self.fields.values(), *self.messages]

    def names(self) -> list[str]:
        asker = self.requester
        return [name for name in (asker.name, asker.reading) if name] if asker else []


ASKERS: Final = st.lists(
    st.tuples(
        st.sampled_from(NAMES), st.sampled_from(["さとう はなこ", None]), st.sampled_from(["a@example.jp", None])
    ),
    min_size=3, max_size=3,
).map(lambda drawn: [Asker(index, *each, f"c{index}") for index, each in enumerate(drawn, 1)])  # fmt: skip


def _facts(number: int, askers: Sequence[Asker]) -> st.SearchStrategy[Facts]:
    return st.builds(
        Facts,
        number=st.just(number),
        desk=st.sampled_from(["default", "office"]),
        source=st.sampled_from(["helpdesk", "zendesk"]),
        external_id=st.just(str(number * 7 - 60_000)),
        subject=st.sampled_from(PHRASES),
        description=st.none() | st.sampled_from(PHRASES),
        channel=st.sampled_from(list(map(str, Channel))),
        language=st.none() | st.sampled_from(LANGUAGES),
        category=st.none() | st.sampled_from(CATEGORIES),
        priority=st.none() | st.sampled_from(list(map(str, Priority))),
        status=st.sampled_from(list(map(str, Status))),
        tier=st.integers(1, 3),
        team=st.none() | st.sampled_from(list(map(str, Team))),
        assignee=st.none() | st.sampled_from(LOGINS),
        requester=st.none() | st.sampled_from(list(askers)),
        created_at=st.sampled_from(MOMENTS),
        updated_at=st.sampled_from(MOMENTS),
        due_at=st.none() | st.sampled_from(MOMENTS),
        tags=st.lists(st.sampled_from(TAGS), unique=True, max_size=2).map(tuple),
        fields=st.dictionaries(st.sampled_from(["txid", "error"]), st.sampled_from(PHRASES).filter(bool)),
        messages=st.lists(st.sampled_from(PHRASES), max_size=2).map(tuple),
    )


def tickets(most: int) -> st.SearchStrategy[list[Facts]]:
    """Up to so many tickets of three people."""
    return ASKERS.flatmap(
        lambda askers: st.integers(0, most).flatmap(
            lambda count: st.tuples(*(_facts(10001 + index, askers) for index in range(count))).map(list)
        )
    )


def write(store: Store, facts: Sequence[Facts]) -> None:
    """Puts the tickets into an empty store."""
    askers = {each.requester.id: each.requester for each in facts if each.requester}
    with store.writing():
        execute = store.connection.execute
        for index, login in enumerate(LOGINS, 1):
            execute("INSERT INTO agent (id, login, name, tier, teams) VALUES (?, ?, ?, 1, '[]')", (index, login, login))
        for asker in askers.values():
            execute(
                "INSERT INTO customer (id, source, external_id, name, reading, email, role, extra) "
                "VALUES (?, 'helpdesk', ?, ?, ?, ?, 'end-user', '{}')",
                (asker.id, asker.external_id, asker.name, asker.reading, asker.email),
            )
        for each in facts:
            _write(store, each)
        search.add_tickets(store, search.ticket_words(store, [each.number for each in facts]))
        search.add_names(store, search.names(store, list(askers)))


def _write(store: Store, facts: Facts) -> None:
    row: dict[str, Any] = {
        name: getattr(facts, name)
        for name in (
            "number", "desk", "source", "external_id", "subject", "description", "channel", "language", "category",
            "priority", "status", "tier", "team",
        )
    }  # fmt: skip
    row |= {
        name: None if (at := getattr(facts, name)) is None else int(at.timestamp())
        for name in ("created_at", "updated_at", "due_at")
    }
    row |= {
        "assignee_id": LOGINS.index(facts.assignee) + 1 if facts.assignee else None,
        "requester_id": facts.requester.id if facts.requester else None,
        "tags": json.dumps(facts.tags, ensure_ascii=False),
        "fields": json.dumps(facts.fields, ensure_ascii=False),
        "version": 1,
        "source_state": "{}",
        "extra": "{}",
    }
    put(store, "ticket", row)
    for tag in facts.tags:
        put(store, "ticket_tag", {"ticket": facts.number, "tag": tag})
    for key, value in facts.fields.items():
        put(store, "ticket_field", {"ticket": facts.number, "key": key, "value": value})
    for index, body in enumerate(facts.messages):
        message = {"ticket": facts.number, "source": "helpdesk", "external_id": f"{facts.number}-{index}", "at": index}
        said = {"author_kind": "customer", "public": 1, "automatic": 0, "attachments": "[]", "extra": "{}"}
        put(store, "message", message | said | {"body": body})


def put(store: Store, table: str, row: dict[str, Any]) -> None:
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    store.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))  # noqa: S608
