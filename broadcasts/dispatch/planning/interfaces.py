"""How often WeCom's base interfaces were called within the last minute and hour, as the batches and the web processes
remember it. A worker's own questions for a token, a few in two hours, are not among them; nor is what other systems of
the enterprise call."""

from collections import Counter
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.coordination.contract import Quota
from bot.wechat.called import OF_BATCHES
from bot.wechat.frequency import OF_ALL, base, by_address
from bot.wechat.models import InterfaceCall
from broadcasts.dispatch.claims.contract import LATER, LEFT
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.planning.quotas import Use
from broadcasts.dispatch.states import Road

CHANNELS = ("wecom_app", "customer_group", "pstncc")  # by which calls of interfaces leave


async def interfaces(session: AsyncSession, settings: Settings, at: datetime) -> list[Use]:
    """Of all that were called within the hour, those called most first, and of all together. None without WeCom."""
    if not settings.has_application:
        return []
    spent = {seconds: await _spent(session, at - timedelta(seconds=seconds)) for seconds in (60.0, 3600.0)}
    limits = settings.wecom_base_minute, settings.wecom_base_hour
    of_each = [(name, quota) for name, _ in spent[3600.0].most_common() for quota in base(name, *limits)]
    of_all = by_address(settings.wecom_address_minute, settings.wecom_address_hour)
    each = [_use(name, spent[quota.seconds][name], quota, at) for name, quota in of_each]
    return [*each, *(_use(OF_ALL, spent[quota.seconds].total(), quota, at) for quota in of_all)]


def _use(name: str, used: int, quota: Quota, at: datetime) -> Use:
    return Use(name, used, quota.most, at + timedelta(seconds=quota.seconds), quota)


async def _spent(session: AsyncSession, since: datetime) -> Counter[str]:
    """By interface."""
    told = await session.execute(
        sa.select(col(InterfaceCall.interface), sa.func.sum(col(InterfaceCall.calls)))
        .where(col(InterfaceCall.at) > since)
        .group_by(col(InterfaceCall.interface))
    )
    calls = Counter({name: int(number) for name, number in told})
    street: sa.ColumnElement[str] = sa.func.coalesce(sa.literal_column(LATER), col(Batch.channel))
    left: sa.ColumnElement[int] = sa.func.sum(sa.literal_column(LEFT))
    batches = await session.execute(
        sa.select(street, left)
        .where(col(Batch.attempted_at) > since, col(Batch.road) == Road.live, col(Batch.channel).in_(CHANNELS))
        .group_by(sa.text("1"))
    )
    return calls + Counter({OF_BATCHES[name]: int(number) for name, number in batches if name in OF_BATCHES})
