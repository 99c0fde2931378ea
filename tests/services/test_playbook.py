"""A desk's playbook: its steps are noted with who and when, in their order or another, and taken back."""

from __future__ import annotations

import pytest

from agentconsole.domain.desk_file import DeskError, load_desk
from agentconsole.domain.errors import RefusedError
from agentconsole.domain.playbook import progress
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import desks, tickets
from tests.support.desk import TEXT
from tests.support.records import take, ticket

PLAYBOOK = """
[[playbooks]]
category = "security"
[[playbooks.steps]]
key = "freeze"
label = { ja = "口座を凍結する", en = "Freeze the account" }
[[playbooks.steps]]
key = "contact"
label = { en = "Call the customer" }
"""


@pytest.fixture
def by_the_book(session: Session) -> Session:
    """Ticket 10001 is such a case, 10002 is none."""
    with session.store.writing():
        desks.save_desk(session.store, load_desk(TEXT + PLAYBOOK, "office"), session.now())
    take(session.store, ticket("1", category="security"), ticket("2"), desk="office")
    return session


def done(session: Session) -> list[tuple[str, str | None]]:
    steps = desks.desk(session.store, "office").playbook("security")
    return [(each.step.key, each.by) for each in progress(steps, tickets.events(session.store, 10001))]


def test_steps_are_noted_one_after_the_other_and_taken_back(by_the_book: Session) -> None:
    assert done(by_the_book) == [("freeze", None), ("contact", None)]
    deeds.perform(by_the_book, "step", [10001])
    assert done(by_the_book) == [("freeze", "aoi"), ("contact", None)]
    deeds.perform(by_the_book, "step", [10001])
    assert done(by_the_book) == [("freeze", "aoi"), ("contact", "aoi")]
    deeds.undo(by_the_book, [10001])
    assert done(by_the_book) == [("freeze", "aoi"), ("contact", None)]
    noted = tickets.events(by_the_book.store, 10001)[1]
    assert (noted.verb, noted.actor, noted.at, noted.after) == ("step", "aoi", by_the_book.now(), {"step": "freeze"})


def test_a_step_may_come_before_its_turn_but_once_only(by_the_book: Session) -> None:
    deeds.perform(by_the_book, "step", [10001], {"step": "contact"})
    for step in ("contact", "paint"):
        with pytest.raises(RefusedError) as refused:
            deeds.perform(by_the_book, "step", [10001], {"step": step})
        assert (refused.value.code, refused.value.hint) == ("no_open_step", "open steps: freeze")
    deeds.perform(by_the_book, "step", [10001])
    assert done(by_the_book) == [("freeze", "aoi"), ("contact", "aoi")]


def test_a_case_without_a_playbook_has_no_steps(by_the_book: Session) -> None:
    with pytest.raises(RefusedError) as refused:
        deeds.perform(by_the_book, "step", [10002])
    assert refused.value.code == "no_playbook"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ('category = "securty"', "did you mean 'security'?"),
        ('key = "freeze"\nlabel = { en = "Again" }\n[[playbooks.steps]]\nkey = "freeze"', "'freeze' is there already"),
        ('key = "freeze"\ncolour = "red"', "colour"),
    ],
)
def test_what_is_wrong_in_a_playbook_is_told(wrong: str, problem: str) -> None:
    name = wrong.partition(" ")[0]
    usual = {"category": 'category = "security"', "key": 'key = "freeze"'}[name]
    with pytest.raises(DeskError) as refused:
        load_desk(TEXT + PLAYBOOK.replace(usual, wrong), "office")
    assert problem in str(refused.value)


def test_a_case_has_one_playbook_and_a_playbook_a_step() -> None:
    with pytest.raises(DeskError) as refused:
        load_desk(TEXT + PLAYBOOK + '[[playbooks]]\ncategory = "security"\n', "office")
    assert "a playbook for 'security' already" in str(refused.value)
    assert "a playbook needs a step" in str(refused.value)
