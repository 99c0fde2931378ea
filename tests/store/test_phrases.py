"""Phrases in the store can be told in any language later; whatever else stands there is text."""

from __future__ import annotations

import json

from agentconsole import locale
from agentconsole.domain.errors import Phrase
from agentconsole.store import phrases


def test_a_phrase_inside_a_phrase_comes_back() -> None:
    reason = Phrase("{what} is {found}, not text", what="{odd}", found=Phrase("a list"))
    again = phrases.found(str(reason), phrases.kept(reason))
    assert again == "{odd} is a list, not text"
    locale.set_language("ja")
    assert locale.spoken(again) == "{odd} は文字列であるはずですが、リストです"
    locale.set_language("en")
    assert phrases.kept("some text") is None
    assert phrases.found("some text", None) == "some text"


def test_a_summary_comes_back_with_its_phrases() -> None:
    skipped = {Phrase("more than {count} tags", count=5): 2, "triggers": 3}
    rejected = [{"file": "a", "line": 1, "object": "ticket", "reason": Phrase("no {what}", what="id")}]
    summary = {"run": 1, "rejected": rejected, "skipped": skipped}
    again = phrases.summary_found(json.loads(json.dumps(phrases.summary_kept(summary))))
    assert again == summary
    assert [type(name) for name in again["skipped"]] == [Phrase, str]
    assert isinstance(again["rejected"][0]["reason"], Phrase)
    assert phrases.summary_found({}) == {}
