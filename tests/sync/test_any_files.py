"""Files of every format in any order, one by one or together, again and again: the store says the same in the end."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import pytest

from agentconsole.services import syncing
from agentconsole.store.store import Store
from agentconsole.sync.formats import BUILT_IN
from tests.conftest import NOW
from tests.support.dump import by_names

SEEN: Final = ("hash", "taken_line", "clocks", "due_at", "due_kind", "due_calendar", "extra")
"""What depends on which versions came, and in which rendering."""
OF_THE_FIRST: Final = ("subject", "description", "created_at", "updated_at", "source_state")
"""What a mail box tells by a thread's first mail, if that comes with the others."""
TIMES: Final = ("2026-11-20T05:00:00Z", "2026-11-20T06:00:00Z", "2026-11-20T07:00:00Z")
SECONDS: Final = 1_795_150_800


def zendesk() -> Iterable[Any]:
    for age, at in enumerate(TIMES):
        base = {"via": {"channel": "web"}, "created_at": TIMES[0], "updated_at": at, "requester_id": 7}
        yield {"id": 1, "subject": f"入金 {age}", "status": ("new", "open", "solved")[age], "tags": [f"t{age}"], **base}
        yield {"id": 2, "subject": "二つ目", "status": "open", **base, "updated_at": TIMES[0]}
        yield {"id": 7, "name": f"見本 {age}", "email": "rei@example.jp", "role": "end-user", "updated_at": at}
        yield {"id": 3, "name": f"団体 {age}", "domain_names": [], "shared_tickets": False, "updated_at": at}
        yield {"id": 4, "name": f"窓口 {age}", "deleted": False, "is_public": True, "updated_at": at}
        yield {"id": 10 + age, "ticket_id": 1, "author_id": 7, "body": f"本文 {age}", "public": True, "created_at": at}


def freshdesk() -> Iterable[Any]:
    for age, at in enumerate(TIMES):
        yield {"id": 1, "subject": f"入金 {age}", "status": 2 + age, "priority": 1, "source": 1, "requester_id": 7,
               "description_text": "まだ", "responder_id": None, "created_at": TIMES[0], "updated_at": at}  # fmt: skip
        yield {"id": 10 + age, "ticket_id": 1, "user_id": 7, "incoming": True, "private": False,
               "body_text": f"本文 {age}", "created_at": at}  # fmt: skip
        yield {"id": 7, "name": f"見本 {age}", "email": "rei@example.jp", "job_title": None, "mobile": None,
               "updated_at": at}  # fmt: skip


def zammad() -> Iterable[Any]:
    for age, at in enumerate(TIMES):
        yield {"id": 1, "number": "77001", "title": f"入金 {age}", "state_id": (1, 2, 4)[age], "priority_id": 2,
               "owner_id": 1, "customer_id": 7, "create_article_type_id": 11, "article_count": 1,
               "created_at": TIMES[0], "updated_at": at}  # fmt: skip
        yield {"id": 10 + age, "ticket_id": 1, "sender_id": 2, "type_id": 11, "body": f"本文 {age}", "internal": False,
               "created_by_id": 7, "created_at": at}  # fmt: skip
        yield {"id": 7, "login": "rei", "firstname": "Rei", "lastname": f"Sample {age}", "role_ids": [3],
               "updated_at": at}  # fmt: skip


def intercom() -> Iterable[Any]:
    for age in range(3):
        at = SECONDS + 3600 * age
        parts = [
            {"type": "conversation_part", "id": str(10 + each), "part_type": "comment", "body": f"<p>本文 {each}</p>",
             "author": {"type": "user", "id": "c7", "name": "Rei"}, "created_at": SECONDS + 3600 * each}
            for each in range(age + 1)
        ]  # fmt: skip
        yield {"type": "conversation", "id": "1", "title": f"入金 {age}", "created_at": SECONDS, "updated_at": at,
               "state": ("open", "snoozed", "closed")[age], "contacts": {"contacts": [{"type": "contact", "id": "c7"}]},
               "source": {"type": "conversation", "body": "<p>まだ</p>", "author": {"type": "user", "id": "c7"}},
               "conversation_parts": {"conversation_parts": parts}}  # fmt: skip
        yield {"type": "contact", "id": "c7", "role": "user", "name": f"Rei {age}", "email": "rei@example.jp",
               "workspace_id": "w", "updated_at": at}  # fmt: skip


