"""How soon an answer has its effect: from typing it to the receipt on the phone, and to the count on the officer's
board, which follows as a browser does: it is told that something changed, and fetches the page again."""

import asyncio
import re
import time
from dataclasses import dataclass

import aiohttp

from bot.demo.hands import Browser, Hands
from bot.demo.waiting import PATIENCE

COUNT = re.compile(r'人已应答</dt><dd class="num">([0-9,]+)')
RECEIPT = "收到了：1 收到"
NEVER = float("inf")


@dataclass(frozen=True)
class Took:
    """Seconds from typing; infinite where it never came."""

    receipt: float
    board: float

    @property
    def longest(self) -> float:
        return max(self.receipt, self.board)


async def answered(officer: Browser, board: str) -> int:
    """How many people the board shows as having answered."""
    found = COUNT.search(await officer.open(board, **{"X-Fragment": "1"}))
    return int(found.group(1).replace(",", "")) if found else 0


async def typed(hands: Hands, officer: Browser, phone: str, board: str) -> Took:
    """Somebody types 1, while the officer's board is open."""
    before, told = await answered(officer, board), len(await hands.messages(phone))

    async def receipt() -> float:
        found = await hands.shows(phone, RECEIPT, told)
        return time.perf_counter() - began if found else NEVER

    async def count() -> float:
        try:
            async with asyncio.timeout(PATIENCE):
                await _counts(wire, officer, board, before + 1)
        except TimeoutError:
            return NEVER
        return time.perf_counter() - began

    async with officer.http.get(f"{officer.base}/console/live") as wire:
        began = time.perf_counter()
        done = await asyncio.gather(receipt(), count(), hands.do(phone, "say", text="1"))
    return Took(done[0], done[1])


async def _counts(wire: aiohttp.ClientResponse, officer: Browser, board: str, people: int) -> None:
    """Return when the board shows so many."""
    async for line in wire.content:
        if line.startswith(b"data:") and await answered(officer, board) >= people:
            return
