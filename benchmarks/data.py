"""Made-up exports of a helpdesk, in Zendesk's NDJSON, and stores full of them; kept in the user's cache folder.

The same seed and day give the same bytes. Everybody in them is invented, every address is one of those set aside for
examples.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import orjson
from platformdirs import user_cache_path

from agentconsole.domain.desk_file import load_desk
from agentconsole.fixtures_folder import fixtures_folder
from agentconsole.services import stores, syncing
from agentconsole.store import desks, schema
from agentconsole.store.migrating import migrate
from agentconsole.store.store import Store
from benchmarks import phrases

LARGE: Final = 100_000
"""Tickets of the large store."""
SEED: Final = 20261120
COMMENTS: Final = 3
LIVE_SHARE: Final = 0.4
"""A far larger share than a desk has, so that its lists are as long as a far larger desk's."""
_AGENTS: Final = 40
_TICKETS_A_CUSTOMER: Final = 5
_FIRST_TICKET: Final = 500_000
_GROUPS: Final = ("Support", "Second line", "Tax", "Systems", "Security")
_GROUP_WEIGHTS: Final = (60, 25, 5, 5, 5)
_CHANNELS: Final = ("web", "email", "chat", "voice")

_NAMES: Final = {
    "ja": (("見本", "例田", "仮名", "試野", "架空"), ("一郎", "花子", "次郎", "桃子", "三郎", "百合")),
    "en": (("Sample", "Example", "Mock", "Placeholder"), ("Alex", "Bo", "Casey", "Dana", "Eli", "Fran")),
    "zh": (("样", "例", "虚", "拟"), ("小明", "小红", "大伟", "丽丽", "建国")),
}
_LOCALES: Final = {"ja": "ja", "en": "en-US", "zh": "zh-cn"}
_LANGUAGES: Final = ("ja", "en", "zh")
_LANGUAGE_WEIGHTS: Final = (60, 25, 15)


@dataclass(frozen=True, slots=True)
class Export:
    """Files that belong together, and how many tickets and comments are in them."""

    folder: Path
    tickets: int
    comments: int


def export(tickets: int, *, apart: bool = False) -> Export:
    """An export of so many tickets, newest last, made on the first call of a day.

    Args:
        apart: the comments are in a file of their own, as the API gives them, not inside their tickets.
    """
    folder = _cache() / f"{_key()}-{tickets}{'-apart' if apart else ''}"
    if not folder.exists():
        _forget_old(f"-{tickets}{'-apart' if apart else ''}")
        unfinished = folder.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        _write(unfinished, tickets, apart)
        unfinished.rename(folder)
    return Export(folder, tickets, tickets * COMMENTS)


def changed(source: Export, folder: Path, every: int) -> Path:
    """A copy of an export in which one of so many tickets was answered once more, and solved."""
    shutil.copytree(source.folder, folder)
    with (source.folder / "tickets.json").open("rb") as stream, (folder / "tickets.json").open("wb") as target:
        target.writelines(_answered(line) if at % every == 0 else line for at, line in enumerate(stream))
    return folder


def _answered(line: bytes) -> bytes:
    ticket = orjson.loads(line)
    last = ticket["comments"][-1]
    answer = {**last, "id": last["id"] + 1, "author_id": 1000, "body": "done", "created_at": _iso(datetime.now(UTC))}
    ticket |= {"comments": [*ticket["comments"], answer], "status": "solved", "updated_at": answer["created_at"]}
    return orjson.dumps(ticket) + b"\n"


def synced(path: Path, source: Export, now: datetime) -> Store:
    """A new store with the export in it."""
    store = empty(path, now)
    syncing.sync(store, syncing.Request([source.folder]), now)
    return store


def empty(path: Path, now: datetime) -> Store:
    """A new store with one desk, which has three tiers, opening hours and the groups of the exports."""
    migrate(path)
    store = Store(path)
    text = (fixtures_folder() / "desks" / "minamo.toml").read_text(encoding="utf-8")
    with store.writing():
        desks.save_desk(store, load_desk(text, "minamo.toml"), now)
    return store


def copy_of_large_store(folder: Path) -> Path:
    """A store of 100,000 tickets that may be written to."""
    made = _cache() / f"{_key()}-{LARGE}.db"
    if not made.exists():
        _forget_old(f"-{LARGE}.db")
        now = datetime.now(UTC)
        unfinished = made.with_name(f"{made.name}.part")
        for old in made.parent.glob(f"{unfinished.name}*"):
            old.unlink()
        with synced(unfinished, export(LARGE), now) as store:
            stores.notice(store, now)
        unfinished.rename(made)
    copy = folder / "large.db"
    if not copy.exists():
        shutil.copyfile(made, copy)
    return copy


def _cache() -> Path:
    return user_cache_path("agentconsole") / "benchmarks"


def _key() -> str:
    """Changes with the day, the schema and what makes the data. By the day, so that some tickets are due soon."""
    digest = blake2b(Path(__file__).read_bytes() + Path(phrases.__file__).read_bytes(), digest_size=6)
    for file in sorted((Path(schema.__file__).parent / "migrations" / "versions").iterdir()):
        if file.is_file():
            digest.update(file.read_bytes())
    return f"{_today():%Y%m%d}-{digest.hexdigest()}"


