"""Who is told what about a swap: the one who is asked, the leader, and both when it is decided or came to nothing."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.deps import Deps
from bot.directory.tree import tree
from bot.sweeps.each import each
from broadcasts.audience.select import Target
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.render import CHINESE
from broadcasts.dispatch.texts.spoken import spoken
from drills.duty.leaders import leaders_of
from drills.duty.models import PENDING, Shift, Swap, Swapping
from drills.duty.rostered import targets
from drills.duty.rules import rules
from drills.duty.swaps.asking import close
from drills.duty.swaps.listed import Change, changes, colleagues
from drills.duty.wording import phrase, ways_at


async def asked(session: AsyncSession, settings: Settings, one: Change, at: datetime) -> None:
    """Who is named, or every colleague who could come."""
    people = [one.taker.id] if one.taker else await colleagues(session, one)
    await _tell(session, settings, one, "swap_asked", people, at)


async def accepted(session: AsyncSession, settings: Settings, one: Change, at: datetime) -> None:
    """The leaders decide; neither of the two is asked about himself."""
    mine = {one.giver.id, one.swap.taker_id}
    told = [t for t in await leaders_of(session, settings, one.post, at) if t.kind != "person" or t.id not in mine]
    await _send(session, settings, one, "swap_waits", told, at, Purpose.ring)


async def decided(session: AsyncSession, settings: Settings, one: Change, at: datetime) -> None:
    """Both hear what became of it; who declined knows."""
    declined = one.swap.state is Swapping.declined
    people = [one.giver.id, *([one.taker.id] if one.taker and not declined else [])]
    await _tell(session, settings, one, "swap_over", people, at)


async def sweep_swaps(deps: Deps, at: datetime) -> int:
    """What nobody decided until shortly before the shift has come to nothing, and its people hear it."""
    wanted = sa.select(col(Swap.id)).join(Shift, col(Shift.id) == col(Swap.shift_id)).order_by(col(Swap.id))
    async with deps.read() as session:
        over = (await session.execute(wanted.where(*await _over(session, at)))).scalars().all()
    return await each(deps, "duty.swaps", over, partial(_come_to_nothing, settings=deps.settings, at=at), at)


async def _come_to_nothing(session: AsyncSession, swap_id: int, *, settings: Settings, at: datetime) -> int:
    over = await changes(session, col(Swap.id) == swap_id, *await _over(session, at), most=1)
    for one in over:
        if await close(session, one.swap, Swapping.ended, by="system", at=at):
            await session.refresh(one.swap)
            if one.shift.removed_at is None:
                await decided(session, settings, one, at)
    return len(over)


async def anything_over(session: AsyncSession, at: datetime) -> bool:
    """Whether a look is worth a writing transaction."""
    wanted = sa.select(col(Swap.id)).join(Shift, col(Shift.id) == col(Swap.shift_id))
    return (await session.execute(wanted.where(*await _over(session, at)).limit(1))).first() is not None


async def _over(session: AsyncSession, at: datetime) -> list[sa.ColumnElement[bool]]:
    near = at + (await rules(session)).minutes("unconfirmed_minutes")
    gone = sa.or_(col(Shift.starts_at) <= near, col(Shift.removed_at).is_not(None))
    return [col(Swap.state).in_(PENDING), col(Swap.asked_at) < at, gone]


async def _tell(
    session: AsyncSession, settings: Settings, one: Change, name: str, people: Sequence[int], at: datetime
) -> None:
    await _send(session, settings, one, name, await targets(session, people), at, Purpose.calendar)


async def _send(
    session: AsyncSession, settings: Settings, one: Change, name: str, told: Sequence[Target], at: datetime,
    purpose: Purpose,
) -> None:  # fmt: skip
    if not told:
        return
    areas = await tree(session)
    ways = await ways_at(session, settings, areas, one.post.area_id, at)

    def text(language: str) -> str:
        return phrase(name, language=language, **facts(settings, one, at, language), **ways)

    subject, worth = (
        f"swap:{one.swap.uid}:{name}",
        max(one.shift.starts_at - at, one.shift.ends_at - one.shift.starts_at),
    )
    await tell(session, settings, told, text, purpose=purpose, subject=subject, at=at, worth=worth)


def facts(settings: Settings, one: Change, at: datetime, language: str) -> dict[str, str]:
    """What every text about a swap may name."""
    zone = settings.zone
    gap = "" if language == CHINESE else " "
    back = f"{spoken(one.back.starts_at, at, zone, language)}{gap}{one.back.role}" if one.back else ""
    return {
        "post": one.post.name,
        "giver": one.giver.name,
        "taker": one.taker.name if one.taker else "",
        "starts": spoken(one.shift.starts_at, at, zone, language),
        "ends": spoken(one.shift.ends_at, at, zone, language),
        "role": one.shift.role,
        "back": back,
        "state": one.swap.state.value,
    }
