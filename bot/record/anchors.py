"""Anchors: the record's state, told to people outside once a day, so that even whoever owns the machine cannot cut off
its end unseen."""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.record.findings import Findings
from bot.record.models import Anchor, Entry, Seal
from bot.record.seals import newest

SHOWN = 16  # hexadecimal characters that people are sent


async def drop_anchor(session: AsyncSession, at: datetime) -> Anchor | None:
    """Note the newest seal as told at `at`; None while nothing is sealed."""
    last = await newest(session)
    if last is None:
        return None
    sealed = sa.select(sa.func.count()).select_from(Entry).where(col(Entry.seal_id).is_not(None))
    made = Anchor(at=at, seal_id=last.id, entries=(await session.execute(sealed)).scalar_one(), mac=last.mac)
    session.add(made)
    await session.flush()
    return made


def code(anchor: Anchor) -> str:
    """What is compared later: the seal's number and the head of its mac, `8412-A1B2C3D4E5F60718`."""
    return f"{anchor.seal_id}-{anchor.mac[:SHOWN].upper()}"


def text(anchor: Anchor, zone: ZoneInfo) -> str:
    """The line that the leaders are sent each day and only need to keep."""
    day = anchor.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return f"记录存证 {day}：共 {anchor.entries} 条，存证码 {code(anchor)}。请勿删除，核对时要用。"


async def check_anchors(session: AsyncSession, found: Findings) -> None:
    """Every anchor's seal must still be there, as it was when it was told."""
    statement = (
        sa.select(Anchor, col(Seal.mac))
        .outerjoin(Seal, col(Seal.id) == col(Anchor.seal_id))
        .where(sa.or_(col(Seal.mac).is_(None), col(Seal.mac) != col(Anchor.mac)))
        .order_by(col(Anchor.id))
    )
    for anchor, there in (await session.execute(statement)).all():
        became = "被改动" if there else "不见了，记录的末尾被截去"
        found.problems.append(f"{anchor.at:%Y-%m-%d} 的存证码 {code(anchor)}：第 {anchor.seal_id} 号封条{became}")


async def holds(session: AsyncSession, told: str) -> bool:
    """Whether a code, as a leader kept it, still fits the record."""
    number, _, head = told.strip().partition("-")
    seal = await session.get(Seal, int(number)) if number.isdigit() else None
    return seal is not None and len(head) == SHOWN and seal.mac.startswith(head.lower())