def _forget_old(ending: str) -> None:
    for old in _cache().glob(f"*{ending}"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()


def _today() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


# --- what is in the files


def _write(folder: Path, tickets: int, apart: bool) -> None:
    dice = random.Random(SEED)
    customers = tickets // _TICKETS_A_CUSTOMER + 1
    _write_lines(folder / "groups.json", map(_group, range(len(_GROUPS))))
    _write_lines(folder / "users.json", _people(dice, customers))
    found = [_ticket(dice, index, tickets, customers) for index in range(tickets)] if apart else None
    if found is None:
        _write_lines(folder / "tickets.json", (_ticket(dice, index, tickets, customers) for index in range(tickets)))
        return
    _write_lines(folder / "comments.json", (comment for ticket in found for comment in ticket.pop("comments")))
    _write_lines(folder / "tickets.json", iter(found))


def _write_lines(path: Path, objects: Iterator[Any]) -> None:
    with path.open("wb") as stream:
        stream.writelines(orjson.dumps(each) + b"\n" for each in objects)


def _group(index: int) -> dict[str, Any]:
    return {"id": 900 + index, "name": _GROUPS[index], "url": "https://desk.example/groups", "is_public": True}


def _people(dice: random.Random, customers: int) -> Iterator[dict[str, Any]]:
    for index in range(_AGENTS):
        yield _person(dice, 1000 + index, "agent")
    for index in range(customers):
        yield _person(dice, 10_000 + index, "end-user")


def _person(dice: random.Random, person_id: int, role: str) -> dict[str, Any]:
    language = _language(person_id)
    family, given = (dice.choice(names) for names in _NAMES[language])
    return {
        "id": person_id,
        "url": f"https://desk.example/users/{person_id}",
        "name": f"{given} {family}" if language == "en" else f"{family} {given}",
        "email": f"person{person_id}@example.com",
        "phone": f"+1 202-555-01{person_id % 100:02}",
        "role": role,
        "locale": _LOCALES[language],
        "time_zone": "Asia/Tokyo",
        "created_at": "2024-04-01T00:00:00Z",
        "verified": True,
        "tags": [],
    }


def _language(person_id: int) -> str:
    return random.Random(person_id).choices(_LANGUAGES, _LANGUAGE_WEIGHTS)[0]


def _ticket(dice: random.Random, index: int, tickets: int, customers: int) -> dict[str, Any]:
    requester = 10_000 + dice.randrange(customers)
    language = _language(requester)
    is_live = dice.random() < LIVE_SHARE
    created_at = _today() - timedelta(minutes=dice.uniform(0, 3 * 1440) if is_live else (tickets - index) * 5)
    is_answered = not is_live or dice.random() < 0.7
    ticket_id, about = _FIRST_TICKET + index, phrases.things(dice, language)
    said = [
        _comment(dice, ticket_id * 10 + n, ticket_id, requester, language, about, created_at, is_answered)
        for n in range(COMMENTS)
    ]
    return {
        "id": ticket_id,
        "url": f"https://desk.example/tickets/{ticket_id}",
        "external_id": None,
        "via": {"channel": dice.choice(_CHANNELS), "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": _iso(created_at),
        "updated_at": said[-1]["created_at"],
        "type": "question",
        "subject": phrases.text(dice, language, about, 20).strip()[:60],
        "description": said[0]["body"],
        "priority": dice.choices((None, "low", "normal", "high", "urgent"), (20, 15, 45, 15, 5))[0],
        "status": _status(dice, is_live),
        "recipient": None,
        "requester_id": requester,
        "submitter_id": requester,
        "assignee_id": 1000 + dice.randrange(_AGENTS) if is_answered else None,
        "organization_id": None,
        "group_id": 900 + dice.choices(range(len(_GROUPS)), _GROUP_WEIGHTS)[0],
        "collaborator_ids": [],
        "follower_ids": [],
        "has_incidents": False,
        "is_public": True,
        "tags": dice.sample(("deposit", "withdrawal", "identity", "security", "fees", "tax", "api"), dice.randrange(3)),
        "custom_fields": [
            {"id": 360010000001, "value": f"{dice.getrandbits(128):032x}" if dice.random() < 0.3 else None},
            {"id": 360010000002, "value": None},
        ],
        "satisfaction_rating": {"score": "unoffered"},
        "brand_id": 1,
        "comments": said,
    }  # fmt: skip


def _comment(
    dice: random.Random,
    comment_id: int,
    ticket: int,
    requester: int,
    language: str,
    about: list[str],
    created_at: datetime,
    is_answered: bool,
) -> dict[str, Any]:
    """The customer asks, staff answers or leaves a note, the customer writes again."""
    turn = comment_id % 10
    from_staff = turn == 1
    return {
        "id": comment_id,
        "ticket_id": ticket,
        "type": "Comment",
        "author_id": 1000 + dice.randrange(_AGENTS) if from_staff else requester,
        "body": phrases.text(dice, language, about, dice.randint(80, 600)),
        "public": is_answered or not from_staff,
        "attachments": [],
        "audit_id": comment_id,
        "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": _iso(created_at + timedelta(minutes=turn * 20)),
        "metadata": {"system": {}, "custom": {}},
    }


def _status(dice: random.Random, is_live: bool) -> str:
    if not is_live:
        return dice.choice(("solved", "closed"))
    return dice.choices(("new", "open", "pending", "hold"), (25, 50, 20, 5))[0]


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
