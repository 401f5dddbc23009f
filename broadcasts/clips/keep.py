"""Bringing a recording, listening to it, approving it, taking it out of use. Who brought it does not approve it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.hands import hands
from bot.errors import Conflict
from bot.ids import uuid7
from bot.record.entries import record
from bot.record.models import Entry
from broadcasts.clips.models import Clip, Hears
from broadcasts.clips.sounds import sound
from broadcasts.dispatch.texts.marks import DENIAL, begins_spoken, speaks_of_drill

LISTENED = "clip.listened"


class OwnClip(Conflict):
    """自己录的、自己传的，要请另一个人听过再批准。"""


class NotListened(Conflict):
    """还没有听过。请先放一遍，听清楚了再批准。"""


class DrillUnsaid(Conflict):
    """演练用的录音要念“演练”，写出来的话里也要有这两个字；真用的不能有（“演习”也一样）。"""


@dataclass(frozen=True)
class Facts:
    """What whoever brings it says of it."""

    hazard: str
    grade: str
    language: str
    dialect: str
    area_id: int | None
    drill: bool
    words: str


async def bring(session: AsyncSession, facts: Facts, raw: bytes, *, by: str, at: datetime) -> Clip:
    """A new one, not in use yet. The caller lays the bytes aside before the commit. Raises Unsound, DrillUnsaid."""
    if facts.drill is not speaks_of_drill(facts.words) or (facts.drill and DENIAL.search(facts.words)):
        raise DrillUnsaid
    mime, seconds = sound(raw)
    clip = Clip(
        uid=uuid7(at), hazard=facts.hazard, grade=facts.grade, language=facts.language, dialect=facts.dialect,
        area_id=facts.area_id, drill=facts.drill, words=facts.words, mime=mime, size=len(raw), seconds=seconds,
        sha256=hashlib.sha256(raw).hexdigest(), brought_by=by, brought_at=at,
    )  # fmt: skip
    session.add(clip)
    await session.flush()
    record(session, by, "clip.brought", clip.uid, at, sha256=clip.sha256, drill=clip.drill)
    return clip


def listened(session: AsyncSession, clip: Clip, *, by: str, at: datetime) -> None:
    record(session, by, LISTENED, clip.uid, at, sha256=clip.sha256)


async def approve(session: AsyncSession, clip: Clip, *, by: str, at: datetime) -> None:
    """From now on it is played. Raises OwnClip, NotListened. A second time it changes nothing."""
    if by in await hands(session, {clip.brought_by}):
        raise OwnClip
    heard = sa.select(col(Entry.id)).where(
        col(Entry.subject) == clip.uid, col(Entry.action) == LISTENED, col(Entry.actor) == by
    )
    if (await session.execute(heard.limit(1))).first() is None:
        raise NotListened
    if clip.approved_at is None and clip.ended_at is None:
        clip.approved_by, clip.approved_at = by, at
        session.add(clip)
        record(session, by, "clip.approved", clip.uid, at, sha256=clip.sha256)


def end(session: AsyncSession, clip: Clip, *, by: str, at: datetime) -> None:
    """It is played no more; the file stays, for whoever looks back."""
    if clip.ended_at is None:
        clip.ended_at = at
        session.add(clip)
        record(session, by, "clip.ended", clip.uid, at)


class Unheard(Conflict):
    """这段录音做不成语音消息：企业微信只收 amr。本机没有装录音组件，或这个文件转不了；请直接传 amr 格式的。"""


class DrillNotFirst(Conflict):
    """发成语音消息的演练录音，一开口就要说“这是演练”，写出来的话也要这样开头。请重新录一段。"""


def let_hear(session: AsyncSession, clip: Clip, heard_by: Hears, *, by: str, at: datetime) -> None:
    """Who gets it as a voice message behind the text, from now on. Raises Unheard, DrillNotFirst, DrillUnsaid."""
    if heard_by is not Hears.nobody:
        _may_be_heard(clip)
    if clip.heard_by is not heard_by and clip.ended_at is None:
        clip.heard_by = heard_by
        session.add(clip)
        record(session, by, "clip.heard_by", clip.uid, at, heard_by=heard_by.value)


def _may_be_heard(clip: Clip) -> None:
    """By the same words as when it is sent: what is taken here is not silently left out there."""
    if not clip.voice_bytes:
        raise Unheard
    if clip.drill and not begins_spoken(clip.words):
        raise DrillNotFirst
    if not clip.drill and speaks_of_drill(clip.words):
        raise DrillUnsaid
