"""The promises of a desk file: policies with their targets, grace and warnings, and what counts as an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeVar

from agentconsole.domain.desk_table import identifier, seconds_in, unique
from agentconsole.domain.errors import Phrase
from agentconsole.domain.policies import Policy, Targets, Warn
from agentconsole.domain.replies import AnswerRule, Counts
from agentconsole.domain.toml_table import Table
from agentconsole.domain.values import AuthorKind, Channel, ClockKind, Priority, Status, Team, Tier

T = TypeVar("T")
_SHARE: Final = re.compile(r"([0-9]{1,2})%")


def warn_in(text: str) -> Warn:
    """Read `15m` (so long before the deadline) or `80%` (when so much of the target is used up).

    Raises:
        ValueError: neither a duration nor a share between 1% and 99%.
    """
    if not text.endswith("%"):
        return Warn(seconds=seconds_in(text))
    share = _SHARE.fullmatch(text)
    if not share or not int(share[1]):
        raise ValueError(Phrase("{text} is not a share between 1% and 99%", text=repr(text)))
    return Warn(percent=int(share[1]))


def read_policies(root: Table, desk: str) -> tuple[Policy, ...]:
    """In the order of the text, which is the order in which they are asked. `desk` is the key of the desk."""
    tables = root.tables("policies", needed=True)
    policies = [_policy(table, desk) for table in tables]
    unique(((table, policy.id) for table, policy in zip(tables, policies, strict=True)), "id")
    if root.has("policies") and not tables:
        root.wrong("policies", Phrase("at least one policy is needed"))
    return tuple(policies)


def _policy(table: Table, desk: str) -> Policy:
    key = identifier(table, "id")
    policy = Policy(
        id=key,
        name=table.text("name", key),
        targets=_targets(table),
        channels=frozenset(table.choices("channels", Channel)),
        priorities=frozenset(table.choices("priorities", Priority)),
        tiers=frozenset(table.choices("tiers", Tier)),
        languages=frozenset(table.texts("languages")),
        hours=_hours(table),
        pauses=frozenset(table.choices("pauses", Status)) if table.has("pauses") else frozenset({Status.PENDING}),
        default_priority=table.choice("default_priority", Priority, Priority.NORMAL),
        teams=frozenset(table.choices("teams", Team)),
        customer_classes=frozenset(table.texts("customer_classes")),
        desks=frozenset(table.texts("desks")),
        grace=_by_kind(table, "grace", seconds_in),
        warn=_by_kind(table, "warn", warn_in),
        warn_in_hours=table.value("warn_in_hours", bool, Phrase("true or false"), False),
    )
    _check_targets(table, policy)
    if policy.desks and desk not in policy.desks:
        table.wrong("desks", Phrase("this desk is {desk}: the policy would never hold", desk=repr(desk)))
    table.close()
    return policy


def _hours(table: Table) -> Literal["business", "calendar"]:
    word = table.text("hours", "business")
    if word not in ("business", "calendar"):
        table.wrong("hours", Phrase("{value} is none of {names}", value=repr(word), names="business, calendar"))
    return "calendar" if word == "calendar" else "business"


def _targets(policy: Table) -> Targets:
    table = policy.table("targets")
    found: dict[Priority, dict[ClockKind, int]] = {}
    for key in table.names():
        priority, promises = table.member(key, key, Priority), table.table(key)
        if priority is not None:
            found[priority] = {}
            for word in promises.names():
                kind = promises.member(word, word, ClockKind)
                seconds = promises.read(word, promises.text(word), seconds_in) if kind else None
                if kind and seconds:
                    found[priority][kind] = seconds
    return found


def _check_targets(table: Table, policy: Policy) -> None:
    """No ticket may be matched by a policy that says nothing on its priority."""
    if not table.has("targets") or not policy.targets:
        table.wrong("targets" if table.has("targets") else "", Phrase("policy {id} has no targets", id=repr(policy.id)))
        return
    silent = [each for each in Priority if each not in policy.targets]
    forgotten = [str(each) for each in silent if not policy.priorities or each in policy.priorities]
    if forgotten:
        table.wrong(
            "targets",
            Phrase("nothing is said on priority {names}; an empty table promises nothing", names=", ".join(forgotten)),
        )


def _by_kind(policy: Table, key: str, reader: Callable[[str], T]) -> Mapping[ClockKind, T]:
    """One text for every kind of clock, or a table of texts by kind."""
    value: object = policy.value(key, (str, dict), Phrase("a text, or a table by kind of clock,"), "")
    if isinstance(value, str):
        read = policy.read(key, value, reader) if policy.has(key) and value else None
        return {} if read is None else dict.fromkeys(ClockKind, read)
    table = policy.table(key)
    found: dict[ClockKind, T] = {}
    for word in table.names():
        kind = table.member(word, word, ClockKind)
        read = table.read(word, table.text(word), reader) if kind else None
        if kind and read is not None:
            found[kind] = read
    return found


def read_answers(root: Table) -> tuple[AnswerRule, ...]:
    """The desk's own rules on what messages count as, which come before the usual ones."""
    return tuple(_answer(table) for table in root.tables("answers"))


def _answer(table: Table) -> AnswerRule:
    if not table.has("counts"):
        table.missing("counts")
    rule = AnswerRule(
        counts=table.choice("counts", Counts, Counts.NOTHING),
        authors=frozenset(table.choices("authors", AuthorKind)),
        channels=frozenset(table.choices("channels", Channel)),
        public=_truth(table, "public"),
        automatic=_truth(table, "automatic"),
    )
    table.close()
    return rule


def _truth(table: Table, key: str) -> bool | None:
    return table.value(key, bool, Phrase("true or false"), False) if table.has(key) else None
