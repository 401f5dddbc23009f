"""What the county's roads may still carry: each quota with what of it is used up, as the batches remember it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.appchat import limits as chat
from bot.channels.customer_group import limits as customers
from bot.channels.oa_mass import limits as mass
from bot.channels.oa_notice import limits as notice
from bot.channels.oa_reply import limits as reply
from bot.channels.oa_template import limits as template
from bot.channels.voice import limits as voice
from bot.channels.wecom_app import limits as app
from bot.config import Settings
from bot.coordination.contract import Quota
from bot.wechat.frequency import base
from broadcasts.dispatch.claims.contract import LATER, LEFT, PEOPLE
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Road

NEARLY = 0.8  # of a quota, from which on the officer is told
KNOWN: Mapping[str, Callable[[Settings], tuple[Quota, ...]]] = {
    app.NAME: lambda settings: app.per_day(settings.wecom_account_cap),
    chat.NAME: lambda _: chat.QUOTAS,
    customers.NAME: lambda settings: base(customers.NAME, settings.wecom_base_minute, settings.wecom_base_hour),
    template.NAME: lambda _: template.QUOTAS,
    notice.NAME: lambda _: notice.QUOTAS,
    reply.NAME: lambda _: reply.QUOTAS,
    mass.NAME: lambda _: mass.QUOTAS,
    voice.NAME: lambda settings: voice.per_gateway(settings.voice_lines),
}


@dataclass(frozen=True)
class Use:
    """`subject` is the channel. `most` is None where the platform has a number that nobody has told us."""

    subject: str
    used: int
    most: int | None
    resets_at: datetime
    quota: Quota

    @property
    def nearly(self) -> bool:
        """Whether the officer should know."""
        return self.most is not None and self.used >= self.most * NEARLY

    def left(self, *, red: bool) -> int | None:
        """How many more may leave now; what is kept for red is red's."""
        return None if self.most is None else max(0, self.quota.allowed(red=red) - self.used)


def kept(settings: Settings, channel: str) -> tuple[Quota, ...]:
    """What all targets of a channel share."""
    return KNOWN[channel](settings) if channel in KNOWN else ()


async def quotas(session: AsyncSession, settings: Settings, at: datetime, road: Road = Road.live) -> list[Use]:
    """Of the open roads, in their order: days until their midnight, windows as they slide."""
    known = [(name, q) for name in KNOWN if name in open_roads(settings).channels for q in kept(settings, name)]
    begins = {quota: _began(quota, at) for _, quota in known}
    spent = {began: await _spent(session, road, began) for began in sorted(set(begins.values()))}
    uses = []
    for name, quota in known:
        calls, copies = spent[begins[quota]].get(name, (0, 0))
        resets = datetime.fromtimestamp(quota.ends(at.timestamp()), UTC) if quota.daily else at + _length(quota)
        uses.append(Use(name, copies if quota.copies else calls, quota.most, resets, quota))
    return uses


def _length(quota: Quota) -> timedelta:
    return timedelta(seconds=quota.seconds)


def _began(quota: Quota, at: datetime) -> datetime:
    ends = datetime.fromtimestamp(quota.ends(at.timestamp()), UTC) if quota.daily else at
    return ends - _length(quota)


async def _spent(session: AsyncSession, road: Road, since: datetime) -> dict[str, tuple[int, int]]:
    """By channel: calls that left since then, and whom they were for."""
    times: sa.ColumnElement[int] = sa.literal_column(LEFT)
    copies: sa.ColumnElement[int] = sa.func.coalesce(sa.literal_column(PEOPLE), col(Batch.size))
    message: sa.ColumnElement[bool] = sa.literal_column(LATER).is_(None)  # no change of one that is out
    rows = await session.execute(
        sa.select(col(Batch.channel), sa.func.sum(times), sa.func.sum(times * copies))
        .where(col(Batch.attempted_at) >= since, col(Batch.road) == road, col(Batch.channel).in_(list(KNOWN)), message)
        .group_by(col(Batch.channel))
    )
    return {channel: (int(calls), int(people)) for channel, calls, people in rows}
