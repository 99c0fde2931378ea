"""A ticket and a customer as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from agentconsole.cli.formatting import condition_words, heading, local, place_of, print_share, ticket_table
from agentconsole.cli.output import facts, line_of, paragraph, say, table
from agentconsole.cli.timers import Timers
from agentconsole.domain.customer import Movement, Profile
from agentconsole.domain.playbook import progress
from agentconsole.domain.sla import Clock, settle
from agentconsole.domain.ticket import Conversation, Message, Ticket
from agentconsole.locale import _, language, pgettext
from agentconsole.locale.words import author, staff, word

_SHOWN: Final = 50
"""Tickets of a customer."""


def print_conversation(talk: Conversation, timers: Timers) -> None:
    """Header, customer, clocks, and what was said."""
    now, zone = timers.now, timers.zone
    say(heading(talk.ticket))
    facts([*_header(talk.ticket, timers), *_merged(talk)])
    if talk.customer:
        say("", _("Customer"))
        facts(customer_facts(talk.customer))
    if talk.clocks:
        say("", _("Clocks"))
        clocks = settle(talk.clocks, now)
        facts([(word("clock", each.kind), _clock_words(each, talk.ticket, timers)) for each in clocks])
    if steps := progress(timers.desk(talk.ticket.desk).playbook(talk.ticket.category), talk.events):
        say("", _("Playbook"))
        for each in steps:
            done = f"  ({staff(each.by or '')} {local(each.at, zone)})" if each.at else ""
            say(line_of(f"{'x' if each.at else '-'} {each.step.label(language())}{done}"))
    say("", _("Conversation"))
    for said in talk.messages:
        _print_message(said, zone)


def _merged(talk: Conversation) -> list[tuple[str, object]]:
    """Where the conversation goes on, and whose it took over."""
    return [
        (_("Merged into"), talk.merged_into and talk.merged_into.reference),
        (_("Merged from"), ", ".join(each.reference for each in talk.merged_from)),
    ]


def _header(ticket: Ticket, timers: Timers) -> list[tuple[str, object]]:
    zone = timers.zone
    due = f"{timers.of(ticket)}  {local(ticket.due_at, zone)}" if ticket.due_at else None
    return [
        (
            _("Status"),
            " / ".join(filter(None, (word("status", ticket.status), ticket.source_status, *condition_words(ticket)))),
        ),
        (_("Priority"), ticket.priority and word("priority", ticket.priority)),
        (_("Left"), due and f"{due}  {word('clock', ticket.due_kind or '')}"),
        (_("Tier"), place_of(ticket)),
        (_("Agent"), ticket.assignee and staff(ticket.assignee)),
        (_("Channel"), f"{word('channel', ticket.channel)}  {ticket.desk}  {ticket.reference}"),
        (_("Language"), ticket.language and word("language", ticket.language)),
        (_("Category"), ticket.category and word("category", ticket.category)),
        (_("Tags"), " ".join(ticket.tags)),
        *((key, value) for key, value in ticket.fields.items()),
        (_("Created"), local(ticket.created_at, zone)),
        (_("Updated"), local(ticket.updated_at, zone)),
        (_("Identity verified"), ticket.verified_at and f"{local(ticket.verified_at, zone)}  {ticket.verified_how}"),
        (_("Until"), local(ticket.pending_until, zone)),
    ]


def customer_facts(profile: Profile) -> list[tuple[str, object]]:
    """What a person may want to know at a glance."""
    two_factor = pgettext("two-factor", "on") if profile.two_factor else pgettext("two-factor", "off")
    return [
        (_("Name"), " ".join(filter(None, (profile.name, profile.reading and f"({profile.reading})")))),
        (_("Number"), f"{profile.id}  {profile.reference}"),
        (_("Mail"), profile.email),
        (_("Phone"), profile.phone),
        (_("Organisation"), profile.organization),
        (_("Language"), profile.language and word("language", profile.language)),
        (_("Account"), profile.account and word("account", profile.account)),
        (_("KYC"), profile.kyc and word("kyc", profile.kyc)),
        (_("Two-factor"), None if profile.two_factor is None else two_factor),
        (_("Class"), profile.customer_class),
        (_("Opened"), profile.opened_on),
        (_("Notes"), profile.notes),
    ]


def _clock_words(each: Clock, ticket: Ticket, timers: Timers) -> str:
    due = f"{timers.of_clock(each, ticket)}  {local(each.due_at, timers.zone)}" if each.is_live and each.due_at else ""
    ended = local(each.fulfilled_at, timers.zone)
    state = "late" if each.fulfilled_at and each.breached_at else each.state
    return "  ".join(
        filter(None, (word("clock_state", state), due, ended, f"{each.policy_name} v{each.policy_version}"))
    )


def _print_message(said: Message, zone: tzinfo) -> None:
    kind = word("author", said.author_kind)
    name = line_of(author(said.author_name, said.author_kind))
    marks = ("" if said.public else _("[internal note]"), _("[redacted]") if said.redacted else "")
    say("", "  ".join(filter(None, (local(said.at, zone), name, f"({kind})", *marks))))
    paragraph(said.body, indent="  " if said.public else "  | ")
    for file in said.attachments:
        size = f"{file.size:,} B" if file.size is not None else ""
        say("  " + "  ".join(filter(None, (_("[attachment]"), line_of(file.name), line_of(file.type), size))))


def print_customer(profile: Profile, tickets: Sequence[Ticket], timers: Timers) -> None:
    """Who they are, what happened to their money and their account, and what they asked before."""
    zone = timers.zone
    facts(customer_facts(profile))
    if profile.movements:
        say("", _("Last movements"))
        titles = (_("Time"), _("Kind"), _("Amount"), _("State"), _("Reference"))
        table(titles, [_movement(each, zone) for each in profile.movements], flexible=4)
    if profile.account_events:
        say("", _("Account events"))
        facts(
            [
                (local(each.at, zone), " ".join(filter(None, (word("account_event", each.kind), each.detail))))
                for each in profile.account_events
            ]
        )
    if tickets:
        say("", _("Tickets"))
        ticket_table(tickets[:_SHOWN], timers)
        print_share(len(tickets[:_SHOWN]), len(tickets))


def _movement(each: Movement, zone: tzinfo) -> tuple[object, ...]:
    kind, state = word("movement", each.kind), word("money", each.state)
    return local(each.at, zone), kind, f"{each.amount} {each.asset}", state, each.reference
