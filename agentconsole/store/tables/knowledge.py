"""Articles and canned answers, each in several languages."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Article(SQLModel, table=True):
    id: str = Field(primary_key=True)
    desk: str | None = None
    category: str | None = None
    tags: str = "[]"
    updated_at: int


class ArticleVariant(SQLModel, table=True):
    __tablename__ = "article_variant"
    __table_args__ = (UniqueConstraint("article_id", "language"),)

    id: int | None = Field(default=None, primary_key=True)
    article_id: str = Field(foreign_key="article.id")
    language: str
    title: str
    body: str


class CannedAnswer(SQLModel, table=True):
    __tablename__ = "canned_answer"

    id: str = Field(primary_key=True)
    desk: str | None = None
    category: str | None = None
    tags: str = "[]"
    updated_at: int


class CannedVariant(SQLModel, table=True):
    __tablename__ = "canned_variant"
    __table_args__ = (UniqueConstraint("canned_id", "language"),)

    id: int | None = Field(default=None, primary_key=True)
    canned_id: str = Field(foreign_key="canned_answer.id")
    language: str
    title: str
    body: str
