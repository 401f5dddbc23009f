"""On PostgreSQL too every process knows whether the hearers that it keeps in memory are the present ones: each change
adds a row, so that nobody waits at anybody else's. Whoever makes one of these tables anew makes its trigger anew."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLES = ("area", "area_tag", "person", "person_role", "address", "chat_group", "robot", "customer_group")
FUNCTION = """
CREATE FUNCTION hearers_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO directory_change DEFAULT VALUES;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "directory_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_change")),
    )
    if op.get_bind().dialect.name == "sqlite":
        return  # one writer at a time: a row of directory_version is enough
    op.execute("INSERT INTO directory_version (name, token) VALUES ('hearers', gen_random_uuid()::text)")
    op.execute(FUNCTION)
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_heard AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION hearers_changed()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table in TABLES:
            op.execute(f"DROP TRIGGER {table}_heard ON {table}")
        op.execute("DROP FUNCTION hearers_changed()")
        op.execute("DELETE FROM directory_version WHERE name = 'hearers'")
    op.drop_table("directory_change")
