"""The tick that seals: once a second, and with a memory of the last seal, so that a rewritten chain is noticed."""

import logging
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.engine import Database
from bot.deps import Deps
from bot.metrics import UNSEALED
from bot.record.entries import record
from bot.record.models import Seal
from bot.record.seals import newest, seal

log = logging.getLogger(__name__)
_known: WeakKeyDictionary[Database, tuple[int, str]] = WeakKeyDictionary()


async def seal_due(deps: Deps) -> None:
    """Seal what has no seal. A seal that this process saw and that has since changed is put on the record itself:
    whoever cut the tail without the key could otherwise have us seal the rest anew."""
    at = deps.clock.now()
    async with deps.begin() as session:
        if (lost := await _lost(session, _known.get(deps.database))) is not None:
            log.error("record: seal %d was changed or removed", lost)
            record(session, "system", "record.broken", f"seal:{lost}", at)
            await session.flush()
        UNSEALED.set(await seal(session, deps.vault, at))
        last = await newest(session)
    if last is not None:
        _known[deps.database] = last.id, last.mac


async def _lost(session: AsyncSession, known: tuple[int, str] | None) -> int | None:
    if known is None:
        return None
    there = await session.get(Seal, known[0])
    return None if there is not None and there.mac == known[1] else known[0]
