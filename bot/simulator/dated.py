"""The Date of every answer: the stand-in's own clock, which a fault of kind `date` sets forward."""

from collections.abc import Awaitable, Callable
from email.utils import formatdate

from aiohttp import web

from bot.simulator.platform import Platform

Prepare = Callable[[web.BaseRequest, web.StreamResponse], Awaitable[None]]


def dated(platform: Platform) -> Prepare:
    """A signal's handler. The text is made once a second: this road is the hot one."""
    made: list[tuple[int, str]] = [(0, "")]

    async def on_prepare(_: web.BaseRequest, response: web.StreamResponse) -> None:
        second = int(platform.at() + platform.faults.drift)
        if made[0][0] != second:
            made[0] = second, formatdate(second, usegmt=True)
        response.headers["Date"] = made[0][1]

    return on_prepare
