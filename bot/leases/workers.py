"""Which workers live, each seen by the number of its own slot: one of them is enough for sending."""

from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.leases.models import Lease
from bot.leases.observer import Observer

SLOTS = "worker-%"


@dataclass
class Workers:
    """Look now and then, with the same monotonic clock."""

    _each: dict[str, Observer] = field(default_factory=dict)

    async def look(self, session: AsyncSession, monotonic: float) -> list[str]:
        """Take a look; the slots whose owners live."""
        rows = await session.execute(select(Lease).where(col(Lease.slot).like(SLOTS)))
        leases = {lease.slot: lease for lease in rows.scalars()}
        for slot in leases.keys() | self._each.keys():
            self._each.setdefault(slot, Observer()).look(leases.get(slot), monotonic)
        return self.living(monotonic)

    def living(self, monotonic: float) -> list[str]:
        return sorted(slot for slot, one in self._each.items() if one.alive(monotonic))

    @property
    def silent(self) -> list[str]:
        """Slots whose number was never seen to move."""
        return sorted(slot for slot, one in self._each.items() if one.moved_at is None)
