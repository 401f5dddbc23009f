"""The worker process: calls the platforms and nothing else. Imports only what sending needs."""

import asyncio
import logging
import signal
import sys

from bot.channels.open import open_channels
from bot.channels.wecom_app.cards import interfaces
from bot.clock import Clock, SystemClock
from bot.collector import calm_collector
from bot.config import Settings, load
from bot.coordination.open import open_coordination
from bot.errors import SchemaError, SignalTreeError
from bot.leases.neighbours import Neighbours
from bot.leases.seats import seated
from bot.logs import set_up
from bot.parent import gone
from bot.schema import newest
from bot.vault import Vault
from bot.wechat.http import Calls
from broadcasts.dispatch.claims.contract import Claims, LeaseLost
from broadcasts.dispatch.claims.open import open_claims
from broadcasts.dispatch.sending.pace import Pace
from broadcasts.dispatch.sending.sender import Sender

log = logging.getLogger("worker")


async def run(
    settings: Settings,
    stop: asyncio.Event,
    slot: str = "worker-0",
    *,
    claims: Claims | None = None,
    clock: Clock | None = None,
) -> None:
    """Send until `stop` is set; `claims` are closed at the end. Raises LeaseLost when another start of the slot has
    taken over."""
    calm_collector()
    clock = clock or SystemClock()
    claims, coordination = claims or open_claims(settings, slot), open_coordination(settings, clock)
    pace = Pace(settings.send_open, settings.claim_size, max(1, settings.claim_size // 5))
    async with Calls(timeout=settings.call_timeout, connections=settings.send_open) as calls:
        channels = open_channels(settings, calls, clock)
        sender = Sender(
            claims, channels, coordination, clock, Vault(settings.secret_key), pace, settings.lease_seconds,
            interfaces=interfaces(settings.wecom_base_minute, settings.wecom_base_hour),
        )  # fmt: skip
        try:
            if (found := await claims.revision()) != newest():
                raise SchemaError(f"（现在是 {found or '空的'}，应是 {newest()}）")
            again = await claims.start(clock.now())
            sender.renewed = clock.monotonic()
            log.info("slot %s epoch %d: %d batches of an earlier start are queued again", slot, claims.epoch, again)
            await sender.remember()
            neighbours = Neighbours(settings.lease_seconds + settings.call_timeout)
            await _look_round(sender, slot, neighbours)
            ended = asyncio.Event()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_renew(sender, slot, neighbours, ended))
                await sender.run(stop)
                ended.set()
            await _leave(claims)
        finally:
            await coordination.close()
            await claims.close()


async def _leave(claims: Claims) -> None:
    """What the database does not hear of our end, because it ends too, the next start and the neighbours see by our
    silence: nothing is lost by it."""
    try:
        await claims.leave()
    except Exception as error:
        log.warning("the database did not hear that we have ended: %s", error)


async def _renew(sender: Sender, slot: str, neighbours: Neighbours, ended: asyncio.Event) -> None:
    """Until we have ended; a query is never cut off in the middle."""
    while not await _set_within(ended, sender.lease_seconds / 5):
        await sender.renew()
        await _look_round(sender, slot, neighbours)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False


async def _look_round(sender: Sender, slot: str, neighbours: Neighbours) -> None:
    """Take over what a dead neighbour had open, and learn our place among the living."""
    living, dead = neighbours.look(await sender.claims.signs(), sender.clock.monotonic())
    for sign in dead:
        if back := await sender.claims.adopt(sign, sender.clock.now()):
            log.warning("slot %s is dead: %d batches of it are queued again", sign.slot, back)
    if slot in living:
        sender.coordination.among(living.index(slot), len(living))


async def _main(settings: Settings) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    parent = asyncio.create_task(gone())
    parent.add_done_callback(lambda _: stop.set())
    try:
        async with seated(settings) as slot:
            await run(settings, stop, slot)
    finally:
        parent.cancel()


def main() -> int:
    """Run until TERM, or until the parent is gone. The exit status: 0 after a clean stop."""
    try:
        settings = load()
        set_up(settings.log_level)
        import uvloop

        uvloop.run(_main(settings))
    except SignalTreeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BaseExceptionGroup as group:
        if group.subgroup(LeaseLost) is None:
            raise
        log.error("another start of this slot has taken over")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
