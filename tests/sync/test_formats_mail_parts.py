"""One mail: its fields, its text, its attachments, and whether anybody wrote it."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.sync.formats import mail_automatic, mail_headers, mail_parts
from agentconsole.sync.formats.base import RejectError, Tally
from agentconsole.sync.formats.mail_dates import sent_at
from agentconsole.sync.formats.mail_headers import Mailbox, decoded, mailboxes, message_ids, parameters
from agentconsole.sync.formats.mail_parts import Content, one, unflowed
from agentconsole.sync.records import AttachmentRecord


def b64(text: str, charset: str = "utf-8") -> str:
    return base64.b64encode(text.encode(charset)).decode()


def content_of(raw: bytes | str) -> Content:
    raw = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw
    return mail_parts.content(mail_parts.parse(raw), Tally())


def raw_field(content: bytes) -> str:
    """A field as the parser gives it."""
    return one(mail_parts.parse(b"X: " + content + b"\n\n"), "x")


# Words


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("=?utf-8?B?5Ye66YeR?=", "出金"),
        ("=?UTF-8?b?5Ye66Q==?= =?utf-8?B?h5E=?=", "出金"),  # cut inside of a character
        ("=?utf-8?Q?=E5=87=BA=E9?=\n =?utf-8?Q?=87=91_x?=", "出金 x"),
        ("=?utf-8?B?5Ye66?= =?utf-8?B?YeR?=", "出金"),  # cut inside of a group of four
        ("=?iso-2022-jp?B?GyRCPVA2YhsoQg==?= test", "出金 test"),
        ("=?iso-2022-jp?B?GyRCPVA=?= =?iso-2022-jp?B?NmIbKEI=?=", "出金"),
        ("=?gb2312?B?zOHP1g==?=", "提现"),
        ("=?big5?B?tKOyew==?=", "提現"),
        ("=?iso-8859-1?B?5Ye66YeR?=", "出金"),  # a lie
        ("Re: =?utf-8?Q?caf=C3=A9?= (1)", "Re: café (1)"),
        ('"=?utf-8?B?5Ye66YeR?="', '"出金"'),
        ("=?utf-8?Q?a?= =?iso-8859-1?Q?=E9?=", "aé"),
        ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        ("=?utf-8?Q?spaces in it?=", "spaces in it"),
        ("=?utf-8*ja?B?5Ye66YeR?=", "出金"),
        ("=?x-nobody?Q?plain?=", "plain"),
        ("=?utf-8?B??=", ""),
        ("=?utf-8?B?###?= x", "x"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?B?abc", "=?utf-8?B?abc"),
        ("two\n\tlines  here", "two lines here"),
    ],
)
def test_words_are_decoded(field: str, text: str) -> None:
    assert decoded(field) == text


@pytest.mark.parametrize("charset", ["utf-8", "cp932", "euc_jp", "iso2022_jp"])
def test_bytes_that_stand_in_a_field_as_they_are(charset: str) -> None:
    assert decoded(raw_field("出金が反映されません".encode(charset))) == "出金が反映されません"


# Addresses


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("a@example.com", [("a@example.com", None)]),
        ("Aoi <A@Example.com>", [("a@example.com", "Aoi")]),
        ('"Tanaka, Aoi" <a@example.com>, b@example.org', [("a@example.com", "Tanaka, Aoi"), ("b@example.org", None)]),
        ("=?utf-8?B?55Sw5Lit?= <a@example.jp>", [("a@example.jp", "田中")]),
        ("=?utf-8?Q?Doe,_John?= <a@example.com>", [("a@example.com", "Doe, John")]),
        ("a@example.com (Aoi)", [("a@example.com", "Aoi")]),
        ("team: a@example.com, b@example.com;", [("a@example.com", None), ("b@example.com", None)]),
        ("undisclosed-recipients:;", []),
        ("<@relay.example:a@example.com>", [("a@example.com", None)]),
        ("'a@example.com'", [("a@example.com", None)]),
        ("Aoi [mailto:a@example.com]", []),
        ('"a b"@example.com', []),
        ("", []),
        ("nobody", []),
        ("<>", []),
        ('"help@example.com" <evil@example.net>', [("evil@example.net", "help@example.com")]),
        ("=?utf-8?Q?help=40example.com_=3Cx=40example.com=3E?= <evil@example.net>",
         [("evil@example.net", "help@example.com <x@example.com>")]),
        ("=?utf-8?Q?a=40example.com?=", []),  # what is encoded is a name, never an address
        ("a@example.com\x00b", []),
        ("x" * 300 + "@example.com", []),
        ("a(" * 3000 + "@example.com", []),
    ],
)  # fmt: skip
def test_addresses_come_out_of_their_structure_only(field: str, found: list[tuple[str, str | None]]) -> None:
    assert mailboxes(field) == [Mailbox(address, name) for address, name in found]


def test_ids() -> None:
    assert message_ids("<a@x> <b@x>\n <a@x>") == ["a@x", "b@x"]
    assert message_ids("a@x") == ["a@x"]
    assert message_ids("<a\n b@x>") == ["ab@x"]
    assert message_ids("nothing <>") == []
    (long,) = message_ids(f"<{'a' * 800}@x>")
    assert len(long) == 32
    many = message_ids(" ".join(f"<{number}@x>" for number in range(1000)))
    assert (len(many), many[0], many[-1]) == (mail_headers.IDS, "0@x", "999@x")


# Parameters


@pytest.mark.parametrize(
    ("field", "name", "text"),
    [
        ('text/plain; name="a.txt"', "name", "a.txt"),
        ("text/plain; NAME = a.txt ; x=1", "name", "a.txt"),
        ("a; filename*=utf-8''%E9%A1%94.png", "filename", "顔.png"),
        ("a; filename*=utf-8'ja'%E9%A1%94.png; filename=x.png", "filename", "顔.png"),
        ("a; filename*0*=utf-8''%E9%A1; filename*1*=%94; filename*2=.png", "filename", "顔.png"),
        ("a; filename*1=b.txt; filename*0=a", "filename", "ab.txt"),
        ("a; filename*0*=iso-2022-jp''%1B%24B; filename*1*=4i%1B%28B.png", "filename", "顔.png"),
        ('a; filename="=?utf-8?B?6aGULnBuZw==?="', "filename", "顔.png"),
        ('a; filename="say \\"hi\\".txt"', "filename", 'say "hi".txt'),
        ('a; filename="not closed', "filename", "not closed"),
        ("a; filename*=nonsense''%zz", "filename", "%zz"),
    ],
)
def test_parameters(field: str, name: str, text: str) -> None:
    assert parameters(field)[1][name] == text


# Dates


MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("date", "received", "zone", "found"),
    [
        ("Fri, 02 Jan 2026 12:04:05 +0900", [], None, MOMENT),
        ("Fri, 2 Jan 2026 12:04:05 +0900 (JST)", [], None, MOMENT),
        ("2 Jan 2026 12:04:05 JST", [], None, MOMENT),
        ("Fri, 2 Jan 2026 03:04:05 GMT", [], None, MOMENT),
        ("Fri, 2 Jan 2026 03:04:05 -0000", [], TOKYO, MOMENT),
        ("Fri, 2 Jan 2026 12:04:05", [], TOKYO, MOMENT),
        ("Fri, 2 Jan 2026 03:04:05", [], None, MOMENT),
        ("Fri, 2 Jan 2026 15:00:00", ["by x; Fri, 2 Jan 2026 03:04:05 +0000"], TOKYO, MOMENT),
        ("nonsense", ["from x by y;\n Fri, 2 Jan 2026 12:04:05 +0900"], None, MOMENT),
        (None, ["by y", "by x; Fri, 2 Jan 2026 12:04:05 +0900"], None, MOMENT),
        ("Fri, 2 Jan 2099 03:04:05 +0000", ["by x; Fri, 2 Jan 2026 03:04:05 +0000"], None, MOMENT),
        ("Fri, 2 Jan 2026 03:04:60 +0000", [], None, MOMENT.replace(second=59)),
        ("Fri, 32 Jan 2026 03:04:05 +0000", [], None, None),
        ("Thu, 1 Jan 1970 00:00:00 +0000", [], None, None),
        ("Fri, 2 Jan 2026 03:04:05 +9999999999", [], None, MOMENT),  # no zone is so far away: none is named
        ("Fri, 2 Jan 2026 12:04:05 +9999", [], TOKYO, MOMENT),
        ("2026-01-02T12:04:05+09:00", [], None, MOMENT),
        ("2026-01-02 12:04:05", [], TOKYO, MOMENT),
        ("2026-01-02 12:04:05 JST", [], None, MOMENT),
        ("2026-01-02 12:04:05 +0900 (JST)", [], None, MOMENT),
        ("2026-01-02 03:04:05 +0000 (UTC)", [], TOKYO, MOMENT),
        ("2026-01-02 12:04:05.123 +0900", [], None, MOMENT.replace(microsecond=123000)),
        ("2026-01-02 12:04:05 XST", [], TOKYO, None),  # who knows which zone that is
        ("2026-13-02T12:04:05Z", [], None, None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", [], None, None),
        ("", [], TOKYO, None),
    ],
)
def test_when_a_mail_was_written(
    date: str | None, received: list[str], zone: ZoneInfo | None, found: datetime | None
) -> None:
    assert sent_at(date, received, zone) == found


def test_a_later_relay_corrects_no_honest_date() -> None:
    late = MOMENT + timedelta(hours=3)
    field = f"by x; {late.astimezone(timezone(timedelta(hours=9))):%a, %d %b %Y %H:%M:%S %z}"
    assert sent_at("Fri, 2 Jan 2026 03:04:05 +0000", [field], None) == MOMENT


# Texts


@pytest.mark.parametrize("charset", ["utf-8", "shift_jis", "euc-jp", "iso-2022-jp"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit", ""])
def test_a_text_in_japanese(charset: str, encoding: str) -> None:
    raw = "入金が\n反映されません。\n".encode(charset)
    if encoding == "base64":
        raw = base64.encodebytes(raw)
    elif encoding == "quoted-printable":
        raw = b"".join(b"=%02X" % byte if byte > 126 or byte in b"=" else bytes([byte]) for byte in raw)
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    assert content_of(head.encode() + raw).body == "入金が\n反映されません。"


MIXED = """Content-Type: multipart/mixed; boundary="=x="

