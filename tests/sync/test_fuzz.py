"""Files of every format with some bytes gone wrong: each reader gives records or says what is wrong, and nothing else.

The seeds are written here, the damage is the same in each run; `FUZZ_ROUNDS` does more of it.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from agentconsole.domain.errors import ConsoleError
from agentconsole.sync.files import collect
from agentconsole.sync.formats import BUILT_IN, ReadOptions, detect
from agentconsole.sync.records import RejectedRecord
from tests.support.damage import ROUNDS, damaged
from tests.support.format_files import memory_file, read_files

AT: Final = "2026-11-20T08:00:00Z"
SECONDS: Final = 1_760_000_000


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


ZENDESK: Final = {
    "id": 1, "subject": "入金", "status": "new", "requester": {"id": 2, "name": "見本", "role": "end-user"},
    "created_at": AT, "updated_at": AT, "via": {"channel": "email"}, "tags": ["a"],
    "custom_fields": [{"id": 9, "value": 1}],
    "comments": [{"id": 3, "author_id": 2, "body": "まだ", "created_at": AT, "attachments": [{"file_name": "a"}]}],
}  # fmt: skip
FRESHDESK: Final = {
    "id": 1, "subject": "入金", "status": 2, "priority": 1, "source": 1, "requester_id": 2, "created_at": AT,
    "updated_at": AT, "description_text": "まだ",
    "conversations": [{"id": 3, "body_text": "返信", "incoming": False, "private": False, "created_at": AT}],
}  # fmt: skip
ZAMMAD: Final = {
    "id": 1, "number": "10001", "title": "入金", "group_id": 1, "priority_id": 2, "state_id": 1, "owner_id": 1,
    "customer_id": 2, "created_at": AT, "updated_at": AT, "article_count": 1, "create_article_type_id": 1,
}  # fmt: skip
INTERCOM: Final = {
    "type": "conversation", "id": "1", "created_at": SECONDS, "updated_at": SECONDS, "state": "open", "open": True,
    "source": {"type": "conversation", "id": "s", "body": "<p>まだ</p>", "author": {"type": "user", "id": "u"}},
    "conversation_parts": {"conversation_parts": [
        {"id": "3", "part_type": "comment", "body": "<p>返信</p>", "created_at": SECONDS, "author": {"type": "admin"}}
    ]},
}  # fmt: skip
XML: Final = (
    '<?xml version="1.0"?><helpdesk-tickets type="array"><helpdesk-ticket><display-id>1</display-id>'
    f"<subject>入金</subject><status>2</status><created-at>{AT}</created-at><helpdesk-notes><helpdesk-note>"
    f"<body>まだ</body><created-at>{AT}</created-at></helpdesk-note></helpdesk-notes></helpdesk-ticket></helpdesk-tickets>"
)
MAIL: Final = (
    "From: =?utf-8?b?6KaL5pys?= <a@example.jp>\nTo: desk@example.org\nSubject: =?iso-2022-jp?b?GyRCRnw2YhsoQg==?=\n"
    "Date: Fri, 20 Nov 2026 08:00:00 +0900\nMessage-ID: <1@example.jp>\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\nまだです\n> quoted\n"
    "--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--\n"
)
SEEDS: Final = {
    "zendesk": as_json(ZENDESK) + b"\n" + as_json({**ZENDESK, "id": 2}) + b"\n",
    "zendesk page": as_json({"tickets": [ZENDESK], "users": [{"id": 2, "name": "見本"}], "next_page": None}),
    "zendesk audits": as_json({"audits": [{"id": 1, "ticket_id": 1, "author_id": 2, "created_at": AT, "events": [
        {"id": 5, "type": "CommentRedactionEvent", "comment_id": 3}, {"id": 6, "type": "Comment", "body": "まだ"}]}]}),
    "freshdesk": as_json([FRESHDESK]),
    "freshdesk xml": XML.encode(),
    "zammad": as_json([ZAMMAD]),
    "intercom": as_json({"type": "conversation.list", "conversations": [INTERCOM]}),
    "mail": MAIL.encode(),
    "mbox": f"From a@example.jp Fri Nov 20 08:00:00 2026\n{MAIL}\nFrom b Fri Nov 20 08:00:00 2026\n{MAIL}".encode(),
    "csv": f'Id,Subject,Status,Created at,Tags\n1,"入 ""金""",new,{AT},a b\n2,x,open,{AT},\n'.encode(),
    "json": as_json({"id": 1, "subject": "入金", "status": "new", "created_at": AT, "customer": {"name": "見本"}}),
    "csv in cp932": f"Id,Subject,Status,Created at\n1,入金,解決済み,{AT}\n".encode("cp932"),
}  # fmt: skip

