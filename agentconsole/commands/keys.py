"""Which key gives which command: the shipped maps, a person's own keys, and the rules that both obey."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from agentconsole.commands import ALL, BY_ID, Command, Scope
from agentconsole.config import KeyMap, Settings, place
from agentconsole.domain.errors import UsageError, nearest
from agentconsole.locale import _

Keys: TypeAlias = Mapping[str, tuple[str, ...]]
"""The keys of every command by its id, in the spelling of the screen library (`question_mark`, `ctrl+r`)."""

_VIM: Final[Keys] = {
    "next_row": ("j", "down"),
    "prev_row": ("k", "up"),
    "knowledge": ("K", "f7"),
}

# Keys that many terminals, multiplexers or editors swallow or report as something else.
_FRAGILE: Final = re.compile(
    r"ctrl\+(?:[himabqp0-9]|left_square_bracket|enter|space|at|slash|underscore)|(?:shift|alt)\+enter|alt\+backspace|ctrl\+shift\+\w|f11"
)
_RESERVED: Final = frozenset({"ctrl+c", "ctrl+z", "tab", "shift+tab"})
"""Copying, suspending and the way between panes stay what they are."""
_ALSO_HEARD: Final = (Scope.TICKET,)
"""While a reply is written, the ticket around it hears what the text leaves over."""
_MODIFIERS: Final = ("ctrl", "alt", "shift", "super")
_NAMED: Final = (
    *("enter", "escape", "space", "tab", "backspace", "delete", "insert"),
    *("home", "end", "pageup", "pagedown", "up", "down", "left", "right"),
    *(f"f{number}" for number in range(1, 25)),
)
_SPELLINGS: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_LABELS: Final = {
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One line of the key table."""

    id: str
    title: str
    help: str
    keys: tuple[str, ...]
    """As a person writes them."""
    scopes: tuple[str, ...]


def effective_keys(custom: Mapping[str, Sequence[str]] | None = None, base: KeyMap = KeyMap.PLAIN) -> Keys:
    """The keys of every command: the shipped map, changed by a person's own choice.

    Raises:
        UsageError: an unknown command or key, a clash, a command out of reach; all of them, one a line.
    """
    keys, problems = _merged(custom or {}, base, lambda command_id: "")
    return _checked(keys, problems)


def keys_of(settings: Settings) -> Keys:
    """The keys of this run; each problem names file and line.

    Raises:
        UsageError: as `effective_keys`.
    """

    def where(command_id: str) -> str:
        return place(settings.config_file, "keys", command_id)

    keys, problems = _merged(settings.keys, settings.keymap, where)
    return _checked(keys, problems)


def bindings(scope: Scope, keys: Keys) -> list[tuple[str, str]]:
    """What a screen listens to: key and action. While text is written, keys that type are left to the text."""
    return [
        (key, f"app.command('{command.id}')")
        for command in ALL
        if scope in command.scopes
        for key in keys[command.id]
        if scope is not Scope.COMPOSER or not types_text(key)
    ]


def key_problems(keys: Keys) -> list[str]:
    """What is wrong with a map: a key given twice where both are heard, a command out of reach, no way out."""
    problems = [_("{command}: no key is left for it").format(command="quit")] if not keys["quit"] else []
    for command in ALL:
        own = keys[command.id]
        if own and all(_FRAGILE.fullmatch(key) for key in own):
            text = _("{command}: {key} does not arrive from every terminal; give it a second key")
            problems.append(text.format(command=command.id, key=", ".join(map(key_label, own))))
        if taken := sorted(_RESERVED.intersection(own)):
            problems.append(
                _("{command}: {key} is kept for the terminal").format(command=command.id, key=key_label(taken[0]))
            )
    return problems + list(_clashes(keys))


def key_table(keys: Keys) -> list[KeyRow]:
    """Every command with its keys, for the `keys` command and the documents."""
    return [
        KeyRow(
            command.id,
            command.title,
            command.help,
            tuple(key_label(key) for key in keys[command.id]),
            tuple(scope.value for scope in command.scopes),
        )
        for command in ALL
    ]


def keys_in(places: Collection[str], command: Command, keys: Keys) -> tuple[str, ...]:
    """The keys of a command that work in some places: not those that another command has for itself there."""
    hiding = [other for other in ALL if command.id in other.hides and not set(other.scopes).isdisjoint(places)]
    return tuple(
        key
        for key in keys[command.id]
        if not any(key in keys[other.id] and _hides(other, command, key) for other in hiding)
    )


