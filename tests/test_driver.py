"""A console that is stopped and goes on has as many threads as before."""

from __future__ import annotations

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("the terminal is held otherwise there", allow_module_level=True)

from textual.drivers.linux_driver import LinuxDriver

from agentconsole.driver import SteadyDriver


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the library's driver is told, in order: it starts its threads at each `resume`."""
    told: list[str] = []
    monkeypatch.setattr(LinuxDriver, "suspend_application_mode", lambda _: told.append("suspend"))
    monkeypatch.setattr(LinuxDriver, "resume_application_mode", lambda _: told.append("resume"))
    return told


def test_a_stop_that_nobody_announced_ends_what_ran_before_it_begins_anew(held: list[str]) -> None:
    driver = SteadyDriver.__new__(SteadyDriver)
    driver.resume_application_mode()
    driver.resume_application_mode()
    assert held == ["suspend", "resume"] * 2


def test_a_stop_of_its_own_ends_it_once(held: list[str]) -> None:
    driver = SteadyDriver.__new__(SteadyDriver)
    driver.suspend_application_mode()
    driver.resume_application_mode()
    driver.resume_application_mode()
    assert held == ["suspend", "resume", "suspend", "resume"]
