"""When a promise is due, beside other ways to find that out: the same cases, in the same run, the answers compared.

The policy is chosen and the calendar known. Two peers are always there: a loop over the openings that dateutil's rrule
gives, and businesstimedelta. Of other libraries that add business hours, officehours joins in where it is installed and
can say such hours. Those that only count (businesstime, business-duration, biztime, workingtime, businesslen) cannot
answer the question.
"""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from zoneinfo import ZoneInfo

import businesstimedelta
import pytz  # type: ignore[import-untyped]
from dateutil.rrule import DAILY, rrule

from agentconsole.domain.calendar import Calendar, Version, national_holidays, week
from agentconsole.domain.clock_transitions import Choices
from agentconsole.domain.intervals import seconds_of
from agentconsole.domain.sla import Editions, Policy, Signal, SignalKind, Situation, deadline, in_order, lived
from agentconsole.domain.values import Channel, ClockKind, Priority, Status, Tier
from benchmarks.results import Limit, Result, median

CASES: Final = 400
ROUNDS: Final = 9
SHORT: Final = 20
"""Calls in a round so short that it is over before the machine does something else."""
SHOWN: Final = 5
TARGETS: Final = (1800, 7200, 14_400, 28_800, 57_600, 86_400, 144_000)
_ORIGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_MICRO: Final = 1e6

Case = tuple[datetime, int]
Due = datetime | None
Finder = Callable[[datetime, int], Due]


@dataclass(frozen=True)
class Hours:
    """Opening hours as each of the ways writes them: the same windows on each working day."""

    name: str
    zone: str
    country: str
    windows: tuple[tuple[int, int], ...]

    def calendar(self) -> Calendar:
        texts = [f"{start:02}:00-{end:02}:00" for start, end in self.windows]
        return Calendar("c", "C", self.zone, (Version(date.min, week({"mon-fri": texts})),), self.country)

    def holidays(self) -> set[date]:
        return {day for year in (2025, 2026, 2027) for day in national_holidays(self.country, year)}


OFFICE: Final = Hours("an office in Tokyo", "Asia/Tokyo", "JP", ((9, 17),))
LUNCH: Final = Hours("an office in New York with a lunch break", "America/New_York", "US", ((9, 12), (13, 18)))


def measure(_folder: Path) -> list[Result]:
    """Microseconds for one deadline, and for the clocks of an imported ticket. Differences are told on stderr."""
    results: list[Result] = []
    for key, hours in (("office", OFFICE), ("lunch", LUNCH)):
        results += _compared(key, hours, cases(hours))
    return [*results, _derived()]


def cases(hours: Hours, count: int = CASES) -> list[Case]:
    """Starts at any second of a year, open or not, with targets of minutes to weeks."""
    chance = random.Random(hours.name)
    return [(_ORIGIN + timedelta(seconds=chance.randrange(330 * 86_400)), chance.choice(TARGETS)) for _ in range(count)]


def finders(hours: Hours) -> dict[str, Finder]:
    """Every way there is, by its name and version; ours is the first, the yardsticks follow."""
    calendar = hours.calendar()
    ours: Finder = lambda at, seconds: deadline(calendar, at, seconds)  # noqa: E731 - as it is called, no more
    found = {
        "deadline()": ours,
        f"dateutil {version('python-dateutil')} rrule": by_rrule(hours),
        f"businesstimedelta {version('businesstimedelta')}": by_businesstimedelta(hours),
    }
    if hours.windows == ((9, 17),) and (module := _installed("officehours")):
        found[f"officehours {version('officehours')}"] = by_officehours(hours, module)
    return found


def by_rrule(hours: Hours) -> Finder:
    """A loop over the openings that a rule gives from the start's day on."""
    zone, off = ZoneInfo(hours.zone), hours.holidays()

    def spans(at: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = datetime.combine(at.astimezone(zone), time())
        for each in rrule(DAILY, dtstart=day, byweekday=range(5)):
            if each.date() not in off:
                for start, end in hours.windows:
                    yield _wall(each, start, zone), _wall(each, end, zone)

    def due(at: datetime, seconds: int) -> Due:
        left = timedelta(seconds=seconds)
        for opens, closes in spans(at):
            begin = max(opens, at)
            if closes - begin >= left:
                return begin + left
            left -= max(closes - begin, timedelta())
        return None

    return due


def _wall(day: datetime, hour: int, zone: ZoneInfo) -> datetime:
    return day.replace(hour=hour, tzinfo=zone).astimezone(UTC)


def by_businesstimedelta(hours: Hours) -> Finder:
    zone = pytz.timezone(hours.zone)
    first, last = hours.windows[0][0], hours.windows[-1][1]
    rules = [businesstimedelta.WorkDayRule(time(first), time(last), list(range(5)), tz=zone)]
    for before, after in zip(hours.windows, hours.windows[1:], strict=False):
        rules.append(businesstimedelta.LunchTimeRule(time(before[1]), time(after[0]), list(range(5)), tz=zone))
    rules.append(businesstimedelta.HolidayRule(hours.holidays(), tz=zone))
    combined = businesstimedelta.Rules(rules)

    def due(at: datetime, seconds: int) -> Due:
        found: Due = at + businesstimedelta.BusinessTimeDelta(combined, seconds=seconds)
        return found

    return due


def by_officehours(hours: Hours, module: Any) -> Finder:
    """It knows no zones: it is given local times without one."""
    zone = ZoneInfo(hours.zone)
    (first, last) = hours.windows[0]
    days = [datetime.combine(day, time()) for day in hours.holidays()]
    calculator = module.Calculator(f"{first}:00", f"{last}:00", days)

    def due(at: datetime, seconds: int) -> Due:
        local: datetime = calculator.due_date(seconds / 3600, at.astimezone(zone).replace(tzinfo=None))
        return local.replace(tzinfo=zone)

    return due


def _installed(name: str) -> Any:
    try:
        version(name)
    except PackageNotFoundError:
        return None
    return import_module(name)


def _compared(key: str, hours: Hours, wanted: Sequence[Case]) -> list[Result]:
    ways = finders(hours)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS + 1):
        for name, find in ways.items():
            times[name].append(_each(find, wanted))
    ours, *peers = (median(each[1:]) for each in times.values())  # the first round warms
    names = list(ways)[1:]
    _tell_differences(hours, ways, wanted)
    fastest = min(zip(peers[:2], names[:2], strict=True))
    results = [
        Result(f"deadline.{key}", f"deadline() in {hours.name}", "µs", ours, limit=Limit(10)),
        Result(
            f"deadline.{key}.ratio", f"deadline() in {hours.name}", "µs", ours, fastest[1], fastest[0],
            Limit(0.2, ratio=True),
        ),
    ]  # fmt: skip
    for name, taken in zip(names, peers, strict=True):
        if name != fastest[1]:
            results.append(Result(f"deadline.{key}.{name.split()[0]}", "the same", "µs", ours, name, taken))
    return results


