"""Canned answers: variables, variants, and the send gate's look at the text."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain import answer
from agentconsole.domain.answer import (
    CheckCode,
    Rendered,
    choose_variant,
    normalise_language,
    render,
    send_checks,
    unfilled,
)
from agentconsole.domain.errors import NotFoundError, UsageError
from tests.support.samples import sample

CANNED = Path(__file__).parents[2] / "fixtures" / "canned"
VARIABLES = {
    "customer": {"name": "佐藤 花子", "phone": ""},
    "fields": {"txid": "0x5f3a", "error": None, "amount": Decimal("0.80"), "count": 0},
    "ticket": {"number": 10234, "created": date(2026, 11, 20), "tags": ["vip"]},
    "番号": "七",
}


# templates


@pytest.mark.parametrize(
    ("template", "text", "missing"),
    [
        ("", "", ()),
        ("no variable", "no variable", ()),
        ("{{customer.name}} 様", "佐藤 花子 様", ()),
        ("{{ customer.name }}", "佐藤 花子", ()),
        ("#{{ticket.number}} {{ticket.created}}\n", "#10234 2026-11-20\n", ()),
        ("{{fields.amount}} {{fields.count}}", "0.80 0", ()),
        ("{{番号}}", "七", ()),
        ("a\r\n\r\nb\r", "a\n\nb\n", ()),
        ("{{ fields.order_id }}!", "{{fields.order_id}}!", ("fields.order_id",)),
        (
            "{{customer.phone}}{{fields.error}}",
            "{{customer.phone}}{{fields.error}}",
            ("customer.phone", "fields.error"),
        ),
        ("{{a}}{{b.c.d}}{{a}}", "{{a}}{{b.c.d}}{{a}}", ("a", "b.c.d")),
        ("{{customer.name.first}}", "{{customer.name.first}}", ("customer.name.first",)),
        ('{{customer.phone|default("your number")}}', "your number", ()),
        ("{{ nobody.at | default('it\\'s \\\\ \\n', true) }}", "it's \\ \n", ()),
        ('{{customer.name|default("x")}}', "佐藤 花子", ()),
        ('{{nobody|default("")}}', "", ()),
        ("{ } } {% }} 100% #}".replace("{%", "%"), "{ } } % }} 100% #}", ()),
    ],
)
def test_rendering(template: str, text: str, missing: tuple[str, ...]) -> None:
    assert render(template, VARIABLES) == Rendered(text, missing)


@pytest.mark.parametrize(
    "template",
    [
        "{% for x in y %}{{x}}{% endfor %}",
        "{% if a %}b{% endif %}",
        "{% include 'x' %}",
        "{% set a = 1 %}",
        "{% raw %}{{x}}{% endraw %}",
        "{# note #}",
        "{#",
        "{%",
        "{{",
        "{{ a",
        "{{}}",
        "{{ a }",
        "{{ a() }}",
        "{{ a.b() }}",
        "{{ a['b'] }}",
        "{{ a.0 }}",
        "{{ a|upper }}",
        "{{ a|default }}",
        "{{ a|default(b) }}",
        "{{ a|default('x')|upper }}",
        "{{ a|default('x'.upper()) }}",
        "{{ a.default('x') }}",
        "{{ 7*7 }}",
        "{{ 'text' }}",
        "{{ a if b else c }}",
        "{{ a ~ b }}",
        "{{ a b }}",
        "{{ .a }}",
        "{{ a. }}",
        "{{ order-id }}",
        "{{ a $ }}",
        "{{ 'a }}",
        "{{ " + "(" * 5000 + " }}",
        "{{ [].__class__ }}",
        "{{ ''.__class__.__mro__ }}",
    ],
)
def test_anything_but_text_and_variables_is_refused(template: str) -> None:
    with pytest.raises(UsageError, match="line 2"):
        render("first line\n" + template, VARIABLES)


@pytest.mark.parametrize("path", ["customer.__class__", "customer.name.__class__", "customer.items", "__builtins__"])
def test_only_mappings_are_looked_into(path: str) -> None:
    assert render(f"{{{{{path}}}}}", VARIABLES).missing == (path,)


@pytest.mark.parametrize("name", ["customer", "ticket.tags"])
def test_a_group_is_no_value(name: str) -> None:
    with pytest.raises(UsageError, match=name):
        render(f"{{{{{name}}}}}", VARIABLES)


def test_values_are_data() -> None:
    evil = "{{fields.secret}} {% for x in y %} {{7*7}}"
    rendered = render("Dear {{name}}, {{fields.secret}}", {"name": evil, "fields": {"secret": "s"}})
    assert rendered == Rendered(f"Dear {evil}, s", ())


def test_sizes_are_bounded() -> None:
    with pytest.raises(UsageError, match="template is too long"):
        render("x" * (answer.MAX_TEMPLATE + 1), {})
    with pytest.raises(UsageError, match="answer is too long"):
        render("{{a}}" * 100, {"a": "x" * 1000})


@given(st.text(max_size=80), st.dictionaries(st.text(max_size=3), st.text(max_size=20)))
def test_any_template_is_rendered_or_refused(template: str, variables: dict[str, str]) -> None:
    try:
        rendered = render(template, variables)
    except UsageError:
        return
    assert set(rendered.missing) <= set(unfilled(rendered.text))


@given(st.text(max_size=40).filter(lambda text: text.strip() != ""))
def test_any_value_is_written_as_it_is(value: str) -> None:
    assert render("<{{a}}>", {"a": value}).text == f"<{value}>"


def test_the_fixtures_are_templates() -> None:
    paths = sorted(CANNED.glob("*.md"))
    if not paths:
        pytest.skip("fixtures/canned is not there")
    for path in paths:
        template = path.read_text(encoding="utf-8")
        assert set(render(template, {}).missing) == set(unfilled(template)), path.name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("all filled { } {x}", ()),
        ("{{fields.txid}} and {{ customer.name }} {{fields.txid}}", ("fields.txid", "customer.name")),
        ('{{a|default("x")}}', ("a",)),
        ("{{broken} {{open", ("broken", "open")),
        ("{{}}", ("{{",)),
        ("{{7*7}}", ("7*7",)),
    ],
)
def test_variables_left(text: str, names: tuple[str, ...]) -> None:
    assert unfilled(text) == names


# languages


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("ja", "ja"),
        ("ja-JP", "ja"),
        ("JA_jp.UTF-8", "ja"),
        ("en-US", "en"),
        ("EN", "en"),
        ("zh", "zh-Hans"),
        ("zh-cn", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-tw", "zh-Hant"),
        ("zh_HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-hant", "zh-Hant"),
        ("zh-Hans-TW", "zh-Hans"),
        ("zh-Hant-CN", "zh-Hant"),
        ("zh-Latn", "zh-Latn"),
        ("pt-br", "pt-BR"),
        ("sr-latn-rs", "sr-Latn-RS"),
        ("es-419", "es-419"),
        ("ko", "ko"),
        (" fr ", "fr"),
        ("", None),
        (None, None),
        ("und", None),
        ("C", None),
        ("日本語", None),
        ("english", None),
        ("e!", None),
        ("en--US", None),
    ],
)
def test_language_tags(tag: str | None, language: str | None) -> None:
    assert normalise_language(tag) == language
    if language:
        assert normalise_language(language) == language


@given(st.text(max_size=20))
def test_normalising_twice_changes_nothing(tag: str) -> None:
    once = normalise_language(tag)
    assert once is None or normalise_language(once) == once


@pytest.mark.parametrize(
    ("available", "wanted", "chosen"),
    [
        (("en", "ja"), "ja", ("ja", False)),
        (("en", "ja"), "ja-JP", ("ja", False)),
        (("en", "ja-JP"), "ja", ("ja-JP", False)),
        (("en", "ja"), "fr", ("en", True)),
        (("en", "ja"), None, ("en", True)),
        (("en", "ja"), "", ("en", True)),
        (("en",), "en-GB", ("en", False)),
        (("en", "en-GB"), "en-GB", ("en-GB", False)),
        (("en", "pt"), "pt-BR", ("pt", False)),
        (("en", "pt-PT", "pt-BR"), "pt-BR", ("pt-BR", False)),
        (("en", "zh-Hans", "zh-Hant"), "zh-TW", ("zh-Hant", False)),
        (("en", "zh-Hans", "zh-Hant"), "zh-hk", ("zh-Hant", False)),
        (("en", "zh-Hans", "zh-Hant"), "zh-SG", ("zh-Hans", False)),
        (("en", "zh-Hans", "zh-Hant"), "zh", ("zh-Hans", False)),
        (("en", "zh-Hans"), "zh-TW", ("en", True)),
        (("en", "zh-Hant"), "zh-CN", ("en", True)),
        (("en", "zh-TW"), "zh-Hant", ("zh-TW", False)),
        (("en", "sr-Latn"), "sr", ("en", True)),
    ],
)
def test_variants(available: tuple[str, ...], wanted: str | None, chosen: tuple[str, bool]) -> None:
    assert choose_variant(available, wanted, "en") == chosen
    assert choose_variant(set(available), wanted, "en-US") == chosen


def test_no_variant_at_all() -> None:
    with pytest.raises(NotFoundError) as caught:
        choose_variant(("zh-Hans",), "zh-TW", "ja")
    assert "zh-Hans" in caught.value.hint


# the send gate


def codes(body: str, ticket_language: str | None = None, language: str | None = None) -> list[str]:
    checks = send_checks(
        body, language=language, ticket_language=ticket_language, domains=("desk.example", "*.help.example")
    )
    return [check.code.value for check in checks]


SEED = "ladder onion velvet mimic harbor quiz solar panda trophy wagon erode flame"
"""Twelve words that pass no checksum."""


@pytest.mark.parametrize("body", ["", "  \n\u3000", "\u200b\ufeff\u200e"])
def test_empty(body: str) -> None:
    assert codes(body) == ["empty"]


def test_unfilled() -> None:
    checks = send_checks("{{fields.txid}} {{customer.name}}")
    assert [check.values for check in checks] == [{"name": "{{fields.txid}}"}, {"name": "{{customer.name}}"}]


@pytest.mark.parametrize(
    "body",
    [
        SEED,
        f"Your phrase was: {SEED}.",
        f"{SEED} {SEED}",
        SEED.capitalize(),
        ", ".join(SEED.split()),
        "\n".join(f"{index}. {word}" for index, word in enumerate(SEED.split(), 1)),
        " ".join(f"{index}.{word}" for index, word in enumerate(SEED.split(), 1)),
        f"フレーズは {SEED} です。",
        "4111 1111 1111 1111",
        "card 4111111111111111, thanks",
        "4111-1111-1111-1111 12/27",
        "４１１１１１１１１１１１１１１１",
        "カード番号は4111111111111111です",
        "3782 822463 10005",
        "5555.5555.5555.4444",
    ],
)
def test_secrets(body: str) -> None:
    checks = send_checks(body)
    assert {check.code for check in checks} == {CheckCode.SECRET}
    for check in checks:
        told = check.words.format(**check.values)
        assert "onion" not in told
        assert "4111 1111" not in told
        assert "411111" not in told


@pytest.mark.parametrize(
    "body",
    [
        " ".join(SEED.split()[:11]),
        SEED.replace("quiz", "the"),
        SEED.replace("quiz", "quiz. Then"),
        "4111 1111 1111 1112",
        "0x4111111111111111",
        "4111111111111111ab",
        "ORD-4111111111111111",
        "4111111111111111-001",
        "550e8400-e29b-41d4-a716-446655440000",
        "00000000-0000-0000-0000-000000000000",
        "0.4111111111111111 BTC",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "1763629200000 20261120093000 10234 10235 10236",
        "+1 202-555-0142",
        "please send us the transaction id of your withdrawal so that we can check where it went and why it was late",
    ],
)
def test_no_secrets(body: str) -> None:
    assert codes(body) == []


@pytest.mark.parametrize(
    "link",
    [
        "https://desk.example/help?q=1#a",
        "http://DESK.example.",
        "https://support.desk.example:8443/",
        "https://a.help.example",
        "詳しくは（https://desk.example/faq）へ。",
        "https://desk.example。次に",
        "[help](https://desk.example), https://desk.example! *https://desk.example*",
        "www.elsewhere.example",
    ],
)
def test_own_links(link: str) -> None:
    assert codes(link) == []


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://elsewhere.example/desk.example", "elsewhere.example"),
        ("HTTPS://Elsewhere.example", "elsewhere.example"),
        ("https://notdesk.example", "notdesk.example"),
        ("https://desk.example.evil.example", "desk.example.evil.example"),
        ("https://desk.example@evil.example/", "https://desk.example@evil.example/"),
        ("https://evil.example\\@desk.example/", "https://evil.example\\@desk.example/"),
        ("https:\\\\evil.example", "https:\\\\evil.example"),
        ("https:/evil.example", "https:/evil.example"),
        ("https://[::1", "https://[::1"),
        ("https://%65vil.example", "https://%65vil.example"),
        ("ｈｔｔｐｓ：／／ｅｖｉｌ．example", "evil.example"),
        ("https://dеsk.example", "dеsk.example"),
        ("[desk](https://evil.example)", "evil.example"),
    ],
)
def test_foreign_links(link: str, shown: str) -> None:
    checks = send_checks(f"see {link}", domains=("desk.example",))
    assert [check.code for check in checks] == [CheckCode.FOREIGN_LINK]
    assert checks[0].values == {"host": shown}


def test_each_host_is_named_once() -> None:
    checks = send_checks("https://a.example/1 https://a.example/2 https://b.example")
    assert [check.values["host"] for check in checks] == ["a.example", "b.example"]


JAPANESE = "お問い合わせありがとうございます。入金の反映までもうしばらくお待ちください。"
ENGLISH = "Thank you for your message. We are looking into the deposit and will write again today."
SIMPLIFIED = "您好，我们正在为您查询这笔充值，请您稍等，处理后会尽快与您联系。"
TRADITIONAL = "您好，我們正在為您查詢這筆儲值，請您稍等，處理後會盡快與您聯絡。"


@pytest.mark.parametrize(
    ("body", "ticket_language", "language", "expected"),
    [
        (JAPANESE, "ja", None, []),
        (JAPANESE, "ja-JP", None, []),
        (JAPANESE, None, None, []),
        (JAPANESE, "en", None, ["language"]),
        (JAPANESE, "en", "en", ["language"]),
        (ENGLISH, "en-GB", None, []),
        (ENGLISH, "pt-BR", None, ["language"]),
        (SIMPLIFIED, "zh-CN", None, []),
        (SIMPLIFIED, "zh-TW", None, ["language"]),
        (TRADITIONAL, "zh-Hant", None, []),
        (TRADITIONAL, "zh-Hans", None, ["language"]),
        ("OK", "ja", None, []),
        ("OK", "ja", "en", ["language"]),
        ("OK", "en", "en-US", []),
    ],
)
def test_language_check(body: str, ticket_language: str | None, language: str | None, expected: list[str]) -> None:
    assert codes(body, ticket_language, language) == expected


def test_all_checks_in_their_order() -> None:
    body = f"{ENGLISH} {{{{a}}}} 4111111111111111 https://evil.example"
    assert codes(body, "ja") == ["unfilled", "secret", "foreign_link", "language"]


@given(st.text(max_size=200))
def test_any_text_can_be_checked(body: str) -> None:
    checks = send_checks(body, language=body[:8], ticket_language="ja", domains=("desk.example",))
    assert all(check.words.format(**check.values) for check in checks)


def test_naughty_strings_can_be_checked_and_rendered() -> None:
    for text in json.loads(sample("text-blns", "blns.json").read_text(encoding="utf-8")):
        send_checks(text, ticket_language="ja")
        assert render("{{a}}|", {"a": text or " "}).text in (f"{text}|", "{{a}}|")


def test_prose_is_no_secret() -> None:
    """Over 10,000 questions to a bank, and complaints of several hundred words each."""
    for parts in (("banking77-train", "train.csv"), ("tickets-cfpb-filtered", "filtered_complaints.csv")):
        with sample(*parts).open(encoding="utf-8", newline="") as file:
            found = [cell for row in csv.reader(file) for cell in row if CheckCode.SECRET in _check_codes(cell)]
        assert found == []


def _check_codes(text: str) -> set[CheckCode]:
    return {check.code for check in send_checks(text)}
