"""A store and its threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from agentconsole.store.store import Store


def test_who_is_still_reading_reads_to_the_end_when_the_store_is_closed(store: Store) -> None:
    begun, closed = Event(), Event()

    def read() -> int:
        numbers = store.connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) SELECT i FROM n"
        )
        first = numbers.fetchone()
        begun.set()
        closed.wait()
        return len([first, *numbers])

    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(read)
        begun.wait()
        store.close()
        closed.set()
        assert reading.result() == 5000


def test_a_closed_store_opens_again_for_who_asks(store: Store) -> None:
    store.close()
    assert store.data_version() > 0
