"""What the parser of the command line finds wrong, in the interface's language, with the nearest right word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import typer

from agentconsole.domain.errors import UsageError
from agentconsole.locale import _, did_you_mean

_TOO_MUCH: Final = re.compile(r"Got unexpected extra argument\S* \(([^\s)]*)")


def usage_error(error: typer.TyperException) -> UsageError:
    """What the parser says, as our own error. Its classes are not public, so they are known by their names."""
    context = getattr(error, "ctx", None)
    kind, name, words = type(error).__name__, _name_of(error), error.format_message()
    path = context.command_path if context else "agentconsole"
    if context and kind == "NoSuchOption":
        return unknown_option(name, context)
    if context and kind == "NoArgsIsHelpError":
        names = _("one of {names}").format(names=", ".join(context.command.list_commands(context)))
        return UsageError(_("{command} needs a word more").format(command=path), names)
    if found := _TOO_MUCH.match(words):
        return UsageError(_("{text} is one word too many").format(text=repr(found[1])), f"{path} --help")
    return UsageError(_message(kind, words).format(name=name, words=words), f"{path} --help")


def _message(kind: str, words: str) -> str:
    match kind:
        case "MissingParameter":
            return _("{name} is missing")
        case "BadParameter":  # texts and paths are taken as they are: what is left are numbers
            return _("{name} takes a whole number, such as 20")
        case "BadOptionUsage" if "requires" in words:
            return _("{name} needs a value")
        case "BadOptionUsage":
            return _("{name} takes no value")
    return _("this cannot be read: {words}")


def _name_of(error: typer.TyperException) -> str:
    """The option or argument that an error is about; nothing if it is about none."""
    parameter = getattr(error, "param", None)
    return parameter.get_error_hint().strip("'") if parameter else str(getattr(error, "option_name", ""))


def unknown_option(option: str, context: Any) -> UsageError:
    """An option that the command of the context does not have, with the nearest that it has."""
    return UsageError(_("there is no option {option}").format(option=option), _option_hint(option, context))


def _option_hint(option: str, context: Any) -> str:
    name = option.partition("=")[0]
    if context.parent is not None and name in _options(context.find_root()):
        return _("{option} stands before the command: agentconsole {option} ...").format(option=name)
    if context.parent is None and name == "--json":
        return _("{option} stands behind the command: agentconsole tickets {option}").format(option=name)
    return did_you_mean(name, _options(context), f"{context.command_path} --help")


def _options(context: Any) -> list[str]:
    return [option for parameter in context.command.get_params(context) for option in parameter.opts if "--" in option]


def unknown_command(word: str, known: Iterable[str], context: Any) -> UsageError:
    """A word that no command has, with the nearest that one has."""
    message = _("there is no command {word}").format(word=repr(word))
    return UsageError(message, did_you_mean(word, known, f"{context.command_path} --help"))
