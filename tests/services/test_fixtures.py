"""The demo's content: the same for everybody, busy at any hour, in three languages, and plainly invented."""

from __future__ import annotations

import hashlib
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from agentconsole import fixtures_folder as finder
from agentconsole.domain.desk import Desk
from agentconsole.domain.errors import NotFoundError
from agentconsole.domain.sla import Clocks, Signal, SignalKind, Situation, derive, next_due, signal_of_message
from agentconsole.domain.text import detect_language
from agentconsole.domain.values import AuthorKind, Category, Channel, ClockKind, Priority, Status, Team, Tier
from agentconsole.fixtures_folder import fixtures_folder
from agentconsole.services.fixtures import articles, canned, desks, records
from agentconsole.services.fixtures.scenarios import cuts, scenarios
from agentconsole.services.fixtures.timing import Placing, Want, signals
from agentconsole.sync.records import (
    CommentRecord,
    GroupRecord,
    OrganizationRecord,
    PersonRecord,
    Record,
    TicketRecord,
)

MOMENTS = {
    "sunday night in Tokyo": "2026-11-22T14:00Z",
    "monday 08:59 in Tokyo": "2026-11-22T23:59Z",
    "wednesday, all open": "2026-11-25T07:00Z",
    "wednesday, lunch": "2026-11-25T03:30Z",
    "new year's day": "2026-12-31T15:30Z",
    "new year's noon": "2027-01-01T03:00Z",
    "golden week": "2027-05-04T01:00Z",
    "clock change in Europe": "2026-03-29T00:30Z",
    "clock change in America": "2026-11-01T06:30Z",
    "before the chat went around the clock": "2026-02-14T11:00Z",
}
SEED = 1  # as the demo has it
QUIET = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEAMS: Mapping[str, tuple[Tier, Team | None]] = {
    "Support": (Tier.FIRST, None),
    "Second line": (Tier.SECOND, None),
    **{team.title(): (Tier.SPECIALIST, team) for team in Team},
}


def _records(at: datetime = QUIET, seed: int = SEED) -> list[Record]:
    return list(records(fixtures_folder(), seed=seed, at=at))


def _tickets(made: Iterable[Record]) -> list[TicketRecord]:
    return [record for record in made if isinstance(record, TicketRecord)]


def _people(made: Iterable[Record], role: str = "end-user") -> dict[str, PersonRecord]:
    return {record.external_id: record for record in made if isinstance(record, PersonRecord) and record.role == role}


@pytest.fixture(scope="module")
def made() -> list[Record]:
    return _records()


@pytest.fixture(scope="module", params=MOMENTS)
def any_hour(request: pytest.FixtureRequest) -> tuple[datetime, list[Record]]:
    """A moment and the demo's content around it, made once for all that is asked of it."""
    now = datetime.fromisoformat(MOMENTS[request.param])
    return now, _records(now)


@pytest.fixture(scope="module")
def tickets(made: list[Record]) -> list[TicketRecord]:
    return _tickets(made)


@pytest.fixture(scope="module")
def fixture_desks() -> dict[str, Desk]:
    return {desk.key: desk for desk in desks(fixtures_folder())}


def _clocks(ticket: TicketRecord, desk: Desk, now: datetime) -> Clocks:
    """The clocks as an import derives them: from the messages, the status being known at the end."""
    tier, team = TEAMS[ticket.group_name or ""]
    situation = Situation(
        Channel(str(ticket.via)), Priority(ticket.priority or ""), tier, team, ticket.locale, Status.OPEN
    )
    signals = [Signal(ticket.created_at, SignalKind.CREATED, situation)]
    for comment in ticket.comments:
        kind = signal_of_message(_author(comment), public=comment.public, automatic=comment.automatic)
        if kind:
            signals.append(Signal(comment.at, kind, situation))
    signals.append(Signal(ticket.updated_at, SignalKind.STATUS, situation, Status(ticket.status)))
    return derive(signals, desk, now=now)


