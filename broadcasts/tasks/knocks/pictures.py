"""Pictures from a door that came by chat: one is the door's as soon as it is sent, and shown once it has been fetched;
the file lies where the chat's lie, under the chat's own name for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.record.entries import record
from broadcasts.dispatch.states import Road
from broadcasts.tasks.knocks.models import Knock, KnockPicture


@dataclass(frozen=True)
class Shot:
    """A picture by the chat's name for it; without a size it is still on its way."""

    uid: str
    mime: str = ""
    size: int = 0
    sha256: str = ""


async def join(session: AsyncSession, knock: Knock, shots: Collection[Shot], *, by: str, at: datetime) -> None:
    """They belong to this door from now on."""
    for one in shots:
        session.add(
            KnockPicture(uid=one.uid, knock_id=knock.id, mime=one.mime, size=one.size, sha256=one.sha256, at=at)
        )
        record(session, by, "knock.picture", knock.uid, at, picture=one.uid)
    await session.flush()


async def fetched(session: AsyncSession, shot: Shot) -> None:
    """It lies there now, where it is a door's."""
    mine = sa.update(KnockPicture).where(col(KnockPicture.uid) == shot.uid)
    await session.execute(mine.values(mime=shot.mime, size=shot.size, sha256=shot.sha256))


async def erased(session: AsyncSession, uids: Collection[str]) -> None:
    """Whoever sent them is forgotten, and their files are gone."""
    theirs = sa.update(KnockPicture).where(col(KnockPicture.uid).in_(uids))
    await session.execute(theirs.values(size=0, sha256=""))


async def lately(session: AsyncSession, knocks: Collection[int]) -> Mapping[int, datetime]:
    """When the last picture of each door came."""
    wanted = sa.select(col(KnockPicture.knock_id), sa.func.max(col(KnockPicture.at)))
    mine = wanted.where(col(KnockPicture.knock_id).in_(knocks)).group_by(col(KnockPicture.knock_id))
    return {knock: at for knock, at in await session.execute(mine)}


async def last_of(session: AsyncSession, knocker_id: int, road: Road, *, since: datetime) -> KnockPicture | None:
    """The last from any door of this person's."""
    wanted = (
        select(KnockPicture)
        .join(Knock, col(Knock.id) == col(KnockPicture.knock_id))
        .where(col(Knock.knocker_id) == knocker_id, col(Knock.road) == road, col(KnockPicture.at) >= since)
        .order_by(col(KnockPicture.id).desc())
        .limit(1)
    )
    return (await session.execute(wanted)).scalar_one_or_none()


async def take_out(session: AsyncSession, knock: Knock, *, after: datetime, by: str, at: datetime) -> int:
    """Those that came after this moment are not the door's. How many; the chat keeps them."""
    gone = sa.delete(KnockPicture).where(col(KnockPicture.knock_id) == knock.id, col(KnockPicture.at) > after)
    uids = (await session.execute(gone.returning(col(KnockPicture.uid)))).scalars().all()
    for uid in uids:
        record(session, by, "knock.unpictured", knock.uid, at, picture=uid)
    return len(uids)
