"""今晚: one next action in the largest type; beneath it what is in force, and whether we would hear and be heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import signed_in
from bot.deps import DEPS
from bot.directory.robots import RobotState, doubtful
from bot.sweeps.each import standing
from broadcasts.alerts.listed import Standing, Wanted, listed, newest
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.cut_off import cut_off
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.queries import moving, of_alert
from broadcasts.intake.models import Feed
from broadcasts.notices.tell import title
from drills.duty.now import roster
from handlers.console.calendar.duty import within
from handlers.console.evacuations.board import Moving, all_moving
from handlers.console.hints.listing import MAY as HINTS
from handlers.console.notices.desk import waiting_for
from handlers.console.page import page
from handlers.console.scope import Scope, scope
from handlers.console.warnings.board import Board, board
from handlers.console.warnings.sendings import Sending, sending
from handlers.console.warnings.waiting import Waiting, all_waiting, pressing
from handlers.hints.queries import waiting as waiting_hints

MOST = 200  # alerts in force that are looked at

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Row:
    """An alert in force with its sendings, newest first, and the board of who has answered."""

    alert: Alert
    sendings: list[Sending]
    board: Board | None = None
    evacuation: Moving | None = None


@routes.get("/console/")
async def tonight(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await signed_in(request)
    now = deps.clock.now()
    async with deps.read() as session:
        mine = await scope(session, caller)
        waiting = await all_waiting(session, mine)
        rows = await _in_force(session, mine, now)
        candidates = [(row, s) for row in rows for s in row.sendings if s.broadcast.finished_at is None]
        candidates += await _clearing(session, mine)
        on_way = await moving(session, [s.broadcast.id for _, s in candidates], now)
        last = None if rows else await newest(session)
        facts: dict[str, Any] = {
            "waiting": waiting,
            "next": (first := next((w for w in pressing(waiting) if not w.asked), None)),
            "rest": _rest(waiting, first, rows),
            "cut_off": await cut_off(session, now) if mine.whole else [],
            "stumbles": await standing(session, now) if mine.whole else [],
            "approvals": [(one.notice, title(one.notice, one.content)) for one in await waiting_for(session, caller)],
            "rows": rows,
            "unanswered": next((row for row in rows if row.board and row.board.figures.silent), None),
            "running": [(row, s) for row, s in candidates if s.broadcast.id in on_way],
            "asked": next((w for w in waiting if w.asked), None),
            "last": last if last is not None and await mine.sees(session, last) else None,
            "feeds": (await session.execute(select(Feed).order_by(col(Feed.name)))).scalars().all()
            if mine.whole
            else [],
            "robots": await _robots(session, mine),
            "hints": await waiting_hints(session, mine.area_id, now) if caller.may(*HINTS) else None,
            "desks": [d for d in (await roster(session, now, mine.areas)).desks() if within(mine, d.post.area_id)],
        }
    return await page(request, "tonight.html", caller, live="/console/live", **facts)


def _rest(waiting: list[Waiting], first: Waiting | None, rows: list[Row]) -> list[Waiting]:
    """What waits and stands nowhere above: who needs help has a card of her own."""
    shown = {help_.hold for row in rows if row.board for help_ in row.board.waiting}
    shown |= {hold.uid for row in rows if row.evacuation for _, hold in row.evacuation.helps}
    return [w for w in waiting if w is not first and w.hold.uid not in shown]


async def _in_force(session: AsyncSession, mine: Scope, now: datetime) -> list[Row]:
    found = []
    force = await listed(session, Wanted(Standing.force), now, most=MOST)
    evacuations = await all_moving(session, mine, force, now)
    for alert in force:
        if await mine.sees(session, alert):
            sent = [*reversed(await of_alert(session, alert.id))]
            answers = await board(session, mine, sent[0]) if sent else None
            sendings = [await sending(session, mine, b, most=0) for b in sent]
            found.append(Row(alert, sendings, answers, evacuations.get(alert.thread)))
    return sorted(found, key=lambda row: (row.alert.grade.rank if row.alert.grade else 9, -row.alert.id))


async def _clearing(session: AsyncSession, mine: Scope) -> list[tuple[Row, Sending]]:
    """All-clears on their way: no alert of theirs is in force, and yet they run."""
    wanted = (
        sa.select(Broadcast, Alert)
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .where(col(Broadcast.finished_at).is_(None), col(Broadcast.subject) == "", col(Alert.msg_type) == "Cancel")
        .order_by(col(Broadcast.id))
        .limit(10)
    )
    rows = (await session.execute(wanted)).all()
    return [(Row(a, []), await sending(session, mine, b, most=0)) for b, a in rows if await mine.sees(session, a)]


async def _feeds(session: AsyncSession) -> Sequence[Feed]:
    return (await session.execute(select(Feed).order_by(col(Feed.name)))).scalars().all()


async def _robots(session: AsyncSession, mine: Scope) -> dict[str, int]:
    """How many groups hear nothing, or perhaps nothing, by the word for it."""
    states = [group.state for group in await doubtful(session, inside=mine.area_id)]
    return {state.value: states.count(state) for state in RobotState if state in states}
