"""来电记录: typed in while the caller speaks; who called lies sealed."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.db.turns import turn
from bot.ids import uuid7
from bot.record.entries import record
from bot.vault import Vault
from drills.duty.models import PhoneLog

MOST = 100


@dataclass(frozen=True)
class Caller:
    unit: str = ""
    name: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.unit or self.name or self.phone)


async def keep(
    session: AsyncSession,
    vault: Vault,
    *,
    key: str,
    area_id: int,
    called_at: datetime,
    place: str,
    caller: Caller,
    said: str,
    told: str,
    by: str,
    at: datetime,
) -> PhoneLog:
    """Keep one call. The same form's second press gives the first's."""
    await turn(session, f"call:{key}")
    wanted = select(PhoneLog).where(col(PhoneLog.key) == key)
    known = (await session.execute(wanted)).scalar_one_or_none()
    if known is not None:
        return known
    made = PhoneLog(
        uid=uuid7(at), key=key, area_id=area_id, at=called_at, place=place[:128],
        caller=_sealed(vault, caller), said=said, told=told[:255], made_by=by, made_at=at,
    )  # fmt: skip
    session.add(made)
    record(session, by, "call.noted", made.uid, at)
    return made


def _sealed(vault: Vault, caller: Caller) -> bytes | None:
    facts = {"unit": caller.unit, "name": caller.name, "phone": caller.phone}
    return vault.seal(json.dumps(facts, ensure_ascii=False)) if caller else None


def caller_of(vault: Vault, log: PhoneLog) -> Caller:
    return Caller(**json.loads(vault.open(log.caller))) if log.caller else Caller()


async def logged(session: AsyncSession, area_ids: list[int] | None, most: int = MOST) -> list[PhoneLog]:
    """The newest first; of these areas' desks alone where given."""
    wanted = select(PhoneLog).order_by(col(PhoneLog.at).desc(), col(PhoneLog.id).desc()).limit(most)
    if area_ids is not None:
        wanted = wanted.where(col(PhoneLog.area_id).in_(area_ids))
    return list((await session.execute(wanted)).scalars())
