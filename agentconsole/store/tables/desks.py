"""Desks and who works at them, with what each keeps at hand."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Setting(SQLModel, table=True):
    """Facts about the store itself: `fixtures` (made with fixture data), `created_at`."""

    key: str = Field(primary_key=True)
    value: str


class Desk(SQLModel, table=True):
    """Each version of each desk's configuration; the highest is in force, the others explain old clocks."""

    key: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    text: str
    applied_at: int


class Agent(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True)
    name: str
    email: str | None = None
    tier: int = 1
    teams: str = "[]"
    source: str | None = None
    external_id: str | None = None


class SavedView(SQLModel, table=True):
    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("agent_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    name: str
    query: str
    sort: str = "due"
    made_by: str | None = None


class Draft(SQLModel, table=True):
    """What somebody is writing: one a ticket, an agent and a kind (reply, note)."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    ticket: int = Field(primary_key=True, foreign_key="ticket.number")
    agent_id: int = Field(primary_key=True, foreign_key="agent.id")
    kind: str = Field(primary_key=True)
    body: str
    canned: str = "[]"
    updated_at: int
