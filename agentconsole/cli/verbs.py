"""The verbs as commands of `ticket`: names, words and options come from their declarations."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from agentconsole.cli import json_shapes
from agentconsole.cli.formatting import ticket_table
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Body, BodyFile, Json
from agentconsole.cli.output import emit, tell
from agentconsole.cli.text_input import text_of
from agentconsole.cli.timers import Timers
from agentconsole.cli.usage import unknown_option
from agentconsole.commands.time_input import parse_time
from agentconsole.domain.errors import UsageError
from agentconsole.locale import _
from agentconsole.services.parameters import Kind, Parameter
from agentconsole.services.tickets import Done, perform
from agentconsole.services.verbs import VERBS, Verb
from agentconsole.store import tickets

BODY: Final = "body"
STDIN: Final = "-"
SEEN: Final = "seen"
_MESSAGE: Final = re.compile("[0-9]{1,18}")


def register(app: typer.Typer) -> None:
    """Adds a command for each verb."""
    for verb in VERBS.values():
        tagging = any(parameter.kind is Kind.TAGS for parameter in verb.parameters)
        settings = {"ignore_unknown_options": True} if tagging else {}
        app.command(verb.name, help=_(verb.help), context_settings=settings)(_command(verb))


def _command(verb: Verb) -> Callable[..., None]:
    """A function with the signature that the command line is read by."""

    def run(**given: Any) -> None:
        _run(verb, given)

    run.__signature__ = inspect.Signature(_signature(verb))  # type: ignore[attr-defined]
    run.__annotations__ = {}
    return run


def _signature(verb: Verb) -> list[inspect.Parameter]:
    options = [
        _option(parameter) for parameter in verb.parameters if not parameter.positional and parameter.name != BODY
    ]
    body = [_named("body", Body), _named("file", BodyFile)] if _takes_body(verb) else []
    words = Annotated[list[str], typer.Argument(metavar=_pattern(verb), help=_("Tickets, by number or SOURCE:ID."))]
    return [
        _named("context", typer.Context, inspect.Parameter.empty),
        _named("words", words, inspect.Parameter.empty),
        *body,
        *options,
        _named("as_json", Json, False),
    ]


def _named(name: str, annotation: Any, default: Any = None) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _option(parameter: Parameter) -> inspect.Parameter:
    metavar = "|".join(parameter.choices) or parameter.name.upper()
    kind = list[str] | None if parameter.kind is Kind.LIST else str | None
    words = " ".join([_(parameter.label), *([_("[required]")] if parameter.required else [])])
    option = typer.Option(f"--{parameter.name}", metavar=metavar, help=words)
    return _named(parameter.name, Annotated[kind, option])


def _takes_body(verb: Verb) -> bool:
    return any(parameter.name == BODY for parameter in verb.parameters)


def _positional(verb: Verb) -> list[Parameter]:
    return [parameter for parameter in verb.parameters if parameter.positional]


def _pattern(verb: Verb) -> str:
    names = ["+a -b" if parameter.kind is Kind.TAGS else parameter.name.upper() for parameter in _positional(verb)]
    return " ".join(["REF...", *names, *(["[-]"] if _takes_body(verb) else [])])


# --- running one


def _run(verb: Verb, given: dict[str, Any]) -> None:
    context, words, as_json = given.pop("context"), given.pop("words"), given.pop("as_json")
    call: Invocation = context.obj
    if odd := next((word for word in words if word.startswith("--")), None):
        raise unknown_option(odd, context)
    refs, values = _placed(verb, words)
    values |= {name: value for name, value in given.items() if name not in ("file", BODY)}
    if _takes_body(verb):
        values[BODY] = text_of(given[BODY], given["file"], from_stdin=STDIN in words)
    values |= _moments(verb, values, call) | _last_seen(values)
    with call.writing() as session:
        numbers = [tickets.resolve(session.store, ref) for ref in refs]
        timers = Timers(session.store, session.now(), call.zone)
        print_done(perform(session, verb.name, numbers, values), timers, as_json=as_json)


def _placed(verb: Verb, words: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """Splits the words into REFs and the parameters that stand behind them."""
    rest = [word for word in words if word != STDIN or not _takes_body(verb)]
    if any(parameter.kind is Kind.TAGS for parameter in verb.parameters):
        refs, values = _with_tags(rest, _positional(verb)[0].name)
    else:
        last = _positional(verb)
        cut = len(rest) - len(last)
        refs, values = rest[: max(cut, 0)], dict(zip((each.name for each in last), rest[max(cut, 0) :], strict=False))
    if not refs:
        raise UsageError(
            _("{verb} needs a ticket, and all that follows it").format(verb=verb.name),
            f"agentconsole ticket {verb.name} {_pattern(verb)}",
        )
    return refs, values


def _with_tags(words: Sequence[str], name: str) -> tuple[list[str], dict[str, Any]]:
    first = next((index for index, word in enumerate(words) if word[:1] in "+-"), len(words))
    return list(words[:first]), {name: tuple(words[first:])}


def _moments(verb: Verb, values: Mapping[str, Any], call: Invocation) -> dict[str, datetime]:
    """Times as people type them, read in the zone that times are shown in."""
    return {
        parameter.name: parse_time(values[parameter.name], call.now(), call.zone)
        for parameter in verb.parameters
        if parameter.kind is Kind.INSTANT and values.get(parameter.name)
    }


def _last_seen(values: Mapping[str, Any]) -> dict[str, int]:
    """The id of a message, which is a number."""
    if values.get(SEEN) is None:
        return {}
    if not _MESSAGE.fullmatch(str(values[SEEN])):
        raise UsageError(
            _("{text} is no message").format(text=repr(values[SEEN])), "agentconsole ticket show REF --json"
        )
    return {SEEN: int(values[SEEN])}


def print_done(deeds: Sequence[Done], timers: Timers, *, as_json: bool) -> None:
    """The changed tickets; for people also how to take it back."""
    if as_json:
        emit(json_shapes.dones(deeds, timers.now))
        return
    ticket_table([deed.ticket for deed in deeds], timers)
    if all(deed.undoable for deed in deeds):
        numbers = " ".join(str(deed.ticket.number) for deed in deeds)
        tell(_("Undo: {command}").format(command=f"agentconsole ticket undo {numbers}"))
