"""What every story here does first: something is written by one and let out by another."""

from typing import Any

from broadcasts.alerts.models import Alert
from tests.notices.conftest import Room
from tests.notices.pages import LOCAL, NOTICE

NEW = "/console/notices/new?kind={}"


async def written(room: Room, kind: str = "local", path: str = "", **changed: Any) -> str:
    """Written and handed in by the officer; its address."""
    path = path or NEW.format(kind)
    await room["writer"].open(path)
    await room["writer"].send(path, **{**(LOCAL if kind == "local" else NOTICE), "do": "submit", **changed})
    assert room["writer"].status == 200, room["writer"].text
    return await room.url()


async def issued(room: Room, kind: str = "local", path: str = "", **changed: Any) -> Alert:
    """Approved and sent by the other, and on the phones; the alert."""
    url = await written(room, kind, path, **changed)
    await room["chief"].open(url)
    notice = await room.notice()
    await room["chief"].send(f"{url}/approve", version=str(notice.version), then="issue", first="青")
    assert room["chief"].status == 200, room["chief"].text
    await room.world.work()
    return await alert(room)


async def alert(room: Room) -> Alert:
    """Of the newest notice."""
    notice = await room.notice()
    async with room.world.deps.read() as session:
        found = await session.get(Alert, notice.alert_id)
    assert found is not None
    return found
