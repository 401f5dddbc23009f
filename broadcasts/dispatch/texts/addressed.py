"""A service message as its page shows it: to nobody but those to whom it was sent."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Text
from broadcasts.dispatch.texts.forms import TEXT
from broadcasts.dispatch.texts.marks import MARK
from broadcasts.dispatch.texts.render import joined


async def addressed(session: AsyncSession, broadcast: Broadcast, address: str) -> str:
    """What it said to this address, whole and without a drill's marks; empty where it was not sent there."""
    hers = (
        sa.select(col(Batch.text_id))
        .join(Delivery, col(Delivery.batch_id) == col(Batch.id))
        .where(
            col(Delivery.broadcast_id) == broadcast.id,
            sa.func.lower(col(Delivery.address)) == address.lower(),
            col(Delivery.address) != "",
        )
    )
    ids = (await session.execute(hers)).scalars().all()
    if not ids:
        return ""
    texts = (await session.execute(select(Text).where(col(Text.id).in_(ids)).order_by(col(Text.id)))).scalars()
    return broadcast.said or next(filter(None, map(whole, texts)), "")


def whole(text: Text | None) -> str:
    """What a frozen text of plain words said before it was cut and marked; empty where it is none."""
    if text is None or text.form != TEXT:
        return ""
    return joined([part.removeprefix(MARK).removesuffix(f"\n{MARK}") for part in text.parts])
