"""Who told a hint: plain in its columns, or sealed where they want to stay unknown.

What is sealed names a conversation and, for staff, a person; of a text message it holds the telephone too, until the
last word about the hint has been said, and no page opens it. A resident who is forgotten leaves a conversation without
an address behind: then the seal holds nothing any more."""

import json
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.vault import Vault
from handlers.chat.conversations.models import Conversation
from handlers.hints.models import Hint, HintWord
from handlers.reports.reporter import Reporter


@dataclass(frozen=True)
class Told:
    """By whom, as far as it is known; both None for another platform, or for who was forgotten. `number` is the seal
    of the telephone from which a text message came: for the machine alone, which answers there (bot.channels.sms)."""

    person_id: int | None = None
    conversation_id: int | None = None
    number: str = ""


def seal_of(vault: Vault, told: Told) -> bytes:
    return vault.seal(json.dumps([told.person_id, told.conversation_id, told.number]))


def finder_of(vault: Vault, conversation_id: int | None) -> str | None:
    """By which an anonymous hint is found from its own conversation, and from nowhere else."""
    return vault.digest(f"hint:{conversation_id}") if conversation_id is not None else None


def told_by(vault: Vault, hint: Hint) -> Told:
    if hint.sealed is None:
        return Told(hint.person_id, hint.conversation_id)
    return Told(*json.loads(vault.open(hint.sealed)))


def forget_number(vault: Vault, hint: Hint) -> None:
    """The last word has been said: nothing will be sent to that telephone any more."""
    told = told_by(vault, hint)
    if hint.sealed is not None and told.number:
        hint.sealed = seal_of(vault, replace(told, number=""))


def columns(vault: Vault, who: Reporter, *, anonymous: bool) -> dict[str, object]:
    """The hint's columns that say, or do not say, who told it."""
    person_id = who.person.id if who.person else None
    if not anonymous:
        ids = {"person_id": person_id, "follower_id": who.follower.id if who.follower else None}
        return {"by": who.by, "conversation_id": who.conversation_id, **ids}
    told = Told(person_id, who.conversation_id, who.number)
    sealed = {"sealed": seal_of(vault, told), "finder": finder_of(vault, who.conversation_id)}
    return {"by": "anonymous", "anonymous": True, **sealed}


def own(vault: Vault, who: Reporter) -> sa.ColumnElement[bool]:
    """Which hints are this reporter's: for a query."""
    mine = [col(Hint.finder) == finder_of(vault, who.conversation_id)] if who.conversation_id is not None else []
    if who.person is not None:
        mine.append(col(Hint.person_id) == who.person.id)
    if who.follower is not None:
        mine.append(col(Hint.follower_id) == who.follower.id)
    if who.conversation_id is not None:
        mine.append(col(Hint.conversation_id) == who.conversation_id)
    return sa.or_(*mine) if mine else sa.false()


async def conversation_of(session: AsyncSession, vault: Vault, hint: Hint) -> Conversation | None:
    """Where the reporter hears of it: where it was said, else where staff write otherwise. None: nowhere."""
    told = told_by(vault, hint)
    if told.conversation_id is not None:
        talk = await session.get(Conversation, told.conversation_id)
        return talk if talk is not None and not talk.address.startswith("erased:") else None
    if told.person_id is None:
        return None
    wanted = select(Conversation).where(
        col(Conversation.person_id) == told.person_id, col(Conversation.road) == hint.road
    )
    return (await session.execute(wanted.order_by(col(Conversation.last_at).desc()).limit(1))).scalar_one_or_none()


async def of_sealed(session: AsyncSession, vault: Vault, inbound_id: int) -> Conversation | None:
    """The conversation of a word that nobody may see: who told the hint that it belongs to."""
    wanted = (
        select(Hint)
        .join(HintWord, col(HintWord.hint_id) == col(Hint.id))
        .where(col(HintWord.inbound_id) == inbound_id, col(Hint.sealed).is_not(None))
    )
    hint = (await session.execute(wanted.limit(1))).scalar_one_or_none()
    return await conversation_of(session, vault, hint) if hint is not None else None
