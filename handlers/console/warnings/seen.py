"""How each page about one alert, or one sending of it, begins: whose part of the county it is, and what it is about, if
that is theirs. What is not is answered as if there were none."""

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller
from broadcasts.alerts import queries
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.queries import broadcast
from handlers.console.scope import Scope, scope


async def seen(session: AsyncSession, caller: Caller, uid: str) -> tuple[Scope, Alert]:
    """The caller's scope, and the alert, unless it is unknown or none of theirs: 404 in both cases."""
    mine = await scope(session, caller)
    alert = await queries.by_uid(session, uid)
    if alert is None or not await mine.sees(session, alert):
        raise web.HTTPNotFound
    return mine, alert


async def seen_sending(session: AsyncSession, caller: Caller, broadcast_id: str) -> tuple[Scope, Broadcast, Alert]:
    """The same of one sending, with its alert; what is no alert's is none."""
    mine, (sent, alert) = await scope(session, caller), await _sending(session, broadcast_id)
    if not await mine.sees(session, alert):
        raise web.HTTPNotFound
    return mine, sent, alert


async def own_sending(session: AsyncSession, caller: Caller, broadcast_id: str) -> tuple[Scope, Broadcast, Alert]:
    """The same where the alert lies in the caller's part as a whole."""
    mine, (sent, alert) = await scope(session, caller), await _sending(session, broadcast_id)
    if not mine.decides(alert):
        raise web.HTTPNotFound
    return mine, sent, alert


async def _sending(session: AsyncSession, broadcast_id: str) -> tuple[Broadcast, Alert]:
    sent = await broadcast(session, broadcast_id)
    alert = await session.get(Alert, sent.alert_id) if sent and sent.alert_id and not sent.subject else None
    if sent is None or alert is None:
        raise web.HTTPNotFound
    return sent, alert
