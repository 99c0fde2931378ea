"""Why a deadline is where it is, in sentences: the start, the promise, what was skipped, the pauses, the deadline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from agentconsole.domain.desk import Desk
from agentconsole.domain.errors import NotFoundError
from agentconsole.domain.sla import EVERY_HOUR, Clock, Explanation, Step, StepKind, explain, settle
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.values import ClockKind, ClockState, Priority
from agentconsole.services.session import Session
from agentconsole.store import desks, tickets
from agentconsole.store.store import Store

LISTED: Final = 5
"""Pauses that are told one by one."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A clock's steps, and the same in words."""

    explanation: Explanation
    text: str


def explanations(store: Store, ticket: Ticket, now: datetime, language: str) -> list[Explained]:
    """Every clock of a ticket as it stands at `now`, explained by the edition of the desk that it was set by.

    Args:
        language: of the sentences, `ja` or `en`.

    Raises:
        NotFoundError: the desk does not know a clock's calendar any more.
    """
    return [
        _explained(clock, _rules(store, ticket.desk, clock), now, language)
        for clock in settle(tickets.clocks_of(store, ticket.number), now)
    ]


def as_text(session: Session, number: int, language: str) -> str:
    """Every clock of the ticket in words, for reading."""
    ticket = tickets.get(session.store, number)
    told = explanations(session.store, ticket, session.now(), language)
    return "\n\n".join(each.text for each in told)


def _rules(store: Store, key: str, clock: Clock) -> Desk:
    try:
        return desks.desk(store, key, clock.policy_version)
    except NotFoundError:
        return desks.desk(store, key)


def _explained(clock: Clock, desk: Desk, now: datetime, language: str) -> Explained:
    explanation = explain(clock, desk, now)
    calendar = clock.calendar(desk)
    zone = desk.zone if calendar is None or calendar.id == EVERY_HOUR.id else calendar.zone
    return Explained(explanation, in_words(explanation, language=language, zone=ZoneInfo(zone)))


def in_words(explanation: Explanation, *, language: str, zone: tzinfo) -> str:
    """The explanation as lines of text.

    Args:
        language: `ja`, or English for every other.
        zone: of the times told.
    """
    return "\n".join(_Teller(_JA if language == "ja" else _EN, zone).lines(explanation))


# --- telling


