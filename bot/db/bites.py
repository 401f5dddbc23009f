"""Long work in bites: the loop that plans for thousands also answers callbacks and pages, which can wait less. Whoever
goes on for long gives way until the loop has next to nothing else to do, and nobody is in a hurry."""

import asyncio
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.util import await_only

BITE = 0.002  # seconds of work in a row
MOST = 0.008  # seconds that others get for it
IDLE = 0.0005  # seconds of a turn in which next to nothing was done


class Hurry:
    """How many transactions of this process run that somebody waits for. Who still waits for a connection or a lock is
    not among them: whoever has it must not give way to it."""

    transactions = 0


async def give_way(most: float = MOST) -> None:
    """Let the loop turn until nobody else has much to do, `most` seconds at most."""
    loop = asyncio.get_running_loop()
    began = turned = loop.time()
    while True:
        await asyncio.sleep(IDLE if Hurry.transactions else 0)
        before, turned = turned, loop.time()
        idle = turned - before < IDLE and not Hurry.transactions
        if idle or turned - began >= most:
            return


def in_bites(engine: Engine) -> None:
    """Give way where statements have followed each other for a BITE."""

    @event.listens_for(engine, "before_cursor_execute")
    def turn(connection: Connection, *_: object) -> None:
        info, now = connection.info, asyncio.get_running_loop().time()
        if now - info.setdefault("turned", now) >= BITE:
            await_only(asyncio.sleep(0) if info.get("hurries") else give_way())
            info["turned"] = asyncio.get_running_loop().time()

    @event.listens_for(engine, "checkout")
    def begun(_: object, record: Any, __: object) -> None:
        record.info["turned"] = asyncio.get_running_loop().time()

    @event.listens_for(engine, "checkin")
    def ended(_: object, record: Any) -> None:
        Hurry.transactions -= record.info.pop("hurries", 0)


def hurry(connection: Connection) -> None:
    """Until it is given back, what runs on this connection is short and somebody waits for it: it lets the loop turn
    once where others give way."""
    connection.info["hurries"] = 1
    Hurry.transactions += 1
