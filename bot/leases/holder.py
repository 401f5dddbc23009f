"""Holding a lease that several processes want: the ticker's. The worker's own is kept by its claims."""

from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.leases.models import Lease


@dataclass
class Holder:
    """One process's hold on `slot`. An earlier start of the same `owner` is voided at once; another owner only when
    its number stood still for `patience` seconds of our own monotonic clock."""

    slot: str
    owner: str
    patience: float
    epoch: int | None = None
    _seen: tuple[int, int] | None = None
    _seen_at: float = 0.0

    async def hold(self, session: AsyncSession, monotonic: float) -> bool:
        """Take or renew. True while the lease is ours."""
        lease = await session.get(Lease, self.slot)
        if lease is None:
            session.add(Lease(slot=self.slot, owner=self.owner, epoch=1, renewal=1))
            await session.flush()
            self.epoch = 1
            return True
        if self.epoch == lease.epoch and lease.owner == self.owner:
            return await self._move(session, lease.epoch, lease.epoch)
        if lease.owner == self.owner or self._silent(lease, monotonic):
            return await self._move(session, lease.epoch, lease.epoch + 1)
        return False

    def _silent(self, lease: Lease, monotonic: float) -> bool:
        now = (lease.epoch, lease.renewal)
        if now != self._seen:
            self._seen, self._seen_at = now, monotonic
        return monotonic - self._seen_at > self.patience

    async def _move(self, session: AsyncSession, old: int, new: int) -> bool:
        done = await session.execute(
            sa.update(Lease)
            .where(col(Lease.slot) == self.slot, col(Lease.epoch) == old)
            .values(owner=self.owner, epoch=new, renewal=Lease.renewal + 1)
        )
        held = cast("CursorResult[tuple[()]]", done).rowcount == 1
        self.epoch = new if held else None
        return held
