"""The thread: who said what and who may read it, where the reader stands, and how much of a long one is wrapped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual.color import Color

from agentconsole.config import Glyphs
from agentconsole.domain.ticket import Attachment, Message
from agentconsole.domain.values import AuthorKind
from agentconsole.widgets.conversation import Conversation
from tests.support.hostile import HOSTILE
from tests.support.panes import NOW, TOKYO, lines, shown, wild


def said(number: int, body: str, kind: AuthorKind = AuthorKind.CUSTOMER, *, public: bool = True) -> Message:
    return Message(number, NOW - timedelta(minutes=1000 - number), kind, "見本 花子", public, body)


def thread(count: int, body: str = "入金がまだ反映されません。\n確認をお願いします。") -> list[Message]:
    return [said(number, body) for number in range(1, count + 1)]


async def test_kinds_differ_in_word_and_edge() -> None:
    conversation = Conversation(glyphs=Glyphs.ASCII)
    async with shown(conversation) as (_app, _pilot):
        conversation.set_messages(
            [
                said(1, "hello", AuthorKind.BOT),
                said(2, "question"),
                said(3, "answer", AuthorKind.AGENT),
                said(4, "remark", AuthorKind.AGENT, public=False),
                said(5, "hidden bot", AuthorKind.BOT, public=False),
                said(6, "moved", AuthorKind.SYSTEM, public=False),
            ],
            TOKYO,
            NOW,
        )
        shown_lines = [line for line in lines(conversation) if line]
    heads, bodies = shown_lines[::2], shown_lines[1::2]
    words = ["Bot", "Customer", "Reply", "Internal", "Internal · Bot", "System"]
    assert all(f" {word} " in f"{head} " for word, head in zip(words, heads, strict=True))
    assert [body[0] for body in bodies] == [":", "|", ">", "#", "#", "."]


async def test_staff_of_whom_no_more_than_an_id_came_are_called_staff() -> None:
    named = {AuthorKind.AGENT: "staff 361-9", AuthorKind.CUSTOMER: "zendesk:361-9"}
    conversation = Conversation()
    async with shown(conversation) as (_app, _pilot):
        for kind, called in named.items():
            conversation.set_messages([Message(1, NOW, kind, "zendesk:361-9", True, "x")], TOKYO, NOW)
            assert lines(conversation)[0].endswith(f"  {called}")


async def test_an_internal_note_has_a_ground_of_its_own() -> None:
    conversation = Conversation()
    async with shown(conversation) as (_app, _pilot):
        conversation.set_messages(
            [said(1, "to all", AuthorKind.AGENT), said(2, "to us", AuthorKind.AGENT, public=False)], TOKYO, NOW
        )
        grounds = {}
        for y, text in enumerate(lines(conversation)):
            style = list(conversation.render_line(y))[-1].style
            assert style is not None and style.bgcolor is not None
            grounds[text[2:]] = Color.from_rich_color(style.bgcolor)
    assert grounds["to us"] != grounds["to all"] == grounds[""]


async def test_a_head_says_the_day_unless_it_is_today() -> None:
    conversation = Conversation()
    moments = [NOW, NOW - timedelta(hours=11), NOW - timedelta(days=400)]
    async with shown(conversation) as (_app, _pilot):
        conversation.set_messages(
            [Message(n, at, AuthorKind.CUSTOMER, None, True, "x") for n, at in enumerate(reversed(moments), 1)],
            TOKYO,
            NOW,
        )
        heads = [line for line in lines(conversation) if "Customer" in line]
    assert [head.split("  ")[0] for head in heads] == ["┃ 2025-10-18 10:42", "┃ 11-21 23:42", "┃ 10:42"]


async def test_attachments_are_listed_with_type_and_size() -> None:
    files = (
        Attachment("明細.png", "image/png", 182_344),
        Attachment("a.bin", None, None),
        Attachment("b", None, 2_500_000),
    )
    message = Message(1, NOW, AuthorKind.CUSTOMER, "A", True, "see", files)
    conversation = Conversation()
    async with shown(conversation) as (_app, _pilot):
        conversation.set_messages([message], TOKYO, NOW)
        assert lines(conversation)[2:5] == [
            "┃ + Attachment: 明細.png (image/png, 182 kB)",
            "┃ + Attachment: a.bin",
            "┃ + Attachment: b (2.5 MB)",
        ]


QUOTING = (
    "まだ届きません。\n\n2026/11/20 9:12、bitsugi サポート <help@example.jp>のメール:\n" + "> 先日のご案内です。\n" * 5
)


async def test_what_a_message_quotes_at_its_end_is_folded_away_and_shown_again() -> None:
    conversation = Conversation()
    async with shown(conversation) as (_app, _pilot):
        conversation.set_messages([said(1, QUOTING), said(2, "次の連絡")], TOKYO, NOW)
        folded = [line for line in lines(conversation) if line]
        assert folded[1:3] == ["┃ まだ届きません。", "┃ > … 6 quoted lines"]
        assert folded[4].endswith("次の連絡")
        assert conversation.fold()
        assert "┃ > 先日のご案内です。" in lines(conversation)
        assert not any("quoted lines" in line for line in lines(conversation))
        assert conversation.fold()
        assert [line for line in lines(conversation) if line] == folded


async def test_what_is_folded_away_names_the_key_that_shows_it() -> None:
    conversation = Conversation(unfold="z")
    async with shown(conversation) as (_app, _pilot):
        conversation.set_messages([said(1, QUOTING)], TOKYO, NOW)
        assert "┃ > … 6 quoted lines · z shows them" in lines(conversation)


@pytest.mark.parametrize("body", ["はい\n> 一行\n> 二行", "> これだけ\n" * 9, "答えです"])
async def test_a_short_quotation_is_not_folded_nor_one_that_is_all_there_is(body: str) -> None:
    conversation = Conversation()
    async with shown(conversation) as (_app, _pilot):
        conversation.set_messages([said(1, body)], TOKYO, NOW)
        assert not any("quoted" in line for line in lines(conversation))
        assert not conversation.fold()


async def test_quoted_lines_are_dimmed() -> None:
    conversation = Conversation()
    async with shown(conversation) as (_app, _pilot):
        conversation.set_messages([said(1, "mine\n> yours")], TOKYO, NOW)
        mine, yours = (list(conversation.render_line(y))[1].style for y in (1, 2))
        assert mine and yours and mine.color != yours.color


async def test_a_thread_opens_at_what_is_new_else_at_its_end() -> None:
    conversation = Conversation()
    messages = thread(40)
    async with shown(conversation) as (_app, pilot):
        conversation.set_messages(messages, TOKYO, NOW, seen_until=messages[19].at)
        await pilot.pause()
        assert "New since your last visit" in lines(conversation)[0]
        conversation.set_messages(thread(30, "other")[20:], TOKYO, NOW)
        await pilot.pause()
        assert lines(conversation)[-2] == "┃ other"
        assert not any("New since" in line for line in lines(conversation))


async def test_nothing_is_marked_where_all_is_new() -> None:
    conversation = Conversation()
    messages = thread(3)
    async with shown(conversation) as (_app, _pilot):
        conversation.set_messages(messages, TOKYO, NOW, seen_until=messages[0].at - timedelta(days=1))
        assert not any("New since" in line for line in lines(conversation))


async def test_the_reader_stays_at_the_end_or_where_they_were() -> None:
    conversation = Conversation()
    async with shown(conversation) as (_app, pilot):
        conversation.set_messages(thread(40), TOKYO, NOW)
        conversation.set_messages([*thread(40), said(41, "just in")], TOKYO, NOW)
        await pilot.pause()
        assert lines(conversation)[-2] == "┃ just in"
        for _ in range(3):
            conversation.action_page_up()
        await pilot.pause()
        before = lines(conversation)
        conversation.set_messages([*thread(40), said(41, "just in"), said(42, "and more")], TOKYO, NOW)
        await pilot.pause()
        assert lines(conversation) == before


async def test_the_line_read_stays_through_a_new_width() -> None:
    conversation = Conversation()
    messages = [said(number, f"number {number} " + "言葉を並べただけの長い文です。" * 20) for number in range(60)]
    async with shown(conversation) as (_app, pilot):
        conversation.set_messages(messages, TOKYO, NOW)
        conversation.action_top()
        for _ in range(12):
            conversation.action_page_down()
        await pilot.pause()
        while "number" not in lines(conversation)[0]:
            conversation.action_cursor_down()
        first = lines(conversation)[0].split()[2]
        await pilot.resize_terminal(50, 24)
        await pilot.pause()
        assert first in " ".join(lines(conversation)[:2])


async def test_going_up_through_what_was_never_seen_does_not_jump() -> None:
    conversation = Conversation()
    body = "\n".join("これは幅を超えて折り返される長い行です。" * (1 + number % 5) for number in range(500))
    async with shown(conversation, (40, 20)) as (_app, pilot):
        conversation.set_messages([said(1, body)], TOKYO, NOW)
        await pilot.pause()
        for _ in range(30):
            before = lines(conversation)
            conversation.action_half_page_up()
            await pilot.pause()
            assert lines(conversation)[10:] == before[:10]


async def test_a_hundred_thousand_lines_are_wrapped_where_they_are_seen() -> None:
    conversation = Conversation()
    body = "\n".join(f"line {number}" for number in range(100_000))
    async with shown(conversation) as (_app, pilot):
        conversation.set_messages([said(1, body)], TOKYO, NOW)
        await pilot.pause()
        assert lines(conversation)[-2] == "┃ line 99999"
        wrapped = [block for block in conversation._thread.blocks if block.lines is not None]
        assert len(wrapped) <= 3
        conversation.action_top()
        await pilot.pause()
        assert lines(conversation)[1] == "┃ line 0"


async def test_keys_move_when_it_has_the_focus() -> None:
    conversation = Conversation()
    async with shown(conversation) as (_app, pilot):
        conversation.set_messages(thread(40), TOKYO, NOW)
        conversation.focus()
        await pilot.press("home", "down", "down", "pagedown", "up")
        assert conversation.scroll_offset.y == 24
        await pilot.press("end")
        assert conversation.scroll_offset.y == conversation.max_scroll_y


@pytest.mark.parametrize("size", [(80, 24), (24, 8), (3, 2)])
async def test_hostile_text_stays_text(size: tuple[int, int]) -> None:
    kinds = list(AuthorKind)
    messages = [
        Message(n, NOW, kinds[n % 4], text, n % 3 > 0, text, (Attachment(text, text, n),))
        for n, text in enumerate(HOSTILE, 1)
    ]
    conversation = Conversation()
    async with shown(conversation, size) as (app, pilot):
        conversation.set_messages(messages, TOKYO, NOW)
        conversation.action_top()
        for _ in range(400):
            assert wild(app) == []
            if conversation.scroll_offset.y >= conversation.max_scroll_y or size[0] < 10:
                break
            conversation.action_page_down()
        await pilot.pause()
        assert size[0] < 10 or conversation.scroll_offset.y == conversation.max_scroll_y


async def test_any_size_and_nothing_to_show() -> None:
    conversation = Conversation()
    async with shown(conversation, (40, 10)) as (app, pilot):
        conversation.set_messages([], TOKYO, NOW)
        for width, height in ((1, 1), (2, 30), (200, 3)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert wild(app) == []
        conversation.set_messages(thread(2), TOKYO, NOW)
        await pilot.resize_terminal(1, 1)
        await pilot.pause()
        assert wild(app) == []
