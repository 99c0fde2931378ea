"""Help, the `:` line, forms and the palette, on a console with one empty screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.command import CommandList, CommandPalette
from textual.containers import Vertical, VerticalScroll
from textual.geometry import Region
from textual.widgets import Input, Static, TextArea

from agentconsole import locale
from agentconsole.app import ConsoleApp
from agentconsole.commands import ALL, Scope
from agentconsole.commands.keys import effective_keys, key_label
from agentconsole.commands.time_input import parse_time
from agentconsole.config import Settings
from agentconsole.domain.text import cell_width
from agentconsole.screens.bindings import CommandScreen
from agentconsole.screens.fields import ChoiceLine
from agentconsole.screens.form import VerbForm
from agentconsole.screens.help import HelpScreen, help_content
from agentconsole.screens.palette import CommandProvider
from agentconsole.screens.prompt import CommandPrompt
from agentconsole.services import tickets as deeds
from agentconsole.services.parameters import Asked, Kind, Parameter
from agentconsole.services.verbs import VERBS
from tests.support.console_app import press, settled

HOSTILE = "price [/ month [@click=app.quit]x[/]\x1b]52;c;eA==\x07 \u202e入金"


class Empty(CommandScreen):
    scope = Scope.LIST

    def compose(self) -> ComposeResult:
        yield Static("rows", markup=False)

    def do_theme(self, name: str = "") -> None:
        self.name_given = name


@pytest.fixture(autouse=True)
def _english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    locale.set_language("en")
    yield
    locale.set_language("en")


def console(language: str = "en") -> ConsoleApp:
    locale.set_language(language)
    return ConsoleApp(None, Settings(Path("unused.db"), "aoi", language), Empty)


# --- help


@pytest.mark.parametrize("language", locale.LANGUAGES)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_help_holds_every_command_and_fits(language: str, width: int) -> None:
    locale.set_language(language)
    keys = effective_keys()
    lines = help_content("ticket", keys, width).plain.split("\n")
    assert max(cell_width(line) for line in lines) <= width
    assert lines[0] == Scope.TICKET.label
    text = "\n".join(lines)
    assert all(command.title in text for command in ALL)
    assert all(key_label(command.keys[0]) in text for command in ALL)
    assert text.index(Scope.TICKET.label) < text.index(Scope.GLOBAL.label) < text.index(Scope.LIST.label)


def test_help_begins_with_what_one_is_writing_and_the_ticket_around_it() -> None:
    text = help_content("composer", effective_keys(), 100).plain
    at = [text.index(scope.label) for scope in (Scope.COMPOSER, Scope.TICKET, Scope.GLOBAL, Scope.LIST)]
    assert at == sorted(at)
    writing, _title, after = text.partition(Scope.TICKET.label)
    assert "F6" in writing
    assert "Esc q" not in writing, "a character is text there"
    quitting = next(line for line in after.split("\n") if "Quit" in line)
    assert quitting.split()[:2] == ["Ctrl+Q", "Quit"]
    listed = help_content("list", effective_keys(), 100).plain
    assert "q Ctrl+Q" in next(line for line in listed.split("\n") if "Quit" in line)


async def test_help_opens_for_the_place_one_is_in_and_closes() -> None:
    app = console()
    async with app.run_test(size=(60, 20)) as pilot:
        await press(pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        await press(pilot, "j")
        assert app.screen.query_one(VerticalScroll).scroll_offset.y > 0
        await press(pilot, "escape")
        assert isinstance(app.screen, Empty)


# --- the `:` line


async def test_a_line_is_completed_and_done() -> None:
    app = console()
    async with app.run_test() as pilot:
        await press(pilot, "colon", *"them", "tab", *"dark", "enter")
        assert isinstance(app.screen, Empty)
        assert app.screen.name_given == "dark"


async def test_an_unknown_word_is_answered_in_place() -> None:
    app = console()
    async with app.run_test() as pilot:
        await press(pilot, "f3", *"repyl", "enter")
        assert isinstance(app.screen, CommandPrompt)
        problem = app.screen.query_one("#problem", Static)
        assert str(problem.content) == "there is no command 'repyl' · did you mean 'reply'?"
        app.screen.query_one(Input).value = HOSTILE
        await press(pilot, "enter")
        assert "\x1b" not in str(problem.content)
        await press(pilot, "escape")
        assert isinstance(app.screen, Empty)


async def test_how_a_command_is_chosen_is_told_until_one_is_typed() -> None:
    app = console()
    async with app.run_test(size=(50, 20)) as pilot:
        app.push_screen(CommandPrompt())
        await settled(pilot)
        how = app.screen.query_one("#how")
        assert how.region.right <= 50
        await press(pilot, "e")
        assert not how.display
        assert app.screen.query_one(Input).size.width > 40


async def test_the_chosen_completion_is_what_enter_takes() -> None:
    app = console()
    async with app.run_test() as pilot:
        answers: list[Any] = []
        app.push_screen(CommandPrompt(), answers.append)
        await settled(pilot)
        await press(pilot, *"tier", "down", "down", "enter")
        assert answers[0].command.id == "tier_2"


# --- forms


@pytest.mark.parametrize("language", locale.LANGUAGES)
@pytest.mark.parametrize("name", VERBS)
async def test_every_verbs_form_fits_80x24_with_hostile_text_in_it(name: str, language: str) -> None:
    app = console(language)
    async with app.run_test(size=(80, 24)) as pilot:
        form = VerbForm(VERBS[name], HOSTILE)
        app.push_screen(form)
        await settled(pilot)
        strips = form._compositor.render_strips()
        text = "\n".join(strip.text for strip in strips)
        assert not set("\x1b\x07\u202e") & set(text)
        assert all(strip.cell_length == 80 for strip in strips)
        for field in form.query("Input, TextArea, ChoiceLine"):
            assert form.region.contains_region(field.region)


async def filled(app: ConsoleApp, asked: Asked, keys: list[str], **initial: Any) -> tuple[list[Any], VerbForm]:
    answers: list[Any] = []
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    form = VerbForm(asked, "10001", initial, partial(parse_time, now=now, zone=UTC))
    async with app.run_test() as pilot:
        app.push_screen(form, answers.append)
        await settled(pilot)
        await press(pilot, *keys)
        app.problems = [str(line.content) for line in form.query(".problem").results(Static)]  # type: ignore[attr-defined]
    return answers, form


async def test_a_form_answers_with_what_was_said() -> None:
    keys = ["right", "right", "tab", "tab", *"hard", "enter", *"see", "enter", *"x", "ctrl+s"]
    answers, _form = await filled(console(), VERBS["escalate"], keys)
    assert answers == [{"tier": "2", "reason": "hard", "note": "see\nx"}]


async def test_choices_begin_with_what_is_known() -> None:
    for done in ("ctrl+s", "enter"):
        answers, _form = await filled(console(), VERBS["priority"], ["right", done], priority="high")
        assert answers == [{"priority": "urgent"}]


async def test_the_first_step_in_choices_takes_the_first_of_them() -> None:
    answers, _form = await filled(console(), VERBS["priority"], ["right", "enter"])
    assert answers == [{"priority": "low"}]


async def test_arrows_up_and_down_go_from_field_to_field() -> None:
    keys = ["right", "down", "up", "right", "down", "down", *"hard", "down", *"see", "ctrl+s"]
    answers, _form = await filled(console(), VERBS["escalate"], keys)
    assert answers == [{"tier": "2", "reason": "hard", "note": "see"}]


async def test_a_letter_goes_to_the_choice_that_begins_with_it() -> None:
    answers, _form = await filled(console(), VERBS["priority"], ["u", "n", "enter"])
    assert answers == [{"priority": "normal"}]


async def test_a_form_tells_the_keys_of_the_field_that_hears_them() -> None:
    app = console()
    async with app.run_test() as pilot:
        app.push_screen(VerbForm(VERBS["escalate"], "10001"))
        told = []
        for key in ("tab", "tab"):
            await settled(pilot)
            told.append(str(app.screen.query_one(Vertical).border_subtitle).split(" · ")[0])
            await press(pilot, key)
        await settled(pilot)
        assert [*told, str(app.screen.query_one(Vertical).border_subtitle).split(" · ")[0]] == [
            "← → choose",
            "← → choose",
            "↓ next field",
        ]


@pytest.mark.parametrize("width", [50, 40])
async def test_choices_are_never_broken_inside(width: int) -> None:
    app = console("ja")
    async with app.run_test(size=(width, 24)) as pilot:
        app.push_screen(VerbForm(VERBS["escalate"]))
        await settled(pilot)
        line = app.screen.query_one("#field-tier", ChoiceLine)
        shown = "\n".join(strip.text for strip in line.render_lines(Region(0, 0, *line.size)))
        for word in ("1 一次対応", "2 二次対応", "3 専門チーム"):
            assert word in shown
        await pilot.click(line, offset=(shown.split("\n")[1].index("二") + 2, 1))
        assert line.chosen == ("2",)


async def test_times_and_tags_are_read() -> None:
    answers, _form = await filled(console(), VERBS["pending"], [*"+2h", "enter"])
    assert answers == [{"until": datetime(2026, 11, 20, 9, tzinfo=UTC) + timedelta(hours=2)}]
    answers, _form = await filled(console(), VERBS["tag"], [*"vip -old ＋新", "enter"])
    assert answers == [{"tags": ("+vip", "-old", "+新")}]


async def test_channels_are_called_what_the_list_calls_them() -> None:
    app = console("ja")
    async with app.run_test(size=(100, 24)) as pilot:
        app.push_screen(VerbForm(deeds.NEW))
        await settled(pilot)
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "電話" in text
        assert "phone" not in text


async def test_several_can_be_chosen_from_a_list() -> None:
    parameter = Parameter("checks", Kind.LIST, "Checks", choices=("a", "b", "c"))
    asked = Asked("try", "Try", "Try it.", (parameter,))
    answers, _form = await filled(console(), asked, ["space", "right", "space", "right", "space", "space", "ctrl+s"])
    assert answers == [{"checks": ("a", "b")}]


async def test_what_is_missing_or_wrong_is_said_at_its_field() -> None:
    app = console()
    answers, _form = await filled(app, VERBS["escalate"], ["ctrl+s"])
    assert answers == []
    assert app.problems == ["", "", "needed", "needed"]  # type: ignore[attr-defined]
    app = console()
    answers, _form = await filled(app, VERBS["pending"], [*"soon", "ctrl+s"])
    assert answers == []
    assert "'soon' is not a time" in app.problems[0]  # type: ignore[attr-defined]


async def test_a_longer_text_is_not_thrown_away_by_one_key() -> None:
    app = console()
    answers, _form = await filled(app, VERBS["note"], [*"long", "escape"])
    assert answers == []
    assert "Esc" in app.problems[0]  # type: ignore[attr-defined]
    answers, _form = await filled(console(), VERBS["note"], [*"long", "escape", "escape"])
    assert answers == [None]
    answers, _form = await filled(console(), VERBS["note"], ["escape"])
    assert answers == [None]


async def test_what_was_wrong_with_a_field_is_gone_once_it_is_changed() -> None:
    app = console()
    async with app.run_test() as pilot:
        form = VerbForm(deeds.NEW)
        app.push_screen(form)
        await press(pilot, "ctrl+s")

        def wrong() -> list[str]:
            return [(each.id or "").removeprefix("problem-") for each in form.query(".problem") if str(each.render())]

        missing = wrong()
        assert {"channel", "subject", "body"} <= set(missing)
        for name, key in (("channel", "right"), ("subject", "s"), ("body", "b")):
            form.query_one(f"#field-{name}").focus()
            await press(pilot, key)
            missing.remove(name)
            assert wrong() == missing


async def test_fields_do_not_blink_nor_select_what_they_hold() -> None:
    app = console()
    async with app.run_test() as pilot:
        form = VerbForm(VERBS["escalate"], initial={"reason": "because"})
        app.push_screen(form)
        await settled(pilot)
        reason, note = form.query_one(Input), form.query_one(TextArea)
        reason.focus()
        await press(pilot, "x")
        assert reason.value == "becausex"
        note.focus()
        await settled(pilot)
        assert not note.cursor_blink
        assert form.query_one(ChoiceLine).chosen == ("",)


# --- the palette


async def test_the_palette_has_every_command_and_says_why_not() -> None:
    app = console("ja")
    async with app.run_test() as pilot:
        provider = CommandProvider(app.screen)
        hits = [hit async for hit in provider.discover()]
        assert {hit.text for hit in hits} == {command.title for command in ALL}
        reply = next(hit for hit in hits if hit.text == "返信")
        assert reply.help == "チケットが選ばれていません"
        assert [hit.text async for hit in provider.search("reply")][:1] == ["返信"]
        await press(pilot, "f2")
        assert isinstance(app.screen, CommandPalette)


async def test_without_colour_one_still_sees_what_enter_would_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+p")
        found = app.screen.query_one(CommandList)
        chosen, _help, other = ([segment.style for segment in found.render_line(row)] for row in range(3))
        assert all(style and style.underline for style in chosen)
        assert not any(style and style.underline for style in other)
