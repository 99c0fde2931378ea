"""The options that stand before the command, declared once: for the parser, and to be read without it.

The parser takes longer to load than a list of tickets takes to be shown, so the console is opened without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from agentconsole.domain.errors import RefusedError
from agentconsole.locale import _, deferred


class GlobalOption(NamedTuple):
    """`help` is a message id; `metavar` says what the value is, and is empty where none is taken."""

    help: str
    metavar: str = ""


OPTIONS: Final[Mapping[str, GlobalOption]] = {
    "--store": GlobalOption(deferred("The store's file."), "PATH"),
    "--as": GlobalOption(deferred("The agent's login."), "AGENT"),
    "--lang": GlobalOption(deferred("The interface's language."), "ja|en"),
    "--config": GlobalOption(deferred("A configuration file."), "FILE"),
    "--locked": GlobalOption(deferred("No shell, no editor, no free choice of files.")),
    "--version": GlobalOption(deferred("The version, and nothing else.")),
}

_FILES: Final = ("--store", "--config")


def leading(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The options before the command, each with its value if it takes one, and the words that are none of these.

    What only the parser can judge (an unknown option, a missing value, characters that cannot be shown) is among the
    latter.

    Raises:
        RefusedError: `locked`, if a file is named behind `--locked`: what stands there may come from the other side.
    """
    given: dict[str, str] = {}
    others: list[str] = []
    rest = iter(words)
    for word in rest:
        flag, equals, value = word.partition("=")
        option = OPTIONS.get(flag)
        if option is None and not word.startswith("-"):
            return given, [*others, word, *rest]
        if flag in _FILES and "--locked" in given:
            raise RefusedError("locked", _("{option} stands before --locked, or not at all").format(option=flag))
        if option is not None and option.metavar and not equals:
            value = next(rest, "")
        if option is not None and _is_plain(option, equals, value):
            given[flag] = value
        else:
            others.append(word)
    return given, others


def _is_plain(option: GlobalOption, equals: str, value: str) -> bool:
    return bool(value) and value.isprintable() if option.metavar else not equals
