"""Random schedules, played by the worker's own code on a clock that jumps, and judged by what the platform counted."""

import asyncio
import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.channels.appchat import limits as chat
from bot.channels.contract import Channel
from bot.channels.wecom_app import limits as app
from bot.channels.wecom_robot import limits as robot
from bot.coordination.contract import Limit, Quota
from bot.coordination.local import LocalCoordination
from bot.vault import Vault
from broadcasts.audience.select import Target
from broadcasts.dispatch.claims.contract import Claimed, Wording
from broadcasts.dispatch.planning.plan import ROADS, Plan, plan
from broadcasts.dispatch.sending.sender import Sender
from broadcasts.dispatch.states import Mode
from tests.virtual.loop import VirtualClock, VirtualLoop, run
from tests.virtual.platform import VirtualChannel
from tests.virtual.queue import CODE, VirtualQueue

START = datetime(2026, 7, 11, 18, 40, 7, tzinfo=UTC)
VAULT = Vault("a key for schedules only")
ROBOTS, CHATS = range(1, 4), ("chat1", "chat2", "chat3")
SEALED = {number: VAULT.seal(str(number)) for number in ROBOTS}
SIZES = (100, 200, 500, 1000)  # of groups: they divide what a minute holds, so that the bound is the least there is
LIMITS: dict[str, tuple[Limit, ...]] = {
    robot.NAME: (robot.per_robot(20, 5),),
    app.NAME: app.per_member(),
    chat.NAME: chat.per_group(),
}
QUOTAS: dict[str, tuple[Quota, ...]] = {chat.NAME: chat.QUOTAS, app.NAME: app.per_day(1000)}
RED = 0
WOKEN = 1.25  # than each that has to wait is woken once: what is more severe takes turns away
SLOWER = 1.05  # than the limits alone, at the most


@dataclass(frozen=True)
class Saying:
    """One broadcast: when it is issued, how urgent it is, and its plan."""

    at: float
    rank: int
    plan: Plan


@dataclass
class Schedule:
    seed: int
    sayings: list[Saying] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.1  # that each call takes


@dataclass(frozen=True)
class Verdict:
    """`lost` are calls too few or too many for one target, `late` red calls that waited though what is kept for red was
    free; `ratio` is the time that all took to what the limits alone would take; `claims` how many batches were taken
    from the queue for one call, `turns` how many would be where each that found no room is given one moment."""

    seed: int
    calls: int
    least: int
    pieces: int
    broken: int
    lost: int
    late: int
    ratio: float
    claims: float
    turns: float

    @property
    def holds(self) -> bool:
        faults = self.broken or self.lost or self.late
        woken = self.claims <= self.turns * WOKEN
        return not faults and woken and self.calls == self.least + self.pieces and self.ratio <= SLOWER


def random_schedule(seed: int) -> Schedule:
    """A bad night: some robots, members and groups, calm hours, and at least one burst that a minute does not hold."""
    chance = random.Random(seed)
    made = Schedule(seed, seconds=chance.choice((0.02, 0.05, 0.1, 0.3, 0.8)))
    made.sizes = {name: chance.choice(SIZES) for name in CHATS}
    groups = [_group(number) for number in ROBOTS[: chance.randint(1, 3)]]
    groups += [_chat(name) for name in CHATS[: chance.randint(0, 3)]]
    people = [_person(number) for number in range(chance.randint(0, 12))]
    burst, moments = chance.uniform(0, 30), list[float]()
    moments += [burst + chance.uniform(0, chance.choice((0.0, 5.0, 60.0))) for _ in range(chance.randint(17, 24))]
    moments += [chance.uniform(0, chance.choice((10, 90, 240))) for _ in range(chance.randint(0, 10))]
    loud = chance.choice((0.05, 0.2, 0.5, 0.9))
    for at in sorted(moments):
        everybody = [groups[0], *(one for one in (*groups[1:], *people) if chance.random() < 0.3)]
        parts = chance.choice((1, 1, 1, 2))
        said = plan(everybody, lambda *_, n=parts: [f"第{i}" for i in range(n)], lambda t: "", frozenset(LIMITS))
        rank = RED if chance.random() < loud else chance.choice((1, 2, 3, 3, 3))
        made.sayings.append(Saying(at, rank, said))
    return made


