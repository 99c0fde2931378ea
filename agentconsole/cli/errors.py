"""What a person, or a script, is told when a command fails."""

from __future__ import annotations

import json
import sys
from typing import Final

from agentconsole.cli.output import escaped
from agentconsole.domain.errors import ConsoleError, ShortageError, StoreError, UsageError
from agentconsole.domain.text import safe_text
from agentconsole.locale import _, spoken

_SHOWN: Final = 40
"""Characters of a text that is none."""
IN_PART: Final = 3
"""Exit status: some records were taken in, others were not."""
INTERRUPTED: Final = 130
"""Exit status, as shells give it to what Ctrl+C stopped."""


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
        case UnicodeEncodeError():  # bytes of the command line that are no text, which no store holds
            words = _("{text} is no text").format(text=repr(error.object[:_SHOWN]))
            known = UsageError(words, _("it holds characters that are not valid Unicode"))
        case MemoryError():
            known = ShortageError(_("there is not enough memory"), _("close other programs, try again"))
        case OverflowError():
            known = UsageError(_("a number or a time is out of all range"))
        case _:
            words = _("the store: {error}").format(error=error)
            known = StoreError(words, _("agentconsole doctor looks at it"))
    return Failure(known.code, spoken(known.message), spoken(known.hint), known.exit_status)


def report(failure: Failure, *, as_json: bool) -> None:
    """On standard error, as a document or as words."""
    if as_json:
        document = {"error": {"code": failure.code, "message": failure.message, "hint": failure.hint}}
        sys.stderr.write(escaped(json.dumps(document, ensure_ascii=False), sys.stderr.encoding) + "\n")
        return
    sys.stderr.write(f"agentconsole: {safe_text(failure.message)}\n")
    if failure.hint:
        sys.stderr.write(f"  {safe_text(failure.hint)}\n")
