"""The `:` line: a command by its name, with its values."""

from __future__ import annotations

import shlex
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from agentconsole.commands import ALL, Command
from agentconsole.domain.errors import UsageError
from agentconsole.locale import _, did_you_mean
from agentconsole.services.parameters import Kind, Parameter

_WORDY: Final = (Kind.LINE, Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Request:
    """A command that was given, with the values that came with it."""

    command: Command
    words: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on: the whole line, and what it means."""

    line: str
    meaning: str


def parse(line: str, moment: Callable[[str], datetime] | None = None) -> Request:
    """What a typed line asks for. A bare number opens that ticket.

    Args:
        moment: reads a time as a person types it.

    Raises:
        UsageError: an unknown command or option, or a malformed value; the hint is the nearest right word.
    """
    words = _split(line.strip().removeprefix(":").removeprefix("："))
    if not words:
        raise UsageError(_("no command"), _("such as {example}").format(example="reply"))
    name, *rest = words
    if name.isdecimal():
        return Request(_named("open"), {"ref": unicodedata.normalize("NFKC", name)})
    command = _named(name)
    return Request(command, _values(command, rest, moment))


def complete(line: str, limit: int = 50) -> list[Completion]:
    """The ways a line can go on, most likely first: commands by name, other name or title; then options and choices."""
    text = line.lstrip().removeprefix(":").removeprefix("：")
    name, gap, rest = text.partition(" ")
    if not gap:
        found = sorted((rank, command.id) for command in ALL if (rank := _rank(command, name)) is not None)
        return [Completion(command_id, _named(command_id).title) for _rank_of_it, command_id in found[:limit]]
    try:
        command = _named(name)
    except UsageError:
        return []
    before, _space, last = rest.rpartition(" ")
    head = f"{name} {before} " if before else f"{name} "
    return [Completion(head + word, meaning) for word, meaning in _further(command, last)][:limit]


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _named(name: str) -> Command:
    plain = _folded(name)
    by_name = {known: command for command in ALL for known in _names(command)}
    if plain in by_name:
        return by_name[plain]
    hint = did_you_mean(plain, by_name, _("F1 shows them all"))
    raise UsageError(_("there is no command {word}").format(word=repr(name)), hint)


def _names(command: Command) -> tuple[str, ...]:
    return (command.id, *command.aliases, _folded(command.title).replace(" ", "_"))


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


def _rank(command: Command, typed: str) -> int | None:
    """0 for the name itself, 1 for the beginning of one, 2 for a part of one."""
    names = _names(command)
    plain = _folded(typed)
    if plain in names:
        return 0
    if any(name.startswith(plain) for name in names):
        return 1
    return 2 if any(plain in name for name in names) else None


def _further(command: Command, typed: str) -> Iterator[tuple[str, str]]:
    for parameter in command.parameters:
        option = f"--{parameter.name}"
        if not parameter.positional and typed and option.startswith(typed):
            yield option, _(parameter.label)
    for parameter in command.parameters:
        if parameter.positional:
            yield from ((choice, _(parameter.label)) for choice in parameter.choices if choice.startswith(typed))


def _values(command: Command, words: list[str], moment: Callable[[str], datetime] | None) -> dict[str, Any]:
    known = {parameter.name: parameter for parameter in command.parameters}
    given: dict[str, list[str]] = {}
    loose: list[str] = []
    rest = iter(words)
    for word in rest:
        if word.startswith("--") and len(word) > 2:
            name, equals, value = word[2:].partition("=")
            if name not in known:
                problem = _("{command} takes no {option}").format(command=command.id, option=f"--{name}")
                raise UsageError(problem, did_you_mean(f"--{name}", [f"--{option}" for option in known]))
            given.setdefault(name, []).append(value if equals else next(rest, ""))
        else:
            loose.append(word)
    _place(command, loose, given)
    return {name: _typed(known[name], values, moment) for name, values in given.items()}


def _place(command: Command, loose: list[str], given: dict[str, list[str]]) -> None:
    """Words without an option's name belong to the parameter that has a place, else to the first that takes words."""
    if not loose:
        return
    free = [parameter for parameter in command.parameters if parameter.name not in given]
    placed = [parameter for parameter in free if parameter.positional]
    wordy = [parameter for parameter in free if parameter.kind in (*_WORDY, Kind.INSTANT)]
    target = next(iter(placed or sorted(wordy, key=lambda parameter: not parameter.required)), None)
    if target is None:
        raise UsageError(_("{command} takes no words").format(command=command.id), command.id)
    given[target.name] = loose


def _typed(parameter: Parameter, values: list[str], moment: Callable[[str], datetime] | None) -> Any:
    if parameter.kind in (Kind.TAGS, Kind.LIST):
        return tuple(word for value in values for word in value.split())
    text = " ".join(values)
    return moment(text) if parameter.kind is Kind.INSTANT and moment else text
