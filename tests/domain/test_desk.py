from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.domain.calendar import PeriodKind
from agentconsole.domain.desk import Desk
from agentconsole.domain.desk_file import DeskError, default_desk, load_desk, seconds_in
from agentconsole.domain.sla import Signal, SignalKind, Situation, derive, next_due, winning_policy
from agentconsole.domain.values import Channel, ClockKind, Priority, Status, Team, Tier

DESKS = Path(__file__).parents[2] / "fixtures" / "desks"
TOKYO = ZoneInfo("Asia/Tokyo")
HOUR, DAY = 3600, 86_400

GOOD = """\
key = "test"
time_zone = "Asia/Tokyo"
default_language = "ja"
languages = ["ja"]
tiers = [1, 3]
teams = ["tax"]

[name]
en = "Test"

[channels]
mail = "office"

[[calendars]]
id = "office"
[calendars.hours]
mon-fri = ["09:00-17:00"]

[[policies]]
id = "all"
[policies.targets]
urgent = { first_response = "30m" }
high = {}
normal = {}
low = {}

[[fields]]
key = "txid"
label = { en = "Transaction" }
sources = { zendesk = [1, "cf_2"] }

[sources.zendesk.groups]
"Tax" = { tier = 3, team = "tax" }

[sources.zendesk.channels]
web = "form"
4 = "mail"
"""


def desk(key: str) -> Desk:
    path = DESKS / f"{key}.toml"
    return load_desk(path.read_text(encoding="utf-8"), path.name)


def problems(text: str) -> list[str]:
    with pytest.raises(DeskError) as caught:
        load_desk(text, "desk.toml")
    return caught.value.message.splitlines()


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


# --- reading ---


def test_a_desk_is_read() -> None:
    found = load_desk(GOOD, "desk.toml")
    assert (found.key, found.label("ja"), found.zone, found.version) == ("test", "Test", "Asia/Tokyo", 1)
    assert (found.tiers, found.teams) == ((Tier.FIRST, Tier.SPECIALIST), (Team.TAX,))
    assert found.policies[0].targets[Priority.URGENT] == {ClockKind.FIRST_RESPONSE: 1800}
    assert found.policies[0].pauses == {Status.PENDING}
    assert found.calendar("office") is found.calendar_of(Channel.MAIL)
    assert found.calendar_of(Channel.PHONE).id == "office", "a channel that is not listed"
    assert found.calendar("none") is None
    assert found.fields[0].sources == {"zendesk": ("1", "cf_2")}
    assert found.fields[0].label("ja") == "Transaction"
    assert found.source_text == GOOD
    assert load_desk(found.source_text, "again.toml") == found


def test_maps_of_a_source() -> None:
    found = load_desk(GOOD, "desk.toml")
    assert found.route("zendesk", "Tax") == found.route("zendesk", " ｔａｘ ") == (Tier.SPECIALIST, Team.TAX)
    assert found.route("zendesk", "Unknown") is None
    assert found.route("zammad", "Tax") is None
    assert found.channel_of("zendesk", "Web") is Channel.FORM
    assert found.channel_of("zendesk", 4) is found.channel_of("zendesk", "4") is Channel.MAIL
    assert found.channel_of("zendesk", 99) is None
    assert found.channel_of("zammad", "web") is None


def test_a_channel_that_is_not_listed_goes_by_other() -> None:
    text = changed('mail = "office"', 'mail = "office"\nother = "night"') + '[[calendars]]\nid = "night"\nhours = {}\n'
    assert load_desk(text, "desk.toml").calendar_of(Channel.FORUM).id == "night"


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("4h", 4 * HOUR), ("2d", 48 * HOUR), ("1h30m", 5400)]
)
def test_durations(text: str, seconds: int) -> None:
    assert seconds_in(text) == seconds


