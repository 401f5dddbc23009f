"""Tokens that change with the directory, whoever changes it: by them every process knows whether what it keeps in
memory is the present state. Whoever makes one of these tables anew on SQLite makes its triggers anew."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

AREAS = ("area", "area_tag")
HEARERS = ("person", "person_role", "address", "chat_group", "robot", "customer_group")
EVENTS = ("INSERT", "UPDATE", "DELETE")
DRAWN = "lower(hex(randomblob(16)))"
FUNCTION = """
CREATE FUNCTION area_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE directory_version SET token = gen_random_uuid()::text WHERE name = 'areas';
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "directory_version",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_directory_version")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for name, tables in (("areas", AREAS), ("hearers", AREAS + HEARERS)):
            op.execute(f"INSERT INTO directory_version (name, token) VALUES ('{name}', {DRAWN})")  # noqa: S608
            for table in tables:
                for happens in EVENTS:
                    op.execute(
                        f"CREATE TRIGGER {_trigger(name, table, happens)} AFTER {happens} ON {table} BEGIN "  # noqa: S608
                        f"UPDATE directory_version SET token = {DRAWN} WHERE name = '{name}'; END"
                    )
        return
    # The hearers have no token there: many processes write addresses at once, and would wait for each other at its row.
    op.execute("INSERT INTO directory_version (name, token) VALUES ('areas', gen_random_uuid()::text)")
    op.execute(FUNCTION)
    for table in AREAS:
        op.execute(
            f"CREATE TRIGGER {table}_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION area_changed()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, tables in (("areas", AREAS), ("hearers", AREAS + HEARERS)):
            for table in tables:
                for happens in EVENTS:
                    op.execute(f"DROP TRIGGER {_trigger(name, table, happens)}")
    else:
        for table in AREAS:
            op.execute(f"DROP TRIGGER {table}_changed ON {table}")
        op.execute("DROP FUNCTION area_changed()")
    op.drop_table("directory_version")


def _trigger(name: str, table: str, happens: str) -> str:
    return f"{name}_{table}_{happens.lower()}"
