"""Who speaks: the conversation of an address, and the person or the follower behind it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.db.turns import alone, turn
from bot.directory.binding.bind import fold
from bot.directory.models import Address, Person
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.follow import follow, found
from broadcasts.subscriptions.models import Follower
from handlers.chat.conversations.models import Conversation
from handlers.wechat.models import Platform

# Under which the directory keeps an address; a number it keeps with the person.
CHANNELS = {Platform.wecom: "wecom_app", Platform.oa: "oa", Platform.sms: "sms"}

# Built once: every word asks them.
THERE = select(Conversation).where(
    col(Conversation.road) == sa.bindparam("on"),
    col(Conversation.platform) == sa.bindparam("by"),
    col(Conversation.address) == sa.bindparam("address"),
)
REACHED = (
    sa.select(Address, Person)
    .join(Person, col(Person.id) == col(Address.person_id))
    .where(col(Address.channel) == sa.bindparam("by"), col(Address.folded) == sa.bindparam("address"))
)


@dataclass(frozen=True)
class Speaker:
    """Staff are a person, residents a follower; who is in neither is nobody whom we know yet. `new`: nothing was ever
    said in this conversation."""

    conversation: Conversation
    person: Person | None = None
    follower: Follower | None = None
    new: bool = False

    @property
    def actor(self) -> str:
        if self.person:
            return f"person:{self.person.uid}"
        return f"follower:{self.follower.uid}" if self.follower else f"conversation:{self.conversation.uid}"


async def speaker(session: AsyncSession, road: Road, platform: Platform, address: str, at: datetime) -> Speaker:
    """Look up who that is now; a first word opens the conversation. Whoever speaks is there, whatever we had noted."""
    person = await _person(session, road, platform, address, at)
    follower = await _follower(session, road, address, at) if platform is Platform.oa else None
    there = {"on": road, "by": platform, "address": address}
    talk = (await session.execute(THERE, there)).scalar_one_or_none()
    if talk is None and not alone(session):  # a first word and a tap on a page may come at one moment
        await turn(session, f"talk:{road}:{platform}:{address}")
        talk = (await session.execute(THERE, there)).scalar_one_or_none()
    if talk is None:
        talk = Conversation(uid=uuid7(at), road=road, platform=platform, address=address)
    talk.person_id = person.id if person else None
    if follower is not None:
        follower.person_id = talk.person_id  # who is staff no longer hears as a resident again
    talk.follower_id = follower.id if follower else None
    session.add(talk)
    new = talk.id is None
    if new:
        await session.flush()
    return Speaker(talk, person, follower, new)


async def _person(session: AsyncSession, road: Road, platform: Platform, address: str, at: datetime) -> Person | None:
    if platform is Platform.sms:
        return await _of_number(session, address)
    channel = CHANNELS[platform]
    found = (await session.execute(REACHED, {"by": channel, "address": fold(channel, address)})).one_or_none()
    if found is None:
        return None
    known, person = found
    if known.gone_at is not None and road is Road.live:
        known.gone_at = None
        record(session, f"person:{person.uid}", "address.back", person.uid, at, channel=known.channel)
    return person


async def _of_number(session: AsyncSession, digest: str) -> Person | None:
    """Whose telephone it is; nobody where two share it: neither may answer for the other."""
    found = (await session.execute(select(Person).where(col(Person.phone_digest) == digest).limit(2))).scalars().all()
    return found[0] if len(found) == 1 else None


async def _follower(session: AsyncSession, road: Road, openid: str, at: datetime) -> Follower:
    """Who writes to the account follows it. 退订 stays as it is."""
    follower = await found(session, road, openid)
    if follower is None:
        return await follow(session, road, openid, at)
    follower.left_at = None
    return follower
