"""What a ticket's row says, in cells: its timer in at most seven, its signs and words in columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from agentconsole.config import Glyphs
from agentconsole.domain.text import cell_width, safe_text, truncate
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.timer import DAY, HOUR, IN_DAYS, MINUTE, NEAR, YEAR, Timer, TimerKind
from agentconsole.domain.values import Channel, Condition, Priority, Status, Team, Tier
from agentconsole.locale import _, pgettext

TIMER_CELLS: Final = 7
LEAD_CELLS: Final = 2 + TIMER_CELLS + 1
"""The cursor's sign, the mark, the timer and a gap: all that a tick ever repaints."""
_A_WEEK: Final = 7
_WIDE: Final = 100
_WIDER: Final = 120
_SUBJECT_CELLS: Final = 16
_DROPPED_FIRST: Final = ("assignee", "language", "requester", "channel", "status", "tier", "team", "priority")


@dataclass(frozen=True, slots=True)
class Signs:
    """Signs for which a terminal may lack the font or count another width."""

    opens: str
    paused: str
    ellipsis: str
    urgent: str
    high: str
    low: str


SIGNS: Final = {
    Glyphs.UNICODE: Signs(opens="▸", paused="‖", ellipsis="…", urgent="▮", high="▴", low="▾"),
    Glyphs.ASCII: Signs(opens=">", paused="||", ellipsis="~", urgent="#", high="^", low="v"),
}


def timer_text(timer: Timer, zone: tzinfo, signs: Signs, *, closely: bool = True) -> str:
    """`-12m` late; `2h05`, `31m`, `4:32` left; `▸09:00` or `▸Mon09h` when its desk opens, by the clock of `zone`.

    Args:
        closely: whether the last minutes are counted in seconds; else `04m`, and `<1m` at the end.
    """
    seconds = timer.seconds
    if timer.kind is TimerKind.PAUSED:
        return signs.paused + _waits_for(timer.status)
    if seconds is None:
        return ""
    if timer.kind is TimerKind.LATE:
        return _late(seconds)
    if timer.kind is TimerKind.LEFT:
        return _left(seconds, closely)
    return (
        ""
        if timer.at is None
        else signs.opens + _opening(timer.at, seconds, zone, TIMER_CELLS - cell_width(signs.opens))
    )


def _waits_for(status: Status | None) -> str:
    """In at most five cells."""
    words = {Status.PENDING: pgettext("timer", "cust."), Status.HOLD: pgettext("timer", "hold")}
    return words.get(status, "") if status else ""


def _late(seconds: int) -> str:
    if seconds < HOUR:
        return f"-{max(seconds // MINUTE, 1)}m"
    if seconds < YEAR:
        return f"-{seconds // HOUR}h" if seconds < DAY else f"-{seconds // DAY}d"
    return f"-{seconds // YEAR}y{seconds % YEAR // DAY}d" if seconds < 10 * YEAR else f"-{seconds // YEAR}y"


def _left(seconds: int, closely: bool) -> str:
    minutes = seconds // MINUTE
    if closely and seconds < NEAR:
        return f"{minutes}:{seconds % MINUTE:02}"
    if seconds < HOUR:
        return f"{minutes:02}m" if minutes else "<1m"
    return f"{minutes // 60}h{minutes % 60:02}" if seconds < IN_DAYS else f"{seconds // DAY}d"


def _opening(at: datetime, seconds: int, zone: tzinfo, cells: int) -> str:
    """The opening's time today, with its weekday within a week, or its date, in at most so many cells."""
    opening = at.astimezone(zone)
    days = (opening.date() - (at - timedelta(seconds=seconds)).astimezone(zone).date()).days
    if days == 0:
        return f"{opening:%H:%M}"
    if days >= _A_WEEK:
        return f"{opening:%m-%d}"
    day = _weekday(opening.weekday())
    exact = f"{day}{opening.hour}:{opening:%M}"
    return exact if cell_width(exact) <= cells else _("{day}{hour:02}h").format(day=day, hour=opening.hour)


def _weekday(day: int) -> str:
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[day]


