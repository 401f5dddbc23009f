"""Something more about a hint: words, a place, a picture; and, later, that whoever told it wants to stay unknown."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.tree import Tree
from bot.vault import Vault
from broadcasts.subscriptions.places import around
from handlers.chat.conversations.models import Conversation, Utterance
from handlers.chat.conversations.reply import written_from
from handlers.hints.file import LONGEST, kept
from handlers.hints.models import ANONYMOUS, REPORTER, Hint, HintWord, Part, State
from handlers.hints.reading.domains import proposed
from handlers.hints.reporters.who import Told, finder_of, seal_of
from handlers.hints.states import NEW, OPEN, still
from handlers.reports.reading.places import place
from handlers.wechat.models import Inbound

PLEA = "plea"  # a cry for help: whoever answers it must see where it was said


async def add_words(
    session: AsyncSession, areas: Tree, hint: Hint, text: str, *, at: datetime, inbound_id: int | None = None
) -> bool:
    """One more sentence by who told it; what had come back is filed again. False where it is too late for that."""
    if (await still(session, hint)).state not in NEW:
        return False
    where = place(text, areas, hint.area_id)
    hint.words = "\n".join(filter(None, (hint.words, text.strip())))[:LONGEST]
    hint.group = where.group[:24] or hint.group
    hint.area_id = where.area.id if where.area else hint.area_id
    domain, word = proposed(hint.words)
    hint.proposed, hint.proposed_by = (domain.value if domain else ""), word
    hint.state = State.filed
    await _one_more(session, hint, "words", at, inbound_id)
    return True


async def add_place(
    session: AsyncSession, areas: Tree, hint: Hint, label: str, lon: float, lat: float, *, at: datetime,
    inbound_id: int | None = None,
) -> bool:  # fmt: skip
    """Where it is on the map. A village that is known by its boundary is the hint's, until an officer has looked."""
    if (await still(session, hint)).state not in OPEN:
        return False
    hint.lon, hint.lat, hint.place = lon, lat, label[:120] or hint.place
    here = around(areas, lon, lat)
    if here is not None and hint.state in NEW:
        hint.area_id = here.id
    await _one_more(session, hint, "place", at, inbound_id)
    return True


async def add_picture(
    session: AsyncSession, hint: Hint, inbound_id: int | None, *, part: Part = Part.found, by: str = "", at: datetime
) -> None:
    """A picture of it, or of how it was mended."""
    await still(session, hint)
    hint.version += 1
    await kept(session, hint, "picture", by or _by(hint), at, inbound_id=inbound_id, part=part)


async def make_anonymous(session: AsyncSession, vault: Vault, hint: Hint, *, at: datetime) -> None:
    """From now on nothing on any page says who told it; what an officer has seen before cannot be unseen."""
    if (await still(session, hint)).anonymous:
        return
    talk = await session.get(Conversation, hint.conversation_id) if hint.conversation_id is not None else None
    told = Told(hint.person_id, hint.conversation_id, await written_from(session, talk) if talk is not None else "")
    hint.sealed, hint.finder = seal_of(vault, told), finder_of(vault, hint.conversation_id)
    hint.anonymous, hint.by = True, ANONYMOUS
    hint.person_id = hint.follower_id = hint.conversation_id = None
    hint.version += 1
    await kept(session, hint, "anonymous", ANONYMOUS, at)
    found = (col(HintWord.hint_id) == hint.id, col(HintWord.part) == Part.found)
    words = sa.select(col(HintWord.inbound_id)).where(*found)
    await session.execute(sa.delete(Utterance).where(col(Utterance.inbound_id).in_(words)))
    for inbound_id in (await session.execute(words)).scalars().all():
        word = await session.get(Inbound, inbound_id)
        if word is not None and word.intent != PLEA:
            hide(hint, word)
    if talk is not None:
        said = (col(Utterance.conversation_id) == talk.id, col(Utterance.text).contains(hint.number))
        await session.execute(sa.delete(Utterance).where(*said))  # what we had answered about it
        talk.last_words = ""
        session.add(talk)


async def forget_asking(session: AsyncSession, hint: Hint, inbound_id: int | None) -> None:
    """The word 匿名 that was said before the hint itself, and our answer to it, lead to nobody either."""
    word = await session.get(Inbound, inbound_id) if inbound_id is not None else None
    if word is not None and hint.anonymous and word.intent != PLEA:
        await session.execute(sa.delete(Utterance).where(col(Utterance.inbound_id) == word.id))
        hide(hint, word)


def hide(hint: Hint, word: Inbound) -> None:
    """What was said stands in the hint alone: no conversation shows it any more, nor that it was said there."""
    word.sender, word.body = f"sealed:{hint.uid}", {}


async def _one_more(session: AsyncSession, hint: Hint, action: str, at: datetime, inbound_id: int | None) -> None:
    hint.version += 1
    await kept(session, hint, action, _by(hint), at, inbound_id=inbound_id)


def _by(hint: Hint) -> str:
    return ANONYMOUS if hint.anonymous else REPORTER
