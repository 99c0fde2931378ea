"""Keeping a list under a name. Names are told apart as a person reads them, among one's own and among everyone's.

Everyone's may be renamed and deleted by anyone who may open the store: there are no roles yet, and whoever made it may
be gone. What they show is changed by nobody else, though: it would look the same and find other tickets.
"""

from __future__ import annotations

from datetime import UTC

from agentconsole.domain import query
from agentconsole.domain.errors import NotFoundError, RefusedError, UsageError, nearest
from agentconsole.domain.text import fold
from agentconsole.locale import _
from agentconsole.services.session import Session
from agentconsole.store import tickets, views
from agentconsole.store.views import SavedView


def save(session: Session, name: str, text: str, sort: str, *, shared: bool = False) -> SavedView | None:
    """Keeps a query and an order under a name; returns the list that had the name and is replaced by it.

    Raises:
        UsageError: no name, or a query or an order that means nothing.
        RefusedError: `not_yours`, it would replace everyone's list that somebody else made.
    """
    name = _readable(name)
    query.parse(text, now=session.now(), zone=UTC)
    tickets.sort_named(sort)
    store = session.store
    with store.writing():
        before = _namesake(session, name, shared=shared)
        if before is None:
            views.add(store, None if shared else session.agent.id, name, text, sort, made_by=session.agent.login)
        else:
            _must_be_theirs(session, before)
            views.change(store, before.id, name, text, sort)
    return before


def rename(session: Session, view: SavedView, name: str) -> None:
    """Gives a saved list another name.

    Raises:
        UsageError: no name.
        RefusedError: `name_taken`.
    """
    name = _readable(name)
    with session.store.writing():
        other = _namesake(session, name, shared=view.shared)
        if other is not None and other.id != view.id:
            words = _("there is a list {name} already").format(name=repr(other.name))
            raise RefusedError("name_taken", words, _("choose another name"))
        views.change(session.store, view.id, name, view.query, view.sort)


def named(session: Session, name: str) -> SavedView:
    """One's own list of that name, else everyone's.

    Raises:
        NotFoundError: there is none; the hint is the nearest name.
    """
    known = {fold(each.name): each for each in reversed(views.views(session.store, session.agent.id))}
    if fold(name) not in known:
        close = nearest(fold(name), known)
        hint = _("did you mean {word}?").format(word=repr(known[close].name)) if close else ""
        raise NotFoundError(_("there is no list {name}").format(name=repr(name)), hint)
    return known[fold(name)]


def _must_be_theirs(session: Session, view: SavedView) -> None:
    if view.shared and view.made_by != session.agent.login:
        words = _("{name} is everyone's list, made by {who}")
        refused = words.format(name=repr(view.name), who=view.made_by or _("somebody"))
        raise RefusedError("not_yours", refused, _("choose another name"))


def _namesake(session: Session, name: str, *, shared: bool) -> SavedView | None:
    known = views.views(session.store, session.agent.id)
    return next((each for each in known if each.shared is shared and fold(each.name) == fold(name)), None)


def _readable(name: str) -> str:
    words = " ".join(name.split())
    if not fold(words):
        raise UsageError(_("a list needs a name"))
    return words
