"""A desk's newest edition applied to the tickets that are open: in batches, while others work, to be gone on with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agentconsole.domain.desk_file import default_desk, load_desk
from agentconsole.domain.errors import NotFoundError, RefusedError
from agentconsole.domain.values import ClockKind, ClockState
from agentconsole.services import applying
from agentconsole.services import tickets as deeds
from agentconsole.services.applying import Progress, apply_desk
from agentconsole.services.session import Session
from agentconsole.store import desks, histories, tickets
from agentconsole.store.store import Store
from tests.conftest import FrozenClock

HOUR = timedelta(hours=1)


def open_tickets(session: Session, count: int = 1) -> list[int]:
    words = {
        "desk": "default",
        "channel": "phone",
        "subject": "出金",
        "body": "出金が届きません。",
        "name": "見本 太郎",
    }
    return [deeds.open_ticket(session, **words).ticket.number for _ in range(count)]


def new_edition(session: Session, first_response: str = "4h") -> None:
    text = default_desk().source_text.replace('first_response = "8h"', f'first_response = "{first_response}"')
    with session.store.writing():
        assert desks.save_desk(session.store, load_desk(text, "default"), session.now())


def verbs(store: Store, number: int) -> list[str]:
    return [event.verb for event in tickets.events(store, number)]


@pytest.fixture
def pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "BATCH", 2)


def test_open_tickets_go_by_the_new_edition_from_then_on(session: Session, clock: FrozenClock) -> None:
    (number,) = open_tickets(session)
    opened = clock()
    clock.tick(HOUR)
    new_edition(session)
    done = apply_desk(session, "default")
    assert done == Progress("default", 2, 1, 1, 1, 0, number)
    ticket = tickets.get(session.store, number)
    assert ticket.due_at == opened + 4 * HOUR, "from its own start"
    assert {each.policy_version for each in tickets.clocks_of(session.store, number)} == {2}
    event = tickets.events(session.store, number)[-1]
    assert (event.verb, event.actor, event.at, event.after) == ("apply_policy", "aoi", clock(), {"edition": 2})


def test_deriving_from_the_history_comes_to_the_same(session: Session, clock: FrozenClock) -> None:
    (number,) = open_tickets(session)
    clock.tick(HOUR)
    deeds.perform(session, "pending", [number], {})
    clock.tick(HOUR)
    new_edition(session)
    apply_desk(session, "default")
    clock.tick(HOUR)
    deeds.perform(session, "reply", [number], {"body": "確認します。"})
    before = tickets.clocks_of(session.store, number)
    with session.store.writing():
        histories.derive_clocks(session.store, [number], clock())
    assert tickets.clocks_of(session.store, number) == before


def test_verdicts_stay_and_pauses_are_kept(session: Session, clock: FrozenClock) -> None:
    late, waiting = open_tickets(session, 2)
    deeds.perform(session, "pending", [waiting], {})
    clock.tick(9 * HOUR)
    new_edition(session, "24h")
    apply_desk(session, "default")
    first = {each.kind: each for each in tickets.clocks_of(session.store, late)}[ClockKind.FIRST_RESPONSE]
    assert (first.state, first.policy_version) == (ClockState.BREACHED, 1)
    deeds.perform(session, "reopen", [waiting], {"reason": "back"})
    assert tickets.get(session.store, waiting).due_at == clock() + 24 * HOUR


def test_a_deadline_that_has_passed_by_the_new_target_is_missed_and_told(session: Session, clock: FrozenClock) -> None:
    (number,) = open_tickets(session)
    clock.tick(5 * HOUR)
    new_edition(session)
    assert apply_desk(session, "default").breached == 1
    assert verbs(session.store, number) == ["new", "apply_policy", "breach"]


@pytest.mark.usefixtures("pairs")
def test_once_more_changes_nothing(session: Session) -> None:
    numbers = open_tickets(session, 3)
    new_edition(session)
    assert apply_desk(session, "default").changed == 3
    again = apply_desk(session, "default")
    assert (again.open, again.looked_at, again.changed) == (3, 0, 0)
    assert [verbs(session.store, number).count("apply_policy") for number in numbers] == [1, 1, 1]


@pytest.mark.usefixtures("pairs")
def test_stopped_in_the_middle_it_goes_on_with_the_rest(session: Session) -> None:
    numbers = open_tickets(session, 5)
    new_edition(session)

    def stop(progress: Progress) -> None:
        if progress.looked_at == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply_desk(session, "default", stop)
    assert [verbs(session.store, number)[-1] for number in numbers] == ["apply_policy"] * 2 + ["new"] * 3
    assert apply_desk(session, "default").changed == 3
    assert [verbs(session.store, number) for number in numbers] == [["new", "apply_policy"]] * 5


@pytest.mark.usefixtures("pairs")
def test_others_claim_tickets_while_it_goes_on(session: Session) -> None:
    numbers = open_tickets(session, 4)
    new_edition(session)
    with Store(session.store.path) as elsewhere:
        colleague = replace(session, store=elsewhere)

        def claim(progress: Progress) -> None:
            deeds.perform(colleague, "claim", [numbers[progress.looked_at - 1]])

        assert apply_desk(session, "default", claim).changed == 4
    assert [tickets.get(session.store, number).assignee for number in numbers] == [None, "aoi", None, "aoi"]


def test_what_is_over_or_elsewhere_is_left_alone(session: Session) -> None:
    solved, other = open_tickets(session, 2)
    deeds.perform(session, "solve", [solved], {})
    new_edition(session)
    assert apply_desk(session, "default").looked_at == 1
    assert "apply_policy" not in verbs(session.store, solved)
    assert verbs(session.store, other)[-1] == "apply_policy"
    with pytest.raises(NotFoundError):
        apply_desk(session, "defualt")


def test_it_is_nobodys_deed_on_a_ticket(session: Session) -> None:
    (number,) = open_tickets(session)
    deeds.perform(session, "claim", [number])
    new_edition(session)
    apply_desk(session, "default")
    deeds.undo(session, [number])
    assert tickets.get(session.store, number).assignee is None
    with pytest.raises(RefusedError):
        deeds.undo(session, [number])
