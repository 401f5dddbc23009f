"""The test of ourselves: one line by each open road to whoever was named for it, and to nobody else. WeCom switches off
an application that nobody uses; and what was accepted last Tuesday is likely to be accepted tonight."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.directory.tree import tree
from bot.errors import Conflict
from broadcasts.audience.select import Target, select
from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.planning.plan import plan
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Mode, Purpose, State
from broadcasts.dispatch.texts.forms import ServiceForms
from broadcasts.dispatch.texts.pages import page_code
from broadcasts.dispatch.texts.render import numbered, render
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.watch.contract import Found, Ground, Level, Seen
from broadcasts.watch.models import SelfTestTarget

TESTED = ("wecom_robot", "appchat", "wecom_app", "oa_template", "sms")  # a call in the night is no test to be repeated
WEEKDAY, FROM, UNTIL = 1, time(10, 7), time(17)  # Tuesdays, local; away from :00 and :30
SUBJECT = "selftest:"
RANK = 3  # behind every warning
WITHIN = timedelta(minutes=10)  # it is accepted by then, or something is wrong


class NoRoad(Conflict):
    """没有能试的路：这个人（或群）没有登记账号、号码或机器人，或者那条路还没有开通。"""


class Tried(NamedTuple):
    """What became of one copy of a test. `seconds` until the platform accepted it."""

    channel: str
    state: State
    reason: str
    at: datetime
    seconds: float | None


async def due(session: AsyncSession, settings: Settings, at: datetime) -> bool:
    """Whether this week's test has not been sent, and somebody was named for it; by day alone."""
    local = at.astimezone(settings.zone)
    early = local.weekday() < WEEKDAY or (local.weekday() == WEEKDAY and local.time() < FROM)
    if early or not FROM <= local.time() < UNTIL:
        return False
    done = sa.select(col(Broadcast.id)).where(col(Broadcast.subject).startswith(f"{_week(settings, at)}:")).limit(1)
    if (await session.execute(done)).first() is not None:
        return False
    return (await session.execute(sa.select(col(SelfTestTarget.kind)).limit(1))).first() is not None


async def send_weekly(session: AsyncSession, settings: Settings, at: datetime) -> int:
    """This week's test, once. How many copies."""
    if not await due(session, settings, at):
        return 0
    rows = await session.execute(sa.select(col(SelfTestTarget.kind), col(SelfTestTarget.target_id)))
    named = [(kind, target_id) for kind, target_id in rows]
    return len(await send(session, settings, named, _week(settings, at), by="system", at=at))


def _week(settings: Settings, at: datetime) -> str:
    year, week, _ = at.astimezone(settings.zone).isocalendar()
    return f"{SUBJECT}{year}-{week:02}"


async def send(
    session: AsyncSession,
    settings: Settings,
    whom: Sequence[tuple[str, int]],
    stamp: str,
    *,
    by: str,
    at: datetime,
    channels: Sequence[str] = TESTED,
) -> list[Broadcast]:
    """One copy by each open road of these (kind, id), each a broadcast of its own, so that each can be read."""
    areas, open_ = await tree(session), open_roads(settings).channels
    targets = await select(session, areas, (), (), also={*whom})
    copies = [(t, name) for t in targets for name in channels if name in t.roads and name in open_]
    return [await _one(session, settings, target, name, stamp, by=by, at=at) for target, name in copies]


async def to_me(
    session: AsyncSession, settings: Settings, person_id: int, channel: str, *, by: str, at: datetime
) -> None:
    """给自己发一条, at the touch of a button. Raises NoRoad."""
    stamp = f"{SUBJECT}me-{at:%Y%m%d%H%M%S}"
    if not await send(session, settings, [("person", person_id)], stamp, by=by, at=at, channels=(channel,)):
        raise NoRoad


async def _one(
    session: AsyncSession, settings: Settings, target: Target, channel: str, stamp: str, *, by: str, at: datetime
) -> Broadcast:
    areas, roads, code = await tree(session), open_roads(settings), await page_code(session)
    text = render(
        "selftest.txt",
        county=areas.roots[0].name if areas.roots else "",
        at=spoken(at, at, settings.zone),
    )
    only = replace(target, roads={channel: target.roads[channel]}, mode=Mode.quiet)
    made = plan(
        [only],
        lambda *asked: numbered(text, asked[-1]) if len(text.encode()) > asked[-1] else [text],
        lambda _: "",
        roads.of(Purpose.test),
        ServiceForms(roads, code, at, settings.zone),
    )
    subject = f"{stamp}:{channel}:{target.id}"[:64]
    sending = Sending(Purpose.test, RANK, dict.fromkeys(Mode, at), at + WITHIN, subject=subject, code=code)
    return await write(session, made, sending, by=by, at=at)


async def last(session: AsyncSession, since: datetime, start: str = SUBJECT) -> list[Tried]:
    """The newest copy by each road, of tests sent since."""
    rows = await session.execute(
        sa.select(
            col(Batch.channel), col(Batch.state), col(Batch.reason), col(Broadcast.started_at), col(Batch.settled_at)
        )
        .join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        .where(col(Broadcast.subject).startswith(start), col(Broadcast.started_at) >= since)
        .order_by(col(Batch.id))
    )
    newest = {row[0]: row for row in rows}
    return [
        Tried(channel, state, reason, began, (settled - began).total_seconds() if settled else None)
        for channel, state, reason, began, settled in newest.values()
    ]


async def accepted(ground: Ground) -> Found | None:
    """The look: the last test left by every road by which it was sent."""
    async with ground.deps.read() as session:
        tried = await last(session, ground.at - timedelta(days=8))
        named = (await session.execute(sa.select(SelfTestTarget).limit(1))).first() is not None
    if not tried:
        return Found(() if named else (Seen("selftest_nobody", Level.note),))
    fine = {State.sent, State.delivered}
    bad = [t for t in tried if t.state not in fine and (t.state is not State.queued or ground.at - t.at > WITHIN)]
    seen = tuple(
        Seen("selftest_failed", Level.mind, t.channel, {"channel": t.channel, "reason": t.reason or t.state.value})
        for t in bad
        if t.state is not State.sending or ground.at - t.at > WITHIN
    )
    return Found(seen, {t.channel: f"{t.seconds:.1f}" for t in tried if t.seconds is not None and t.state in fine})
