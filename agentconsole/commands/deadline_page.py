"""The page that explains a ticket's deadlines, as lines of marked text: printed by one face, coloured by the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from agentconsole.commands.deadline_sides import sides
from agentconsole.commands.deadline_strip import Line, Marks, strip_lines
from agentconsole.commands.deadline_words import cancelled_because, condition, sentences, verdict
from agentconsole.commands.time_spans import clock_of, counted, moment_of, short_day
from agentconsole.domain.sla import Signal, SignalKind, Situation, Step, StepKind
from agentconsole.domain.text import cell_width, pad, safe_text, truncate, wrap
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.timer import TimerKind
from agentconsole.locale import _
from agentconsole.locale.words import word
from agentconsole.services.explain import Case, Explained

_CONDITIONS: Final = ("channel", "priority", "tier", "team", "language", "customer_class", "desk")
_GAP: Final = "  "


def page(case: Case, width: int, marks: Marks) -> list[Line]:
    """All of it, in lines of at most `width` cells: what is owed and why, each clock's reckoning, what happened."""
    lines = [*_head(case, width)]
    if case.what_if is not None:
        lines += [(), *sides(case, width)]
    for told in case.clocks:
        lines += [(), *_section(told, width, marks)]
    if not case.clocks:
        lines += [(), *_wrapped(_nothing(case), width, indent="")]
    return [*lines, (), *_history(case, width)]


def _nothing(case: Case) -> str:
    if not case.signals:
        return _("The ticket had not come yet.")
    return _("No promise is running for this ticket: no policy of its desk promises anything.")


def _plain(text: str, look: str = "text") -> Line:
    return ((look, safe_text(text, single_line=True)),)


def _wrapped(text: str, width: int, look: str = "text", indent: str = "  ") -> Iterator[Line]:
    for part in wrap(safe_text(text, single_line=True), max(width - len(indent), 1)):
        yield ((look, indent + part),)


# --- the ticket


def _head(case: Case, width: int) -> Iterator[Line]:
    ticket = case.ticket
    yield from _wrapped(f"{ticket.number}  {ticket.subject}", width, "title", "")
    yield from _wrapped(" · ".join(_facts(ticket)), width, "muted", "")
    if case.what_if is None:
        yield _plain(_("As it stands at {at}").format(at=moment_of(case.at, case.zone)), "muted")
    else:
        words = _("What if: {what}. Only supposed; nothing is changed.").format(what=supposition(case))
        yield from _wrapped(words, width, "soon", "")


def _facts(ticket: Ticket) -> Iterator[str]:
    if ticket.requester_name:
        yield ticket.requester_name
    yield word("channel", ticket.channel)
    if ticket.priority:
        yield word("priority", ticket.priority)
    yield word("status", ticket.status)
    yield f"T{int(ticket.tier)}" + (f" {word('team', ticket.team)}" if ticket.team else "")
    yield ticket.assignee or _("nobody's")


def supposition(case: Case) -> str:
    """What is supposed; the moment at least."""
    what_if = case.what_if
    supposed = [condition("priority", what_if.priority)] if what_if and what_if.priority else []
    if what_if and what_if.policy:
        supposed.append(_("the policy “{policy}” holds").format(policy=what_if.policy))
    return _(", ").join([*supposed, _("it is {at}").format(at=moment_of(case.at, case.zone))])


# --- one clock


def _section(told: Explained, width: int, marks: Marks) -> Iterator[Line]:
    heading = f"{word('clock', told.clock.kind)}: {verdict(told)}"
    yield _plain(truncate(heading, width), _look(told))
    for sentence in sentences(told):
        yield from _wrapped(sentence, width)
    if not told.clock.is_live and told.clock.breached_at is None:
        return  # nobody complains of a promise that was kept
    yield ()
    yield from strip_lines(told, width, marks)
    yield ()
    yield from _reckoning(told, width)


