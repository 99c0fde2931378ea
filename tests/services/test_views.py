"""Lists kept under a name: one's own and everyone's."""

from __future__ import annotations

import pytest

from agentconsole.domain.errors import NotFoundError, RefusedError, UsageError
from agentconsole.services import views
from agentconsole.services.session import Session
from agentconsole.store import views as saved
from tests.support.console_app import colleague


def kept(session: Session) -> list[tuple[str, str, str, bool]]:
    return [(view.name, view.query, view.sort, view.shared) for view in saved.views(session.store, session.agent.id)]


def test_a_list_is_ones_own_or_everyones(session: Session) -> None:
    views.save(session, " late   today ", "is:breached", "due")
    views.save(session, "税務", "tier:3 team:tax", "-created", shared=True)
    mei = colleague(session.store.path, session)
    with mei.store:
        assert kept(session) == [
            ("late today", "is:breached", "due", False),
            ("税務", "tier:3 team:tax", "-created", True),
        ]
        assert kept(mei) == kept(session)[1:]
        views.save(mei, "late today", "is:mine", "due")
        assert kept(session)[0][1] == "is:breached"


def test_saving_under_a_known_name_replaces_and_tells_what_was_there(session: Session) -> None:
    assert views.save(session, "Late", "is:breached", "due") is None
    before = views.save(session, "ＬＡＴＥ", "due:<30m", "priority")
    assert before is not None
    assert before.query == "is:breached"
    assert kept(session) == [("ＬＡＴＥ", "due:<30m", "priority", False)]


def test_everyones_list_shows_something_else_only_when_its_maker_says_so(session: Session) -> None:
    views.save(session, "Tax", "team:tax", "due", shared=True)
    mei = colleague(session.store.path, session)
    with mei.store:
        with pytest.raises(RefusedError) as refused:
            views.save(mei, "tax", "is:mine", "due", shared=True)
        assert (refused.value.code, "made by aoi" in str(refused.value)) == ("not_yours", True)
        views.save(mei, "tax", "is:mine", "due")
        views.rename(mei, saved.views(mei.store, mei.agent.id)[1], "Taxes")
    views.save(session, "taxes", "team:tax is:open", "due", shared=True)
    assert [(view.query, view.made_by) for view in saved.views(session.store, session.agent.id)] == [
        ("team:tax is:open", "aoi")
    ]


def test_what_means_nothing_is_not_kept(session: Session) -> None:
    for name, text, sort in (("  ", "is:open", "due"), ("a", "tier:9", "due"), ("a", "is:open", "colour")):
        with pytest.raises(UsageError):
            views.save(session, name, text, sort)
    assert kept(session) == []


def test_ones_own_list_is_found_before_everyones(session: Session) -> None:
    views.save(session, "late", "due:<30m", "due", shared=True)
    views.save(session, "Late", "is:breached", "due")
    assert views.named(session, "LATE").query == "is:breached"
    with pytest.raises(NotFoundError) as unknown:
        views.named(session, "lat")
    assert "'Late'" in unknown.value.hint


def test_a_list_is_renamed_unless_the_name_is_taken(session: Session) -> None:
    views.save(session, "late", "is:breached", "due")
    views.save(session, "soon", "due:<30m", "due")
    late = views.named(session, "late")
    with pytest.raises(RefusedError) as refused:
        views.rename(session, late, "SOON")
    assert refused.value.code == "name_taken"
    views.rename(session, late, "Late")
    assert [name for name, *_rest in kept(session)] == ["Late", "soon"]
    saved.delete(session.store, late.id)
    assert [name for name, *_rest in kept(session)] == ["soon"]
