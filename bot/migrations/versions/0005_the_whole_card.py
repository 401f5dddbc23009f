"""Reports, drills, duty, reminders and what goes with them: the tables of the whole card."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_duty_day")),
    )
    op.create_table(
        "duty_role",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_duty_role")),
    )
    op.create_table(
        "duty_rule",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_duty_rule")),
    )
    op.create_table(
        "report_deadline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("clock", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("at_time", sa.String(length=5), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_deadline")),
    )
    op.create_table(
        "report_number",
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_report_number")),
    )
    op.create_table(
        "shift_pattern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("day", sa.String(length=8), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("roles", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_pattern")),
    )
    op.create_table(
        "duty_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_duty_post_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_post")),
        sa.UniqueConstraint("area_id", "name", name="uq_duty_post_name"),
        sa.UniqueConstraint("uid", name=op.f("uq_duty_post_uid")),
    )
    with op.batch_alter_table("duty_post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_post_area_id"), ["area_id"], unique=False)

    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("hazard", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_incident_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("uid", name=op.f("uq_incident_uid")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_opened_at"), ["opened_at"], unique=False)

    op.create_table(
        "phone_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=128), nullable=False),
        sa.Column("caller", sa.LargeBinary(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("told", sa.String(length=255), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_phone_log_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_log")),
        sa.UniqueConstraint("key", name=op.f("uq_phone_log_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_phone_log_uid")),
    )
    with op.batch_alter_table("phone_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_log_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_phone_log_at"), ["at"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.String(length=255), nullable=False),
        sa.Column("roles", sa.String(length=160), nullable=False),
        sa.Column("kinds", sa.String(length=96), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("must_act", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_reminder_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("uid", name=op.f("uq_reminder_uid")),
    )
    op.create_table(
        "duty_handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outgoing", sa.String(length=96), nullable=False),
        sa.Column("incoming", sa.String(length=96), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["duty_post.id"], name=op.f("fk_duty_handover_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_handover")),
        sa.UniqueConstraint("post_id", "due_at", name="uq_duty_handover_moment"),
        sa.UniqueConstraint("uid", name=op.f("uq_duty_handover_uid")),
    )
    with op.batch_alter_table("duty_handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_handover_due_at"), ["due_at"], unique=False)

    op.create_table(
        "duty_shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(length=64), nullable=False),
        sa.Column("cannot_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_shift_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["duty_post.id"], name=op.f("fk_duty_shift_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shift")),
        sa.UniqueConstraint("uid", name=op.f("uq_duty_shift_uid")),
    )
    with op.batch_alter_table("duty_shift", schema=None) as batch_op:
        batch_op.create_index("ix_duty_shift_ends", ["ends_at"], unique=False)
        batch_op.create_index("ix_duty_shift_person", ["person_id", "starts_at"], unique=False)
        batch_op.create_index("ix_duty_shift_post", ["post_id", "starts_at"], unique=False)
        batch_op.create_index("ix_duty_shift_remind", ["remind_at"], unique=False)

    op.create_table(
        "reminder_occurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["reminder_id"], ["reminder.id"], name=op.f("fk_reminder_occurrence_reminder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_occurrence")),
        sa.UniqueConstraint("reminder_id", "planned_at", name="uq_reminder_occurrence"),
    )
    with op.batch_alter_table("reminder_occurrence", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reminder_occurrence_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )

    op.create_table(
        "duty_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_check_person_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["duty_shift.id"], name=op.f("fk_duty_check_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_check")),
        sa.UniqueConstraint("uid", name=op.f("uq_duty_check_uid")),
    )
    with op.batch_alter_table("duty_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_check_deadline"), ["deadline"], unique=False)
        batch_op.create_index("ix_duty_check_person", ["person_id", "asked_at"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("thread", sa.String(length=36), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("follower_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=24), nullable=False),
        sa.Column("hazard", sa.String(length=8), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("asks", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("comment", sa.String(length=255), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_report_area_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_report_conversation_id")),
        sa.ForeignKeyConstraint(["follower_id"], ["follower.id"], name=op.f("fk_report_follower_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_report_incident_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("key", name=op.f("uq_report_key")),
        sa.UniqueConstraint("number", name=op.f("uq_report_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_report_uid")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_filed_at"), ["filed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_follower_id"), ["follower_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index("ix_report_listed", ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_report_thread", ["thread", "id"], unique=False)

    op.create_table(
        "report_due",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread", sa.String(length=36), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_due_report_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["report_deadline.id"], name=op.f("fk_report_due_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_due")),
    )
    with op.batch_alter_table("report_due", schema=None) as batch_op:
        batch_op.create_index(
            "ix_report_due_open",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_report_due_report_id"), ["report_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_due_thread"), ["thread"], unique=False)

    op.create_table(
        "report_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_version_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_version")),
        sa.UniqueConstraint("report_id", "number", name="uq_report_version_number"),
    )
    with op.batch_alter_table("report_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_version_report_id"), ["report_id"], unique=False)

    op.create_table(
        "report_word",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound.id"], name=op.f("fk_report_word_inbound_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_word_report_id")),
        sa.PrimaryKeyConstraint("report_id", "inbound_id", name=op.f("pk_report_word")),
    )
    with op.batch_alter_table("report_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_word_inbound_id"), ["inbound_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("report_word", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_word_inbound_id"))

    op.drop_table("report_word")
    with op.batch_alter_table("report_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_version_report_id"))

    op.drop_table("report_version")
    with op.batch_alter_table("report_due", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_due_thread"))
        batch_op.drop_index(batch_op.f("ix_report_due_report_id"))
        batch_op.drop_index(
            "ix_report_due_open", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )

    op.drop_table("report_due")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index("ix_report_thread")
        batch_op.drop_index(batch_op.f("ix_report_person_id"))
        batch_op.drop_index("ix_report_listed")
        batch_op.drop_index(batch_op.f("ix_report_incident_id"))
        batch_op.drop_index(batch_op.f("ix_report_follower_id"))
        batch_op.drop_index(batch_op.f("ix_report_filed_at"))
        batch_op.drop_index(batch_op.f("ix_report_conversation_id"))
        batch_op.drop_index(batch_op.f("ix_report_area_id"))

    op.drop_table("report")
    with op.batch_alter_table("duty_check", schema=None) as batch_op:
        batch_op.drop_index("ix_duty_check_person")
        batch_op.drop_index(batch_op.f("ix_duty_check_deadline"))

    op.drop_table("duty_check")
    with op.batch_alter_table("reminder_occurrence", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reminder_occurrence_due",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        )

    op.drop_table("reminder_occurrence")
    with op.batch_alter_table("duty_shift", schema=None) as batch_op:
        batch_op.drop_index("ix_duty_shift_remind")
        batch_op.drop_index("ix_duty_shift_post")
        batch_op.drop_index("ix_duty_shift_person")
        batch_op.drop_index("ix_duty_shift_ends")

    op.drop_table("duty_shift")
    with op.batch_alter_table("duty_handover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_handover_due_at"))

    op.drop_table("duty_handover")
    op.drop_table("reminder")
    with op.batch_alter_table("phone_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phone_log_at"))
        batch_op.drop_index(batch_op.f("ix_phone_log_area_id"))

    op.drop_table("phone_log")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_opened_at"))
        batch_op.drop_index(batch_op.f("ix_incident_area_id"))

    op.drop_table("incident")
    with op.batch_alter_table("duty_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_post_area_id"))

    op.drop_table("duty_post")
    op.drop_table("shift_pattern")
    op.drop_table("report_number")
    op.drop_table("report_deadline")
    op.drop_table("duty_rule")
    op.drop_table("duty_role")
    op.drop_table("duty_day")