KINDS: Final = {name: type(detect([memory_file("export", b"")], name)) for name in BUILT_IN}
"""The built-in formats; a new one reads each file."""


def test_every_format_has_a_seed() -> None:
    assert set(BUILT_IN) <= set(SEEDS)


@pytest.mark.parametrize("name", list(SEEDS))
def test_damaged_files_are_read_or_refused(name: str) -> None:
    random_ = random.Random(name)
    for _ in range(ROUNDS):
        content = damaged(SEEDS[name], random_)
        for format_name, kind in KINDS.items():
            reader = kind()
            file = memory_file("export", content)
            reader.sniff(content[: 1 << 16], file.name)
            if format_name == _OWN.get(name.split()[0], name.split()[0]):
                assert all(_told(reader, file)), "what is not taken says why"


def _told(reader: Any, file: Any) -> Iterator[str]:
    """The reasons of what was set aside, and of giving up; any other error is the test's."""
    try:
        for record in reader.read([file], ReadOptions()):
            if isinstance(record, RejectedRecord):
                yield record.reason
    except ConsoleError as error:
        yield error.message


ZIPPED: Final = ("zendesk", "zendesk page")
"""The seeds in zips; what else is packed is the first of them."""


def zipped(compression: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name in ZIPPED:
            archive.writestr(f"export/{name}.json", SEEDS[name])
    return buffer.getvalue()


def tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("export/a.json")
        info.size = len(SEEDS["zendesk"])
        archive.addfile(info, io.BytesIO(SEEDS["zendesk"]))
    return buffer.getvalue()


ARCHIVES: Final = {
    "zip": zipped(zipfile.ZIP_DEFLATED),
    "zip, stored": zipped(zipfile.ZIP_STORED),
    "tar": tarred(),
    "gzip": gzip.compress(SEEDS["zendesk"], mtime=0),
    "tar in gzip": gzip.compress(tarred(), mtime=0),
    "zip in gzip": gzip.compress(zipped(zipfile.ZIP_STORED), mtime=0),
}


@pytest.mark.parametrize("name", list(ARCHIVES))
def test_damaged_archives_are_read_or_refused(name: str, tmp_path: Path) -> None:
    random_, path = random.Random(name), tmp_path / "export"
    path.write_bytes(ARCHIVES[name])
    held = ZIPPED if name.startswith("zip") else ZIPPED[:1]
    whole = sum(len(read_files(KINDS["zendesk"](), {each: SEEDS[each]})) for each in held)
    assert _read(path) == (whole, [])
    for _ in range(ROUNDS):
        path.write_bytes(damaged(ARCHIVES[name], random_))
        taken, told = _read(path)
        assert all(told), "what is not taken says why"
        assert taken >= whole or told, "nothing is lost without a word"


def _read(path: Path) -> tuple[int, list[str]]:
    """How many records are in an archive, and what is told of the rest."""
    taken, told = 0, []
    try:
        for file in collect([path]):
            for record in detect([file]).read([file], ReadOptions()):
                if isinstance(record, RejectedRecord):
                    told.append(record.reason)
                else:
                    taken += 1
    except ConsoleError as error:
        told.append(error.message)
    return taken, told


_OWN: Final = {"mbox": "mail"}
"""Seeds that are not called as their format is."""