@pytest.mark.parametrize("text", ["", "0m", "4 h", "-1h", "4", "h", "1.5h", "4000d", "１h"])
def test_bad_durations(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not"):
        seconds_in(text)


def test_all_that_a_calendar_may_say() -> None:
    text = changed('[calendars.hours]\nmon-fri = ["09:00-17:00"]', "").replace(
        'id = "office"',
        """id = "office"
name = "Office"
time_zone = "Europe/London"
holidays = "JP"
[[calendars.versions]]
from = 2024-01-01
[calendars.versions.hours]
mon-fri = ["09:00-12:00", "13:00-17:00"]
[[calendars.versions]]
from = 2026-04-01
hours = { sat-sun = "22:00-06:00" }
[[calendars.closures]]
from = 2026-12-29
to = 2027-01-03
name = "Year's end"
[[calendars.closures]]
date = 2026-12-28
hours = "12:00-24:00"
[[calendars.openings]]
date = 2026-12-30
hours = ["10:00-11:00"]
""",
    )
    office = load_desk(text, "desk.toml").calendars["office"]
    assert (office.zone, office.holidays, office.name) == ("Europe/London", "JP", "Office")
    assert [version.valid_from for version in office.versions] == [date(2024, 1, 1), date(2026, 4, 1)]
    assert [len(windows) for windows in office.versions[1].week] == [0, 0, 0, 0, 0, 1, 1]
    assert [(each.first, each.last, each.name) for each in office.closures] == [
        (date(2026, 12, 29), date(2027, 1, 3), "Year's end"),
        (date(2026, 12, 28), date(2026, 12, 28), ""),
    ]
    assert office.closures[1].window is not None
    assert office.openings[0].day == date(2026, 12, 30)


# --- problems ---


@pytest.mark.parametrize(
    ("old", "new", "part", "message"),
    [
        ("[channels]", "[chanels]", "[chanels]", "key 'chanels': unknown key; did you mean 'channels'?"),
        (
            "mon-fri",
            "mon-fry",
            "mon-fry",
            "key 'mon-fry': 'mon-fry' is not a weekday (mon ... sun) or a range like mon-fri",
        ),
        ("09:00-17:00", "9-17", "9-17", "key 'mon-fri': '9-17' is not a window of hours like 09:00-17:00"),
        (
            "09:00-17:00",
            "25:00-26:00",
            "25:00",
            "key 'mon-fri': '25:00' in '25:00-26:00' is not a time between 00:00 and 24:00",
        ),
        ("Asia/Tokyo", "Asia/Tokio", "Tokio", "key 'time_zone': 'Asia/Tokio' is not an IANA time zone like Asia/Tokyo"),
        (
            'mail = "office"',
            'mail = "offise"',
            "offise",
            "key 'mail': there is no calendar 'offise'; did you mean 'office'?",
        ),
        (
            'mail = "office"',
            'maill = "office"',
            "maill",
            "key 'maill': 'maill' is none of form, chat, phone, mail, social, forum, other; did you mean 'mail'?",
        ),
        ('"30m"', '"30 min"', "30 min", "key 'first_response': '30 min' is not a duration like 90s, 30m, 4h or 2d"),
        ("first_response", "first_reply", "first_reply", "key 'first_reply': 'first_reply' is none of first_response,"),
        ("high = {}\n", "", "targets]", "key 'targets': nothing is said on priority high"),
        ("tiers = [1, 3]", "tiers = [1, 4]", "[1, 4]", "key 'tiers': 4 is none of 1, 2, 3"),
        ("tiers = [1, 3]", "tiers = [true]", "[true]", "key 'tiers': True is none of 1, 2, 3"),
        ("tiers = [1, 3]", "tiers = 1", "tiers", "key 'tiers': a list is wanted here, not a number"),
        ('key = "test"', "key = 7", "key = 7", "key 'key': a text is wanted here, not a number"),
        ('key = "test"', 'key = "Te st"', "Te st", "key 'key': 'Te st' must be lower-case letters"),
        ('key = "test"', 'key = ""', "key =", "key 'key': must not be empty"),
        (
            'default_language = "ja"',
            'default_language = "en"',
            "default_language",
            "key 'default_language': 'en' is none of",
        ),
        (
            'mon-fri = ["09:00-17:00"]',
            'mon-fri = ["09:00-17:00", "16:00-18:00"]',
            "16:00",
            "key 'mon-fri': windows overlap",
        ),
        (
            'mon-fri = ["09:00-17:00"]',
            'sun = ["22:00-06:00"]\nmon = ["05:00-09:00"]',
            "mon = ",
            "key 'mon': windows overlap",
        ),
        ('{ tier = 3, team = "tax" }', '{ tier = 2, team = "tax" }', '"Tax"', "key 'team': only tier 3 has teams"),
        (
            '{ tier = 3, team = "tax" }',
            '{ team = "legal" }',
            "legal",
            "key 'team': the desk has no team 'legal'",
        ),
        ('{ tier = 3, team = "tax" }', "{ tier = 2 }", "tier = 2 }", "key 'tier': the desk has no tier 2"),
        ('id = "office"', 'id = "always"', '"always"', "key 'id': 'always' is what policies in calendar time call"),
        (
            'id = "office"',
            'id = "office"\nholidays = "ZZ"',
            "ZZ",
            "key 'holidays': no public holidays are known for 'ZZ'",
        ),
        ('id = "all"', 'id = "all"\npauses = ["waiting"]', "waiting", "key 'pauses': 'waiting' is none of new, open,"),
        ('id = "all"', 'id = "all"\nhours = "night"', "night", "key 'hours': 'night' is none of business, calendar"),
        ('label = { en = "Transaction" }', "", "[[fields]]", "key 'fields': 'label' is missing"),
        (
            'sources = { zendesk = [1, "cf_2"] }',
            "sources = { zendesk = [1.5] }",
            "1.5",
            "key 'zendesk': an id or a list of ids",
        ),
    ],
)
def test_a_problem_is_named_with_its_line(old: str, new: str, part: str, message: str) -> None:
    text = changed(old, new)
    expected = f"desk.toml:{line_of(text, part)}: {message}"
    found = problems(text)
    assert any(each.startswith(expected) for each in found), found


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ('[[calendars]]\nid = "office"\nhours = {}\n', "key 'id': 'office' is there already"),
        (
            '[[policies]]\nid = "all"\ntargets = { normal = {} }\npriorities = ["normal"]\n',
            "key 'id': 'all' is there already",
        ),
        ('[[policies]]\nid = "none"\n', "key 'policies': policy 'none' has no targets"),
        ('[[policies]]\nid = "none"\ntargets = {}\n', "key 'targets': policy 'none' has no targets"),
        ('[[fields]]\nkey = "txid"\nlabel = { en = "T" }\n', "key 'key': 'txid' is there already"),
        ('[[calendars]]\nid = "two"\n', "a calendar has either hours or versions with hours"),
        (
            '[[calendars]]\nid = "two"\nhours = {}\nclosures = [{ name = "x" }]\n',
            "a closure has either a date, or from and to",
        ),
        (
            '[[calendars]]\nid = "two"\nhours = {}\n[[calendars.closures]]\nfrom = 2026-01-02\nto = 2026-01-01\n',
            "key 'to': ends before it begins",
        ),
        (
            '[[calendars]]\nid = "two"\nhours = {}\n[[calendars.closures]]\ndate = 2026-01-02T10:00:00\n',
            "key 'date': a date like 2026-04-01 is wanted here, without a time",
        ),
        (
            '[[calendars]]\nid = "two"\nhours = {}\n[[calendars.openings]]\ndate = 2026-01-02\n',
            "an opening needs hours",
        ),
        (
            '[[calendars]]\nid = "two"\n[[calendars.versions]]\nfrom = 2026-01-01\nhours = {}\n'
            "[[calendars.versions]]\nfrom = 2026-01-01\nhours = {}\n",
            "key 'from': '2026-01-01' is there already",
        ),
    ],
)
def test_problems_of_more_tables(extra: str, message: str) -> None:
    begins = len(GOOD.splitlines())
    found = problems(GOOD + extra)
    assert any(message in each and int(each.split(":")[1]) > begins for each in found), found


