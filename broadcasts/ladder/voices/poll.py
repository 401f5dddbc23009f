"""Asking what became of emergency calls: WeCom tells nobody by itself. It wakes, and closes nothing: picked up is
已接通, and who has not answered is silent still."""

import logging
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from bot.channels.contract import SendError
from bot.channels.pstncc.limits import LIMITED, NAME, SECONDS
from bot.deps import Deps
from bot.wechat.http import Calls
from bot.wechat.pstncc import Talked, talked
from bot.wechat.shared_tokens import application_tokens
from broadcasts.dispatch.models import Batch, Delivery
from broadcasts.dispatch.states import Road, State
from broadcasts.ladder.models import ENDED, CallState, RungCall
from broadcasts.ladder.voices.told import Report, keep

log = logging.getLogger(__name__)
ROUND = 50  # calls asked after at once; the rest with the next tick
RINGS = timedelta(seconds=SECONDS)  # a call that nobody took is over
ASKED = timedelta(minutes=15)  # after which a platform that is silent is not asked any more
LIMIT = "call_limit"


async def poll_due(deps: Deps, at: datetime) -> int:
    """Ask after the calls whose end we do not know. How many."""
    if not deps.settings.pstncc:
        return 0
    due = await _due(deps, at)
    if due:
        async with Calls(timeout=deps.settings.call_timeout, connections=4, by_hand=False) as calls:
            for row in due:
                await _ask(deps, calls, row, at)
    return len(due)


async def _due(deps: Deps, at: datetime) -> list[Any]:
    known = sa.exists().where(
        col(RungCall.channel) == NAME,
        col(RungCall.road) == col(Batch.road),
        col(RungCall.call_id) == col(Batch.message_id),
        col(RungCall.state).in_([*ENDED, CallState.connected]),
    )
    columns: list[Any] = [
        col(Batch.road), col(Batch.message_id), col(Batch.members), col(Batch.broadcast_id), col(Batch.settled_at),
        col(Delivery.target_id),
    ]  # fmt: skip
    wanted = (
        sa.select(*columns)
        .join(Delivery, col(Delivery.batch_id) == col(Batch.id))
        .where(
            col(Batch.channel) == NAME,
            col(Batch.state) == State.sent,
            col(Batch.message_id) != "",
            col(Batch.settled_at) > at - ASKED,
            ~known,
        )
        .order_by(col(Batch.settled_at))
        .limit(ROUND)
    )
    async with deps.read() as session:
        return [*await session.execute(wanted)]


async def _ask(deps: Deps, calls: Calls, row: Any, at: datetime) -> None:
    """One call's end is written down as soon as it is known; a platform that does not answer is asked again."""
    settings = deps.settings
    base = settings.wecom_api_base if row.road is Road.live else settings.training_api_base
    tokens = application_tokens(settings, calls, deps.clock, row.road.value)
    if tokens is None:
        return
    try:
        said = await talked(calls, tokens, base, row.members or "", row.message_id)
    except SendError as error:
        log.warning("an emergency call of broadcast %s: %s", row.broadcast_id, error.reason)
        return
    report = _report(row.message_id, said, at, late=at - row.settled_at >= RINGS)
    if report is not None:
        async with deps.begin() as session:
            await keep(session, row.road, NAME, report, row.broadcast_id, row.target_id, at)


def _report(call_id: str, said: Talked, at: datetime, *, late: bool) -> Report | None:
    """None while it may ring still."""
    if said.picked_up:
        return Report(call_id, CallState.connected, at, heard=said.seconds)
    if said.reason == LIMITED:
        return Report(call_id, CallState.failed, at, reason=LIMIT)
    return Report(call_id, CallState.missed, at) if said.reason or late else None