def _author(comment: CommentRecord) -> AuthorKind:
    if comment.author_kind:
        return AuthorKind(comment.author_kind)
    return AuthorKind.CUSTOMER if re.fullmatch(r"c\d+", comment.author_id or "") else AuthorKind.AGENT


def _standing(made: Iterable[Record], known: Mapping[str, Desk], now: datetime) -> Counter[str]:
    found: Counter[str] = Counter()
    for ticket in _tickets(made):
        status, desk = Status(ticket.status), known[ticket.desk or ""]
        found.update(["all", status])
        if not status.is_live:
            continue
        clocks = _clocks(ticket, desk, now)
        due = next_due(clocks)
        is_open = desk.calendar_of(Channel(str(ticket.via))).in_hours(now)
        late, near = due and due[0] <= now, due and due[0] <= now + HOUR
        found.update(
            name
            for name, holds in {
                "breached": late,
                "soon": near and not late,
                "fine": due and not near and is_open,
                "closed channel": due and not late and not is_open,
                "paused": status is Status.PENDING and all(each.is_paused for each in clocks if each.is_live),
                "new urgent": status is Status.NEW and ticket.priority == "urgent" and not ticket.assignee_id,
            }.items()
            if holds
        )
    return found


@pytest.mark.parametrize("seed", [SEED, 20])
def test_the_demo_is_busy_at_any_hour(
    seed: int, any_hour: tuple[datetime, list[Record]], fixture_desks: dict[str, Desk]
) -> None:
    now, made = any_hour
    found = _standing(made if seed == SEED else _records(now, seed), fixture_desks, now)
    assert 290 <= found["all"] <= 320
    assert 6 <= found["breached"] <= 30
    assert found["soon"] >= 6
    assert found["fine"] >= 20
    assert found["paused"] >= 10
    assert found["new urgent"] >= 5
    assert 0.35 <= (found["solved"] + found["closed"]) / found["all"] <= 0.45
    a_channel_is_closed = any(
        not desk.calendar_of(channel).in_hours(now) for desk in fixture_desks.values() for channel in desk.channels
    )
    assert found["closed channel"] >= 5 or not a_channel_is_closed


def test_nothing_is_said_in_the_future_or_in_the_wrong_order(any_hour: tuple[datetime, list[Record]]) -> None:
    now, made = any_hour
    ages = [now - ticket.created_at for ticket in _tickets(made)]
    assert min(ages) < timedelta(minutes=10) and timedelta(days=30) < max(ages) <= timedelta(days=60)
    for ticket in _tickets(made):
        times = [comment.at for comment in ticket.comments]
        assert all(one <= other for one, other in pairwise(times)), ticket.external_id
        assert (ticket.created_at, ticket.updated_at) == (times[0], times[-1])
        assert times[-1] <= now and all(at.tzinfo is UTC and at.microsecond == 0 for at in times)


def test_but_for_emergencies_people_answer_and_phones_ring_in_opening_hours_only(
    tickets: list[TicketRecord], fixture_desks: dict[str, Desk]
) -> None:
    outside = inside = 0
    for ticket in (each for each in tickets if each.priority != "urgent"):
        calendar = fixture_desks[ticket.desk or ""].calendar_of(Channel(str(ticket.via)))
        for comment in ticket.comments:
            if _author(comment) is AuthorKind.AGENT or ticket.via == "phone":
                closed = not calendar.in_hours(comment.at) and not calendar.in_hours(comment.at - timedelta(seconds=1))
                outside, inside = outside + closed, inside + (not closed)
    assert outside <= 0.02 * inside


