"""Pictures and videos that came with a task. One that was sent by chat is the task's as soon as it is sent, and shown
once it has been fetched; it lies where the chat's lie, under the chat's own name for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.record.entries import record
from broadcasts.tasks.evacuation.models import EvacuationPicture
from broadcasts.tasks.knocks.models import KnockPicture
from broadcasts.tasks.pictured import Picture


class Album(NamedTuple):
    """Of one kind of task: its rows, their column that names the task, and what the record calls it."""

    row: type[Picture]
    task: Any
    name: str

    @property
    def here(self) -> sa.ColumnElement[bool]:
        return col(self.row.size) > 0

    @property
    def moving(self) -> sa.ColumnElement[bool]:
        return col(self.row.mime).startswith("video/")


DOORS = Album(KnockPicture, col(KnockPicture.knock_id), "knock")
VILLAGES = Album(EvacuationPicture, col(EvacuationPicture.evacuation_id), "evacuation")
ALBUMS = (DOORS, VILLAGES)


@dataclass(frozen=True)
class Shot:
    """A picture by the chat's name for it; without a size it is still on its way."""

    uid: str
    mime: str = ""
    size: int = 0
    sha256: str = ""


class Task(NamedTuple):
    """Of which a picture is."""

    id: int
    uid: str


async def join(
    session: AsyncSession, album: Album, task: Task, shots: Collection[Shot], *, by: str, at: datetime
) -> None:
    """They belong to this task from now on."""
    for one in shots:
        of: dict[str, Any] = {album.task.key: task.id}
        session.add(album.row(uid=one.uid, mime=one.mime, size=one.size, sha256=one.sha256, at=at, **of))
        record(session, by, f"{album.name}.picture", task.uid, at, picture=one.uid)
    await session.flush()


async def fetched(session: AsyncSession, shot: Shot) -> None:
    """It lies there now, where it is a task's."""
    for album in ALBUMS:
        mine = sa.update(album.row).where(col(album.row.uid) == shot.uid)
        await session.execute(mine.values(mime=shot.mime, size=shot.size, sha256=shot.sha256))


async def erased(session: AsyncSession, uids: Collection[str]) -> None:
    """Whoever sent them is forgotten, and their files are gone."""
    for album in ALBUMS:
        theirs = sa.update(album.row).where(col(album.row.uid).in_(uids))
        await session.execute(theirs.values(size=0, sha256=""))


async def kept(session: AsyncSession, album: Album, task_id: int) -> Sequence[Picture]:
    """Those that are here, the videos behind the pictures."""
    wanted = select(album.row).where(album.task == task_id, album.here)
    return (await session.execute(wanted.order_by(album.moving, col(album.row.id)))).scalars().all()


def counted(album: Album, task: Any) -> tuple[sa.ScalarSelect[int], sa.ScalarSelect[int]]:
    """How many pictures are here, and how many videos, beside the row of the task."""
    mine = sa.select(sa.func.count()).where(album.task == task, album.here)
    return mine.where(~album.moving).scalar_subquery(), mine.where(album.moving).scalar_subquery()


async def lately(session: AsyncSession, album: Album, tasks: Collection[int]) -> Mapping[int, datetime]:
    """When the last picture of each task came."""
    wanted = sa.select(album.task, sa.func.max(col(album.row.at))).where(album.task.in_(tasks)).group_by(album.task)
    return {task: at for task, at in await session.execute(wanted)}


async def last_of(session: AsyncSession, uids: Collection[str]) -> tuple[Album, Picture] | None:
    """Of these the one that came last, whatever task it is of."""
    found = [
        (album, row)
        for album in ALBUMS
        for row in (await session.execute(select(album.row).where(col(album.row.uid).in_(uids)))).scalars()
    ]
    return max(found, key=lambda one: (one[1].at, one[1].uid), default=None)


async def take_out(
    session: AsyncSession, album: Album, task: Task, uids: Collection[str], *, after: datetime, by: str, at: datetime
) -> Sequence[str]:
    """Those of these that came after this moment are not the task's. Which; the chat keeps them."""
    row = album.row
    gone = sa.delete(row).where(album.task == task.id, col(row.uid).in_(uids), col(row.at) > after)
    out = (await session.execute(gone.returning(col(row.uid)))).scalars().all()
    for uid in out:
        record(session, by, f"{album.name}.unpictured", task.uid, at, picture=uid)
    return out
