"""Holds that a word opens: somebody cries for help, or needs support. They ring until a person takes them."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Person
from bot.directory.tree import Tree
from broadcasts.release.holds import open_hold
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from broadcasts.subscriptions.follow import places
from broadcasts.subscriptions.places import spelled
from handlers.chat.conversations.speaker import Speaker
from handlers.chat.turn import Turn
from handlers.wechat.models import Inbound

SAID = 120  # characters of the words that a ring shows
ABOUT = "inbound:"


async def cry(turn: Turn, text: str) -> None:
    """请立即拨打 119 first of all, then the duty desk rings. Said even where an officer or a flood keeps us quiet."""
    words = " ".join(text.split())[:SAID]
    await turn.say("plea", always=True, words=words, phone=await turn.phone())
    said = f"{await who(turn.session, turn.speaker, await turn.areas())}：{words}"
    near = await where(turn.session, turn.speaker)
    await ring(turn.session, turn.inbound, Reason.plea, said, at=turn.at, near=near)
    turn.seen = False


async def ring(
    session: AsyncSession, inbound: Inbound, reason: Reason, said: str, *, at: datetime, near: int | None = None
) -> Hold:
    """Open a hold about this word. While one of the same sender is open, it takes the newest words and goes on. The
    desk that is nearest to the area `near` is rung beside the county's."""
    waiting = await _open(session, inbound, reason)
    about = waiting.about if waiting else f"{ABOUT}{inbound.id}"
    return await open_hold(session, reason, about=about, said=said, by="system", at=at, area_id=near)


async def ring_for_speaker(turn: Turn, words: str) -> None:
    """One of the staff needs somebody, and it is not plain at which place, or for what."""
    if turn.person is not None:
        said = f"{named(turn.person, await turn.areas())}：{words}"
        await ring(turn.session, turn.inbound, Reason.help, said, at=turn.at, near=turn.person.area_id)


async def where(session: AsyncSession, speaker: Speaker) -> int | None:
    """The area of staff, or the first place of a resident; None where nobody knows."""
    if speaker.person is not None:
        return speaker.person.area_id
    rows = await places(session, speaker.follower) if speaker.follower is not None else []
    return next((row.area_id for row in rows), None)


async def who(session: AsyncSession, speaker: Speaker, areas: Tree) -> str:
    """柳湾镇柳湾村 李秀英, or what a resident has told us of the place."""
    if speaker.person is not None:
        return named(speaker.person, areas)
    if speaker.follower is not None:
        rows = await places(session, speaker.follower)
        where = "、".join(spelled(areas, row.area_id) for row in rows[:2] if row.area_id in areas.nodes)
        return f"公众号居民{f'（订阅{where}）' if where else '（没有说是哪里）'}"
    return "还不认识的人"


def named(person: Person, areas: Tree) -> str:
    return f"{spelled(areas, person.area_id)} {person.name}"


async def _open(session: AsyncSession, inbound: Inbound, reason: Reason) -> Hold | None:
    wanted = select(Hold).where(
        col(Hold.reason) == reason, col(Hold.closed_at).is_(None), col(Hold.about).startswith(ABOUT)
    )
    for hold in (await session.execute(wanted)).scalars():
        first = await session.get(Inbound, int(hold.about.removeprefix(ABOUT)))
        if first and (first.road, first.platform, first.sender) == (inbound.road, inbound.platform, inbound.sender):
            return hold
    return None