class Look(NamedTuple):
    """All that a row's picture depends on, beside the widget's width and words. No number: a row that is not held."""

    number: int | None
    version: int
    cursor: str
    marked: bool
    timer: str
    tone: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that have room, by their cells (the gap behind not counted), and the words that stand in them."""

    cells: dict[str, int]
    signs: Signs
    priorities: dict[Priority, str]
    channels: dict[Channel, str]
    statuses: dict[Status, str]
    conditions: dict[Condition, str]
    conflict: str
    teams: dict[str, str]

    def cell(self, column: str, text: str | None, *, foreign: bool = False) -> str:
        """The text in its column, with the gap behind; nothing if the column has no room."""
        cells = self.cells.get(column)
        if cells is None:
            return ""
        text = safe_text(text or "", single_line=True) if foreign else text or ""
        text = truncate(text, cells, self.signs.ellipsis)
        return text + " " * (cells - cell_width(text) + 1)


def columns(width: int, digits: int, signs: Signs, tier: int | None = None) -> Columns:
    """The columns of rows of so many cells, timer included, with numbers of so many digits, in the language of now.

    Args:
        tier: the only one that is listed, which needs no column; of specialists the team is told instead.
    """
    of_priority = {Priority.URGENT: signs.urgent, Priority.HIGH: signs.high, Priority.LOW: signs.low}
    signed = {each: f"{of_priority.get(each, ' ')}{word}" for each, word in priorities().items()}
    in_words, states, told = channels(), statuses(), conditions()
    in_teams = teams() if tier == Tier.SPECIALIST else {}
    cells = {
        "number": digits,
        "priority": _widest(signed.values()),
        "channel": _widest(in_words.values()),
        "requester": 16 if width >= _WIDER else 10,
        "status": _widest(states.values()),
        **({"tier": 2} if tier is None else {"team": _widest(in_teams.values())} if in_teams else {}),
    }
    if width >= _WIDE:
        cells |= {"language": 7, "assignee": 8}
    room = width - LEAD_CELLS
    for column in _DROPPED_FIRST:
        if room - sum(cells.values()) - len(cells) >= _SUBJECT_CELLS:
            break
        cells.pop(column, None)
    cells["subject"] = max(room - sum(cells.values()) - len(cells) - 1, 1)
    return Columns(cells, signs, signed, in_words, states, told, pgettext("column", "conflict"), in_teams)


def pieces(look: Look, ticket: Ticket | None, columns: Columns) -> list[tuple[str, str]]:
    """The row in as few pieces as its colours allow, each a text with the part of the list whose colour it has.

    A colour costs some forty bytes on the wire, so the cursor's line has only one. None: a row on the way.
    """
    lead, cell = _lead(look), columns.cell
    if ticket is None:
        return [(look.cursor or "muted", lead + cell("number", columns.signs.ellipsis))]
    subject = cell("subject", _subject(ticket, columns), foreign=True)
    status = columns.conditions[ticket.ending] if ticket.ending else columns.statuses[ticket.status]
    priority = cell("priority", columns.priorities[ticket.priority] if ticket.priority else "")
    row = [
        (look.tone or ("marked" if look.marked else ""), lead),
        ("", cell("number", str(ticket.number))),
        ("urgent" if ticket.priority is Priority.URGENT else "", priority),
        (
            "",
            cell("channel", columns.channels[ticket.channel])
            + cell("language", ticket.language, foreign=True)
            + subject,
        ),
        (
            "muted",
            cell("requester", ticket.requester_name, foreign=True) + cell("status", status),
        ),
        (
            "muted",
            cell("tier", f"T{int(ticket.tier)}")
            + cell("team", columns.teams.get(ticket.team or "", ticket.team), foreign=True)
            + cell("assignee", _assignee(ticket, columns), foreign=True),
        ),
    ]
    return [(look.cursor, "".join(text for _, text in row))] if look.cursor else row


def _subject(ticket: Ticket, columns: Columns) -> str:
    mark = f"[{columns.conditions[Condition.REDACTED]}] " if Condition.REDACTED in ticket.conditions else ""
    if ticket.in_conflict:
        mark = f"[{columns.conflict}] {mark}"
    return mark + (ticket.subject or _("(no subject)"))


def _assignee(ticket: Ticket, columns: Columns) -> str | None:
    """Of staff of whom no more than an id is known, and a long one, the end: it tells them apart."""
    login, cells = ticket.assignee, columns.cells.get("assignee", 0)
    if login is None or ":" not in login:
        return login
    from agentconsole.locale.words import staff  # few lists need it, none before its first rows

    name = staff(login)
    return name if name == login or cell_width(name) <= cells else f"{columns.signs.ellipsis}{login[1 - cells :]}"


def _lead(look: Look) -> str:
    """The left end: `>`, `*` and `!` are there for whoever sees no colour."""
    field = " " * (TIMER_CELLS - cell_width(look.timer)) + look.timer
    late = look.tone == "late"
    return f"{'>' if look.cursor else ' '}{'*' if look.marked else ' '}{'!' + field[1:] if late else field} "


def _widest(words: Iterable[str]) -> int:
    return max(map(cell_width, words))


def priorities() -> dict[Priority, str]:
    """The short words of a column, in the language of now."""
    return {
        Priority.URGENT: pgettext("column", "urgent"),
        Priority.HIGH: pgettext("column", "high"),
        Priority.NORMAL: pgettext("column", "normal"),
        Priority.LOW: pgettext("column", "low"),
    }


def channels() -> dict[Channel, str]:
    """The short words of a column, in the language of now."""
    return {
        Channel.FORM: pgettext("column", "form"),
        Channel.CHAT: pgettext("column", "chat"),
        Channel.PHONE: pgettext("column", "phone"),
        Channel.MAIL: pgettext("column", "mail"),
        Channel.SOCIAL: pgettext("column", "social"),
        Channel.FORUM: pgettext("column", "forum"),
        Channel.OTHER: pgettext("column", "other"),
    }


def teams() -> dict[str, str]:
    """The words of a column, in the language of now."""
    from agentconsole.locale.words import word  # one list needs them, not the first

    return {each.value: word("team", each) for each in Team}


def statuses() -> dict[Status, str]:
    """The short words of a column, in the language of now."""
    return {
        Status.NEW: pgettext("column", "new"),
        Status.OPEN: pgettext("column", "open"),
        Status.PENDING: pgettext("column", "pending"),
        Status.HOLD: pgettext("column", "hold"),
        Status.SOLVED: pgettext("column", "solved"),
        Status.CLOSED: pgettext("column", "closed"),
    }


def conditions() -> dict[Condition, str]:
    """The short words of a column, in the language of now."""
    return {
        Condition.DELETED: pgettext("column", "deleted"),
        Condition.SCRUBBED: pgettext("column", "erased"),
        Condition.MERGED: pgettext("column", "merged"),
        Condition.SUSPENDED: pgettext("column", "susp."),
        Condition.SPAM: pgettext("column", "spam"),
        Condition.REDACTED: pgettext("column", "redacted"),
    }
