"""Sealing the record: an HMAC over the digests of what has no seal yet, and over the seal before."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.record.models import Entry, Seal
from bot.vault import Vault

PURPOSE = b"record"


async def seal(session: AsyncSession, vault: Vault, at: datetime) -> int:
    """Put one seal over every entry that has none; how many that were. Seals are numbered without a gap by ourselves:
    of two processes that seal at once one fails, and the chain never forks."""
    before = await newest(session)
    number, chained = (before.id, before.mac) if before else (0, "")
    number += 1
    covered = await _cover(session, number)
    if not covered:
        return 0
    made = Seal(id=number, at=at, first=covered[0][0], last=covered[-1][0], count=len(covered), mac="")
    made.mac = mac(vault.derive(PURPOSE), chained, made, covered)
    session.add(made)
    await session.flush()
    return len(covered)


async def newest(session: AsyncSession) -> Seal | None:
    return (await session.execute(sa.select(Seal).order_by(col(Seal.id).desc()).limit(1))).scalar_one_or_none()


def mac(key: bytes, chained: str, made: Seal, entries: Iterable[tuple[int, str]]) -> str:
    """The seal's HMAC: over the one before, its own figures, and each entry's (id, digest) by id."""
    digests = hashlib.sha256("\n".join(f"{number}:{digest}" for number, digest in entries).encode()).hexdigest()
    figures = f"{chained}|{made.id}|{made.at.timestamp()}|{made.first}|{made.last}|{made.count}|{digests}"
    return hmac.new(key, figures.encode(), hashlib.sha256).hexdigest()


async def _cover(session: AsyncSession, number: int) -> list[tuple[int, str]]:
    """One statement, so that an entry that is committed meanwhile falls to the next seal."""
    statement = (
        sa.update(Entry)
        .where(col(Entry.seal_id).is_(None))
        .values(seal_id=number)
        .returning(col(Entry.id), col(Entry.digest))
    )
    rows = await session.execute(statement, execution_options={"synchronize_session": False})
    return sorted((int(number), digest) for number, digest in rows.all() if number is not None)
