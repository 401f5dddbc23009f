"""Who waits for a telephone call: the person, the conversation and the place behind a cry for help."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.models import Person
from broadcasts.answers.models import Answer
from broadcasts.release.models import Hold
from broadcasts.tasks.evacuation.queries import of_uid
from broadcasts.tasks.knocks.models import Knock
from handlers.chat.conversations.inbox import of_sender
from handlers.chat.conversations.models import Conversation
from handlers.console.scope import Scope
from handlers.wechat.models import Inbound


@dataclass(frozen=True)
class Speaks:
    """`sealed` is the number as kept. A resident whom we do not know has only a conversation; `area_id` is the place
    that they have told us of, or speak of."""

    person: Person | None = None
    talk: Conversation | None = None
    area_id: int | None = None

    @property
    def sealed(self) -> bytes | None:
        return self.person.phone_sealed if self.person else None

    def within(self, mine: Scope) -> bool:
        """Whether they stand in the caller's part of the county."""
        here = self.person.area_id if self.person and self.area_id is None else self.area_id
        return mine.whole if here is None or here not in mine.areas.nodes else mine.holds(here)


async def speaks(session: AsyncSession, hold: Hold) -> Speaks:
    """By what the hold is about: inbound:ID, answer:UID, knock:UID of whoever stands at a door, or evacuation:UID of
    whoever asks for support where a village is moved."""
    kind, _, name = hold.about.partition(":")
    if kind == "inbound":
        word = await session.get(Inbound, int(name))
        talk = await of_sender(session, word) if word else None
        person = await session.get(Person, talk.person_id) if talk and talk.person_id else None
        return Speaks(person, talk, hold.area_id)
    person_id = await _who(session, kind, name)
    if person_id is None:
        return Speaks(area_id=hold.area_id)
    talks = select(Conversation).where(col(Conversation.person_id) == person_id)
    talk = (await session.execute(talks.order_by(col(Conversation.last_at).desc()).limit(1))).scalar_one_or_none()
    of = hold.area_id if kind == "evacuation" else None
    return Speaks(await session.get(Person, person_id), talk, of)


async def _who(session: AsyncSession, kind: str, uid: str) -> int | None:
    if kind == "answer":
        return await session.scalar(select(Answer.person_id).where(col(Answer.uid) == uid))
    if kind == "knock":
        return await session.scalar(select(Knock.knocker_id).where(col(Knock.uid) == uid))
    if kind == "evacuation":
        seen = await of_uid(session, uid)
        return (seen.asker and seen.asker.person_id) or seen.task.person_id if seen else None
    return None
