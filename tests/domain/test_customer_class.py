"""Where helpdesks say of which class a customer is, and what their words mean to a desk."""

from __future__ import annotations

from typing import Any

import pytest

from agentconsole.domain.customer_class import ClassMap
from agentconsole.domain.desk_file import DeskError, load_desk
from tests.support import desk

WORDS = {"Gold": "vip", "important": "vip", "銀": "silver"}


@pytest.mark.parametrize(
    ("places", "words", "facts", "found"),
    [
        (("user_fields.segment",), {}, {"user_fields": {"segment": " vip "}}, "vip"),
        (("user_fields.segment",), WORDS, {"user_fields": {"segment": "ＧＯＬＤ"}}, "vip"),
        (("user_fields.segment",), WORDS, {"user_fields": {"segment": "bronze"}}, None),
        (("tags",), WORDS, {"tags": ["jp", "important"]}, "vip"),
        (("tags",), {}, {"tags": ["vip"]}, None),
        (("vip",), {}, {"vip": True}, "vip"),
        (("vip",), {}, {"vip": False}, None),
        (("vip",), {"vip": "dear"}, {"vip": True}, "dear"),
        (("custom_fields.cf_rank",), WORDS, {"custom_fields": [{"name": "cf_rank", "value": "銀"}]}, "silver"),
        (("custom_fields.77",), WORDS, {"custom_fields": [{"id": 77, "value": "gold"}]}, "vip"),
        (("level",), {"1": "vip"}, {"level": 1}, "vip"),
        (("user_fields.segment", "tags"), WORDS, {"user_fields": {"segment": None}, "tags": ["Gold"]}, "vip"),
        (("user_fields.segment", "tags"), WORDS, {"user_fields": {"segment": "銀"}, "tags": ["Gold"]}, "silver"),
        (("user_fields.segment", "level"), {}, {"level": "pro"}, "pro"),
        (("a.b.c",), {}, {"a": "text"}, None),
        (("a",), {}, {"a": {"b": 1}}, None),
        ((), {}, {"vip": True}, None),
    ],
)
def test_the_class_is_found(places: tuple[str, ...], words: dict[str, str], facts: Any, found: str | None) -> None:
    assert ClassMap(places, words).class_of(facts) == found


def test_a_desk_maps_it_by_source() -> None:
    text = f"""{desk.TEXT}
[sources.helpdesk.customer_class]
from = ["user_fields.segment", "tags"]
words = {{ "Gold" = "vip" }}
"""
    mapped = load_desk(text, "desk")
    assert mapped.class_of("helpdesk", {"tags": ["gold"]}) == "vip"
    assert mapped.class_of("elsewhere", {"tags": ["gold"]}) is None


def test_a_map_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(DeskError, match="from"):
        load_desk(desk.TEXT + "[sources.helpdesk.customer_class]\nwords = { a = 'b' }\n", "desk")
