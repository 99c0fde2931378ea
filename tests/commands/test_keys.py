from __future__ import annotations

from pathlib import Path

import pytest
from textual.keys import _character_to_key

from agentconsole.commands import ALL, BY_ID, Scope
from agentconsole.commands.keys import (
    bindings,
    effective_keys,
    half_width,
    key_label,
    key_name,
    key_problems,
    key_table,
    keys_in,
    keys_of,
    types_text,
)
from agentconsole.config import KeyMap, load_settings
from agentconsole.domain.errors import UsageError


@pytest.mark.parametrize("base", KeyMap)
def test_the_shipped_maps_obey_the_rules(base: KeyMap) -> None:
    keys = effective_keys(base=base)
    assert key_problems(keys) == []
    assert set(keys) == {command.id for command in ALL}
    assert all(keys.values()), "every command has a key"
    assert all(key == key_name(key) for own in keys.values() for key in own)


def test_the_keys_that_the_interface_promises() -> None:
    keys = effective_keys()
    promised = {"reply": "r", "note": "n", "escalate": "e", "canned": "c", "knowledge": "k", "mark": "x"}
    assert {name: keys[name][0] for name in promised} == promised
    assert [key_label(keys[name][0]) for name in ("filter", "command_line", "help")] == ["/", ":", "?"]
    vim = effective_keys(base=KeyMap.VIM)
    assert (vim["next_row"][0], vim["prev_row"][0], vim["knowledge"][0]) == ("j", "k", "K")


def test_a_clash_names_both_commands() -> None:
    for custom, pair in (
        ({"reply": ["a"]}, ("reply", "assign")),
        ({"solve": ["q"]}, ("solve", "quit")),
        ({"send": ["escape"]}, ("send", "back")),
        ({"editor": ["ctrl+d"]}, ("editor", "half_page_down")),
    ):
        with pytest.raises(UsageError) as refused:
            effective_keys(custom)
        assert all(name in refused.value.message for name in pair)


def test_going_back_hides_a_letter_that_quits_but_no_other_key() -> None:
    keys = effective_keys({"back": ["escape", "q"], "quit": ["q", "f10"]})
    assert keys_in({"ticket"}, BY_ID["quit"], keys) == ("f10",)
    assert keys_in({"list"}, BY_ID["quit"], keys) == ("q", "f10")
    assert keys_in({"ticket"}, BY_ID["back"], keys) == ("escape", "q")
    with pytest.raises(UsageError, match="quit"):
        effective_keys({"quit": ["q", "escape"]})


def test_keys_of_different_places_do_not_clash() -> None:
    assert effective_keys({"next_ticket": ["x"]})["next_ticket"] == ("x",)
    assert effective_keys({"reply": ["a"], "assign": ["r"]})["reply"] == ("a",)


@pytest.mark.parametrize(
    "key",
    [
        "ctrl+h",
        "ctrl+i",
        "ctrl+m",
        "ctrl+[",
        "ctrl+enter",
        "shift+enter",
        "alt+enter",
        "ctrl+shift+r",
        "ctrl+3",
        "ctrl+b",
        "ctrl+a",
        "f11",
    ],
)
def test_a_key_that_may_not_arrive_is_never_alone(key: str) -> None:
    with pytest.raises(UsageError, match="reply"):
        effective_keys({"reply": [key]})
    assert key_name(key) in effective_keys({"reply": ["r", key]})["reply"]


def test_there_is_always_a_way_out() -> None:
    with pytest.raises(UsageError, match="quit"):
        effective_keys({"quit": []})
    assert effective_keys({"solve": []})["solve"] == ()


def test_the_terminals_own_keys_stay() -> None:
    with pytest.raises(UsageError, match=r"Ctrl\+C"):
        effective_keys({"copy": ["y", "ctrl+c"]})


def test_problems_in_the_file_name_the_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[keys]\nreply = ["a"]\n')
    with pytest.raises(UsageError, match=r"mine\.toml:2: a is given to both reply and assign"):
        keys_of(load_settings(config=file, environ={}))
    file.write_text('[keys]\nnote = ["n"]\nreplay = "r"\nsolve = "ctrl+plop"\n')
    with pytest.raises(UsageError) as refused:
        keys_of(load_settings(config=file, environ={}))
    first, second = refused.value.message.splitlines()
    assert first.endswith("mine.toml:3: there is no command 'replay'; did you mean 'reply'?")
    assert "mine.toml:4: solve: there is no key 'ctrl+plop'" in second


@pytest.mark.parametrize("code", range(0x21, 0x7F))
def test_characters_are_spelt_as_the_screen_library_spells_them(code: int) -> None:
    assert key_name(chr(code)) == _character_to_key(chr(code))
    assert key_label(key_name(chr(code))) == chr(code)
    assert types_text(key_name(chr(code)))


@pytest.mark.parametrize(
    ("written", "name", "label"),
    [
        ("F5", "f5", "F5"),
        ("Ctrl+R", "ctrl+r", "Ctrl+R"),
        ("shift+ctrl+left", "ctrl+shift+left", "Ctrl+Shift+←"),
        ("ctrl++", "ctrl+plus", "Ctrl++"),
        ("PageDown", "pagedown", "PgDn"),
        ("Escape", "escape", "Esc"),
    ],
)
def test_keys_are_read_as_people_write_them(written: str, name: str, label: str) -> None:
    assert key_name(written) == name
    assert key_label(name) == label


@pytest.mark.parametrize("written", ["", "hyper+r", "ctrl+", "return", "あい"])
def test_what_is_no_key_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        key_name(written)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ｒ", "r"),
        ("Ｎ", "N"),
        ("？", "question_mark"),
        ("：", "colon"),
        ("／", "slash"),
        ("１", "1"),
        ("\u3000", "space"),
        ("＃", "number_sign"),
    ],
)
def test_full_width_characters_stand_for_keys(typed: str, key: str) -> None:
    assert half_width(typed) == key


@pytest.mark.parametrize("typed", ["r", "入", "ｱ", "", None, "①", "ﾞ", "あ"])
def test_other_characters_do_not(typed: str | None) -> None:
    assert half_width(typed) in (None, "1" if typed == "①" else None)


def test_a_scope_hears_its_own_keys_and_typing_stays_typing() -> None:
    keys = effective_keys()
    in_list = dict(bindings(Scope.LIST, keys))
    assert in_list["r"] == "app.command('reply')"
    assert "ctrl+s" not in in_list
    while_writing = {key for key, _action in bindings(Scope.COMPOSER, keys)}
    assert {"ctrl+s", "ctrl+e", "escape", "f6", "f7"} <= while_writing
    assert not any(types_text(key) for key in while_writing)


def test_the_table_has_a_row_for_every_command() -> None:
    rows = {row.id: row for row in key_table(effective_keys())}
    assert len(rows) == len(ALL)
    assert rows["help"].keys == ("?", "F1")
    assert rows["reply"].scopes == ("list", "ticket")
