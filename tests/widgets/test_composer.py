"""Where replies are written: nothing is lost, nothing is sent by mistake."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.widgets import TextArea

from agentconsole.widgets import composer as module
from agentconsole.widgets.composer import Composer
from tests.support.hostile import HOSTILE
from tests.support.panes import lines, shown, wild


async def test_the_mode_stands_in_the_border() -> None:
    composer = Composer("reply")
    async with shown(composer) as (_app, pilot):
        assert "PUBLIC reply: goes to the customer" in lines(composer)[0]
        reply_corner = lines(composer)[0][0]
        composer.set_mode("reply", "[b]見本 花子[/b]")
        assert "PUBLIC reply to [b]見本 花子[/b]" in lines(composer)[0]
        composer.set_mode("note")
        await pilot.pause()
        assert composer.mode == "note"
        assert "INTERNAL note: the customer never sees it" in lines(composer)[0]
        assert lines(composer)[0][0] != reply_corner, "told apart without colour too"


async def test_enter_writes_and_only_named_keys_act() -> None:
    composer = Composer()
    async with shown(composer) as (app, pilot):
        composer.field.focus()
        await pilot.press("a", "enter", "q", "?")
        assert composer.text == "a\nq?"
        assert app.of(Composer.SendRequested) == []
        await pilot.press("ctrl+s", "ctrl+e", "escape")
        assert [message.text for message in app.of(Composer.SendRequested)] == ["a\nq?"]
        assert len(app.of(Composer.EditorRequested)) == len(app.of(Composer.Left)) == 1
        assert composer.text == "a\nq?"


async def test_a_draft_is_announced_once_it_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUIET", 0.05)
    composer = Composer()
    async with shown(composer) as (app, pilot):
        composer.field.focus()
        await pilot.press("a", "b")
        for _ in range(100):
            await asyncio.sleep(0.01)
            if drafts := app.of(Composer.DraftChanged):
                break
        assert drafts[-1].text == "ab"
        assert composer.flush() is None


async def test_flush_announces_at_once_and_says_what() -> None:
    composer = Composer()
    async with shown(composer) as (app, pilot):
        composer.insert("typed")
        assert composer.flush() == "typed"
        assert composer.flush() is None
        await pilot.pause()
        assert [message.text for message in app.of(Composer.DraftChanged)] == ["typed"]


async def test_leaving_announces_the_draft_first() -> None:
    composer = Composer()
    async with shown(composer) as (app, pilot):
        composer.field.focus()
        await pilot.press("x", "escape")
        ours = [message for message in app.posted if isinstance(message, (Composer.DraftChanged, Composer.Left))]
        assert isinstance(ours[0], Composer.DraftChanged)


async def test_a_loaded_draft_is_not_news_and_its_notice_goes_with_the_first_change() -> None:
    composer = Composer()
    async with shown(composer) as (app, pilot):
        composer.load("half a sentence", "recovered draft of 18:02")
        await pilot.pause()
        assert composer.flush() is None
        assert any("recovered draft" in line for line in lines_of_all(composer))
        composer.field.focus()
        await pilot.press("!")
        assert composer.text == "half a sentence!"
        await pilot.pause()
        assert not any("recovered draft" in line for line in lines_of_all(composer))
        assert app.of(Composer.SendRequested) == []


def lines_of_all(composer: Composer) -> list[str]:
    return [line for child in composer.children if child.display for line in lines(child)]


async def test_unfilled_variables_and_problems_stand_below() -> None:
    composer = Composer()
    async with shown(composer, (60, 12)) as (_app, pilot):
        composer.insert("Dear {{customer.name}}, {{desk.url}}")
        composer.show_problems(["a newer message arrived at 10:30", "no [/b] way"])
        await pilot.pause()
        assert lines_of_all(composer)[-3:] == [
            " Still to fill in: {{customer.name}} {{desk.url}}",
            " ! a newer message arrived at 10:30",
            " ! no [/b] way",
        ]
        composer.show_problems([])
        composer.load("Dear customer")
        await pilot.pause()
        assert not any("fill in" in line or line.startswith(" !") for line in lines_of_all(composer))


async def test_what_is_left_to_fill_in_is_selected_when_it_comes_and_when_it_stops_the_reply() -> None:
    composer = Composer()
    async with shown(composer) as (_app, pilot):
        composer.field.focus()
        composer.insert("お客様\n{{customer.name}} 様、\n{{fields.txid}} です")
        assert composer.field.selected_text == "{{customer.name}}"
        await pilot.press("A")
        composer.show_problems(["{{fields.txid}} is not filled in"])
        await pilot.press("B")
        assert composer.text == "お客様\nA 様、\nB です"
        composer.show_problems(["the text is in ja, the ticket in en"])
        assert composer.field.selected_text == ""


async def test_insert_takes_the_place_of_the_selection_at_the_cursor() -> None:
    composer = Composer()
    async with shown(composer) as (_app, _pilot):
        composer.load("one three")
        text = composer.query_one(TextArea)
        text.move_cursor((0, 4))
        composer.insert("two ")
        assert composer.text == "one two three"
        text.select_all()
        composer.insert("定型文です。\r\n二行目")
        assert composer.text == "定型文です。\n二行目"
        assert text.cursor_location == (1, 3)


async def test_a_paste_is_made_safe_and_keeps_its_lines() -> None:
    composer = Composer()
    async with shown(composer) as (app, pilot):
        composer.field.focus()
        await pilot.pause()
        app.post_message(events.Paste("one\r\ntwo\x1b]52;c;AAAA\x07 \u202ethree"))
        await pilot.pause()
        assert composer.text == "one\ntwo <U+202E>three"


async def test_the_terminal_cursor_is_where_an_input_method_writes() -> None:
    composer = Composer()
    async with shown(composer, (60, 12)) as (app, pilot):
        composer.field.focus()
        await pilot.pause()
        await pilot.pause()
        assert app.cursor_position == composer.query_one(TextArea).cursor_screen_offset == (2, 1)
        assert composer.query_one(TextArea).cursor_blink is False


async def test_hostile_text_stays_text() -> None:
    composer = Composer()
    async with shown(composer) as (app, pilot):
        for text in HOSTILE:
            composer.set_mode("reply", text)
            composer.load(text, text)
            composer.insert(text)
            composer.show_problems([text, text])
            composer.show_notice(text)
            await pilot.pause()
            assert wild(app) == []
        for size in ((20, 6), (3, 3), (1, 1)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert wild(app) == []


async def test_the_canned_answer_is_forgotten_with_the_last_of_its_text() -> None:
    composer = Composer()
    made_of = []
    async with shown(composer) as (_app, pilot):
        composer.insert_passage("Dear customer", "greeting")
        composer.insert(", hello")
        for keys in ([], ["delete", "x"]):
            composer.field.select_all()
            await pilot.press(*keys)
            await pilot.pause()
            made_of.append(composer.canned)
        composer.load("as it was", canned="greeting")
        await pilot.pause()
        assert [*made_of, composer.canned] == ["greeting", None, "greeting"]


async def test_japanese_is_broken_between_its_characters_and_not_before_a_full_stop() -> None:
    composer = Composer()
    async with shown(composer, (30, 12)) as (_app, pilot):
        composer.load("送金は USDT ではなく Polygon で送られたようです。確認いたします。")
        await pilot.pause()
        text = [line.strip() for line in lines(composer.field)]
        assert text[:3] == ["送金は USDT ではなく", "Polygon で送られたようで", "す。確認いたします。"]


async def test_the_cursor_follows_the_broken_lines() -> None:
    composer = Composer()
    async with shown(composer, (30, 12)) as (_app, pilot):
        composer.load("確認いたします" * 4)
        composer.field.focus()
        await pilot.press("up", "home", "x")
        assert composer.text == "確認いたします確認いたしx" + "ます" + "確認いたします" * 2
        await pilot.press("down", "end", "y")
        assert composer.text.endswith("y")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "answer"),
        ("typed", "typed\n\nanswer"),
        ("typed\n", "typed\nanswer"),
        ("typed\n\n", "typed\n\nanswer"),
    ],
)
async def test_an_answer_stands_on_lines_of_its_own(before: str, after: str) -> None:
    composer = Composer()
    async with shown(composer):
        composer.load(before)
        composer.insert_passage("answer", "greeting")
        assert (composer.text, composer.canned) == (after, "greeting")


async def test_an_answer_goes_between_what_stands_before_and_behind_the_cursor() -> None:
    composer = Composer()
    async with shown(composer):
        composer.load("before, behind")
        composer.field.move_cursor((0, 7))
        composer.insert_passage("answer")
        assert composer.text == "before,\n\nanswer\n behind"
