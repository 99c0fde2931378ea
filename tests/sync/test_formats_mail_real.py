"""Mail that others collected, where the developer has it: AGENTCONSOLE_TEST_DATA names the folder."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agentconsole.domain.text.html_text import plain_text
from agentconsole.domain.text.quotes import quoted_from
from agentconsole.sync.files import SourceFile, collect
from agentconsole.sync.formats import ReadOptions, detect, mail_files, mail_message
from agentconsole.sync.formats.base import RejectError, Tally
from agentconsole.sync.formats.mail import Mail
from agentconsole.sync.formats.mail_message import Mail as Message
from agentconsole.sync.records import RejectedRecord, SkippedRecord, TicketRecord
from tests.support.samples import sample

FOLDERS = ("mail-cpython", "mail-flanker", "mail-mikel", "mail-redmine", "mail-sisimai-bounces", "mail-talon-quotes")
NEW_YEAR = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def corpus(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder of mails, unpacked if it is packed."""
    source = sample(request.param)
    packed = sorted(source.glob("*.tar.gz"))
    for path in packed:
        with tarfile.open(path) as archive:
            archive.extractall(tmp_path, filter="data")
    return tmp_path if packed else source


def real(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("corpus", names, indirect=True)


def messages(file: SourceFile) -> Iterator[Message]:
    """A file's mails; those without a date get one."""
    for raw in mail_files.mails(file):
        found = mail_message.read(replace(raw, delivered=NEW_YEAR), None, Tally())
        assert isinstance(found, Message)
        yield found


@real(*FOLDERS)
def test_every_file_reads_and_nothing_gets_lost(corpus: Path) -> None:
    files = collect([corpus])
    assert detect(files).name == "mail"
    known = 0
    for record in Mail().read(files, ReadOptions()):
        if isinstance(record, TicketRecord):
            known += len(record.comments)
        elif isinstance(record, RejectedRecord):
            assert record.reason.startswith(("no date", "not a mail"))
            known += 1
        else:
            assert record == SkippedRecord("mail seen twice")
            known += 1
    assert known >= sum(1 for file in files if file.head().strip())


@real("mail-sisimai-bounces")
def test_bounces_are_marked(corpus: Path) -> None:
    """But for the mails that the collection itself holds as examples of what is no bounce."""
    found = {file.name: mail for file in collect([corpus / "maildir"]) for mail in messages(file)}
    bounces = [mail for name, mail in found.items() if "/not/" not in name]
    assert len(bounces) >= 390
    assert sum(mail.automatic is not None for mail in bounces) / len(bounces) >= 0.95
    assert sum(mail.by_system for mail in bounces) / len(bounces) >= 0.9
    assert all(mail.automatic is None for name, mail in found.items() if "is-not-bounce" in name)


@real("mail-redmine", "mail-mikel", "mail-talon-quotes")
def test_what_people_wrote_is_seldom_marked(corpus: Path) -> None:
    found = []
    for file in collect([corpus]):
        try:
            found += [(Path(file.name).name, mail.automatic) for mail in messages(file)]
        except RejectError:
            continue
    marked = [name for name, automatic in found if automatic and not name.startswith(("report", "multi"))]
    assert len(marked) <= len(found) * 0.03


@real("mail-sisimai-bounces")
def test_japanese_bounces_come_out_as_japanese(corpus: Path) -> None:
    for file in collect([corpus / "maildir"]):
        for mail in messages(file):
            assert "�" not in mail.body + mail.subject, file.name


@real("mail-redmine")
def test_japanese_and_other_languages_of_redmine(corpus: Path) -> None:
    found = {Path(file.name).stem: mail for file in collect([corpus]) for mail in messages(file)}
    assert {name: found[f"subject_japanese_{name}"].subject for name in "123"} == {
        "1": "テスト",
        "2": "Re: テスト",
        "3": "① 丸数字テスト",
    }
    for name in ("gmail_with_attachment_ja", "thunderbird_with_attachment_ja"):
        assert [each.name for each in found[name].attachments] == ["テスト.txt"]
    assert "Tracker: 開発" in found["japanese_keywords_iso_2022_jp"].body.split("\n")
    assert found["body_ks_c_5601-1987"].body == "고맙습니다."
    assert found["gmail-iso8859-2"].subject == "Nikad više"
    assert found["quoted_printable_utf8"].body == "Freundliche Grüsse"
    assert found["invalid_utf8"].body.startswith("Здравствуйте")
    assert found["ticket_html_only"].body.startswith("This is a html-only email.")
    assert found["empty_text_part"].body == "The html part."


@real("mail-mikel")
def test_charsets_of_a_library_for_mail(corpus: Path) -> None:
    found = {Path(file.name).stem: mail for file in collect([corpus / "multi_charset"]) for mail in messages(file)}
    assert found["japanese"].subject == found["japanese_iso_2022"].subject == "まみむめも"
    assert found["japanese_iso_2022"].body == "すみません。"
    assert found["japanese_shift_jis"].body.startswith("あいうえお")
    assert found["japanese_attachment"].attachments[0].name == "てすと.txt"
    assert found["japanese_attachment_long_name"].attachments[0].name == "かきくけこ" * 5 + ".txt"
    assert found["ks_c_5601-1987"].body == "스티해"


@real("mail-talon-quotes")
def test_quotations_of_many_programs(corpus: Path) -> None:
    """All but one answer above; that one, below."""
    for file in collect([corpus / "standard_replies"]):
        if not file.name.endswith(".eml"):
            continue
        for mail in messages(file):
            lines = mail.body.split("\n")
            kept = "\n".join(lines[: quoted_from(mail.body)])
            assert kept.startswith("Hello") or file.name.endswith("thunderbird.eml"), file.name
            assert ("wrote:" in kept or "Subject:" in kept) is file.name.endswith("thunderbird.eml"), file.name
    for path in sorted((corpus / "html_replies").glob("*.html")):
        text = plain_text(path.read_text("utf-8", "replace"))
        assert "\n".join(text.split("\n")[: quoted_from(text)]).split() == [
            "Hi.",
            "I",
            "am",
            "fine.",
            "Thanks,",
            "Alex",
        ], path.name
