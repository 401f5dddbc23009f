"""A database goes back to an older release with all that the newer one wrote: the older one can read what is left."""

from datetime import UTC, datetime

import sqlalchemy as sa

from bot.config import Settings
from tests.climbing import connected, down, found, up

OLD, NEW = "0021", "0024"
AT = datetime(2026, 7, 11, 18, 40, tzinfo=UTC)
ANSWERS = (("received", "digit"), ("knocked", "knock"), ("help", "call"))
SENDS = (
    ("missed", "asked"), ("all", "superseded"), ("tag", "asked"), ("follow", "asked"), ("recall", "sent"),
    ("places", "declined"),
)  # fmt: skip


async def test_what_a_newer_release_said_is_put_in_older_words(empty: Settings) -> None:
    async with connected(empty) as connection:
        await up(connection, NEW)
        await connection.run_sync(_filled)
        await down(connection, OLD)
        said = await found(connection, "SELECT said, how FROM answer ORDER BY id")
        asked = await found(connection, "SELECT whom, state, decided_by FROM mass_send ORDER BY id")
    assert said == [("received", "digit"), ("help", "call")]
    assert asked == [
        ("missed", "asked", ""), ("all", "declined", ""), ("places", "declined", "system"),
        ("places", "declined", "system"), ("places", "sent", ""), ("places", "declined", ""),
    ]  # fmt: skip


def _filled(connection: sa.Connection) -> None:
    _add(connection, "area", id=1, code="1", path="/1/")
    _add(connection, "person", id=1, area_id=1)
    _add(connection, "broadcast", id="b", uid="b", number="1")
    for number, (said, how) in enumerate(ANSWERS, 1):
        _add(connection, "answer", id=number, uid=f"a{number}", source=f"s{number}", broadcast_id="b", person_id=1,
             said=said, how=how)  # fmt: skip
    _add(connection, "knock", id=1, broadcast_id="b", person_id=1, knocker_id=1, answer_id=2)
    for number, (whom, state) in enumerate(SENDS, 1):
        _add(connection, "mass_send", id=number, uid=f"m{number}", broadcast_id="b", whom=whom, state=state)


def _add(connection: sa.Connection, name: str, **values: object) -> None:
    """A row of which only these values matter."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    named = {key: value for key, value in values.items() if key in table.c}
    filled = {
        one.name: _nothing(one.type) for one in table.c if not one.nullable and one.server_default is None
    } | named
    connection.execute(table.insert().values(filled))


def _nothing(kind: sa.types.TypeEngine[object]) -> object:
    """A value that the column takes."""
    if isinstance(kind, sa.JSON):
        return []
    return {datetime: AT, bool: False, int: 0, float: 0.0, bytes: b""}.get(kind.python_type, "")
