"""One road of a plan before it is sent: how many calls, how long they take at the least, what the platform still
allows, and whose copies it would hold up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.appchat import limits as chat
from bot.channels.pstncc import limits as pstncc
from bot.channels.sms import limits as sms
from bot.channels.voice import limits as voice
from bot.channels.wecom_app import limits as app
from bot.channels.wecom_robot import limits as robot
from bot.config import Settings
from bot.coordination.contract import Limit
from broadcasts.audience.select import Target
from broadcasts.dispatch.planning.bound import leaves, rounds, window
from broadcasts.dispatch.planning.lately import called, took
from broadcasts.dispatch.planning.plan import Plan
from broadcasts.dispatch.planning.quotas import Use

UNSEEN = 0.3  # seconds that a call takes, where none has been made yet
FULL, SPENT, DOWN = "window_full", "quota_spent", "road_down"


@dataclass(frozen=True)
class RoadPlan:
    """`seconds` from the first call to the last answer: by each target's windows, by what all share, by how many calls
    are open at once and how long they took lately (`took` None: never seen). Of `need` calls or copies the platform
    still allows `left` today; None where it names no number, or (`unknown`) one that nobody has told us. `held` are
    targets whose copy waits or fails there, with the reason."""

    channel: str
    readers: int
    calls: int
    seconds: float
    took: float | None
    left: int | None
    need: int
    unknown: bool = False
    held: Sequence[tuple[Target, str]] = field(default_factory=list)

    @property
    def short(self) -> bool:
        """Whether the platform allows less today than this takes."""
        return self.left is not None and self.left < self.need


@dataclass(frozen=True)
class Now:
    """How the roads stand: what of their quotas is used up, and which are down. `red`: the plan's own colour."""

    uses: Sequence[Use]
    down: frozenset[str]
    red: bool
    at: datetime


async def road_plan(session: AsyncSession, settings: Settings, plan: Plan, channel: str, now: Now) -> RoadPlan:
    batches = [batch for batch in plan.batches if batch.channel == channel]
    parts = {id(batch): len(plan.texts[batch.text].parts) for batch in batches}
    limits, calls = windows(settings, channel), sum(parts.values())
    lately = (
        await called(session, channel, max((limit.seconds for limit in limits), default=0.0), now.at) if limits else {}
    )
    turns = [(target, parts[id(batch)]) for batch in batches for target in batch.targets]
    waits, full = _waits(turns, limits, lately, channel, red=now.red)
    took_ = await took(session, channel)
    seconds = max([rounds(calls, settings.send_open, took_ or UNSEEN), waits + (took_ or UNSEEN)])
    mine, down, red = [use for use in now.uses if use.subject == channel], channel in now.down, now.red
    copies = sum(number for _, number in turns)
    left, need = None, calls
    for use in mine:
        wanted, free = copies if use.quota.copies else calls, use.left(red=red)
        if free is None:
            continue
        if not use.quota.daily:
            seconds = max(seconds, window(use.used, wanted, use.quota.allowed(red=red), use.quota.seconds))
        elif left is None or free - wanted < left - need:
            left, need = free, wanted
    held = [(target, DOWN) for target, _ in turns] if down else [*full]
    if left is not None and left < need and not down:
        held += [(target, SPENT) for target, _ in turns[max(0, len(turns) - (need - left)) :]]
    unknown = left is None and any(use.most is None for use in mine)
    return RoadPlan(channel, sum(len(b.targets) for b in batches), calls, seconds, took_, left, need, unknown, held)


def windows(settings: Settings, channel: str) -> tuple[Limit, ...]:
    """What one robot, member, group or telephone may get, as the worker keeps it."""
    reserve = settings.red_reserve
    return {
        robot.NAME: (robot.per_robot(settings.robot_per_minute, reserve),),
        app.NAME: app.per_member(reserve),
        chat.NAME: chat.per_group(),
        sms.NAME: sms.per_number(reserve),
        voice.NAME: voice.per_number(),
        pstncc.NAME: pstncc.per_member(),
    }.get(channel, ())


def _waits(
    turns: Sequence[tuple[Target, int]], limits: Sequence[Limit], lately: Mapping[str, list[float]], channel: str, *,
    red: bool,
) -> tuple[float, list[tuple[Target, str]]]:  # fmt: skip
    """In how many seconds the last call leaves for its target's own sake, and who cannot get the first one now."""
    longest, full = 0.0, []
    for target, calls in turns:
        made = leaves(lately.get(target.roads[channel].lower(), ()), calls, limits, red=red)
        longest = max(longest, made[-1])
        if made[0] > 0:
            full.append((target, FULL))
    return longest, full
