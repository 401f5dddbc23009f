"""How far the record was verified, kept so that a large one is not read whole each time."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.record.models import Mark, Seal
from bot.vault import Vault

NAME = "verified"


async def verified(session: AsyncSession, vault: Vault) -> int:
    """The last seal that was verified, 0 where the mark, or the seal under it, is not what we left."""
    mark = await session.get(Mark, NAME)
    seal = await session.get(Seal, mark.seal_id) if mark else None
    return seal.id if mark and seal and hmac.compare_digest(mark.mac, _mac(vault, seal)) else 0


async def leave(session: AsyncSession, vault: Vault, seal_id: int, at: datetime) -> None:
    seal = await session.get(Seal, seal_id)
    if seal is not None:
        await session.merge(Mark(name=NAME, seal_id=seal_id, at=at, mac=_mac(vault, seal)))


def _mac(vault: Vault, seal: Seal) -> str:
    return hmac.new(vault.derive(b"verified"), f"{seal.id}|{seal.mac}".encode(), hashlib.sha256).hexdigest()
