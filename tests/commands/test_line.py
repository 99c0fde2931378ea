from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agentconsole import locale
from agentconsole.commands.line import complete, parse
from agentconsole.commands.time_input import parse_time
from agentconsole.domain.errors import UsageError

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("line", "command", "words"),
    [
        ("reply", "reply", {}),
        (":q", "quit", {}),
        ("：ｒｅｐｌｙ", "reply", {}),
        ("tag +vip -spam", "tag", {"tags": ("+vip", "-spam")}),
        ("priority high", "priority", {"priority": "high"}),
        (
            "escalate --tier 2 --reason='too hard' --note 入金",
            "escalate",
            {"tier": "2", "reason": "too hard", "note": "入金"},
        ),
        ("reopen it came back", "reopen", {"reason": "it came back"}),
        ("verify phone and birthday", "verify", {"how": "phone and birthday"}),
        ("filter tier:2 due:<30m 入金", "filter", {"query": "tier:2 due:<30m 入金"}),
        ("10234", "open", {"ref": "10234"}),
        ("１０２３４", "open", {"ref": "10234"}),
        ("kb don't", "knowledge", {"words": "don't"}),
        ("open zendesk:3661", "open", {"ref": "zendesk:3661"}),
    ],
)
def test_lines_that_are_understood(line: str, command: str, words: dict[str, Any]) -> None:
    request = parse(line)
    assert (request.command.id, request.words) == (command, words)


def test_a_command_has_its_japanese_name_too() -> None:
    locale.set_language("ja")
    assert parse("返信").command.id == "reply"
    assert parse("優先度 high").words == {"priority": "high"}
    assert complete("エス")[0].line == "escalate"


def test_a_time_is_read_where_one_is_wanted() -> None:
    request = parse("pending +2h", lambda text: parse_time(text, NOW, TOKYO))
    assert request.words == {"until": datetime(2026, 11, 20, 11, 0, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("repyl", "no command 'repyl'", "reply"),
        ("", "no command", "reply"),
        ("tag --tag x", "takes no --tag", "--tags"),
        ("solve now", "takes no words", ""),
        ("zzzzzz", "no command", "F1"),
    ],
)
def test_lines_that_are_not(line: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        parse(line)
    assert hint in refused.value.hint


def test_completions_begin_with_the_likeliest() -> None:
    assert [found.line for found in complete("re")][:4] == ["refresh", "release", "reopen", "reply"]
    assert complete("kb")[0].line == "knowledge"
    assert complete("row")[0].line == "next_row"
    assert complete("nothing like it") == []


def test_values_and_options_are_completed() -> None:
    assert [found.line for found in complete("priority ")] == [
        f"priority {word}" for word in ("low", "normal", "high", "urgent")
    ]
    assert [found.line for found in complete("priority u")] == ["priority urgent"]
    assert [found.line for found in complete("escalate --reason x --t")] == [
        "escalate --reason x --tier",
        "escalate --reason x --team",
    ]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("+2h", "2026-11-20T11:00:00+00:00"),
        ("＋３０ｍ", "2026-11-20T09:30:00+00:00"),
        ("+1w", "2026-11-27T09:00:00+00:00"),
        ("19:00", "2026-11-20T10:00:00+00:00"),
        ("09:00", "2026-11-21T00:00:00+00:00"),
        ("2026-11-20T19:30", "2026-11-20T10:30:00+00:00"),
        ("2026-12-01T00:00:00Z", "2026-12-01T00:00:00+00:00"),
    ],
)
def test_times_as_people_type_them(text: str, at: str) -> None:
    assert parse_time(text, NOW, TOKYO).isoformat() == at


@pytest.mark.parametrize("text", ["", "soon", "25:00", "+2", "+99999999d"])
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="not a time"):
        parse_time(text, NOW, TOKYO)