def _group(number: int) -> Target:
    return Target("group", number, 1, 1, "村群", "zh-CN", Mode.wake, {robot.NAME: str(number)})


def _chat(name: str) -> Target:
    return Target("group", 100, 1, 1, "村群", "zh-CN", Mode.wake, {chat.NAME: name})


def _person(number: int) -> Target:
    return Target("person", number, 1, 1, "网格员", "zh-CN", Mode.wake, {app.NAME: f"user{number}"})


def played(schedule: Schedule, workers: int = 1) -> Verdict:
    """By so many workers on one queue, whose windows are shared as Redis shares them."""
    loop = VirtualLoop()
    return run(loop, _played(loop, schedule, workers))


async def _played(loop: VirtualLoop, schedule: Schedule, workers: int) -> Verdict:
    queue, clock, chance = VirtualQueue(), VirtualClock(loop, START), random.Random(schedule.seed)
    channels = {
        name: VirtualChannel(
            name, LIMITS[name], QUOTAS.get(name, ()), (schedule.seconds, schedule.seconds), chance, START.timestamp(),
            schedule.sizes,
        )
        for name in LIMITS
    }  # fmt: skip
    roads: dict[tuple[str, str], Channel] = {("live", name): channel for name, channel in channels.items()}
    shared, stop = LocalCoordination(queue), asyncio.Event()
    senders = [Sender(queue, roads, shared, clock, VAULT) for _ in range(workers)]
    working = [asyncio.create_task(sender.run(stop)) for sender in senders]
    for saying in schedule.sayings:
        await asyncio.sleep(saying.at - loop.time())
        queue.add(_batches(queue, schedule, saying), clock.now())
    await queue.drained.wait()
    stop.set()
    await asyncio.gather(*working)
    return _judged(schedule, queue, channels)


def _batches(queue: VirtualQueue, schedule: Schedule, saying: Saying) -> list[Claimed]:
    first = max(queue.lines, default=0) + 1
    texts = len(queue.wordings) + 1
    for number, text in enumerate(saying.plan.texts, texts):
        named = [f"{saying.rank} {number} {part}" for part in range(len(text.parts))]
        queue.wordings[number] = Wording(named, "text", CODE)
    made = []
    for number, b in enumerate(saying.plan.batches, first):
        to = b.targets[0].roads[b.channel]
        key = int(to) if b.channel == robot.NAME else None
        members = None if key else "|".join(target.roads[b.channel] for target in b.targets)
        made.append(
            Claimed(
                number, "b", "live", b.channel, saying.rank, 1, b.text + texts, "", key, SEALED[key] if key else None,
                members, "{}", None, 0, 0, "", schedule.sizes.get(to),
            )
        )  # fmt: skip
    return made


def _judged(schedule: Schedule, queue: VirtualQueue, channels: dict[str, VirtualChannel]) -> Verdict:
    calls = [call for channel in channels.values() for call in channel.calls]
    began = START.timestamp() + min(saying.at for saying in schedule.sayings)
    ended = max(call.answered for call in calls)
    bound = _bound(schedule)
    return Verdict(
        schedule.seed,
        len(calls),
        sum(_least(saying.plan) for saying in schedule.sayings),
        queue.pieces,
        sum(channel.broken() for channel in channels.values()),
        _lost(schedule, channels),
        _late(schedule, channels),
        (ended - began) / (bound - min(saying.at for saying in schedule.sayings)),
        queue.taken / len(calls),
        1 + len(queue.waited) / len(calls),
    )


