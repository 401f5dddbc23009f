"""What follows from a recording that the county's own gateway or program has listened to: its words are that person's,
as if they had been typed, and she is told what was heard. What was not understood is for an officer's ears."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.deps import Deps
from bot.record.entries import record
from broadcasts.answers.models import How
from handlers.chat.acts.pleas import cry
from handlers.chat.bodies import Said
from handlers.chat.heard import meant, opened
from handlers.chat.understand.read import understand
from handlers.chat.wording import phrase
from handlers.wechat.models import Inbound, Media, MediaState
from handlers.wechat.speech.models import Speech

BY = "speech"
SHOWN = 80  # letters that the receipt repeats
AUDIO = "audio"


async def fetched(session: AsyncSession, deps: Deps, media_id: int, state: MediaState) -> None:
    """A recording was kept, and is to be recognised; or it could not be, and somebody has to ask."""
    if not deps.settings.has_speech:
        return
    media = await session.get_one(Media, media_id)
    if media.kind != AUDIO or media.words:
        return
    if state is MediaState.kept:
        session.add(Speech(media_id=media.id, due_at=deps.clock.now()))
    elif state in {MediaState.failed, MediaState.refused}:
        await misunderstood(session, deps, media.inbound_id, "", at=deps.clock.now())


async def recognised(session: AsyncSession, deps: Deps, media_id: int, words: str, *, at: datetime) -> bool:
    """Do what the words say. False where an officer was first, and has typed them in."""
    took = await session.execute(
        sa.update(Media)
        .where(col(Media.id) == media_id, col(Media.words) == "")
        .values(words=words[:1024], words_by=BY)
        .returning(col(Media.inbound_id))
    )
    inbound_id = took.scalar_one_or_none()
    if inbound_id is None:
        return False
    inbound = await session.get_one(Inbound, inbound_id)
    turn = await opened(session, deps, inbound, at)
    shown = words if len(words) <= SHOWN else f"{words[:SHOWN]}…"
    if not understand(words).plea:  # 请立即拨打 119 comes before everything, and repeats the words itself
        turn.preface = phrase("heard_as", language=turn.language, words=shown)
    said = Said("voice", words, How.speech)
    inbound.intent = await meant(turn, said)
    if turn.preface:  # nothing else was to be said
        await turn.tell("")
    if turn.sealed:
        turn.talk.last_words = ""
        record(session, "anonymous", "word.sealed", f"inbound:{inbound.id}", at)
        return True
    turn.talk.last_words = said.shown
    if turn.seen and turn.talk.unread and not turn.talk.taken_by:
        turn.talk.unread -= 1
    record(session, BY, "word.recognised", turn.talk.uid, at, inbound=inbound.id, intent=inbound.intent)
    return True


async def misunderstood(session: AsyncSession, deps: Deps, inbound_id: int, guess: str, *, at: datetime) -> None:
    """An officer listens. What sounds like a cry for help rings all the same."""
    inbound = await session.get_one(Inbound, inbound_id)
    turn = await opened(session, deps, inbound, at)
    if guess and understand(guess).plea:
        await cry(turn, guess)
        inbound.intent = "plea"
    else:
        await turn.say("recording")
