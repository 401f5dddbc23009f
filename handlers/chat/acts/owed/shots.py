"""A picture or a video of a task: of the one that was spoken of a moment ago, else of the only one, else the speaker
says which. 0 takes it out again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from broadcasts.tasks.pictured import Picture
from broadcasts.tasks.pictures import Album, Shot, Task, join, last_of, take_out
from handlers.chat.turn import Turn
from handlers.chat.understand.words import bare
from handlers.wechat.contents import VIDEO
from handlers.wechat.models import Inbound, Media

NAME = 24  # letters of a village and a name, at most
SOON = timedelta(minutes=3)  # so long a picture is of the task that was spoken of
TOGETHER = timedelta(minutes=30)  # so long it belongs to a task that is over
BACK = timedelta(minutes=10)  # within which 0 takes it out, or a name says whose it is
DOOR, VILLAGE = "door_picture", "village_picture"  # what one is kept as, until the speaker says of which it is
SHOWN = frozenset({"image", "video", "shortvideo"})  # what is of a task though it has no words
VIDEOS = SHOWN - {"image"}


@dataclass(frozen=True)
class Place:
    """A door or a village of which a picture may be. `moment` is when the speaker last had it before her eyes: the task
    came, a word was said of it, a picture was sent. By any of its `names` she may name it; `facts` are its words'."""

    task: Task
    names: tuple[str, ...]
    listed: str
    open: bool
    told_at: datetime
    moment: datetime
    drill: bool
    facts: Mapping[str, str]

    def spoken(self, at: datetime) -> bool:
        """Something was said of it, or shown, a moment ago."""
        return self.moment > self.told_at and at - self.moment <= SOON


@dataclass(frozen=True)
class Room:
    """The doors, or the villages, of which the speaker's pictures may be. `whose` is DOOR or VILLAGE, `said` are the
    room's own words."""

    album: Album
    whose: str
    places: Sequence[Place]
    said: Callable[..., str]

    @property
    def last(self) -> datetime | None:
        return max((one.moment for one in self.places), default=None)


def of_which(places: Sequence[Place], at: datetime) -> Place | None:
    """None where the speaker has to say it. Pure."""
    spoken = [one for one in places if one.spoken(at)]
    open_ = [one for one in places if one.open]
    if not spoken and len(open_) > 1:
        return None
    return max(spoken or open_ or places, key=lambda one: one.moment, default=None)


async def pictured(turn: Turn, room: Room, kind: str) -> str:
    """By what the picture is kept as from now on."""
    one, video = of_which(room.places, turn.heard_at), kind in VIDEOS
    if one is None:
        open_ = [place for place in room.places if place.open]
        turn.seen = False  # until she has said it
        names, first = [place.listed for place in open_], open_[0].names[0]
        text = room.said("whose_picture", language=turn.language, names=names, first=first, video=video)
        await _say(turn, room.places, text)
        return room.whose
    await _joined(turn, room, one, [turn.inbound])
    return kind


async def named(turn: Turn, rooms: Sequence[Room]) -> bool:
    """Nothing but the name of a door, or a village: whose the pictures are that wait for it. False where none does."""
    words = bare(turn.words)
    for room in rooms:
        meant = [one for one in room.places if one.open and words in map(bare, (*one.names, one.listed))]
        if len(meant) == 1 and await _named(turn, room, meant[0], told=True):
            return True
    return False


async def waits(turn: Turn) -> bool:
    """Whether something was sent a moment ago that waits for a name, and what is said now may be one."""
    return len(bare(turn.words)) <= NAME and bool(await _waiting(turn, (DOOR, VILLAGE)))


async def named_by_word(turn: Turn, room: Room, task_id: int) -> None:
    """Something was said of this task: what waited for its name is its own."""
    one = next((one for one in room.places if one.task.id == task_id), None)
    if one is not None:
        await _named(turn, room, one, told=False)


async def _named(turn: Turn, room: Room, one: Place, *, told: bool) -> bool:
    """`told`: the speaker hears so."""
    waiting = await _waiting(turn, (room.whose,))
    for word in waiting:
        word.intent = word.kind
    if waiting:
        await _joined(turn, room, one, waiting, told=told)
    return bool(waiting)


async def last(turn: Turn) -> tuple[Album, Picture] | None:
    """What the speaker sent last, a moment ago, if it is of a task."""
    hers = await _hers(turn)
    return await last_of(turn.session, hers) if hers else None


async def taken_back(
    turn: Turn, rooms: Sequence[Room], last: tuple[Album, Picture], said: Sequence[datetime | None]
) -> bool:
    """0: pictures that came a moment ago, where nothing was said since: `said` are the moments of what was."""
    album, picture = last
    if any(at is not None and at >= picture.at for at in said):
        return False
    room = next(room for room in rooms if room.album is album)
    one = next((one for one in room.places if one.task.id == getattr(picture, album.task.key)), None)
    if one is None:
        return False
    before = max((at for at in said if at is not None), default=one.told_at)
    hers = await _hers(turn)
    out = await take_out(turn.session, album, one.task, hers, after=before, by=turn.by, at=turn.heard_at)
    turn.seen = False  # it is of something else, and nobody has said of what
    video = all(hers[uid] == VIDEO for uid in out)
    text = room.said("unpictured", language=turn.language, count=len(out), video=video, **one.facts)
    await _say(turn, [one], text)
    return True


async def _joined(turn: Turn, room: Room, one: Place, words: Sequence[Inbound], *, told: bool = True) -> None:
    """Locked, so that a picture that is being fetched at this moment is not missed."""
    ids = [word.id for word in words]
    wanted = select(Media).where(col(Media.inbound_id).in_(ids)).order_by(col(Media.id)).with_for_update()
    media = (await turn.session.execute(wanted)).scalars().all()
    shots = [Shot(row.uid, row.mime, row.size, row.sha256) for row in media]
    await join(turn.session, room.album, one.task, shots, by=turn.by, at=turn.heard_at)
    if told:
        video = all(word.kind in VIDEOS for word in words)
        text = room.said("pictured", language=turn.language, count=len(words), video=video, **one.facts)
        await _say(turn, [one], text)


async def _waiting(turn: Turn, whose: Sequence[str]) -> Sequence[Inbound]:
    wanted = select(Inbound).where(*_before(turn), col(Inbound.intent).in_(whose))
    return (await turn.session.execute(wanted.order_by(col(Inbound.id)))).scalars().all()


async def _hers(turn: Turn) -> dict[str, str]:
    """What the speaker sent a moment ago, by the chat's name for it: its kind."""
    wanted = select(Media).join(Inbound, col(Inbound.id) == col(Media.inbound_id)).where(*_before(turn))
    return {one.uid: one.kind for one in (await turn.session.execute(wanted)).scalars()}


def _before(turn: Turn) -> tuple[Any, ...]:
    return (
        col(Inbound.road) == turn.inbound.road,
        col(Inbound.platform) == turn.inbound.platform,
        col(Inbound.sender) == turn.inbound.sender,
        col(Inbound.received_at) >= turn.heard_at - BACK,
        col(Inbound.id) < turn.inbound.id,
    )


async def _say(turn: Turn, places: Sequence[Place], text: str) -> None:
    await turn.tell(text, always=not turn.flooded, drill=all(one.drill for one in places))