def test_the_same_seed_and_moment_give_the_same_bytes_in_any_process(made: list[Record]) -> None:
    script = (
        "import hashlib, datetime\n"
        "from agentconsole.fixtures_folder import fixtures_folder\n"
        "from agentconsole.services.fixtures import records\n"
        "at = datetime.datetime.fromisoformat('2026-11-25T14:00+09:00')\n"
        "text = repr(list(records(fixtures_folder(), seed=1, at=at)))\n"
        "print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "America/Santiago"}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True)
    assert run.stdout.strip() == hashlib.sha256(repr(made).encode()).hexdigest()


def test_another_seed_or_moment_gives_something_else(made: list[Record]) -> None:
    assert _records(seed=2) != made
    assert _records(at=QUIET + HOUR) != made


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        list(records(fixtures_folder(), seed=1, at=datetime(2026, 11, 25)))  # noqa: DTZ001


def test_digests_tell_contents_apart(made: list[Record], tickets: list[TicketRecord]) -> None:
    comments = [comment for ticket in tickets for comment in ticket.comments]
    digests = [*(ticket.digest for ticket in tickets), *(comment.digest for comment in comments)]
    digests += [person.digest for person in _people(made).values()]
    assert all(len(digest) == 8 for digest in digests)
    assert len(set(digests)) == len(digests)


def test_ids_are_unique_and_references_resolve(made: list[Record], tickets: list[TicketRecord]) -> None:
    customers, agents = _people(made), _people(made, "agent")
    groups = {record.external_id: record.name for record in made if isinstance(record, GroupRecord)}
    organizations = {record.external_id for record in made if isinstance(record, OrganizationRecord)}
    assert [ticket.external_id for ticket in tickets] == [f"D-{number}" for number in range(1001, 1001 + len(tickets))]
    assert [ticket.created_at for ticket in tickets] == sorted(ticket.created_at for ticket in tickets)
    for ticket in tickets:
        assert ticket.requester_id in customers and ticket.assignee_id in {None, *agents}
        assert groups[ticket.group_id or ""] == ticket.group_name
        assert ticket.organization_id in {None, *organizations}
        for number, comment in enumerate(ticket.comments, start=1):
            assert comment.external_id == f"{ticket.external_id}-{number}"
            assert comment.author_id in {None, ticket.requester_id, *agents}
            assert (comment.author_id is None) == (comment.author_kind in ("bot", "system")) == comment.automatic


def test_the_cast(made: list[Record]) -> None:
    assert set(_people(made, "agent")) == {"aoi", "ken", "mei", "sora", "lin", "grace", "tomo", "yuki"}
    customers = _people(made)
    assert len(customers) == 60
    assert {each.kyc for each in customers.values()} == {"none", "submitted", "verified", "rejected"}
    assert {each.account for each in customers.values()} == {"active", "locked", "frozen", "closed"}
    assert sum(bool(each.movements) for each in customers.values()) >= 40
    assert sum(bool(each.account_events) for each in customers.values()) >= 40
    assert all(movement.at <= QUIET for each in customers.values() for movement in each.movements)


def test_every_standard_case_comes_in_three_languages(tickets: list[TicketRecord]) -> None:
    assert {ticket.category for ticket in tickets} == {str(category) for category in Category}
    for language in ("ja", "en", "zh"):
        told = {ticket.category for ticket in tickets if (ticket.locale or "").startswith(language)}
        assert len(told) >= 14, language
    shares = Counter((ticket.locale or "")[:2] for ticket in tickets)
    for language, share in {"ja": 0.60, "en": 0.25, "zh": 0.15}.items():
        assert abs(shares[language] / len(tickets) - share) < 0.05
    assert {ticket.desk for ticket in tickets} == {"minamo", "tsubame", "polaris"}
    assert {ticket.via for ticket in tickets} == {"form", "chat", "phone", "mail", "social"}


def test_a_ticket_stays_in_its_customers_language(made: list[Record], tickets: list[TicketRecord]) -> None:
    customers = _people(made)
    for ticket in tickets:
        assert ticket.locale == customers[ticket.requester_id or ""].language
        said = "\n".join(comment.body for comment in ticket.comments)
        assert detect_language(said) in (ticket.locale, None), ticket.external_id


def test_a_ticket_is_on_its_desks_channels_and_teams(
    tickets: list[TicketRecord], fixture_desks: dict[str, Desk]
) -> None:
    for ticket in tickets:
        desk = fixture_desks[ticket.desk or ""]
        tier, team = TEAMS[ticket.group_name or ""]
        assert Channel(str(ticket.via)) in desk.channels
        assert tier in desk.tiers and (team is None or team in desk.teams)
        assert desk.route("zendesk", ticket.group_name or "") == (tier, team)
        assert set(ticket.fields) <= {each.key for each in desk.fields}


def test_slots_are_filled_and_fields_are_what_the_texts_say(tickets: list[TicketRecord]) -> None:
    for ticket in tickets:
        said = "\n".join((ticket.subject, *(comment.body for comment in ticket.comments)))
        assert not re.search(r"[{}]", said), ticket.external_id
    with_ids = [ticket for ticket in tickets if "txid" in ticket.fields]
    assert len(with_ids) >= 15
    assert all(re.fullmatch(r"[0-9a-f]{64}", ticket.fields["txid"]) for ticket in with_ids)
    assert all("example" in ticket.fields["address"] for ticket in tickets if "address" in ticket.fields)
    named = sum(ticket.fields["txid"] in "".join(c.body for c in ticket.comments) for ticket in with_ids)
    assert named >= 0.8 * len(with_ids)


def test_everybody_and_everything_is_invented(made: list[Record], tickets: list[TicketRecord]) -> None:
    facts = [repr(replace(person, digest=b"")) for person in _people(made).values()]
    text = "\n".join([*facts, *(comment.body for ticket in tickets for comment in ticket.comments)])
    for host in re.findall(r"[\w.+-]+@([\w.-]+)", text):
        assert re.fullmatch(r"example\.(com|jp|org)|([\w-]+\.)+example", host), host
    for ip in re.findall(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", text):
        assert ip.startswith(("192.0.2.", "198.51.100.", "203.0.113.")), ip
    assert all(re.fullmatch(r"\+1 202-555-01\d\d", each.phone or "") for each in _people(made).values())


def test_one_security_case_is_told_in_full(any_hour: tuple[datetime, list[Record]]) -> None:
    _now, made = any_hour
    found = [ticket for ticket in _tickets(made) if "remote-access" in ticket.tags]
    assert len(found) == 1
    case = found[0]
    assert (case.status, case.priority, case.group_name) == ("open", "urgent", "Security")
    assert {"txid", "address"} <= set(case.fields)
    speakers = [comment.author_kind or _author(comment) for comment in case.comments]
    assert speakers == ["customer", "system", "agent", "customer", "agent"]
    assert not case.comments[-1].public


def test_a_spike_of_one_category_in_ninety_minutes(any_hour: tuple[datetime, list[Record]]) -> None:
    now, made = any_hour
    spike = [ticket for ticket in _tickets(made) if {"spike", "bank"} <= set(ticket.tags)]
    assert len(spike) == 12 == len({ticket.requester_id for ticket in spike})
    assert {(ticket.category, ticket.desk) for ticket in spike} == {("deposit", "minamo")}
    assert all(timedelta(0) < now - ticket.created_at <= timedelta(minutes=90) for ticket in spike)


def test_duplicates_are_one_customer_one_transaction_two_channels(tickets: list[TicketRecord]) -> None:
    pairs: dict[str, list[TicketRecord]] = {}
    for ticket in tickets:
        if "duplicate" in ticket.tags:
            pairs.setdefault(ticket.fields["txid"], []).append(ticket)
    assert len(pairs) == 6
    for form, chat in pairs.values():
        assert form.requester_id == chat.requester_id and (form.via, chat.via) == ("form", "chat")
        assert timedelta(0) < chat.created_at - form.created_at < timedelta(hours=2)


def test_who_is_told_of_a_transfer_finds_it_among_the_customers_movements(
    made: list[Record], tickets: list[TicketRecord]
) -> None:
    customers = _people(made)
    for ticket in tickets:
        if ticket.category in ("deposit", "withdrawal") and "txid" in ticket.fields:
            references = [movement.reference for movement in customers[ticket.requester_id or ""].movements]
            assert references.count(ticket.fields["txid"]) == 1


def test_attachments_and_notes(tickets: list[TicketRecord]) -> None:
    comments = [comment for ticket in tickets for comment in ticket.comments]
    mine = [comment for comment in comments if _author(comment) is AuthorKind.CUSTOMER]
    with_files = [comment for comment in mine if comment.attachments]
    assert 0.12 <= len(with_files) / len(mine) <= 0.28
    assert all(each.type and each.size for comment in with_files for each in comment.attachments)
    notes = [comment for comment in comments if not comment.public and comment.author_id]
    assert len(notes) >= 50
    hints = Counter(note.body for note in notes if re.match("本人確認：|Identity: |身[份分]核[实實]：", note.body))
    assert sum(hints.values()) >= 5 and len(hints) >= 3
    assert not any(comment.attachments for ticket in tickets if ticket.via == "phone" for comment in ticket.comments)


def test_queues_are_filled(tickets: list[TicketRecord]) -> None:
    live = [ticket for ticket in tickets if Status(ticket.status).is_live]
    tiers = Counter(TEAMS[ticket.group_name or ""][0] for ticket in live)
    assert min(tiers[tier] for tier in Tier) >= 8
    assert 0.2 <= sum(ticket.assignee_id is None for ticket in live) / len(live) <= 0.6
    assert {"new", "open", "pending", "hold", "solved", "closed"} == {ticket.status for ticket in tickets}


def test_the_folder_of_a_wheel_comes_before_that_of_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "agentconsole"
    monkeypatch.setattr(finder, "_PACKAGE", package)
    with pytest.raises(NotFoundError, match="no fixtures"):
        fixtures_folder()
    for folder in (tmp_path / "fixtures", package / "_fixtures"):
        folder.mkdir(parents=True)
        (folder / "customers.toml").touch()
        assert fixtures_folder() == folder


def test_knowledge_and_canned_answers() -> None:
    known, answers = articles(fixtures_folder()), canned(fixtures_folder())
    for variants in (known, answers):
        assert {variant.category for variant in variants} == {str(category) for category in Category}
        languages: dict[str, set[str]] = {}
        for variant in variants:
            languages.setdefault(variant.id, set()).add(variant.language)
            assert variant.title and variant.body and not variant.body.startswith("#  ")
        assert all({"ja", "en"} <= each for each in languages.values())
    assert any("{{customer.name}}" in answer.body for answer in answers)
    assert not any("{{" in article.body for article in known)


def test_a_deadline_is_placed_by_what_a_desk_adds_while_it_is_closed(fixture_desks: dict[str, Desk]) -> None:
    """A promise that counts every hour, given at night in a desk that opens at nine: the grace is part of it."""
    night = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)
    known = fixture_desks["minamo"]
    gentle = replace(
        known,
        policies=tuple(
            replace(each, hours="calendar", grace=dict.fromkeys(ClockKind, 1800)) for each in known.policies
        ),
    )
    placed = 0
    for scenario in scenarios(fixtures_folder()):
        placing = Placing(cuts(scenario)[0], gentle, "ja", night, random.Random(scenario.id))
        times = placing.waiting(Want.BREACHED)
        if times is None or gentle.calendar_of(scenario.channel).in_hours(times[0]):
            continue
        placed += 1
        clock = derive(signals(placing.story, times, placing.situation(), gentle), gentle, now=night)[0]
        assert (clock.grace_seconds, clock.breached_at is not None) == (1800, True)
    assert placed > 3
