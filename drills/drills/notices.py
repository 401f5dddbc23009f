"""The reminders before a drill, a day and an hour ahead: rows with their moments, none for 双盲, none at night."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.lines.now import lines
from bot.directory.tree import tree
from bot.record.entries import record
from broadcasts.dispatch.texts.spoken import spoken
from drills.drills.models import Drill, DrillNotice, NoticeState, Stage
from drills.drills.queries import areas_of
from drills.drills.told import tell_all
from drills.drills.wording import called, phrase, places
from drills.reminders.recurrence import polite

AHEAD = {"day": timedelta(days=1), "hour": timedelta(hours=1)}
DUE = sa.text("drill_notice.state = 'due'")  # as text: a bound parameter would keep SQLite from its partial index


def put_up(session: AsyncSession, settings: Settings, drill: Drill, at: datetime) -> list[DrillNotice]:
    """Rows for what is still ahead. In quiet hours it waits for the morning, and after the beginning it is none."""
    if drill.blind:
        return []
    due = {which: polite(drill.starts_at - ahead, settings.zone, must_act=False) for which, ahead in AHEAD.items()}
    made = [
        DrillNotice(drill_id=drill.id, which=which, due_at=moment)
        for which, moment in due.items()
        if at < moment < drill.starts_at and (which == "hour" or moment < due["hour"])
    ]
    session.add_all(made)
    return made


async def of_drill(session: AsyncSession, drill_id: int) -> Sequence[DrillNotice]:
    wanted = select(DrillNotice).where(col(DrillNotice.drill_id) == drill_id).order_by(col(DrillNotice.due_at))
    return (await session.execute(wanted)).scalars().all()


async def take_down(session: AsyncSession, drill: Drill, at: datetime) -> bool:
    """Nothing more is sent ahead. Whether something had been."""
    mine = col(DrillNotice.drill_id) == drill.id
    gone = sa.update(DrillNotice).where(mine, col(DrillNotice.state) == NoticeState.due)
    await session.execute(gone.values(state=NoticeState.dropped, done_at=at))
    sent = select(DrillNotice.id).where(mine, col(DrillNotice.state) == NoticeState.sent)
    return (await session.execute(sent.limit(1))).first() is not None


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    wanted = sa.select(col(DrillNotice.id)).where(DUE, col(DrillNotice.due_at) <= at)
    return (await session.execute(wanted.limit(1))).first() is not None


async def due(session: AsyncSession, at: datetime) -> Sequence[int]:
    """The drills of which a reminder is due."""
    wanted = sa.select(col(DrillNotice.drill_id)).where(DUE, col(DrillNotice.due_at) <= at).distinct()
    return (await session.execute(wanted.order_by(col(DrillNotice.drill_id)))).scalars().all()


async def send_due(session: AsyncSession, drill_id: int, *, settings: Settings, at: datetime) -> int:
    """Each once: the row moves in the transaction of its message. Of several that fell due while nothing ran the last
    alone is sent, the others are closed as passed. How many were sent."""
    wanted = (
        sa.select(DrillNotice, Drill)
        .join(Drill, col(Drill.id) == col(DrillNotice.drill_id))
        .where(col(DrillNotice.drill_id) == drill_id, DUE, col(DrillNotice.due_at) <= at)
        .order_by(col(DrillNotice.due_at).desc(), col(DrillNotice.id).desc())
    )
    sent = 0
    for number, (notice, drill) in enumerate((await session.execute(wanted)).all()):
        comes = drill.state is Stage.planned and drill.starts_at > at
        to = NoticeState.missed if not comes else NoticeState.passed if number else NoticeState.sent
        mine = sa.update(DrillNotice).where(col(DrillNotice.id) == notice.id, col(DrillNotice.state) == NoticeState.due)
        done = await session.execute(mine.values(state=to, done_at=at).execution_options(synchronize_session="fetch"))
        if done.rowcount and to is NoticeState.sent:  # type: ignore[attr-defined]
            await _remind(session, settings, drill, notice, at)
            sent += 1
    return sent


async def _remind(session: AsyncSession, settings: Settings, drill: Drill, notice: DrillNotice, at: datetime) -> None:
    areas = await tree(session)
    place = places(areas, await areas_of(session, drill.id))
    phone = (await lines(session, areas, at)).of(drill.unit_area_id)

    def text(language: str) -> str:
        starts, form = spoken(drill.starts_at, at, settings.zone, language), called("FORMS", drill.form, language)
        facts = {"name": drill.name, "starts": starts, "place": place, "form": form}
        return phrase("before", language=language, **facts, leader=drill.leader, phone=phone)

    await tell_all(session, settings, drill, text, at=at, worth=drill.starts_at - at)
    record(session, "system", "drill.reminded", drill.uid, at, which=notice.which)