Phrases = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Teller:
    phrases: Phrases
    zone: tzinfo

    def lines(self, explanation: Explanation) -> Iterator[str]:
        clock = explanation.clock
        yield self._say(
            "start",
            kind=self.phrases[clock.kind],
            at=self._full(clock.started_at),
            target=self._span(clock.target_seconds),
            hours=self.phrases["always" if clock.calendar_id == EVERY_HOUR.id else "open"],
            policy=clock.policy_name,
            version=clock.policy_version,
            priority=self.phrases[clock.priority_applied],
        )
        if skipped := list(self._skipped(explanation.steps)):
            yield self._say("skipped", what=self.phrases["and"].join(skipped))
        yield from self._pauses([step for step in explanation.steps if step.kind is StepKind.PAUSE])
        yield from self._end(clock, explanation.steps)

    def _skipped(self, steps: Sequence[Step]) -> Iterator[str]:
        """Nights and weekends by their number, holidays and closures by name and day."""
        unnamed = Counter(self._closed_kind(step) for step in steps if step.kind is StepKind.CLOSED and not step.name)
        for kind in ("night", "weekend", "break"):
            if count := unnamed[kind]:
                yield self._say(kind if count == 1 else f"{kind}s", count=count)
        for step in steps:
            if step.kind is StepKind.HOLIDAY:
                yield self._say("holiday", name=step.name, days=self._days(step))
            elif step.kind is StepKind.CLOSED and step.name:
                yield self._say("closure", name=step.name, days=self._days(step))

    def _closed_kind(self, step: Step) -> str:
        first, last = self._dates(step)
        if first == last:
            return "break"
        weekend = any((first + timedelta(days=day)).weekday() >= 5 for day in range((last - first).days + 1))
        return "weekend" if weekend else "night"

    def _dates(self, step: Step) -> tuple[datetime, datetime]:
        """The first and the last local day of a step; midnight ends the day before."""
        start, end = step.start.astimezone(self.zone), (step.end - timedelta(seconds=1)).astimezone(self.zone)
        return start.replace(hour=0, minute=0, second=0), end.replace(hour=0, minute=0, second=0)

    def _days(self, step: Step) -> str:
        first, last = self._dates(step)
        return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} – {last:%Y-%m-%d}"

    def _pauses(self, pauses: Sequence[Step]) -> Iterator[str]:
        for step in pauses[:LISTED]:
            yield self._say("pause", start=self._full(step.start), end=self._full(step.end))
        if len(pauses) > LISTED:
            yield self._say("more_pauses", count=len(pauses) - LISTED)

    def _end(self, clock: Clock, steps: Sequence[Step]) -> Iterator[str]:
        left = self._span(steps[-1].seconds_left if steps else clock.target_seconds)
        if clock.due_at is not None:
            yield self._say("due", at=self._full(clock.due_at))
        elif clock.is_paused:
            yield self._say("stands_still", left=left)
        elif clock.is_live:
            yield self.phrases["never"]
        if clock.state is ClockState.CANCELLED:
            yield self.phrases["cancelled"]
        elif clock.breached_at is not None:
            yield self._say("missed", at=self._full(clock.breached_at))
        if clock.fulfilled_at is not None:
            yield self._say("late" if clock.breached_at else "kept", at=self._full(clock.fulfilled_at))

    def _say(self, phrase: str, **values: object) -> str:
        return self.phrases[phrase].format(**values)

    def _full(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        day = self.phrases["days"].split()[local.weekday()]
        return self._say("time", date=f"{local:%Y-%m-%d}", day=day, clock=f"{local:%H:%M %Z}")

    def _span(self, seconds: int) -> str:
        """Whole hours and minutes; seconds only below a minute."""
        if seconds < 60:
            return self._say("seconds", count=max(seconds, 0))
        hours, minutes = seconds // 3600, seconds % 3600 // 60
        parts = [self._say("hours", count=hours)] if hours else []
        return self.phrases["span"].join([*parts, *([self._say("minutes", count=minutes)] if minutes else [])])


_EN: Final[Phrases] = {
    ClockKind.FIRST_RESPONSE: "First response",
    ClockKind.NEXT_RESPONSE: "Next response",
    ClockKind.UPDATE: "Progress update",
    ClockKind.RESOLUTION: "Resolution",
    Priority.LOW: "low",
    Priority.NORMAL: "normal",
    Priority.HIGH: "high",
    Priority.URGENT: "urgent",
    "start": "{kind}: counted from {at}. "
    "The policy “{policy}” (edition {version}) gives {target} {hours} at priority {priority}.",
    "open": "of opening hours",
    "always": "around the clock",
    "skipped": "Not counted: {what}.",
    "and": ", ",
    "night": "one night",
    "nights": "{count} nights",
    "weekend": "one weekend",
    "weekends": "{count} weekends",
    "break": "one break within a day",
    "breaks": "{count} breaks within a day",
    "holiday": "the holiday {name} ({days})",
    "closure": "{name} ({days})",
    "pause": "Paused from {start} to {end}.",
    "more_pauses": "And paused {count} times more.",
    "due": "Due {at}.",
    "stands_still": "It stands still, with {left} left.",
    "never": "There is no deadline: the desk does not open for so long any more.",
    "cancelled": "The promise was cancelled.",
    "missed": "The deadline was missed at {at}.",
    "kept": "Kept at {at}.",
    "late": "Done late, at {at}.",
    "time": "{day} {date} {clock}",
    "days": "Mon Tue Wed Thu Fri Sat Sun",
    "seconds": "{count} s",
    "minutes": "{count} min",
    "hours": "{count} h",
    "span": " ",
}

_JA: Final[Phrases] = {
    ClockKind.FIRST_RESPONSE: "初回応答",
    ClockKind.NEXT_RESPONSE: "次回応答",
    ClockKind.UPDATE: "経過連絡",
    ClockKind.RESOLUTION: "解決",
    Priority.LOW: "低",
    Priority.NORMAL: "中",
    Priority.HIGH: "高",
    Priority.URGENT: "緊急",
    "start": "{kind}: {at} から計測。"
    "ポリシー「{policy}」(第{version}版)、優先度「{priority}」の目標は{hours} {target}。",
    "open": "営業時間で",
    "always": "24時間通しで",
    "skipped": "計測しない時間: {what}。",
    "and": "、",
    "night": "夜間1回",
    "nights": "夜間{count}回",
    "weekend": "週末1回",
    "weekends": "週末{count}回",
    "break": "日中の休止1回",
    "breaks": "日中の休止{count}回",
    "holiday": "祝日 {name} ({days})",
    "closure": "{name} ({days})",
    "pause": "{start} から {end} まで一時停止。",
    "more_pauses": "ほかに一時停止{count}回。",
    "due": "期限は {at}。",
    "stands_still": "停止中。残り {left}。",
    "never": "期限なし: 窓口がこれだけの時間開くことはもうありません。",
    "cancelled": "この期限は取り消されました。",
    "missed": "{at} に期限切れ。",
    "kept": "{at} に達成。",
    "late": "{at} に遅れて対応。",
    "time": "{date}({day}) {clock}",
    "days": "月 火 水 木 金 土 日",
    "seconds": "{count}秒",
    "minutes": "{count}分",
    "hours": "{count}時間",
    "span": "",
}