def key_label(key: str) -> str:
    """A key as a person writes it: `?`, `Ctrl+R`, `PgDn`."""
    *modifiers, name = key.split("+")
    if len(name) > 1:
        name = _LABELS.get(name) or _character(name) or name.capitalize()
    elif modifiers:
        name = name.upper()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


def types_text(key: str) -> bool:
    """Whether a text field takes the key for a character."""
    return len(key) == 1 or key == "space" or bool(_character(key))


def key_name(written: str) -> str:
    """A key as the screen library spells it, from what a person wrote: `?` is `question_mark`, `Ctrl+R` is `ctrl+r`.

    Raises:
        ValueError: no such key.
    """
    written = written.strip() if written != " " else "space"
    if len(written) == 1:
        return _spelt(written)
    head, _plus, last = written.rpartition("+") if not written.endswith("++") else (written[:-2], "+", "+")
    modifiers = [part.lower() for part in head.split("+")] if head else []
    wrong = next((part for part in modifiers if part not in _MODIFIERS), None)
    name = _spelt(last.lower()) if len(last) == 1 else last.lower()
    if wrong is not None or not (len(name) == 1 or name in _NAMED or _character(name)):
        close = nearest(wrong or name, (*_NAMED, *_MODIFIERS))
        raise ValueError(f"there is no key {written!r}" + (f"; did you mean {close!r}?" if close else ""))
    return "+".join([*sorted(modifiers, key=_MODIFIERS.index), name])


def half_width(character: str | None) -> str | None:
    """The key that a full-width character stands for when an input method was left on; nothing for others."""
    if not character or len(character) != 1 or character.isascii():
        return None
    plain = unicodedata.normalize("NFKC", character)
    return _spelt(plain) if len(plain) == 1 and plain.isascii() and plain.isprintable() else None


def _spelt(character: str) -> str:
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _SPELLINGS.get(name, name)


_CHARACTERS: Final = {_spelt(chr(code)): chr(code) for code in range(0x21, 0x7F) if not chr(code).isalnum()}


def _character(name: str) -> str:
    return _CHARACTERS.get(name, "")


def _merged(
    custom: Mapping[str, Sequence[str]], base: KeyMap, where: Callable[[str], str]
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    keys = {command.id: command.keys for command in ALL}
    if base is KeyMap.VIM:
        keys.update(_VIM)
    problems = []
    for command_id, written in custom.items():
        if command_id not in BY_ID:
            close = nearest(command_id, BY_ID)
            problems.append(
                f"{where(command_id)}there is no command {command_id!r}"
                + (f"; did you mean {close!r}?" if close else "")
            )
            continue
        try:
            keys[command_id] = tuple(dict.fromkeys(key_name(key) for key in written))
        except ValueError as error:
            problems.append(f"{where(command_id)}{command_id}: {error}")
    return keys, problems or [where(_culprit(problem, custom)) + problem for problem in key_problems(keys)]


def _culprit(problem: str, custom: Mapping[str, Sequence[str]]) -> str:
    """The command of a person's own that a problem is about."""
    names = re.findall(r"\w+", problem)
    return next((name for name in names if name in custom), "")


def _checked(keys: Keys, problems: list[str]) -> Keys:
    if problems:
        raise UsageError("\n".join(problems), "agentconsole keys prints every command and its keys")
    return keys


def _clashes(keys: Keys) -> Iterator[str]:
    for index, one in enumerate(ALL):
        for other in ALL[index + 1 :]:
            if _heard_together(one, other):
                for key in keys[one.id]:
                    if key in keys[other.id] and not _hides(one, other, key):
                        text = _("{key} is given to both {first} and {second}")
                        yield text.format(key=key_label(key), first=one.id, second=other.id)


def _hides(one: Command, other: Command, key: str) -> bool:
    """Keys that are no characters are never hidden: those to quit go before everything else."""
    return types_text(key) and (other.id in one.hides or one.id in other.hides)


def _heard_together(one: Command, other: Command) -> bool:
    heard = {Scope.GLOBAL, *one.scopes, *(_ALSO_HEARD if Scope.COMPOSER in one.scopes else ())}
    return Scope.GLOBAL in one.scopes or bool(heard & set(other.scopes))
