"""What a desk file says of its promises beyond targets: who they are for, grace, warnings, what counts as an answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agentconsole.domain.desk_file import DeskError, default_desk, load_desk
from agentconsole.domain.desk_policies import warn_in
from agentconsole.domain.national_holidays import check_country, national_holidays
from agentconsole.domain.policies import Policy, Warn
from agentconsole.domain.promises import SignalKind
from agentconsole.domain.replies import AnswerRule, Counts
from agentconsole.domain.values import AuthorKind, Channel, ClockKind, Team

DESKS = Path(__file__).parents[2] / "fixtures" / "desks"
MINUTE, HOUR = 60, 3600
TEXT = """\
key = "test"
time_zone = "Asia/Tokyo"
default_language = "ja"
languages = ["ja"]
name = { en = "Test" }
channels = { mail = "office" }

[[calendars]]
id = "office"
hours = { mon-fri = ["09:00-17:00"] }

[[policies]]
id = "all"
targets = { urgent = {}, high = {}, normal = {}, low = {} }
"""


def policy(more: str) -> Policy:
    return load_desk(TEXT + more, "desk.toml").policies[0]


def problem(more: str) -> str:
    with pytest.raises(DeskError) as caught:
        load_desk(TEXT + more, "desk.toml")
    return caught.value.message


def test_whom_a_policy_is_for() -> None:
    found = policy('customer_classes = ["VIP", "pro"]\nteams = ["tax"]\ndesks = ["test", "other"]\n')
    assert found.customer_classes == {"VIP", "pro"}
    assert found.teams == {Team.TAX}
    assert found.desks == {"test", "other"}
    assert "desk.toml:15: key 'desks': this desk is 'test'" in problem('desks = ["other"]\n')
    assert "key 'teams': 'tacks' is none of" in problem('teams = ["tacks"]\n')


def test_grace_for_every_clock_or_by_kind() -> None:
    assert policy('grace = "2h"\n').grace == dict.fromkeys(ClockKind, 2 * HOUR)
    found = policy('grace = { first_response = "30m", resolution = "4h" }\n').grace
    assert found == {ClockKind.FIRST_RESPONSE: 30 * MINUTE, ClockKind.RESOLUTION: 4 * HOUR}
    assert policy("").grace == {}
    assert "'first_reply' is none of" in problem('grace = { first_reply = "30m" }\n')
    assert "'soon' is not a duration" in problem('grace = "soon"\n')
    assert "a text, or a table by kind of clock, is wanted here, not a number" in problem("grace = 30\n")


def test_warnings_before_the_deadline_or_by_share() -> None:
    assert policy('warn = "15m"\n').warn == dict.fromkeys(ClockKind, Warn(seconds=15 * MINUTE))
    found = policy('warn = { first_response = "5m", resolution = "80%" }\nwarn_in_hours = true\n')
    assert found.warn == {ClockKind.FIRST_RESPONSE: Warn(seconds=300), ClockKind.RESOLUTION: Warn(percent=80)}
    assert found.warn_in_hours
    assert not policy('warn = "15m"\n').warn_in_hours
    assert "true or false is wanted here" in problem('warn_in_hours = "yes"\n')


@pytest.mark.parametrize("text", ["0%", "100%", "-5%", "80 %", "%", "", "soon", "1.5%"])
def test_bad_warnings(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        warn_in(text)


ANSWERS = """
[[answers]]
counts = "reply"
authors = ["agent"]
channels = ["phone"]
public = false
[[answers]]
counts = "nothing"
authors = ["customer"]
automatic = true
"""


def test_what_counts_as_an_answer() -> None:
    desk = load_desk(TEXT + ANSWERS, "desk.toml")
    assert desk.answers == (
        AnswerRule(Counts.REPLY, frozenset({AuthorKind.AGENT}), frozenset({Channel.PHONE}), public=False),
        AnswerRule(Counts.NOTHING, frozenset({AuthorKind.CUSTOMER}), automatic=True),
    )
    assert desk.signal_of(AuthorKind.AGENT, channel=Channel.PHONE, public=False) is SignalKind.AGENT_REPLY
    assert desk.signal_of(AuthorKind.AGENT, channel=Channel.MAIL, public=False) is None
    assert desk.signal_of(AuthorKind.AGENT, channel=Channel.MAIL, public=True) is SignalKind.AGENT_REPLY
    assert default_desk().answers == ()
    assert default_desk().signal_of(AuthorKind.CUSTOMER, channel=Channel.MAIL, public=True) is (
        SignalKind.CUSTOMER_MESSAGE
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('counts = "reply"', 'counts = "replied"', "key 'counts': 'replied' is none of reply, question, nothing"),
        ('counts = "reply"\n', "", "'counts' is missing"),
        ('["phone"]', '["fone"]', "'fone' is none of form"),
        ("public = false", 'public = "no"', "key 'public': true or false is wanted here, not a text"),
        ("public = false", "visible = false", "key 'visible': unknown key"),
    ],
)
def test_bad_answers(old: str, new: str, message: str) -> None:
    assert old in ANSWERS
    assert message in problem(ANSWERS.replace(old, new, 1))


@pytest.mark.parametrize("key", ["minamo", "polaris", "tsubame"])
def test_the_fixture_desks_warn_before_the_deadline(key: str) -> None:
    desk = load_desk((DESKS / f"{key}.toml").read_text(encoding="utf-8"), key)
    security = next(each for each in desk.policies if each.id == "security")
    assert security.warn[ClockKind.FIRST_RESPONSE] == Warn(seconds=5 * MINUTE)
    for each in desk.policies:
        for targets in each.targets.values():
            assert all(warn.lead(targets[kind]) < targets[kind] for kind, warn in each.warn.items() if kind in targets)


# --- countries


def test_every_well_known_country_is_known_to_the_library() -> None:
    import holidays

    from agentconsole.domain.national_holidays import _COUNTRIES

    assert set(_COUNTRIES.split()) <= holidays.list_supported_countries().keys()


def test_other_countries_and_parts_are_asked_of_the_library() -> None:
    assert check_country("JP") == "JP"
    assert check_country("US-CA") == "US-CA"
    for wrong in ("ZZ", "US-QQ", "japan", "Jp"):
        with pytest.raises(ValueError, match="no public holidays are known"):
            check_country(wrong)
    assert national_holidays("US-CA", 2026)


def test_a_desk_is_read_without_loading_the_library_of_holidays() -> None:
    script = (
        "import sys, pathlib; from agentconsole.domain.desk_file import load_desk; "
        "[load_desk(path.read_text(encoding='utf-8'), path.name) for path in pathlib.Path(sys.argv[1]).iterdir()]; "
        "sys.exit('holidays' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(DESKS)], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
