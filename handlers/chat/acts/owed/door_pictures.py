"""A picture from a door: of the door that was spoken of a moment ago, else of the only one, else the speaker says
whose. 0 takes it out again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import col, select

from broadcasts.tasks.knocks.models import Knock
from broadcasts.tasks.knocks.pictures import Shot, join, last_of, lately, take_out
from broadcasts.tasks.knocks.queries import Seen, closed_of, doors_of, last_told, of_uid
from broadcasts.tasks.knocks.report import BACK
from broadcasts.tasks.knocks.states import FOUND
from broadcasts.tasks.knocks.words import phrase
from handlers.chat.acts.owed.door_outcome import where
from handlers.chat.acts.owed.since import answered_since
from handlers.chat.turn import Turn
from handlers.chat.understand.words import bare
from handlers.wechat.models import Inbound, Media

WHOSE = "door_picture"  # what a picture is kept as, until the speaker says from which door it is
NAME = 24  # letters of a village and a name, at most
SOON = timedelta(minutes=3)  # so long a picture is of the door that was spoken of
TOGETHER = timedelta(minutes=30)  # so long it belongs to a door that is over


class Before(NamedTuple):
    """The doors of which a picture may be, and when the speaker last had one of them before her eyes: the errand came,
    a word was said of it, a picture was sent."""

    doors: Sequence[Seen]
    moments: Mapping[int, datetime]

    @property
    def last(self) -> datetime | None:
        return max(self.moments.values(), default=None)


async def before(turn: Turn) -> Before:
    """Those to which the speaker was told to go, and those of which she told lately."""
    if turn.person is None:
        return Before([], {})
    me, road = turn.person.id, turn.talk.road
    told = [one for one in await doors_of(turn.session, me, road) if one.knock.told_id]
    over = await closed_of(turn.session, me, road, since=turn.heard_at - TOGETHER)
    found = [*told, *(one for one in over if one.knock.state in FOUND)]
    drawn = await lately(turn.session, [one.knock.id for one in found])
    return Before(found, {one.knock.id: _moment(one.knock, drawn) for one in found})


def of_which(there: Before, at: datetime) -> Seen | None:
    """None where the speaker has to say it. Pure."""
    spoken = [one for one in there.doors if _spoken(one.knock, there.moments[one.knock.id], at)]
    open_ = [one for one in there.doors if one.open]
    if not spoken and len(open_) > 1:
        return None
    return max(spoken or open_ or there.doors, key=lambda one: there.moments[one.knock.id], default=None)


async def pictured(turn: Turn, there: Before) -> str:
    """By what the picture is kept as from now on."""
    one = of_which(there, turn.heard_at)
    if one is None:
        names = [f"{seen.village} {seen.name}" for seen in there.doors if seen.open]
        first = next(seen.name for seen in there.doors if seen.open)
        turn.seen = False  # until she has said it
        await _say(turn, there.doors, phrase("whose_picture", language=turn.language, names=names, first=first))
        return WHOSE
    await _joined(turn, one, [turn.inbound.id])
    return turn.inbound.kind


async def named(turn: Turn) -> bool:
    """Nothing but the name of a door: whose the pictures are that wait for it. False where none does."""
    words = bare(turn.words)
    if turn.person is None or len(words) > NAME or not await _waiting(turn):
        return False
    there = await doors_of(turn.session, turn.person.id, turn.talk.road)
    meant = [one for one in there if words in {bare(one.name), bare(f"{one.village}{one.name}")}]
    return len(meant) == 1 and await joined_by_name(turn, meant[0], told=True)


async def joined_by_name(turn: Turn, one: Seen, *, told: bool = False) -> bool:
    """What waited for the name of its door is that door's. `told`: the speaker hears so."""
    waiting = await _waiting(turn)
    if not waiting:
        return False
    for word in waiting:
        word.intent = word.kind
    await _joined(turn, one, [word.id for word in waiting], told=told)
    return True


async def taken_back(turn: Turn) -> bool:
    """0: pictures that came a moment ago, where nothing was said since."""
    if turn.person is None:
        return False
    me, road, since = turn.person.id, turn.talk.road, turn.heard_at - BACK
    last = await last_of(turn.session, me, road, since=since)
    word = await last_told(turn.session, me, road)
    said = word.knock.done_at if word is not None else None
    if last is None or (said is not None and said >= last.at) or await answered_since(turn, me, last.at):
        return False
    knock = await turn.session.get_one(Knock, last.knock_id)
    after = max(since, knock.done_at or since)
    count = await take_out(turn.session, knock, after=after, by=turn.by, at=turn.heard_at)
    one = await of_uid(turn.session, knock.uid)
    if not count or one is None:
        return False
    turn.seen = False  # it is of something else, and nobody has said of what
    facts = where(await turn.areas(), one)
    await _say(turn, [one], phrase("unpictured", language=turn.language, count=count, **facts))
    return True


async def _joined(turn: Turn, one: Seen, words: Sequence[int], *, told: bool = True) -> None:
    """Locked, so that a picture that is being fetched at this moment is not missed."""
    wanted = select(Media).where(col(Media.inbound_id).in_(words)).order_by(col(Media.id)).with_for_update()
    media = (await turn.session.execute(wanted)).scalars().all()
    shots = [Shot(row.uid, row.mime, row.size, row.sha256) for row in media]
    await join(turn.session, one.knock, shots, by=turn.by, at=turn.heard_at)
    if told:
        facts = where(await turn.areas(), one)
        await _say(turn, [one], phrase("pictured", language=turn.language, count=len(words), **facts))


async def _waiting(turn: Turn) -> Sequence[Inbound]:
    wanted = select(Inbound).where(
        col(Inbound.road) == turn.inbound.road,
        col(Inbound.platform) == turn.inbound.platform,
        col(Inbound.sender) == turn.inbound.sender,
        col(Inbound.intent) == WHOSE,
        col(Inbound.received_at) >= turn.heard_at - BACK,
        col(Inbound.id) < turn.inbound.id,
    )
    return (await turn.session.execute(wanted.order_by(col(Inbound.id)))).scalars().all()


def _moment(knock: Knock, drawn: Mapping[int, datetime]) -> datetime:
    return max(filter(None, (knock.sent_at, knock.done_at, drawn.get(knock.id))))


def _spoken(knock: Knock, moment: datetime, at: datetime) -> bool:
    """Something was said of it, or shown, a moment ago."""
    return moment > knock.sent_at and at - moment <= SOON


async def _say(turn: Turn, doors: Sequence[Seen], text: str) -> None:
    await turn.tell(text, always=not turn.flooded, drill=all(one.knock.drill for one in doors))