def test_all_problems_come_at_once_in_the_order_of_the_text() -> None:
    text = changed("Asia/Tokyo", "Nowhere").replace("09:00-17:00", "9-17").replace('"30m"', '"soon"')
    found = problems(text)
    assert [re.split(":", each)[1] for each in found] == [
        str(line_of(text, part)) for part in ("Nowhere", "9-17", "soon")
    ]
    with pytest.raises(DeskError, match="Nowhere") as caught:
        load_desk(text, "desk.toml")
    assert caught.value.hint == "3 to put right in desk.toml; nothing was applied"


def test_a_text_that_is_no_toml_says_where() -> None:
    assert problems("key = 'a'\nname = = 1\n") == ["desk.toml:2: not TOML: Invalid value"]
    assert problems('key = "a')[0].startswith("desk.toml:1: ")
    assert problems("key = 1\nkey = 2\n")[0].startswith("desk.toml:2: ")


def test_an_empty_text_names_what_is_missing() -> None:
    assert {re.findall("'(.*?)' is missing", each)[0] for each in problems("")} == {
        "calendars",
        "channels",
        "default_language",
        "key",
        "languages",
        "name",
        "policies",
        "time_zone",
    }


def test_lines_are_found_behind_long_strings_and_lists() -> None:
    text = changed(
        'languages = ["ja"]',
        'languages = [ # [not a table]\n  "ja", # = "]"\n  "en",\n]\nurl = """\n[[calendars]]\nwrong = 1\n"""',
    ).replace("mon-fri", "monday")
    assert problems(text)[0].startswith(f"desk.toml:{line_of(text, 'monday')}: key 'monday'")
    quoted = changed('"Tax" = { tier = 3, team = "tax" }', '"a.b [c] = " = { tier = 9 }')
    assert problems(quoted)[0].startswith(f"desk.toml:{line_of(quoted, 'a.b')}: key 'tier': 9 is none of")


