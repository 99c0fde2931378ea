"""Why a deadline is where it is, in sentences: the start, the promise, whom it holds for, what was skipped, the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from agentconsole.commands.time_spans import age_of, moment_of, span_of
from agentconsole.domain.sla import EVERY_HOUR, CancelReason, Clock, Step, StepKind
from agentconsole.domain.timer import TimerKind
from agentconsole.domain.values import ClockKind
from agentconsole.locale import _, ngettext
from agentconsole.locale.words import word
from agentconsole.services.explain import Explained

LISTED: Final = 5
"""Pauses, holidays and policies that are told one by one."""


def sentences(told: Explained) -> list[str]:
    """The whole reckoning of one clock, a line for each thought."""
    return list(_Teller(told).lines())


def verdict(told: Explained) -> str:
    """How the clock stands, in a few words: `12 min late`, `2 h left`, `kept`."""
    clock, timer = told.clock, told.timer
    if clock.fulfilled_at is not None:
        return word("clock_state", "late" if clock.breached_at else "fulfilled")
    if not clock.is_live:
        return word("clock_state", "breached" if clock.breached_at else "cancelled")
    if timer.kind is TimerKind.PAUSED or (clock.is_paused and clock.breached_at is None):
        return _("stands still, the ticket is {status}").format(status=word("status", told.status))
    if timer.seconds is None:
        return _("no deadline")
    if timer.kind is TimerKind.LATE:
        return _("{span} late").format(span=age_of(timer.seconds))
    if timer.kind is TimerKind.OPENS and timer.at is not None:
        return _("closed, opens {at}").format(at=moment_of(timer.at, told.zone))
    left = _("{span} left") if told.calendar.always_open else _("{span} of opening hours left")
    return left.format(span=_counted(told, timer.seconds))


def _counted(told: Explained, seconds: int) -> str:
    """What the clock counted: in days only where every hour of a day counts."""
    return age_of(seconds) if told.calendar.always_open else span_of(seconds)


def condition(name: str, value: str) -> str:
    """`priority is urgent`."""
    known = word(name, value) if value else _("not known") if name == "customer_class" else _("none")
    return _("{condition} is {value}").format(condition=word("policy_condition", name), value=known)


def cancelled_because(reason: CancelReason | None) -> str:
    return (
        {
            CancelReason.MERGED: _("The ticket was merged into another one: the promise was dropped."),
            CancelReason.SPAM: _("The ticket was spam: the promise was dropped."),
            CancelReason.DELETED: _("The ticket was deleted: the promise was dropped."),
            CancelReason.ENDED: _("The ticket was solved or closed without it: the promise was dropped."),
            CancelReason.NO_PROMISE: _("No policy promises this any more, so the promise was dropped."),
        }.get(reason or CancelReason.ENDED, "")
        if reason
        else _("The promise was dropped.")
    )


@dataclass(frozen=True, slots=True)
class _Teller:
    told: Explained

    def lines(self) -> Iterator[str]:
        clock, steps = self.told.clock, self.told.explanation.steps
        yield self._start(clock)
        yield self._promise(clock)
        if self.told.elsewhere:
            yield _("It was promised at the desk {desk}, where the ticket was then.").format(desk=self.told.elsewhere)
        if clock.grace_seconds:
            yield _("{span} of that is grace, because it began while the desk was closed.").format(
                span=span_of(clock.grace_seconds)
            )
        yield from self._reason(clock)
        if skipped := list(self._skipped(steps)):
            yield _("Not counted: {what}.").format(what=_(", ").join(skipped))
        yield from self._pauses([(since, until) for since, until in clock.pauses if until is not None])
        yield from self._end(clock, steps)

    def _start(self, clock: Clock) -> str:
        words = {
            ClockKind.FIRST_RESPONSE: _("Counted from {at}, when the ticket came."),
            ClockKind.RESOLUTION: _("Counted from {at}, when the ticket came."),
            ClockKind.NEXT_RESPONSE: _("Counted from {at}, when the customer wrote and nobody had answered since."),
            ClockKind.UPDATE: _("Counted from {at}, when the customer was last answered."),
        }[clock.kind]
        return words.format(at=self._at(clock.started_at))

    def _promise(self, clock: Clock) -> str:
        hours = (
            _("around the clock")
            if clock.calendar_id == EVERY_HOUR.id
            else _("of the opening hours “{calendar}”").format(calendar=self.told.calendar.name)
        )
        return _("The policy “{policy}” (edition {version}) gives {target} {hours} at priority {priority}.").format(
            policy=clock.policy_name,
            version=clock.policy_version,
            target=span_of(clock.target_seconds),
            hours=hours,
            priority=word("priority", clock.priority_applied),
        )

    def _reason(self, clock: Clock) -> Iterator[str]:
        if clock.reason is None:
            return
        matched = _(", ").join(condition(*each) for each in clock.reason.matched)
        yield (
            _("It holds because {conditions}.").format(conditions=matched)
            if matched
            else _("It holds for every ticket that no policy before it takes.")
        )
        passed = [
            _("“{policy}” ({condition})").format(policy=self.told.policies.get(key, key), condition=condition(*why))
            for key, *why in clock.reason.passed_over
        ]
        if passed:
            yield _("Policies before it that do not hold: {policies}.").format(policies=_and_more(passed))

    def _skipped(self, steps: Sequence[Step]) -> Iterator[str]:
        """Nights and weekends by their number, holidays and closures by name and day."""
        unnamed = Counter(
            self._closed(step)
            for before, step, after in zip((None, *steps), steps, (*steps[1:], None), strict=False)
            if step.kind is StepKind.CLOSED and not step.name and not self._belongs_to(step, before, after)
        )
        if count := unnamed["night"]:
            yield ngettext("{count} night", "{count} nights", count).format(count=count)
        if count := unnamed["weekend"]:
            yield ngettext("{count} weekend", "{count} weekends", count).format(count=count)
        if count := unnamed["break"]:
            yield ngettext("{count} break within a day", "{count} breaks within a day", count).format(count=count)
        yield from self._named(steps)

    def _named(self, steps: Sequence[Step]) -> Iterator[str]:
        for step in steps:
            if step.kind is StepKind.HOLIDAY:
                yield _("the holiday {name} ({days})").format(name=step.name, days=self._days(step))
            elif step.kind is StepKind.CLOSED and step.name:
                yield _("{name} ({days})").format(name=step.name, days=self._days(step))

    def _belongs_to(self, step: Step, before: Step | None, after: Step | None) -> bool:
        """Whether it is but the night beside a holiday or a closure, which is told by name."""
        return self._closed(step) != "weekend" and any(each and each.name for each in (before, after))

    def _closed(self, step: Step) -> str:
        first, last = self._dates(step)
        if first == last:
            return "break"
        weekend = any((first + timedelta(days=day)).weekday() >= 5 for day in range((last - first).days + 1))
        return "weekend" if weekend else "night"

    def _dates(self, step: Step) -> tuple[date, date]:
        """The first and the last local day of a step; midnight ends the day before."""
        zone = self.told.zone
        return step.start.astimezone(zone).date(), (step.end - timedelta(seconds=1)).astimezone(zone).date()

    def _days(self, step: Step) -> str:
        first, last = self._dates(step)
        return f"{first}" if first == last else f"{first} – {last}"

    def _pauses(self, pauses: Sequence[tuple[datetime, datetime]]) -> Iterator[str]:
        for since, until in pauses[:LISTED]:
            yield _("Paused from {start} to {end}.").format(start=self._at(since), end=self._at(until))
        if (rest := len(pauses) - LISTED) > 0:
            yield ngettext("And paused {count} time more.", "And paused {count} times more.", rest).format(count=rest)

    def _end(self, clock: Clock, steps: Sequence[Step]) -> Iterator[str]:
        if clock.due_at is not None:
            yield _("Due {at}.").format(at=self._at(clock.due_at))
        elif clock.is_paused:
            left = steps[-1].seconds_left if steps else clock.target_seconds
            yield _("It stands still since {at}, with {left} left.").format(
                at=self._at(clock.pauses[-1][0]), left=span_of(left)
            )
        elif clock.is_live:
            yield _("There is no deadline: the desk does not open for so long any more.")
        yield from self._ended(clock)

    def _ended(self, clock: Clock) -> Iterator[str]:
        if clock.fulfilled_at is not None:
            done = _("Done late, at {at}, after {span}.") if clock.breached_at else _("Kept at {at}, after {span}.")
            yield done.format(at=self._at(clock.fulfilled_at), span=_counted(self.told, clock.business_seconds))
        elif not clock.is_live:
            if clock.breached_at is not None:
                yield _("Missed at {at}.").format(at=self._at(clock.breached_at))
            yield cancelled_because(clock.cancel_reason)
        elif clock.breached_at is not None:
            yield _("The deadline was missed, and what was promised is still owed.")
        elif self.told.warn_at is not None:
            yield _("It warns at {at}.").format(at=self._at(self.told.warn_at))

    def _at(self, at: datetime) -> str:
        return moment_of(at, self.told.zone)


def _and_more(items: Sequence[str]) -> str:
    told = list(items[:LISTED])
    if rest := len(items[LISTED:]):
        told.append(_("{count} more").format(count=rest))
    return _(", ").join(told)