preamble
--=x=
Content-Type: multipart/alternative; boundary=y

--y
Content-Type: text/html; charset=utf-8

<p>in <b>HTML</b></p>
--y
Content-Type: text/plain; charset=utf-8

{plain}
--y--
--=x=
Content-Type: image/png; name="photo.png"
Content-Transfer-Encoding: base64
Content-Disposition: attachment

aGVsbG8=

--=x=
Content-Type: text/plain; charset=utf-8
Content-Disposition: attachment; filename*=utf-8''%E9%A1%94.txt

secret of the attachment
--=x=
Content-Type: message/rfc822

Subject: the =?utf-8?Q?enclosed?= one
Message-ID: <inner@example.com>

not said here
--=x=
Content-Type: text/plain

a line more
--=x=--
epilogue
"""


def test_what_is_said_and_what_is_attached() -> None:
    found = content_of(MIXED.format(plain="in plain text"))
    assert found.body == "in plain text\n\na line more"
    assert found.attachments == [
        AttachmentRecord("photo.png", "image/png", 5),
        AttachmentRecord("顔.txt", "text/plain", 24),
        AttachmentRecord("the enclosed one.eml", "message/rfc822", None),
    ]
    assert found.enclosed_ids == ["inner@example.com"]


def test_html_speaks_where_the_plain_text_is_empty() -> None:
    assert content_of(MIXED.format(plain=" ")).body == "in HTML\n\na line more"


@pytest.mark.parametrize("blank", ["\xa0", "\u200b\ufeff", "\u3000\n\xa0"])
def test_html_speaks_where_the_plain_text_looks_empty(blank: str) -> None:
    assert content_of(MIXED.format(plain=blank).encode()).body == "in HTML\n\na line more"


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b64("hello there") + "\n\n____\nhelp mailing list\n", "hello there\n\n____\nhelp mailing list"),
        ("This is no base64 at all.\nReally.\n", "This is no base64 at all.\nReally."),
        (b64("出金" * 30)[:100] + "!!\n*" + b64("出金" * 30)[100:], "出金" * 30),
    ],
    ids=["a list's footer", "not encoded at all", "stray characters"],
)
def test_what_is_not_encoded_is_read_as_it_stands(raw: str, body: str) -> None:
    head = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    assert content_of(head + raw).body == body


def test_a_text_that_ends_inside_of_a_character() -> None:
    head = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    assert content_of(head + "caf=C3=A9 =E5=87").body == "café �"


def test_a_mail_sent_on_without_a_word_says_what_that_said() -> None:
    inner = "Subject: enclosed\nMessage-ID: <inner@example.com>\n\nwords inside\n"
    found = content_of(f"Content-Type: message/rfc822\n\n{inner}")
    assert found.body == "words inside"
    assert [each.name for each in found.attachments] == ["enclosed.eml"]
    mixed = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n{}\n--b\nContent-Type: message/rfc822\n\n{}\n--b--\n"
    assert content_of(mixed.format("see below", inner)).body == "see below"
    assert content_of(mixed.format("", inner)).body == "words inside"


def test_html_alone_becomes_text_and_runs_nothing() -> None:
    page = (
        "<html><head><meta charset='shift_jis'><style>p {}</style></head><body><script>alert(1)</script>"
        "<p>入金が<br>遅い</p><a href='https://example.com/x'>here</a><blockquote>前の文</blockquote></body></html>"
    )
    found = content_of(b"Content-Type: text/html\n\n" + page.encode("cp932"))
    assert found.body == "入金が\n遅い\n\nhere (https://example.com/x)\n\n> 前の文"


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: multipart/mixed; boundary=never\n\njust text",
        "Content-Type: multipart/mixed\n\njust text",
        "Content-Type: nonsense\n\njust text",
        "Content-Type: text/plain; charset=\"\n\njust text",
        "Content-Transfer-Encoding: base65\n\njust text",
        "Content-Type: multipart/mixed; boundary=x\n\n--x\n\njust text",
        "Content-Type: text/calendar\n\njust text",
        "broken line\n\njust text",
        "From x\n\njust text",
    ],
)  # fmt: skip
def test_broken_mail_is_read_as_far_as_it_goes(head: str) -> None:
    assert content_of(head).body.endswith("just text")


def test_pictures_that_claim_to_be_text_are_attachments() -> None:
    raw = "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + b64("\x89PNG\r\n\x1a\n", "latin-1")
    found = content_of(raw)
    assert (found.body, [each.name for each in found.attachments]) == ("", ["unnamed.plain"])


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x\\passwd", "/passwd", "a/b\\passwd"])
def test_names_of_attachments_lead_nowhere(name: str) -> None:
    raw = f'Content-Type: application/pdf; name="{name}"\n\nx'.replace("\\", "\\\\")
    assert [each.name for each in content_of(raw).attachments] == ["passwd"]


def test_flowing_lines_are_put_together() -> None:
    text = "The first \nparagraph.\n>> quoted \n>> twice\n>once \n  spaced\n-- \nname"
    assert unflowed(text, delete_space=False) == "The first paragraph.\n>> quoted twice\n> once \n spaced\n-- \nname"
    assert unflowed("入金が \n遅い", delete_space=True) == "入金が遅い"
    raw = "Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\n\n入金が \n遅い\n"
    assert content_of(raw).body == "入金が遅い"


# Bounds


def test_very_many_parts_and_levels_are_bounded() -> None:
    parts = "".join(f"--x\nContent-Type: image/png; name={number}.png\n\n\n" for number in range(5000))
    assert len(content_of("Content-Type: multipart/mixed; boundary=x\n\n" + parts).attachments) < mail_parts.PARTS
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n" for level in range(2000))
    content_of(deep)
    content_of("Content-Type: message/rfc822\n\n" * 3000 + "x")


def test_an_absurd_header_is_refused() -> None:
    with pytest.raises(RejectError, match="a header of more than"):
        mail_parts.parse(b"X: " + b"a" * (2 << 20))


@pytest.mark.parametrize(
    "raw",
    [
        "Content-Type: text/plain" + "; a" * 20_000 + "\n\nx",
        "Content-Type: text/plain" + ';a="' * 15_000 + "\n\nx",
        "From: " + "(" * 60_000 + "\n\nx",
        "From: " + '"\\' * 30_000 + "\n\nx",
        "Subject: " + "=?utf-8?B?" * 6_000 + "\n\nx",
        "Subject: " + "=?a?b?c?=" * 7_000 + "\n\nx",
        "References: " + "<" * 60_000 + "\n\nx",
        "Content-Type: text/html\n\n" + "<" * 200_000,
        "Content-Type: text/html\n\n" + "<blockquote>" * 20_000 + "x",
        "Content-Type: multipart/mixed; boundary=x\n\n" + "--x\n" * 100_000,
        "\n\n" + "> " * 100_000,
        "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(300)) + "x\n" * 99_999,
    ],
)  # fmt: skip
def test_hostile_mail_is_read_to_its_end(raw: str) -> None:
    message = mail_parts.parse(raw.encode())
    found = mail_parts.content(message, Tally())
    mailboxes(one(message, "from"))
    decoded(one(message, "subject"))
    message_ids(one(message, "references"))
    mail_automatic.original_ids(found.body, ())
    assert len(found.body) <= len(raw)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 1_000_000))
def test_no_damage_raises(seed: int) -> None:
    choice = random.Random(seed)
    raw = bytearray(MIXED.format(plain="入金").encode())
    for _ in range(choice.randint(1, 12)):
        at = choice.randrange(len(raw))
        raw[at : at + choice.choice((0, 1, 30))] = choice.choice(
            (b"", b"\0", b"\xff", b"--x", b"=?", b";", b'"', b"\r", b"\n\n")
        )
    body = content_of(bytes(raw)).body
    assert body.encode().decode() == body


@given(st.text(max_size=80), st.binary(max_size=80))
def test_no_field_raises(text: str, raw: bytes) -> None:
    for field in (text, raw_field(raw)):
        assert "\n" not in decoded(field)
        assert all(box.address for box in mailboxes(field))
        assert all(message_ids(field))
        assert parameters(field)[0] == parameters(field)[0].lower()
        assert (sent_at(field, [field], None) or MOMENT).tzinfo is UTC


# Nobody wrote it


def automatic(head: str, body: str = "x") -> str | None:
    message = mail_parts.parse(f"{head}\n\n{body}".encode())
    found = mail_parts.content(message, Tally())
    author = next(iter(mailboxes(one(message, "from"))), None)
    return mail_automatic.automatic(message, found.types, decoded(one(message, "subject")), author)


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("From: MAILER-DAEMON@mx.example.com\nSubject: x", "bounce"),
        ("From: Mail Delivery Subsystem <postmaster@example.com>\nSubject: Returned mail: see transcript", "bounce"),
        ("From: postmaster@example.jp\nSubject: =?utf-8?B?6YWN5L+h5LiN6IO9?=", "bounce"),
        ("From: a@example.com\nReturn-Path: <>\nSubject: Undeliverable: x", "bounce"),
        ("From: a@example.com\nContent-Type: multipart/report; report-type=delivery-status; boundary=x", "bounce"),
        ("From: a@example.com\nContent-Type: multipart/report; report-type=feedback-report; boundary=x", "complaint"),
        ("From: a@example.com\nContent-Type: multipart/report; report-type=disposition-notification", "receipt"),
        ("From: a@example.com\nAuto-Submitted: auto-replied (vacation)", "reply"),
        ("From: a@example.com\nSubject: Automatic reply: x", "reply"),
        ("From: a@example.com\nSubject: 自動返信: x", "reply"),
        ("From: a@example.com\nSubject: 【自動返信】お問い合わせ", "reply"),
        ("From: a@example.com\nSubject: 自动回复: x", "reply"),
        ("From: a@example.com\nX-Autoreply: yes", "reply"),
        ("From: a@example.com\nPrecedence: bulk\nSubject: News", "reply"),
        ("From: no-reply@example.com\nSubject: Your code", "reply"),
    ],
)
def test_what_was_sent_by_itself(head: str, reason: str) -> None:
    assert automatic(head) == reason


@pytest.mark.parametrize(
    "head",
    [
        "From: a@example.com\nSubject: Re: Undelivered Mail Returned to Sender",
        "From: a@example.com\nSubject: 不在通知が届きました",
        "From: a@example.com\nSubject: 休暇中の出金について",
        "From: a@example.com\nAuto-Submitted: no",
        "From: a@example.com\nPrecedence: list\nSubject: x",
        "From: a@example.com\nPrecedence: bulk\nSubject: Re: x",
        "From: Bob <postmaster@example.com>\nSubject: withdrawal",
        "From: no-reply@example.com\nReply-To: a@example.com\nSubject: Form",
        "From: a@example.com\nSubject: Fwd: Automatic reply: x",
        "From: a@example.com\nSubject: 退信了怎么办",
    ],
)
def test_what_people_wrote(head: str) -> None:
    assert automatic(head) is None