@settings(max_examples=40)
@given(st.text(max_size=200) | st.lists(st.sampled_from(GOOD.splitlines()), max_size=40).map("\n".join))
def test_any_text_is_a_desk_or_a_desk_error(text: str) -> None:
    try:
        load_desk(text, "desk.toml")
    except DeskError as error:
        assert all(re.match(r"desk\.toml:\d+: ", each) for each in error.message.splitlines())


@given(st.data())
def test_any_wrong_value_is_a_desk_error(data: st.DataObject) -> None:
    lines = GOOD.splitlines()
    number = data.draw(st.sampled_from([at for at, line in enumerate(lines) if "=" in line]))
    value = data.draw(
        st.sampled_from(["1", "true", '"x"', "[]", "{}", "1.5", "2026-01-01", "[[1]]", "[{}]", "{ a = 1 }"])
    )
    lines[number] = f"{lines[number].split('=')[0]}= {value}"
    try:
        load_desk("\n".join(lines), "desk.toml")
    except DeskError as error:
        assert error.message


# --- the desk of an empty store ---


def test_the_default_desk() -> None:
    found = default_desk()
    assert (found.key, found.zone, found.tiers, set(found.channels)) == (
        "default",
        "Asia/Tokyo",
        (Tier.FIRST,),
        set(Channel),
    )
    assert all(found.calendar_of(channel).always_open for channel in Channel)
    targets = found.policies[0].targets
    first, following, resolution = (
        [targets[priority][kind] for priority in (Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW)]
        for kind in (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.RESOLUTION)
    )
    assert first == [1800, 2 * HOUR, 8 * HOUR, 24 * HOUR]
    assert following == [2 * each for each in first]
    assert resolution == [8 * HOUR, DAY, 3 * DAY, 7 * DAY]
    assert load_desk(found.source_text, "again") == found


# --- the fixture desks ---


