"""Callbacks go first: while they pour in, working on words holds back, and never for good."""

import asyncio
import time

from handlers.chat.ebb import CALM, LONGEST, MANY, WINDOW, Ebb


async def test_a_few_words_hold_nobody_back() -> None:
    ebb = Ebb()
    for _ in range(MANY - 1):
        ebb.arrived()
    began = time.monotonic()
    await ebb.calm()
    assert time.monotonic() - began < 0.04
    assert not ebb.pouring


async def test_many_hold_work_back_until_they_stop() -> None:
    ebb = Ebb()
    for _ in range(MANY):
        ebb.arrived()
    assert ebb.pouring
    async with asyncio.timeout(5):
        await ebb.calm()
    assert not ebb.pouring


async def test_work_goes_on_slowly_however_long_it_pours() -> None:
    class Endless(Ebb):
        pouring = True

    ebb, began = Endless(), time.monotonic()
    async with asyncio.timeout(10):
        await asyncio.gather(*(ebb.calm() for _ in range(3)))  # one after the other
    assert time.monotonic() - began >= 3 * LONGEST * 0.9


def test_a_loop_that_stood_still_has_not_become_calm() -> None:
    now = 100.0
    ebb = Ebb(lambda: now)
    for _ in range(MANY):
        ebb.arrived()
        now += WINDOW / MANY
    now += CALM / 2  # nobody could be heard meanwhile
    assert ebb.pouring
    now += CALM
    assert not ebb.pouring
