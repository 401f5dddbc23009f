"""A turn for whoever waits for one robot, chat or telephone whose window is full. All workers share the lines."""

from datetime import datetime, timedelta

from bot.coordination.contract import Coordination, Key, Limit
from broadcasts.dispatch.claims.contract import Claimed, Claims


async def given(
    coordination: Coordination, claims: Claims, space: str, key: Key, limits: tuple[Limit, ...], batch: Claimed,
    at: datetime, *, red: bool,
) -> datetime:  # fmt: skip
    """When this one may leave, for which there is no room now; those behind it whom that moves wait longer as well. Of
    the others only those that wait still are ahead of anybody."""
    others = [number for number in await coordination.line(space, key) if number != batch.id]
    waiting = await claims.still_open(others) if others else set()
    gone = [number for number in others if number not in waiting]
    waits = await coordination.give(space, key, limits, batch.id, batch.rank, at.timestamp(), red=red, gone=gone)
    mine = waits.pop(batch.id)
    if waits:
        await claims.postpone({number: at + timedelta(seconds=wait) for number, wait in waits.items()})
    return at + timedelta(seconds=mine)