def csv() -> Iterable[str]:
    for age, at in enumerate(TIMES):
        header = "Id,Subject,Status,Created at,Updated at,Requester email"
        yield f"{header}\n1,入金 {age},open,{TIMES[0]},{at},a@example.jp\n"


def other_json() -> Iterable[Any]:
    for age, at in enumerate(TIMES):
        yield {"id": 1, "subject": f"入金 {age}", "status": "open", "created_at": TIMES[0], "updated_at": at}


def mail() -> Iterable[str]:
    for age in range(3):
        answers = f"In-Reply-To: <{age - 1}@example.jp>\nReferences: <0@example.jp>\n" if age else ""
        yield (
            f"From: Rei <rei@example.jp>\nTo: desk@example.org\nSubject: {'Re: ' if age else ''}Deposit\n{answers}"
            f"Date: Fri, 20 Nov 2026 0{5 + age}:00:00 +0000\nMessage-ID: <{age}@example.jp>\n\nbody {age}\n"
        )


FILES: Final[dict[str, Callable[[], Iterable[Any]]]] = {
    "zendesk": zendesk,
    "freshdesk": freshdesk,
    "zammad": zammad,
    "intercom": intercom,
    "csv": csv,
    "json": other_json,
    "mail": mail,
}


def test_every_format_is_tried() -> None:
    assert set(FILES) == set(BUILT_IN)


def written(folder: Path, name: str) -> list[Path]:
    """Each object in a file of its own."""
    folder.mkdir()
    found = []
    for number, each in enumerate(FILES[name]()):
        path = folder / f"{number:02}.{'json' if isinstance(each, dict) else 'txt'}"
        path.write_text(each if isinstance(each, str) else json.dumps(each), "utf-8")
        found.append(path)
    return found


def taken(store: Store, name: str, runs: Iterable[list[Path]]) -> dict[str, Any]:
    """What the tickets and people are after these runs, by the source's names."""
    for paths in runs:
        syncing.sync(store, syncing.Request(paths, format=name), NOW)
    people = {
        table: store.connection.execute(f"SELECT external_id, name FROM {table} ORDER BY external_id").fetchall()  # noqa: S608
        for table in ("customer", "organization", "source_group")
    }
    unsure = (*SEEN, *OF_THE_FIRST) if name == "mail" else SEEN
    rows = {key: {k: value for k, value in row.items() if k not in unsure} for key, row in by_names(store).items()}
    return rows | {table: list(map(tuple, found)) for table, found in people.items()}


@pytest.mark.parametrize("name", list(FILES))
def test_shuffled_split_repeated_and_overlapping_files_come_to_the_same(
    new_store: Callable[[], Store], tmp_path: Path, name: str
) -> None:
    paths, random_ = written(tmp_path / "files", name), random.Random(name)
    whole = taken(new_store(), name, [paths])
    assert len(whole) > 3
    for _ in range(2):
        order = random_.sample(paths, len(paths))
        one_by_one = [[path] for path in order]
        assert taken(new_store(), name, one_by_one + one_by_one) == whole
        cut = random_.randrange(1, len(order))
        assert taken(new_store(), name, [order[:cut], order[cut - 1 :], order[::-1]]) == whole
    store = new_store()
    taken(store, name, [paths])
    again = syncing.sync(store, syncing.Request(paths, format=name), NOW).as_json()
    assert {key for kind in ("tickets", "messages", "customers") for key, n in again[kind].items() if n} <= {
        "read", "unchanged"
    }  # fmt: skip
