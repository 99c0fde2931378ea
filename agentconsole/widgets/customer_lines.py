"""A customer as lines of a given width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final, NamedTuple

from agentconsole.domain.customer import Movement, Profile
from agentconsole.domain.text import cell_width, pad, safe_text, truncate, wrap
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.values import AccountState, Kyc
from agentconsole.locale import _, pgettext
from agentconsole.locale.words import word
from agentconsole.widgets.local_time import local_time

Piece = tuple[str, str]
"""The part whose style it has, and the text."""
_GAP: Final = "   "


class Line(NamedTuple):
    pieces: tuple[Piece, ...]
    ticket: int | None = None
    """Where the line is an earlier ticket: its place among them."""


@dataclass(frozen=True, slots=True)
class Customer:
    """All that the pane shows. Personal data comes masked or revealed as the screen decided.

    Args:
        verified_at: when the person proved who they are on this very contact; None: they did not.
        verified_how: by what.
        tickets: what they asked before, newest first.
        contact: lines such as an address or a number.
    """

    profile: Profile | None
    verified_at: datetime | None = None
    verified_how: str | None = None
    tickets: tuple[Ticket, ...] = ()
    contact: tuple[str, ...] = ()


def _line(text: str | None) -> str:
    return safe_text(text or "", single_line=True)


def _grouped(amount: str) -> str:
    """`3000000` as `3,000,000`; what is no plain number as it is."""
    whole, point, rest = amount.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.isascii() and whole.isdigit() and len(whole) < 40 else amount


class Sheet:
    """The lines, top to bottom. What is not known is left out."""

    def __init__(self, customer: Customer, zone: tzinfo, now: datetime, width: int) -> None:
        self._customer, self._zone, self._now, self._width = customer, zone, now, max(width, 1)

    def lines(self) -> Iterator[Line]:
        yield from self._verified()
        profile = self._customer.profile
        if profile is None:
            yield self._plain(_("Customer unknown"), "label")
        else:
            yield from self._person(profile)
            yield from self._movements(profile)
            yield from self._events(profile)
        yield from self._tickets()

    def _plain(self, text: str, part: str = "value") -> Line:
        return Line(((part, truncate(text, self._width)),))

    def _heading(self, text: str) -> Iterator[Line]:
        yield Line(())
        yield self._plain(text, "heading")

    def _verified(self) -> Iterator[Line]:
        at, how = self._customer.verified_at, _line(self._customer.verified_how)
        if at is None:
            part, text = "unverified", "! " + _("Identity: NOT verified")
        else:
            part, text = "verified", "✓ " + _("Identity: verified {time}").format(time=self._time(at))
            text = f"{text} ({how})" if how else text
        yield from (Line(((part, pad(f" {line}", self._width)),)) for line in wrap(text, max(self._width - 2, 1)))

    def _time(self, at: datetime) -> str:
        return local_time(at, self._zone, self._now)

    def _person(self, profile: Profile) -> Iterator[Line]:
        unnamed = _("Customer {reference}").format(reference=profile.reference)
        name, reading = _line(profile.name or unnamed), _line(profile.reading)
        yield Line((("name", truncate(name, self._width)), ("label", f"  {reading}" if reading else "")))
        for contact in self._customer.contact:
            yield self._plain(_line(contact))
        yield from self._flowed(_facts(profile))
        for note in wrap(safe_text(profile.notes or "").strip(), self._width):
            if note:
                yield self._plain(note)

    def _flowed(self, facts: Iterable[tuple[str, str, str]]) -> Iterator[Line]:
        """Facts side by side, as many as a line takes."""
        pieces: list[Piece] = []
        room = self._width
        for label, value, part in facts:
            fact = (("label", f"{label} "), (part, truncate(_line(value), self._width - cell_width(label) - 1)))
            cells = sum(cell_width(text) for _part, text in fact)
            if pieces and cells > room:
                yield Line(tuple(pieces))
                pieces, room = [], self._width
            pieces += [*fact, ("value", _GAP)]
            room -= cells + len(_GAP)
        if pieces:
            yield Line(tuple(pieces))

    def _movements(self, profile: Profile) -> Iterator[Line]:
        newest = sorted(profile.movements, key=lambda movement: movement.at, reverse=True)
        if not newest:
            return
        yield from self._heading(_("Last movements"))
        rows = [self._movement(each) for each in newest]
        days = [(self._day(each.at), *row[1:]) for each, row in zip(newest, rows, strict=True)]
        in_one_line = next((fit for fit in (rows, days) if sum(_columns(fit)) + 3 <= self._width), None)
        cells = _columns(in_one_line or rows)
        for each, (time, kind, amount, state) in zip(newest, in_one_line or rows, strict=True):
            aligned = " " * (cells[2] - cell_width(amount)) + amount
            what = (("label", f"{pad(time, cells[0])} "), ("value", f"{pad(kind, cells[1])} "))
            settled = ("alert" if each.state in _UNSETTLED else "label", state)
            if in_one_line:
                yield Line((*what, ("value", f"{aligned} "), settled))
            else:
                yield Line((*what, settled))
                yield from (Line((("value", f"  {part}"),)) for part in wrap(amount, max(self._width - 2, 1)))

    def _movement(self, movement: Movement) -> tuple[str, str, str, str]:
        amount = f"{_grouped(_line(movement.amount))} {_line(movement.asset)}"
        return (
            self._time(movement.at),
            _line(word("movement", movement.kind)),
            amount,
            _line(word("money", movement.state)),
        )

    def _events(self, profile: Profile) -> Iterator[Line]:
        newest = sorted(profile.account_events, key=lambda event: event.at, reverse=True)
        if not newest:
            return
        yield from self._heading(_("Account events"))
        cells = max(len(self._time(event.at)) for event in newest) + 1
        for event in newest:
            what = truncate(_line(word("account_event", event.kind)), max(self._width - cells, 1))
            pieces = ("label", pad(self._time(event.at), cells)), ("value", what)
            detail = _line(event.detail)
            if cells + cell_width(what) + 2 + cell_width(detail) <= self._width:
                yield Line((*pieces, ("label", f"  {detail}")))
            else:
                yield Line(pieces)
                yield from (Line((("label", f"  {part}"),)) for part in wrap(detail, max(self._width - 2, 1)))

    def _tickets(self) -> Iterator[Line]:
        tickets = self._customer.tickets
        if not tickets:
            return
        yield from self._heading(_("Earlier tickets: {count}").format(count=len(tickets)))
        rows = [
            (self._day(each.created_at), word("channel", each.channel), word("status", each.status)) for each in tickets
        ]
        cells = _columns(rows)
        room = max(self._width - sum(cells) - 5, 4)
        for index, (ticket, (day, channel, status)) in enumerate(zip(tickets, rows, strict=True)):
            subject = pad(_line(ticket.subject), room)
            yield Line(
                (
                    ("label", f"{pad(day, cells[0])} {pad(channel, cells[1])} "),
                    ("value", f"{subject} "),
                    ("label", status),
                ),
                index,
            )

    def _day(self, at: datetime) -> str:
        local = at.astimezone(self._zone)
        return f"{local:%m-%d}" if local.year == self._now.astimezone(self._zone).year else f"{local:%Y-%m}"


def _columns(rows: Sequence[tuple[str, ...]]) -> list[int]:
    """The cells that each column needs."""
    return [max(map(cell_width, column)) for column in zip(*rows, strict=True)]


_UNSETTLED: Final = ("review", "pending", "failed")


def _facts(profile: Profile) -> Iterator[tuple[str, str, str]]:
    """Label, value, and how it looks."""
    if profile.account is not None:
        part = "value" if profile.account is AccountState.ACTIVE else "alert"
        yield _("Account"), word("account", profile.account), part
    if profile.kyc is not None:
        yield _("KYC"), word("kyc", profile.kyc), "value" if profile.kyc is Kyc.VERIFIED else "alert"
    if profile.two_factor is not None:
        two_factor = pgettext("two-factor", "on") if profile.two_factor else pgettext("two-factor", "off")
        yield _("Two-factor"), two_factor, "value"
    if profile.language:
        yield _("Language"), word("language", profile.language), "value"
    for label, value in (
        (_("Class"), profile.customer_class),
        (_("Organisation"), profile.organization),
        (_("Opened"), profile.opened_on),
    ):
        if value:
            yield label, value, "value"
