"""Alembic's migrations. Each is a SQL script beside its Python file: SQL says it shortest."""

from __future__ import annotations

import sqlite3
from importlib.resources import files

from alembic import op


def run_script(name: str) -> None:
    """Runs a script of `versions/` statement by statement, in the migration's own transaction."""
    script = (files(__package__) / "versions" / name).read_text(encoding="utf-8")
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            op.get_bind().exec_driver_sql(statement)
            statement = ""
