"""交接: the machine writes what is open from its contributions, until the next shift confirms it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.directory.tree import Tree, tree
from bot.ids import uuid7
from bot.record.entries import record
from bot.sweeps.each import each
from broadcasts.dispatch.texts.spoken import spoken
from drills.duty.models import Handover, Post, Shift
from drills.duty.now import OnShift, names, shifts
from drills.duty.rules import rules
from drills.duty.wording import phrase

FRESH = timedelta(hours=2)  # a moment that is longer past, and had none, gets none any more
OPEN = timedelta(hours=12)  # a handover that nobody confirmed for so long is kept as it is, and shown as missed
NOTE = 255
IDS = 96


class Contribution(Protocol):
    """One section of the handover. Each room gives its own; bot.wiring lists them in their order."""

    @property
    def title(self) -> str: ...

    async def lines(
        self, session: AsyncSession, areas: Tree, area_id: int, at: datetime, zone: ZoneInfo
    ) -> Sequence[str]:
        """What is open in this area and below; empty where nothing is."""
        ...


async def write_due(deps: Deps, contributions: Sequence[Contribution], at: datetime) -> int:
    """Write the handovers that come, and anew those that nobody confirmed yet, each by itself. How many were
    written."""
    async with deps.read() as session:
        coming = list(await _moments(session, at))
    one = partial(_write, settings=deps.settings, contributions=contributions, at=at)
    return await each(deps, "duty.handover", coming, one, at)


async def _write(
    session: AsyncSession, key: tuple[int, datetime], *, settings: Settings, contributions: Sequence[Contribution],
    at: datetime,
) -> int:  # fmt: skip
    both = (await _moments(session, at)).get(key)
    if both is None:
        return 0
    (outgoing, incoming), due, areas = both, key[1], await tree(session)
    post = (outgoing or incoming)[0].post
    wanted = select(Handover).where(col(Handover.post_id) == post.id, col(Handover.due_at) == due)
    known = (await session.execute(wanted)).scalar_one_or_none()
    if (known is None and due < at - FRESH) or (known is not None and known.confirmed_at is not None):
        return 0
    sections = [(one.title, await one.lines(session, areas, post.area_id, at, settings.zone)) for one in contributions]
    moment = spoken(due, at, settings.zone)
    text = phrase("handover", post=post.name, at=moment, out=names(outgoing), into=names(incoming), sections=sections)
    made = known or Handover(uid=uuid7(at), post_id=post.id, due_at=due, text="", written_at=at)
    if (made.text, made.outgoing, made.incoming) == (text, _ids(outgoing), _ids(incoming)):
        return 0
    made.text, made.written_at = text, at
    made.outgoing, made.incoming = _ids(outgoing), _ids(incoming)
    session.add(made)
    return 1


Moments = dict[tuple[int, datetime], tuple[list[OnShift], list[OnShift]]]


async def _moments(session: AsyncSession, at: datetime) -> Moments:
    """By post and moment: who goes and who comes. A moment at which only leaders change is none."""
    known = await rules(session)
    since, until = at - OPEN, at + known.minutes("handover_minutes")
    near = sa.or_(col(Shift.starts_at).between(since, until), col(Shift.ends_at).between(since, until))
    found = await shifts(session, known, near, col(Shift.cannot_at).is_(None))
    moments: Moments = {}
    for one in found:
        for place, due in enumerate((one.shift.ends_at, one.shift.starts_at)):
            if since <= due <= until:
                moments.setdefault((one.post.id, due), ([], []))[place].append(one)
    return {key: both for key, both in moments.items() if any(not o.leads for people in both for o in people)}


def _ids(people: Sequence[OnShift]) -> str:
    """By comma, as many as the column holds: none is cut in two."""
    ids = list(dict.fromkeys(str(one.person.id) for one in people))
    while len(",".join(ids)) > IDS:
        ids.pop()
    return ",".join(ids)


async def confirm(session: AsyncSession, handover: Handover, *, by: str, at: datetime) -> bool:
    """接班确认: what was handed over stands from now on. False where it was confirmed before."""
    done = await session.execute(
        sa.update(Handover)
        .where(col(Handover.id) == handover.id, col(Handover.confirmed_at).is_(None))
        .values(confirmed_at=at, confirmed_by=by)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    record(session, by, "handover.confirmed", handover.uid, at)
    return True


def may_confirm(handover: Handover, person_id: int | None) -> bool:
    """Who comes confirms. Where the roster names nobody, whoever takes over does, but not who goes."""
    mine = str(person_id)
    if handover.incoming:
        return mine in handover.incoming.split(",")
    return mine not in handover.outgoing.split(",")


async def latest(session: AsyncSession, post_ids: Sequence[int], most: int = 20) -> list[tuple[Handover, Post]]:
    """The last ones of these posts, the newest first."""
    wanted = (
        select(Handover, Post)
        .join(Post, col(Post.id) == col(Handover.post_id))
        .where(col(Post.id).in_(post_ids))
        .order_by(col(Handover.due_at).desc(), col(Handover.id).desc())
        .limit(most)
    )
    return [(handover, post) for handover, post in await session.execute(wanted)]