def _least(made: Plan) -> int:
    """Readers of a text, divided by how many one call takes, times its parts."""
    readers: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for b in made.batches:
        readers[b.channel, b.text].update(id(target) for target in b.targets)
    return sum(
        math.ceil(len(people) / ROADS[name].PER_TARGET) * len(made.texts[text].parts)
        for (name, text), people in readers.items()
    )


def _asks(schedule: Schedule, rank: int | None = None) -> dict[tuple[str, str], list[float]]:
    """By road and key: when each call was asked for at the earliest. A second part follows the first one's answer."""
    asks: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for saying in schedule.sayings:
        if rank is None or saying.rank == rank:
            for b in saying.plan.batches:
                for target in b.targets:
                    for part in range(len(saying.plan.texts[b.text].parts)):
                        asks[b.channel, target.roads[b.channel]].append(saying.at + part * schedule.seconds)
    return {key: sorted(moments) for key, moments in asks.items()}


def _lost(schedule: Schedule, channels: dict[str, VirtualChannel]) -> int:
    asked = Counter({key: len(moments) for key, moments in _asks(schedule).items()})
    made = Counter((name, key) for name, channel in channels.items() for call in channel.calls for key in call.keys)
    return sum((asked - made).values()) + sum((made - asked).values())


def _bound(schedule: Schedule) -> float:
    """When the last answer comes where nothing but the limits, less what is kept for red, holds anything up."""
    ends, shared = list[float](), list[tuple[float, int]]()
    for (name, key), moments in _asks(schedule).items():
        windows = [(limit.calls - limit.reserve, limit.seconds) for limit in LIMITS[name]]
        ends.append(_last(moments, windows))
        if name == chat.NAME:
            shared += [(at, schedule.sizes[key]) for at in moments]
    for quota in chat.QUOTAS:
        ones = [at for at, size in sorted(shared) for _ in range(size // SIZES[0])]
        ends.append(_last(ones, [(((quota.most or 0) - quota.reserve) // SIZES[0], quota.seconds)]))
    return max(ends) + schedule.seconds


def _last(asked: Sequence[float], windows: Sequence[tuple[int, float]]) -> float:
    """When the last of these leaves, each as early as it may."""
    left: list[float] = []
    for at in asked:
        left.append(max([at, *(left[-n] + seconds for n, seconds in windows if len(left) >= n)]))
    return left[-1] if left else 0.0


def _late(schedule: Schedule, channels: dict[str, VirtualChannel]) -> int:
    """Red calls that left later than what is kept for red alone would have let them."""
    slack, late = 0.3 + 2 * schedule.seconds, 0
    red = _asks(schedule, RED)
    for name, channel in channels.items():
        asks = sorted((at, key) for (road, key), moments in red.items() if road == name for at in moments)
        for key, due in _soonest(schedule, name, asks, slack).items():
            calls = [call.left for call in channel.calls if key in call.keys and call.text[0] == str(RED)]
            left = sorted(at - START.timestamp() for at in calls)
            late += sum(at > soonest + slack for at, soonest in zip(left, due, strict=True))
    return late


def _soonest(schedule: Schedule, name: str, asks: Sequence[tuple[float, str]], slack: float) -> dict[str, list[float]]:
    """By target: when each red call could leave if there were nothing else, and no more than is kept for red."""
    kept = [(limit.reserve, limit.seconds + slack) for limit in LIMITS[name]]
    shared = [(quota.reserve // SIZES[0], quota.seconds + slack) for quota in QUOTAS.get(name, ()) if not quota.daily]
    due, all_ = defaultdict[str, list[float]](list), list[float]()
    for at, key in asks:
        size = schedule.sizes.get(key, 0) // SIZES[0]
        mine = due[key]
        soonest = [mine[-n] + seconds for n, seconds in kept if len(mine) >= n]
        soonest += [all_[size - n - 1] + seconds for n, seconds in shared if size and len(all_) + size > n]
        mine.append(max([at, *soonest]))
        all_ += [mine[-1]] * size
    return due
