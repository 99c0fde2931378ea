"""What a person, or a script, is told when a command fails."""

from __future__ import annotations

import json
import sys
from typing import Any

from agentconsole.cli.output import escaped
from agentconsole.domain.errors import ConsoleError, StoreError, UsageError, nearest
from agentconsole.domain.text import safe_text
from agentconsole.locale import _


class Failure(Exception):  # noqa: N818 - a result that travels, not a fault
    """A command that came to nothing: what is said about it, and the exit status."""

    def __init__(self, code: str, message: str, hint: str, exit_status: int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.exit_status = exit_status


def failure_of(error: Exception) -> Failure:
    """Any error that is no fault of the program, as a failure."""
    match error:
        case ConsoleError():
            known = error
        case OSError():
            known = ConsoleError(f"{error.filename or 'input or output'}: {error.strerror or error}")
            known.code = "file"
        case _:
            known = StoreError(f"the store: {error}", "agentconsole doctor looks at it")
    return Failure(known.code, known.message, known.hint, known.exit_status)


def report(failure: Failure, *, as_json: bool) -> None:
    """On standard error, as a document or as words."""
    if as_json:
        document = {"error": {"code": failure.code, "message": failure.message, "hint": failure.hint}}
        sys.stderr.write(escaped(json.dumps(document, ensure_ascii=False), sys.stderr.encoding) + "\n")
        return
    sys.stderr.write(f"agentconsole: {safe_text(_(failure.message))}\n")
    if failure.hint:
        sys.stderr.write(f"  {safe_text(_(failure.hint))}\n")


def unknown_option(option: str, context: Any) -> UsageError:
    """An option that the command of the context does not have, with the nearest that it has."""
    return UsageError(_("there is no option {option}").format(option=option), _option_hint(option, context))


def _option_hint(option: str, context: Any) -> str:
    name = option.partition("=")[0]
    command = context.command_path
    if context.parent is not None and name in _options(context.find_root()):
        return _("{option} stands before the command: agentconsole {option} ...").format(option=name)
    close = nearest(name, _options(context))
    return _("did you mean {word}?").format(word=close) if close else f"{command} --help"


def _options(context: Any) -> list[str]:
    return [option for parameter in context.command.get_params(context) for option in parameter.opts if "--" in option]