@pytest.mark.parametrize("key", ["minamo", "tsubame", "polaris"])
def test_a_fixture_desk(key: str) -> None:
    found = desk(key)
    assert found.key == key
    assert found.domains[0] == f"{key}.example"
    assert {"ja", "en"} <= set(found.name)
    assert [each.key for each in found.fields] == ["txid", "order_id", "address", "error"]
    assert all({"ja", "en"} <= set(each.labels) for each in found.fields)
    assert all("zendesk" in each.sources for each in found.fields)
    assert found.route("zendesk", "Support") == (Tier.FIRST, None)
    assert found.route("zendesk", "Second line") == (Tier.SECOND, None)
    assert found.channel_of("zendesk", "web") is Channel.FORM
    for channel in Channel:
        for priority in (*Priority, None):
            for tier in Tier:
                situation = Situation(channel, priority, tier, None, "ja", Status.NEW)
                assert winning_policy(situation, found) is not None, "nobody's ticket"


def test_security_is_urgent_and_counts_at_night() -> None:
    for key in ("minamo", "tsubame", "polaris"):
        situation = Situation(Channel.FORM, Priority.URGENT, Tier.FIRST, None, "ja", Status.NEW)
        midnight = jst("2026-11-21T03:00")
        clocks = derive([Signal(midnight, SignalKind.CREATED, situation)], desk(key), now=midnight)
        due = next_due(clocks)
        assert due is not None
        assert (due[0] - midnight).total_seconds() <= 1800


def test_minamo_has_two_editions_of_its_chat_hours() -> None:
    chat = desk("minamo").calendar_of(Channel.CHAT)
    assert not chat.in_hours(jst("2026-03-29T12:00"))
    assert not chat.in_hours(jst("2026-03-31T22:00"))
    assert chat.in_hours(jst("2026-04-01T00:00"))
    assert chat.in_hours(jst("2026-05-05T03:00")), "365 days"
    assert desk("minamo").teams == (Team.TAX, Team.LEGAL, Team.SYSTEMS, Team.SECURITY)
    office = desk("minamo").calendar_of(Channel.MAIL)
    named = {(each.kind, each.name) for each in office.periods(jst("2026-12-28T00:00"), jst("2027-01-05T00:00"))}
    assert (PeriodKind.CLOSURE, "年末年始休業") in named


def test_tsubame_keeps_the_hours_of_its_document() -> None:
    found = desk("tsubame")
    phone, chat = found.calendar_of(Channel.PHONE), found.calendar_of(Channel.CHAT)
    begin, end = jst("2026-11-16T00:00"), jst("2026-11-17T00:00")
    assert [(each.start, each.end) for each in phone.periods(begin, end) if each.kind is PeriodKind.OPEN] == [
        (jst("2026-11-16T09:00"), jst("2026-11-16T17:00"))
    ]
    assert [(each.start, each.end) for each in chat.periods(begin, end) if each.kind is PeriodKind.OPEN] == [
        (jst("2026-11-16T10:00"), jst("2026-11-16T17:00"))
    ]
    assert phone.within(jst("2026-11-21T00:00"), jst("2026-11-24T00:00")) == 0, "a weekend and a holiday"
    situation = Situation(Channel.MAIL, Priority.NORMAL, Tier.FIRST, None, "ja", Status.NEW)
    at = jst("2026-11-16T15:00")
    clocks = derive([Signal(at, SignalKind.CREATED, situation)], found, now=at)
    assert clocks[0].due_at == jst("2026-11-17T15:00"), "one business day"


def test_polaris_is_open_around_the_clock_in_three_languages() -> None:
    found = desk("polaris")
    assert found.calendar_of(Channel.CHAT).always_open
    assert set(found.languages) == {"ja", "en", "zh-Hans", "zh-Hant"}
    assert {Channel.CHAT, Channel.MAIL, Channel.SOCIAL, Channel.FORUM} <= set(found.channels)
    chinese = Situation(Channel.MAIL, Priority.LOW, Tier.FIRST, None, "zh-Hant", Status.NEW)
    policy = winning_policy(chinese, found)
    assert policy is not None
    assert policy.id == "mail-chinese"
