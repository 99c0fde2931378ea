"""The command line in this process, on a store of its own whose clock may stand still."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agentconsole import locale
from agentconsole.cli import main
from agentconsole.domain.instants import iso
from agentconsole.services.session import Session
from agentconsole.services.stores import FIXTURES
from agentconsole.services.tickets import open_ticket
from agentconsole.store import settings
from agentconsole.store.store import Store
from tests.support.command_line import Opened, Ran, Run


@pytest.fixture
def run(store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], session: Session) -> Run:
    """Runs a command as aoi at the frozen moment."""
    with store.writing():
        settings.put(store, FIXTURES, "1")
    monkeypatch.setenv("AGENTCONSOLE_STORE", str(store.path))
    monkeypatch.setenv("AGENTCONSOLE_AGENT", "aoi")
    monkeypatch.setenv("AGENTCONSOLE_NOW", iso(session.now()))
    monkeypatch.setenv("AGENTCONSOLE_LANG", "en")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setattr(locale, "_language", "en")
    capsys.readouterr()

    def call(*words: object) -> Ran:
        status = main([str(word) for word in words])
        caught = capsys.readouterr()
        return Ran(status, caught.out, caught.err)

    return call


@pytest.fixture
def opened(session: Session) -> Opened:
    """Opens a ticket and answers its number."""

    def call(subject: str = "入金が反映されない", **other: Any) -> int:
        words = {"desk": "default", "channel": "mail", "body": "昨日の入金がまだです", "name": "見本 花子"} | other
        return open_ticket(session, subject=subject, **words).ticket.number

    return call


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """A folder with three articles in two languages."""
    folder = tmp_path / "articles"
    folder.mkdir()
    texts = {
        "deposit.ja.md": "# 入金が反映されないとき\n\n振込名義と口座番号を確かめます。",
        "deposit.en.md": "# Deposit not credited\n\nCheck the name on the transfer.",
        "withdrawal.ja.md": "# 出金の審査\n\n出金の審査には時間がかかります。入金とは別です。",
        "withdrawal.en.md": "# Withdrawal under review\n\nA review of a withdrawal takes time.",
        "phone.ja.md": "# 電話番号の変更\n\n設定の画面から変更します。",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
