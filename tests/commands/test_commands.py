from __future__ import annotations

import pytest

from agentconsole import locale
from agentconsole.commands import ALL, BY_ID, Context, Scope, VerbCommand
from agentconsole.domain.text import cell_width
from agentconsole.services.verbs import VERBS
from tests.support.tickets import a_ticket


def test_every_verb_has_a_command_and_the_words_of_the_verb() -> None:
    assert set(VERBS) <= set(BY_ID)
    for name, verb in VERBS.items():
        command = BY_ID[name]
        assert (command.title, command.help, command.parameters) == (verb.title, verb.help, verb.parameters)
        assert isinstance(command, VerbCommand)


def test_ids_are_unique_and_can_be_typed() -> None:
    assert len(BY_ID) == len(ALL)
    assert all(command.id.replace("_", "").isalnum() and command.id.islower() for command in ALL)


@pytest.mark.parametrize("language", locale.LANGUAGES)
def test_every_command_says_what_it_is(language: str) -> None:
    locale.set_language(language)
    for command in ALL:
        assert command.title.strip(), command.id
        assert command.help.endswith((".", "。", "m", "b")), command.id
        assert cell_width(command.title) <= 20, command.id
        assert not set("[]\\") & set(command.title + command.help), "the palette reads these as markup"


def test_japanese_titles_are_translated_and_tell_commands_apart() -> None:
    english = {command.id: command.title for command in ALL}
    locale.set_language("ja")
    assert [command.id for command in ALL if command.title == english[command.id]] == []
    assert len({command.title for command in ALL}) == len(ALL)


def test_without_a_ticket_nothing_is_done_to_one() -> None:
    nobody = Context("list")
    assert BY_ID["reply"].unavailable(nobody) == "no ticket is chosen"
    assert BY_ID["quit"].unavailable(nobody) is None
    assert BY_ID["reply"].unavailable(Context("list", a_ticket())) is None
    assert BY_ID["solve"].unavailable(Context("list", marked=3)) is None


def test_some_things_are_done_to_one_ticket_only() -> None:
    assert BY_ID["reply"].unavailable(Context("list", a_ticket(), marked=2)) == "for one ticket at a time"
    assert BY_ID["tag"].unavailable(Context("list", a_ticket(), marked=2)) is None


def test_commands_belong_to_places_and_writing_is_in_a_ticket() -> None:
    ticket = a_ticket()
    assert BY_ID["send"].unavailable(Context("ticket", ticket)) == "While writing only"
    assert BY_ID["send"].unavailable(Context("composer", ticket)) is None
    assert BY_ID["solve"].unavailable(Context("composer", ticket)) is None
    assert BY_ID["mark"].unavailable(Context("ticket", ticket)) == "In the list only"
    assert BY_ID["open"].unavailable(Context("board")) is None


def test_a_locked_console_has_no_editor() -> None:
    assert BY_ID["editor"].unavailable(Context("composer", a_ticket(), locked=True)) == "not in a locked console"
    assert BY_ID["editor"].unavailable(Context("composer", a_ticket())) is None


def test_scopes_have_names() -> None:
    assert [scope.label for scope in Scope] == [
        *("Everywhere", "In the list", "In a ticket", "While writing", "In an explanation"),
    ]
