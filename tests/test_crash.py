from __future__ import annotations

import stat
from pathlib import Path

import pytest

from agentconsole import crash
from agentconsole.commands.line import parse
from agentconsole.domain.errors import UsageError

SECRET = "4111 1111 1111 1111"


def broken() -> BaseException:
    try:
        try:
            parse(f"unheard-of {SECRET}")
        except UsageError as error:
            raise KeyError(SECRET) from error
    except KeyError as outer:
        return outer
    raise AssertionError("it did not break")


def test_a_report_names_kinds_and_lines_only() -> None:
    text = crash.describe(broken())
    blocks = text.split("\n\n")
    assert blocks[0].endswith("agentconsole.domain.errors.UsageError")
    assert "agentconsole/commands/line.py:" in blocks[0]
    assert blocks[1].endswith("KeyError")
    assert "4111" not in text


def test_code_from_nowhere_has_no_name() -> None:
    try:
        exec(compile("1/0", f"<{SECRET}>", "exec"), {})
    except ZeroDivisionError as error:
        text = crash.describe(error)
    assert "4111" not in text
    assert "  ?:1 <module>" in text


def test_a_fault_that_leads_to_itself_ends() -> None:
    error = ValueError()
    error.__context__ = other = KeyError()
    other.__context__ = error
    assert crash.describe(error) == "KeyError\n\nValueError"


def test_the_report_is_its_owners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = crash.write_report(broken())
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert str(path.parent) in crash.notice(broken())


def test_without_a_place_for_it_the_notice_still_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert crash.write_report(broken()) is None
    notice = crash.notice(broken())
    assert "KeyError" in notice
    assert "4111" not in notice
