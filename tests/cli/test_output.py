"""Tables for people: what they do where a line is short."""

from __future__ import annotations

import pytest

from agentconsole.cli import output
from agentconsole.domain.text import cell_width

TITLES = ("Number", "Subject", "Agent")
ROWS = [("10001", "出金が三日前から審査中のままです", "automations-of-the-second-line"), ("10002", "test", None)]


@pytest.mark.parametrize(("cells", "widest"), [(200, 72), (60, 60), (40, 40), (10, 26)])
def test_columns_of_names_and_words_give_way_the_widest_first(
    cells: int, widest: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "room", lambda: cells)
    output.table(TITLES, ROWS, flexible=(1, 2))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_width, lines)) == widest
    assert [line.split()[0] for line in lines] == ["Number", "10001", "10002"]