def _each(find: Finder, wanted: Sequence[Case]) -> float:
    """Microseconds a case."""
    gc.disable()
    start = perf_counter()
    for at, seconds in wanted:
        find(at, seconds)
    taken = perf_counter() - start
    gc.enable()
    return taken / len(wanted) * _MICRO


def differences(ways: dict[str, Finder], wanted: Sequence[Case]) -> dict[str, list[tuple[Case, Due, Due]]]:
    """By peer, the cases that it answers otherwise: with our answer and with its own."""
    ours, *peers = ways.items()
    found: dict[str, list[tuple[Case, Due, Due]]] = {}
    for name, find in peers:
        answers = [((at, seconds), ours[1](at, seconds), find(at, seconds)) for at, seconds in wanted]
        found[name] = [each for each in answers if each[1] != each[2]]
    return found


def _tell_differences(hours: Hours, ways: dict[str, Finder], wanted: Sequence[Case]) -> None:
    for name, others in differences(ways, wanted).items():
        print(f"{hours.name}: {name} answers {len(others)} of {len(wanted)} cases otherwise", file=sys.stderr)
        calendar = hours.calendar()
        at_close = [each for each in others if each[1] and each[2] == calendar.next_opening(each[1])]
        if at_close:
            print(f"  {len(at_close)}: used up at the close, which it takes for the next opening", file=sys.stderr)
        for (at, seconds), ours, theirs in [each for each in others if each not in at_close][:SHOWN]:
            print(f"  {at:%m-%d %H:%M:%S}Z + {seconds} s: we say {ours}, it says {theirs}", file=sys.stderr)


# --- a whole ticket


@dataclass(frozen=True)
class _Desk:
    office: Calendar
    policies: tuple[Policy, ...]
    version: int = 1

    def calendar_of(self, channel: Channel) -> Calendar:
        return self.office

    def calendar(self, calendar_id: str) -> Calendar | None:
        return self.office


def _derived() -> Result:
    """The clocks of a ticket as an import makes them: created with a first message, answered, asked again, solved."""
    kinds = {ClockKind.FIRST_RESPONSE: 28_800, ClockKind.NEXT_RESPONSE: 57_600, ClockKind.RESOLUTION: 144_000}
    policy = Policy("p", "P", dict.fromkeys(Priority, kinds))
    urgent = Policy("u", "U", policy.targets, priorities=frozenset({Priority.URGENT}))
    desk = _Desk(OFFICE.calendar(), (urgent, policy))
    ticket = Situation(Channel.MAIL, Priority.NORMAL, Tier.FIRST, None, "ja", Status.OPEN)
    begin, hour = _ORIGIN + timedelta(days=40), timedelta(hours=1)
    told = [
        Signal(begin, SignalKind.CREATED, ticket),
        Signal(begin, SignalKind.CUSTOMER_MESSAGE, ticket, sequence=1),
        Signal(begin + hour, SignalKind.AGENT_REPLY, ticket, sequence=2),
        Signal(begin + 3 * hour, SignalKind.CUSTOMER_MESSAGE, ticket, sequence=3),
        Signal(begin + 4 * hour, SignalKind.STATUS, ticket, Status.SOLVED, sequence=4),
    ]
    happenings, editions, choices = in_order(told), Editions.always(desk), Choices()
    now = seconds_of(begin + 10 * hour)

    def clocks(_at: datetime, _seconds: int) -> None:
        lived(happenings, editions, now=now, choices=choices)

    taken = min(_each(clocks, [(begin, 0)] * SHORT) for _ in range(CASES))
    what = "the clocks of an imported ticket of five signals, best round"
    return Result("derive.ticket", what, "µs", taken, limit=Limit(60))


if __name__ == "__main__":
    from benchmarks.table import amount

    for each in measure(Path()):
        beside = "" if each.beside is None else f"  beside {amount(each.beside)} µs ({each.yardstick})"
        met = "" if each.limit is None else f"  target {each.limit}: {'met' if each.met else 'NOT MET'}"
        print(f"{each.what:66}{each.ours:8.2f} µs{beside}{met}")
