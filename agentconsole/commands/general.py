"""Commands that no screen does without."""

from __future__ import annotations

from agentconsole.commands.base import Command
from agentconsole.locale import deferred
from agentconsole.services.parameters import Kind, Parameter


class Quit(Command):
    id = "quit"
    words = deferred("Quit"), deferred("Leave the console. What you are writing is kept.")
    keys = "q", "ctrl+q"
    aliases = "q", "exit"


class Help(Command):
    id = "help"
    words = deferred("Help"), deferred("Every key that works here, then those that work everywhere.")
    keys = "question_mark", "f1"


class Palette(Command):
    id = "palette"
    words = deferred("All commands"), deferred("Search everything that can be done, by name.")
    keys = "ctrl+p", "f2"


class CommandLine(Command):
    id = "command_line"
    words = deferred("Command"), deferred("Type a command by its name, with its values.")
    keys = "colon", "f3"


class Refresh(Command):
    id = "refresh"
    words = deferred("Refresh"), deferred("Read what is shown once more.")
    keys = "ctrl+r", "f5"


class NewTicket(Command):
    id = "new_ticket"
    words = deferred("New ticket"), deferred("A call or a walk-in becomes a ticket.")
    keys = ("N",)
    aliases = ("new",)


class Log(Command):
    id = "log"
    words = deferred("Notices"), deferred("The notices shown so far, with their time.")
    keys = ("L",)


class ShowOutbox(Command):
    id = "outbox"
    words = (
        deferred("Outbox"),
        deferred("What the helpdesk has still to be told, what it has, and what is in conflict."),
    )
    keys = ("O",)


class Theme(Command):
    id = "theme"
    words = deferred("Colours"), deferred("The next of the colour themes.")
    keys = ("f9",)
    takes = (Parameter("name", Kind.LINE, deferred("Name"), positional=True),)


ALL = (Quit(), Help(), Palette(), CommandLine(), Refresh(), NewTicket(), Log(), ShowOutbox(), Theme())