def _look(told: Explained) -> str:
    clock = told.clock
    if clock.breached_at is not None or told.timer.kind is TimerKind.LATE:
        return "late"
    if not clock.is_live:
        return "muted"
    return "soon" if told.warns else "heading"


def _reckoning(told: Explained, width: int) -> Iterator[Line]:
    """A line for each step: when, what it was, what it took from the promise, what was left."""
    steps = told.explanation.steps
    times, sums = [_when(step, told) for step in steps], [_sums(step) for step in steps]
    when = max(map(cell_width, times), default=0)
    room = max(min(width - when - max(map(cell_width, sums), default=0) - 2 - len(_GAP), 24), 8)
    for step, at, took in zip(steps, times, sums, strict=True):
        what = pad(_what(step), room) if took else truncate(_what(step), width - when - 2 - len(_GAP))
        yield (("text", f"  {pad(at, when)}{_GAP}"), (str(step.kind), what), ("text", took))
    yield (("heading", "  " + _total(told)),)


def _sums(step: Step) -> str:
    if step.kind is not StepKind.OPEN:
        return ""
    left = _("{left} left").format(left=f"{counted(step.seconds_left):>8}")
    return f"{'-' + counted(step.seconds_counted):>9}  {left}"


def _when(step: Step, told: Explained) -> str:
    zone = told.zone
    start, end = step.start.astimezone(zone).date(), step.end.astimezone(zone).date()
    until = clock_of(step.end, zone)
    if start != end:
        until = f"{short_day(end)} {until}"
    return f"{short_day(start)} {clock_of(step.start, zone)} – {until}"


def _what(step: Step) -> str:
    words = {
        StepKind.OPEN: _("counted"),
        StepKind.CLOSED: _("closed"),
        StepKind.PAUSE: _("paused"),
        StepKind.HOLIDAY: _("holiday"),
    }[step.kind]
    return safe_text(f"{words} {step.name}" if step.name else words, single_line=True)


def _total(told: Explained) -> str:
    clock = told.clock
    used = sum(step.seconds_counted for step in told.explanation.steps)
    words = _("{used} of {target} used").format(used=counted(used), target=counted(clock.target_seconds))
    if clock.due_at is None:
        return words
    return _("{used}: due {at}").format(used=words, at=moment_of(clock.due_at, told.zone))


# --- what happened


def _history(case: Case, width: int) -> Iterator[Line]:
    yield _plain(_("What happened"), "heading")
    before: Situation | None = None
    for signal in case.signals:
        at = moment_of(signal.at, case.zone)
        text = safe_text("; ".join(_told(signal, before)), single_line=True)
        before = signal.situation
        hanging = " " * (cell_width(at) + len(_GAP))
        first, *rest = wrap(text, max(width - 2 - len(hanging), 10))
        yield (("muted", f"  {at}{_GAP}"), ("text", first))
        yield from ((("text", f"  {hanging}{part}"),) for part in rest)


def _told(signal: Signal, before: Situation | None) -> Iterator[str]:
    match signal.kind:
        case SignalKind.CREATED:
            yield _("the ticket came")
            yield from (condition(*each) for each in _values(signal.situation) if each[1])
        case SignalKind.CUSTOMER_MESSAGE:
            yield _("the customer wrote")
        case SignalKind.AGENT_REPLY:
            yield _("the customer was answered")
        case SignalKind.STATUS:
            yield _("status: {status}").format(status=word("status", signal.status or signal.situation.status))
        case SignalKind.CONDITIONS:
            old = _values(before) if before else []
            yield from (condition(*each) for each in _values(signal.situation) if each not in old)
        case SignalKind.APPLY_POLICY:
            yield _("the desk's new edition was applied")
        case SignalKind.CANCELLED:
            yield cancelled_because(signal.reason)


def _values(situation: Situation) -> list[tuple[str, str]]:
    return [(name, "" if (value := getattr(situation, name)) is None else str(value)) for name in _CONDITIONS]
