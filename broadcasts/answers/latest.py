"""Which answer counts: a person's last that was not taken back. What was said of a task by hand is no answer to it."""

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.answers.models import BY_HAND, Answer


def latest(*where: sa.ColumnElement[bool]) -> sa.Subquery:
    """broadcast_id, person_id and the id of the answer that counts."""
    return (
        sa.select(
            col(Answer.broadcast_id).label("broadcast_id"),
            col(Answer.person_id).label("person_id"),
            sa.func.max(col(Answer.id)).label("id"),
        )
        .where(col(Answer.counts), col(Answer.undone_at).is_(None), col(Answer.said).not_in(BY_HAND), *where)
        .group_by(col(Answer.broadcast_id), col(Answer.person_id))
        .subquery()
    )
