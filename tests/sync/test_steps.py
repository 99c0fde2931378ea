"""How much a sync writes at once."""

from __future__ import annotations

from agentconsole.sync.steps import ALONE_SECONDS, BATCH, BESIDE_SECONDS, COMPANY_SECONDS, LEAST, Pace


def test_a_transaction_takes_as_many_records_as_others_can_wait_for() -> None:
    pace = Pace()
    pace.note(100, 10 * ALONE_SECONDS, 1, 0.0)
    assert pace.size == LEAST
    pace.note(20, ALONE_SECONDS / 4, 1, 0.0)
    assert pace.size == 80
    pace.note(80, 0.0, 1, 0.0)
    assert pace.size == BATCH


def test_beside_others_who_write_a_transaction_is_shorter_for_a_while() -> None:
    pace = Pace()
    pace.note(100, BESIDE_SECONDS, 7, 0.0)
    assert (pace.size, pace.has_company(0.0)) == (BATCH, False)
    pace.note(100, BESIDE_SECONDS, 8, 1.0)
    assert (pace.size, pace.has_company(1.0)) == (100, True)
    pace.note(100, BESIDE_SECONDS, 8, 1.0 + COMPANY_SECONDS)
    assert (pace.size, pace.has_company(1.0 + COMPANY_SECONDS)) == (BATCH, False)
