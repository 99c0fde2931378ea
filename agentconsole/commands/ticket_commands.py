"""Working on a ticket: the verbs, and what helps to answer."""

from __future__ import annotations

from typing import Final

from agentconsole.commands.base import Command, Context, Scope, VerbCommand
from agentconsole.domain.values import Priority as Urgency
from agentconsole.locale import _, deferred
from agentconsole.services.parameters import Kind, Parameter

_WRITING: Final = (Scope.COMPOSER,)
_EXPLAINING: Final = (Scope.LIST, Scope.TICKET, Scope.EXPLANATION)
_ASKING: Final = (Scope.LIST, Scope.TICKET, Scope.COMPOSER)


class Reply(VerbCommand):
    id = "reply"
    keys = ("r",)
    single = True


class Note(VerbCommand):
    id = "note"
    keys = ("n",)


class Escalate(VerbCommand):
    id = "escalate"
    keys = ("e",)


class HandBack(VerbCommand):
    id = "handback"
    keys = ("h",)


class Claim(VerbCommand):
    id = "claim"
    keys = ("t",)
    aliases = ("take",)


class Release(VerbCommand):
    id = "release"
    keys = ("T",)


class Assign(VerbCommand):
    id = "assign"
    keys = ("a",)


class Verify(VerbCommand):
    id = "verify"
    keys = ("v",)
    single = True


class Priority(VerbCommand):
    id = "priority"
    keys = ("p",)


class Tag(VerbCommand):
    id = "tag"
    keys = ("number_sign",)


class Pending(VerbCommand):
    id = "pending"
    keys = ("w",)
    aliases = ("wait",)


class Solve(VerbCommand):
    id = "solve"
    keys = ("s",)


class Reopen(VerbCommand):
    id = "reopen"
    keys = ("o",)


class Step(VerbCommand):
    id = "step"
    keys = ("P",)
    single = True


class KeepOurs(VerbCommand):
    id = "ours"
    keys = ("less_than_sign",)


class TakeTheirs(VerbCommand):
    id = "theirs"
    keys = ("greater_than_sign",)


class Undo(Command):
    id = "undo"
    words = deferred("Undo"), deferred("Take back the last thing you did.")
    keys = ("u",)
    scopes = (Scope.LIST, Scope.TICKET)


class Canned(Command):
    id = "canned"
    words = deferred("Canned answers"), deferred("Choose a prepared answer, filled in for this customer.")
    keys = "c", "f6"
    scopes = _ASKING
    needs_ticket = True
    single = True
    takes = (Parameter("words", Kind.LINE, deferred("Words"), positional=True),)


class Knowledge(Command):
    id = "knowledge"
    words = deferred("Look up"), deferred("Search the articles; without words, for what this ticket asks.")
    keys = "k", "f7"
    scopes = _ASKING
    aliases = ("kb",)
    takes = (Parameter("words", Kind.LINE, deferred("Words"), positional=True),)


class Explain(Command):
    id = "explain"
    words = deferred("Explain the deadline"), deferred("How the time that is left comes about, step by step.")
    keys = ("i",)
    scopes = _EXPLAINING
    needs_ticket = True
    single = True


class WhatIf(Command):
    id = "what_if"
    words = (
        deferred("What if"),
        deferred("The deadlines at another priority, under another policy or at another time; nothing is changed."),
    )
    keys = ("I",)
    scopes = _EXPLAINING
    needs_ticket = True
    single = True
    takes = (
        Parameter("priority", Kind.CHOICE, deferred("Priority"), choices=tuple(Urgency), positional=True),
        Parameter("policy", Kind.LINE, deferred("Policy")),
        Parameter("at", Kind.INSTANT, deferred("When")),
    )


class Quotes(Command):
    id = "quotes"
    words = deferred("Quotations"), deferred("Show what the messages quote of earlier ones, or fold it away again.")
    keys = ("z",)
    scopes = (Scope.TICKET,)


class ShowCustomer(Command):
    id = "customer"
    words = deferred("Customer"), deferred("Who asks: over the whole screen where it is narrow, and back.")
    keys = ("d",)
    scopes = (Scope.TICKET,)


class Send(Command):
    id = "send"
    words = deferred("Send"), deferred("Send the reply, or keep the note. Enter alone never does.")
    keys = ("ctrl+s",)
    scopes = _WRITING
    takes = (Parameter("override", Kind.LINE, deferred("Checks to override"), positional=True),)


class SendAndSolve(Send):
    id = "send_solve"
    words = deferred("Send and solve"), deferred("Send the reply, and with it the ticket is solved.")
    keys = ("f8",)


class SendAndWait(Send):
    id = "send_pending"
    words = deferred("Send and wait"), deferred("Send the reply, and wait for the customer.")
    keys = ("f4",)


class Editor(Command):
    id = "editor"
    words = deferred("Editor"), deferred("Go on writing in your own editor.")
    keys = ("ctrl+e",)
    scopes = _WRITING

    def unavailable(self, context: Context) -> str | None:
        return super().unavailable(context) or (_("not in a locked console") if context.locked else None)


ALL = (
    Reply(), Note(), Canned(), Knowledge(), ShowCustomer(), Quotes(), Send(), SendAndSolve(), SendAndWait(), Editor(),
    Claim(), Release(), Assign(), Escalate(), HandBack(), Verify(), Priority(), Tag(), Pending(), Solve(), Reopen(),
    Step(), KeepOurs(), TakeTheirs(), Undo(), Explain(), WhatIf(),
)  # fmt: skip
