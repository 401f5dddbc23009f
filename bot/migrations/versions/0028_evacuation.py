"""转移: orders, the villages of each, what is said of them, and the pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

LIVE = sa.text("closed_at IS NULL")
UNTOLD = sa.text("tell <> ''")


def upgrade() -> None:
    op.create_table(
        "evacuation_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_evacuation_order_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evacuation_order")),
        sa.UniqueConstraint("uid", name=op.f("uq_evacuation_order_uid")),
    )
    with op.batch_alter_table("evacuation_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evacuation_order_alert_id"), ["alert_id"], unique=False)
    _villages()
    _words()


def _villages() -> None:
    op.create_table(
        "evacuation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.Column("thread", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("shelter_id", sa.Integer(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tell", sa.String(length=8), nullable=False),
        sa.Column("told_id", sa.String(length=36), nullable=False),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_evacuation_alert_id")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_evacuation_area_id")),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_evacuation_broadcast_id")),
        sa.ForeignKeyConstraint(["order_id"], ["evacuation_order.id"], name=op.f("fk_evacuation_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evacuation_person_id")),
        sa.ForeignKeyConstraint(["second_id"], ["person.id"], name=op.f("fk_evacuation_second_id")),
        sa.ForeignKeyConstraint(["shelter_id"], ["shelter.id"], name=op.f("fk_evacuation_shelter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evacuation")),
        sa.UniqueConstraint("uid", name=op.f("uq_evacuation_uid")),
    )
    with op.batch_alter_table("evacuation", schema=None) as batch_op:
        batch_op.create_index("ix_evacuation_live", ["due_at"], unique=False, sqlite_where=LIVE, postgresql_where=LIVE)
        batch_op.create_index(batch_op.f("ix_evacuation_order_id"), ["order_id"], unique=False)
        batch_op.create_index("ix_evacuation_person", ["person_id", "second_id"], unique=False)
        batch_op.create_index("ix_evacuation_thread", ["thread"], unique=False)
        batch_op.create_index(
            "ix_evacuation_untold", ["id"], unique=False, sqlite_where=UNTOLD, postgresql_where=UNTOLD
        )
        batch_op.create_index(
            "uq_evacuation_live", ["area_id", "drill"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
        )


def _words() -> None:
    op.create_table(
        "evacuation_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("evacuation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("words", sa.String(length=255), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in FIGURES),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in FLAGS),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["evacuation_id"], ["evacuation.id"], name=op.f("fk_evacuation_word_evacuation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evacuation_word_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evacuation_word")),
        sa.UniqueConstraint("source", name=op.f("uq_evacuation_word_source")),
        sa.UniqueConstraint("uid", name=op.f("uq_evacuation_word_uid")),
    )
    op.create_table(
        "evacuation_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("evacuation_id", sa.Integer(), nullable=False),
        sa.Column("mime", sa.String(length=48), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["evacuation_id"], ["evacuation.id"], name=op.f("fk_evacuation_picture_evacuation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evacuation_picture")),
        sa.UniqueConstraint("uid", name=op.f("uq_evacuation_picture_uid")),
    )
    for table, names in (
        ("evacuation_word", ("evacuation_id", "person_id")),
        ("evacuation_picture", ("evacuation_id",)),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in names:
                batch_op.create_index(batch_op.f(f"ix_{table}_{name}"), [name], unique=False)


FIGURES = ("homes", "people", "left_homes", "left_people", "refusing")
FLAGS = ("refuses", "everybody", "needless", "cannot", "help")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM hold WHERE reason = 'evacuation'"))
    for table in ("evacuation_picture", "evacuation_word", "evacuation", "evacuation_order"):
        op.drop_table(table)
