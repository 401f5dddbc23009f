"""Alembic's entry: runs on a connection that bot.migrations.run hands in."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from bot.db.types import UtcDateTime


def plain(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Migrations speak of plain types: a new member of an enumeration is no change of a column."""
    if kind == "type" and isinstance(item, AutoString | sa.Enum):
        return f"sa.String(length={item.length})"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=plain,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
