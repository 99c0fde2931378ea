"""Differences between our clocks and another helpdesk's, as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from agentconsole.cli.output import say, table, tell
from agentconsole.commands.time_spans import counted, span_of
from agentconsole.domain.oracle import Cause
from agentconsole.locale import _, ngettext
from agentconsole.locale.words import word
from agentconsole.services.comparing import Comparison, Difference

SHOWN: Final = 10
"""Differences of one cause that are listed for people; --json lists all."""


def print_comparison(result: Comparison) -> None:
    """How many agree, and the differences by cause, the most frequent cause first."""
    words = ngettext(
        "{compared} clock compared, {same} say the same, {different} differ",
        "{compared} clocks compared, {same} say the same, {different} differ",
        result.compared,
    )
    say(words.format(compared=result.compared, same=result.same, different=len(result.differences)))
    if not result.compared:
        tell(
            _("Nothing is known of the helpdesk's clocks. Zendesk tells them in files: sla compare ticket_metrics.json")
        )
    if result.unknown:
        say(_("{count} clocks are of tickets that are not in this store").format(count=result.unknown))
    often = result.causes
    ordered = sorted(result.differences, key=lambda each: (-often[each.cause], each.cause, each.number))
    for cause, group in groupby(ordered, key=lambda each: each.cause):
        its = list(group)
        say("", f"{_because(cause)}: {len(its)}")
        titles = (_("Number"), _("Clock"), _("Here"), _("There"), _("Said by"))
        table(titles, [_row(each) for each in its[:SHOWN]], flexible=4)
        if len(its) > SHOWN:
            say(_("... and {count} more; --json lists them").format(count=len(its) - SHOWN))


def _because(cause: Cause) -> str:
    return {
        Cause.NO_CLOCK: _("No policy here promises it"),
        Cause.START: _("The clocks begin at different times"),
        Cause.ANSWER: _("Something else counted as the end"),
        Cause.TARGET: _("Another target: another policy, or another priority in force"),
        Cause.HOURS: _("Opening hours here, every hour there, or the reverse"),
        Cause.PAUSES: _("The clocks stood still at different times"),
        Cause.CALENDAR: _("Other opening hours or holidays"),
        Cause.DEADLINE: _("Another deadline; of which target, the helpdesk does not say"),
        Cause.ELAPSED: _("Other time was counted"),
        Cause.ROUNDING: _("Less than a minute apart: whole minutes there"),
        Cause.VERDICT: _("The same times, and another verdict"),
    }[cause]


def _row(each: Difference) -> tuple[object, ...]:
    """The number, the clock, and on each side what the cause is about."""
    ours, theirs = each.ours, each.theirs
    clock = word("clock", theirs.kind)
    if ours is None:
        return each.number, clock, "-", _at(theirs.due_at or theirs.fulfilled_at), theirs.said_by
    match each.cause:
        case Cause.START:
            sides = _at(ours.started_at), _at(theirs.started_at)
        case Cause.ANSWER:
            sides = _at(ours.fulfilled_at), _at(theirs.fulfilled_at)
        case Cause.TARGET:
            sides = _span(ours.target_seconds), _span(theirs.target)
        case Cause.ELAPSED:
            sides = _count(ours.business_seconds), _count(theirs.elapsed)
        case _:
            sides = _at(ours.due_at), _at(theirs.due_at or theirs.fulfilled_at)
    return each.number, clock, *sides, theirs.said_by


def _at(at: datetime | None) -> str:
    return "-" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _span(seconds: int | None) -> str:
    return "-" if seconds is None else span_of(seconds)


def _count(seconds: int | None) -> str:
    return "-" if seconds is None else counted(seconds)
