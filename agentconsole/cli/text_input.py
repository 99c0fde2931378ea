"""Where a long text comes from: an option, a file or standard input."""

from __future__ import annotations

from pathlib import Path

import typer

from agentconsole.domain.errors import NotFoundError, UsageError
from agentconsole.locale import _


def text_of(body: str | None, file: Path | None, *, from_stdin: bool) -> str | None:
    """The text that was given, without the line ends that editors and shells leave behind it; None if none was.

    Raises:
        UsageError: it was given twice, or is not UTF-8. NotFoundError: there is no such file.
    """
    if (body is not None) + (file is not None) + from_stdin > 1:
        raise UsageError(_("the text is given twice"), "--body TEXT | --file FILE | -")
    if from_stdin or str(file) == "-":
        return _decoded(typer.get_binary_stream("stdin").read(), "-")
    if file is None:
        return body
    try:
        return _decoded(file.read_bytes(), str(file))
    except FileNotFoundError as error:
        raise NotFoundError(_("there is no {path}").format(path=file)) from error


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n")
    except UnicodeDecodeError as error:
        raise UsageError(_("{path} is not UTF-8 (byte {byte})").format(path=name, byte=error.start)) from error
