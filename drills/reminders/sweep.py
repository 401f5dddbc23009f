"""Finding what is due and sending it, once each: the row moves and the message is written in one transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.directory.queries import groups, people
from broadcasts.audience.select import ROBOT, Target
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.render import render
from drills.reminders.models import Moment, Occurrence, Reminder, Topic
from drills.reminders.plan import next_row

AT_ONCE = 50  # moments of one transaction
WORTH = timedelta(hours=12)  # a reminder that is found later than this was missed, and is shown as such
SILENT = timedelta(days=30)


class Heard(Protocol):
    """Who has said anything lately, by whatever road: the rooms that listen know (see bot.wiring)."""

    async def since(self, session: AsyncSession, people: Collection[int], at: datetime) -> set[int]:
        """Of these people, who has said something since `at`."""
        ...


async def sweep_due(deps: Deps, heard: Heard) -> int:
    """Send what is due, some at a time, until nothing is. How many moments were dealt with."""
    done = 0
    while True:
        async with deps.begin() as session:
            some = await _some(session, deps.settings, heard, deps.clock.now())
        done += some
        if some < AT_ONCE:
            return done


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    """Whether a look is worth a writing transaction."""
    wanted = select(Occurrence.id).where(col(Occurrence.state) == Moment.due, col(Occurrence.due_at) <= at).limit(1)
    return (await session.execute(wanted)).first() is not None


async def _some(session: AsyncSession, settings: Settings, heard: Heard, at: datetime) -> int:
    wanted = (
        select(Occurrence, Reminder)
        .join(Reminder, col(Reminder.id) == col(Occurrence.reminder_id))
        .where(col(Occurrence.state) == Moment.due, col(Occurrence.due_at) <= at)
        .order_by(col(Occurrence.due_at), col(Occurrence.id))
        .limit(AT_ONCE)
    )
    rows = [(moment, reminder) for moment, reminder in await session.execute(wanted)]
    await _Dealing(session, settings, heard, at).deal(rows)
    return len(rows)


class _Dealing:
    """One transaction's moments. Whom a kind of reminder reaches is asked once for all of them."""

    def __init__(self, session: AsyncSession, settings: Settings, heard: Heard, at: datetime) -> None:
        self._session, self._settings, self._heard, self._at = session, settings, heard, at
        self._audiences: dict[tuple[str, str, int | None, bool], Sequence[Target]] = {}

    async def deal(self, rows: Sequence[tuple[Occurrence, Reminder]]) -> None:
        """Each row's move is ours, or another process has it."""
        became: dict[Moment, list[tuple[Occurrence, Reminder]]] = {}
        for moment, reminder in rows:
            became.setdefault(await self._becomes(moment, reminder), []).append((moment, reminder))
        for state, some in became.items():
            ours = await move(self._session, [moment.id for moment, _ in some], state, self._at)
            for moment, reminder in some:
                if moment.id in ours:
                    await self._follow(moment, reminder, state)

    async def _becomes(self, moment: Occurrence, reminder: Reminder) -> Moment:
        """What is found too late is missed."""
        if self._at - moment.due_at > WORTH:
            return Moment.missed
        return Moment.sent if await self._audience(reminder) else Moment.nobody

    async def _follow(self, moment: Occurrence, reminder: Reminder, state: Moment) -> None:
        if state is Moment.sent:
            moment.broadcast_id = (await self._tell(reminder, await self._audience(reminder))).id
            self._session.add(moment)
        following = next_row(reminder, max(moment.planned_at, self._at - WORTH), self._settings)
        if following is not None:
            self._session.add(following)

    async def _audience(self, reminder: Reminder) -> Sequence[Target]:
        key = (reminder.roles, reminder.kinds, reminder.area_id, reminder.topic is Topic.reachability)
        if key not in self._audiences:
            self._audiences[key] = await audience(self._session, self._heard, reminder, self._at)
        return self._audiences[key]

    async def _tell(self, reminder: Reminder, targets: Sequence[Target]) -> Broadcast:
        asks = reminder.topic is Topic.reachability and self._settings.hears_wecom
        return await tell(
            self._session,
            self._settings,
            targets,
            render("reminder.txt", text=reminder.text, asks=asks),
            purpose=Purpose.calendar,
            subject=f"reminder:{reminder.uid}",
            at=self._at,
            worth=WORTH,
        )


async def move(session: AsyncSession, moments: Collection[int], state: Moment, at: datetime) -> set[int]:
    """Those that were due and are ours now: whoever comes second gets none."""
    moved = (
        sa.update(Occurrence)
        .where(col(Occurrence.id).in_(moments), col(Occurrence.state) == Moment.due)
        .values(state=state, done_at=at)
        .returning(col(Occurrence.id))
        .execution_options(synchronize_session=False)
    )
    return set((await session.execute(moved)).scalars())


async def audience(session: AsyncSession, heard: Heard, reminder: Reminder, at: datetime) -> Sequence[Target]:
    """People of its roles and groups of its kinds, in and below its area. A test of reachability asks nobody who has
    said anything within thirty days."""
    roles, kinds = _listed(reminder.roles), _listed(reminder.kinds)
    found: list[Target] = []
    if roles:
        for p in await people(session, inside=reminder.area_id, roles=roles):
            role = min(p.roles & set(roles), default="")
            found.append(Target("person", p.id, p.area_id, p.town_id, role, p.language, Mode.quiet, p.addresses))
    if reminder.topic is Topic.reachability:
        awake = await heard.since(session, [t.id for t in found], at - SILENT)
        found = [t for t in found if t.id not in awake]
    if kinds:
        for g in await groups(session, inside=reminder.area_id, kinds=kinds):
            roads = {ROBOT: str(g.robots[0])} if g.robots else {}
            found.append(Target("group", g.id, g.area_id, g.town_id, g.kind, "zh-CN", Mode.quiet, roads))
    return found


def _listed(text: str) -> list[str]:
    return [word for word in text.split(",") if word]
