"""Templates: text and variables, and nothing else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.errors import UsageError
from agentconsole.domain.template import MAX_TEMPLATE, Rendered, render, unfilled
from tests.support.hostile import naughty

CANNED = Path(__file__).parents[2] / "fixtures" / "canned"
VARIABLES = {
    "customer": {"name": "佐藤 花子", "phone": ""},
    "fields": {"txid": "0x5f3a", "error": None, "amount": Decimal("0.80"), "count": 0},
    "ticket": {"number": 10234, "created": date(2026, 11, 20), "tags": ["vip"]},
    "番号": "七",
}


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
        render("x" * (MAX_TEMPLATE + 1), {})
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
    assert paths
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


def test_naughty_strings_are_written_as_they_are() -> None:
    for text in naughty():
        assert render("{{a}}|", {"a": text or " "}).text in (f"{text}|", "{{a}}|")
