"""What is due by the clock: fixed ticks, run by the one process that holds the ticker's lease."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobSubmissionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy.exc import SQLAlchemyError

from bot.cancellation import uncut
from bot.clock import SystemClock
from bot.deps import Deps
from bot.leases.holder import Holder
from bot.metrics import TICK_SECONDS, TICKER_HELD, TICKS_FAILED, TICKS_SKIPPED

log = logging.getLogger(__name__)
SLOT = "ticker"
RENEW = 1.0  # seconds between two signs of life
JUMP = 2.0  # seconds by which the wall clock may stray from the monotonic one between two renewals
APART = timedelta(milliseconds=29)  # between the first runs of two ticks
FINISH = 3.0  # seconds that running ticks are given at a clean end


@dataclass(frozen=True, slots=True)
class Tick:
    """`function` runs every `seconds`, one run at a time."""

    name: str
    seconds: float
    function: Callable[[Deps], Awaitable[object]]


async def run(deps: Deps, tick: Tick) -> bool:
    """One run. A failure is logged and counted, and gives False; it never stops the others."""
    began = deps.clock.monotonic()
    try:
        await tick.function(deps)
    except Exception:
        TICKS_FAILED.labels(tick.name).inc()
        log.exception("tick %s failed", tick.name)
        return False
    finally:
        TICK_SECONDS.labels(tick.name).set(deps.clock.monotonic() - began)
    return True


async def run_due(deps: Deps, ticks: Iterable[Tick], last: dict[str, float]) -> list[str]:
    """Run by hand what is due by the clock, in the list's order; `last` keeps when each tick last ran. The names of
    those that failed. Stories turn the clock and call this."""
    failed = []
    for tick in ticks:
        now = deps.clock.monotonic()
        if now - last.get(tick.name, float("-inf")) >= tick.seconds:
            last[tick.name] = now
            if not await run(deps, tick):
                failed.append(tick.name)
    return failed


class Every(BaseTrigger):  # type: ignore[misc]
    """Every so many seconds from now on. The library's own would walk through all that a clock set right has missed:
    a machine that woke in 1970 would stand still for an hour."""

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        following = (previous or now) + self._interval
        return following if following > now else now + self._interval


class Ticker:
    """Runs `ticks` while `owner`, a name that stays the same over restarts of this process, holds the lease."""

    def __init__(self, deps: Deps, ticks: Sequence[Tick], owner: str) -> None:
        self._deps, self._ticks = deps, ticks
        self._holder = Holder(SLOT, owner, deps.settings.lease_seconds)
        self._held_until = float("-inf")
        self._scheduler: AsyncIOScheduler | None = None
        self._running: set[asyncio.Task[object]] = set()
        self._late: set[str] = set()  # ticks that are left out just now
        self._wall = SystemClock()  # the scheduler looks at no other
        self._skew = self._strayed()

    @property
    def held(self) -> bool:
        """Whether the lease is ours for certain: another may take it once our number stood still for its length."""
        return self._deps.clock.monotonic() < self._held_until

    async def keep(self) -> None:
        """Renew every second until cancelled; then let running ticks end."""
        try:
            while True:
                await uncut(self.renew())
                await self._deps.clock.sleep(RENEW)
        finally:
            await self._end()

    async def renew(self) -> None:
        """One sign of life. Starts the ticks when the lease became ours, stops them when it is no longer."""
        began = self._deps.clock.monotonic()
        try:
            async with self._deps.begin() as session:
                held = await self._holder.hold(session, began)
            self._held_until = began + self._holder.patience if held else float("-inf")
        except (SQLAlchemyError, OSError) as error:
            log.warning("the ticker's lease was not renewed: %s", type(error).__name__)
        TICKER_HELD.set(self.held)
        if self.held and self._scheduler is None:
            self._scheduler = self._start()
            log.info("ticker: this process does what is due")
        elif not self.held and self._scheduler is not None:
            log.warning("ticker: the lease is lost")
            self._shut()
        self._follow_wall()

    def _start(self) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(timezone=UTC)
        scheduler.add_listener(self._left_out, EVENT_JOB_MAX_INSTANCES)
        rules = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        for tick, first in zip(self._ticks, _apart(self._wall.now()), strict=False):
            job = {"id": tick.name, "args": [tick], "next_run_time": first}
            scheduler.add_job(self._run, Every(tick.seconds), **job, **rules)
        scheduler.start()
        return scheduler

    def _follow_wall(self) -> None:
        """When the wall clock was set, all is due now: set back an hour, it would else be due in an hour."""
        strayed = self._strayed()
        if abs(strayed - self._skew) > JUMP and self._scheduler is not None:
            for job, first in zip(self._scheduler.get_jobs(), _apart(self._wall.now()), strict=False):
                job.modify(next_run_time=first)
        self._skew = strayed

    def _strayed(self) -> float:
        """Seconds between the two clocks, which stay the same while nobody sets the wall clock."""
        return self._wall.now().timestamp() - self._wall.monotonic()

    async def _run(self, tick: Tick) -> None:
        task = asyncio.current_task()
        if task is None or not self.held:
            return
        self._running.add(task)
        try:
            await run(self._deps, tick)
        except asyncio.CancelledError:  # nobody waits for this task, and its library would call it an error
            log.info("tick %s is cut off: this process ends, or the lease is lost", tick.name)
        finally:
            self._running.discard(task)
            if tick.name in self._late:
                self._late.discard(tick.name)
                log.warning("tick %s runs again: the long run is over", tick.name)

    def _left_out(self, event: JobSubmissionEvent) -> None:
        """Counted each time, and said once: at a slow feed it would fill the log."""
        TICKS_SKIPPED.labels(event.job_id).inc()
        if event.job_id not in self._late:
            self._late.add(event.job_id)
            log.warning("tick %s is left out: the run before still goes on", event.job_id)

    async def _end(self) -> None:
        if self._scheduler is not None:
            self._scheduler.pause()
            if self._running:
                await asyncio.wait(self._running, timeout=FINISH)
            self._shut()
        TICKER_HELD.set(0)

    def _shut(self) -> None:
        """Cancels what still runs: a tick's transaction is rolled back."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        self._scheduler = None


def _apart(now: datetime) -> Iterator[datetime]:
    """A moment for each: all together they would fill the loop, and whoever calls would wait."""
    return (now + number * APART for number in count())
