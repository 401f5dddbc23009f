"""敲门叫应: who is sent to whose door, until when, and what was found there; the ladder's rows may send somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

WAITS = sa.text("state IN ('going', 'help')")
UNTOLD = sa.text("tell <> ''")


def upgrade() -> None:
    for table in ("ladder_rule", "rung"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("within_seconds", sa.Integer(), server_default=sa.text("0"), nullable=False))

    op.create_table(
        "knock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("knocker_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tell", sa.String(length=4), nullable=False),
        sa.Column("told_id", sa.String(length=36), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("word", sa.String(length=255), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_knock_alert_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_knock_answer_id")),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_knock_broadcast_id")),
        sa.ForeignKeyConstraint(["knocker_id"], ["person.id"], name=op.f("fk_knock_knocker_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_knock_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knock")),
        sa.UniqueConstraint("uid", name=op.f("uq_knock_uid")),
    )
    with op.batch_alter_table("knock", schema=None) as batch_op:
        batch_op.create_index("ix_knock_broadcast_person", ["broadcast_id", "person_id"], unique=False)
        batch_op.create_index("ix_knock_knocker", ["knocker_id"], unique=False)
        batch_op.create_index("ix_knock_open", ["due_at"], unique=False, sqlite_where=WAITS, postgresql_where=WAITS)
        batch_op.create_index("ix_knock_untold", ["id"], unique=False, sqlite_where=UNTOLD, postgresql_where=UNTOLD)
        batch_op.create_index(
            "uq_knock_open", ["broadcast_id", "person_id"], unique=True, sqlite_where=WAITS, postgresql_where=WAITS
        )

    op.create_table(
        "knock_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("knock_id", sa.Integer(), nullable=False),
        sa.Column("mime", sa.String(length=48), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["knock_id"], ["knock.id"], name=op.f("fk_knock_picture_knock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knock_picture")),
        sa.UniqueConstraint("uid", name=op.f("uq_knock_picture_uid")),
    )
    with op.batch_alter_table("knock_picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knock_picture_knock_id"), ["knock_id"], unique=False)


def downgrade() -> None:
    for table in ("rung", "ladder_rule"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE whom = 'knock'"))  # noqa: S608 - names of ours
    op.drop_table("knock_picture")
    op.drop_table("knock")
    op.execute(sa.text("DELETE FROM answer WHERE said = 'knocked' OR how = 'knock'"))  # nobody's own word
    for table in ("rung", "ladder_rule"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("within_seconds")
