"""Pictures that come with the form: drawn anew as those of the chat, and kept as words of the same conversation, so
that whoever is forgotten takes them along."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.tree import Tree
from bot.ids import uuid7
from broadcasts.dispatch.states import Road
from handlers.chat.wording import table
from handlers.reports.add import add_picture
from handlers.reports.models import Report, ReportWord, State
from handlers.reports.pictures.exif import Told, told
from handlers.reports.states import OPEN, still
from handlers.reports.told import phrase
from handlers.wechat.contents import PICTURE, Content, Unfit, content
from handlers.wechat.files import erase, path_of, write
from handlers.wechat.models import Inbound, Media, MediaState, Platform, Work

MOST = 9  # pictures of one report, as WeChat's albums


@dataclass(frozen=True)
class Sent:
    """A file as it came; `read` gives its bytes, and is None where it was longer than anything we take."""

    name: str
    read: Callable[[], bytes] | None


@dataclass(frozen=True)
class Laid:
    """A picture on the disk that no row tells of yet."""

    uid: str
    content: Content


@dataclass
class Drawn:
    """`refused` says of each file that is not kept why, with the mend."""

    laid: list[Laid] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    told: Told = field(default_factory=Told)


async def draw(settings: Settings, files: Sequence[Sent], room: int, at: datetime) -> Drawn:
    """One after the other, each in a thread; `room` more fit into the report."""
    made = Drawn()
    for file in files:
        if len(made.laid) >= room:
            made.refused.append(phrase("too_many", name=_plain(file.name), most=MOST))
            continue
        try:
            if file.read is None:
                raise Unfit("too_large")
            laid, said = await asyncio.to_thread(_lay, settings, file.read, at)
        except Unfit as error:
            why = table("UNFIT").get(error.reason, "打不开")
            made.refused.append(phrase("unfit", name=_plain(file.name), why=why))
            continue
        made.laid.append(laid)
        made.told = made.told if not made.told.empty else said
    return made


async def keep(
    session: AsyncSession,
    settings: Settings,
    areas: Tree,
    report: Report,
    laid: Sequence[Laid],
    whose: tuple[Road, Platform, str],
    *,
    by: str,
    at: datetime,
) -> int:
    """Rows for what was laid; the same picture again is not kept twice. What was filed becomes another version, and the
    desk looks again. How many are new."""
    words = [word for one in laid if (word := await _word(session, settings, report, one, whose, at)) is not None]
    if (await still(session, report)).state in OPEN and words:
        for word in words[:-1]:
            session.add(ReportWord(report_id=report.id, inbound_id=word.id))
        await add_picture(session, settings, areas, report, words[-1].id, by=by, at=at)
    elif report.state is State.draft:
        session.add_all(ReportWord(report_id=report.id, inbound_id=word.id) for word in words)
    await session.flush()
    return len(words)


async def _word(
    session: AsyncSession,
    settings: Settings,
    report: Report,
    one: Laid,
    whose: tuple[Road, Platform, str],
    at: datetime,
) -> Inbound | None:
    digest = hashlib.sha256(one.content.body).hexdigest()
    key = hashlib.sha256(f"picture:{report.uid}:{digest}".encode()).hexdigest()
    if (await session.execute(select(Inbound.id).where(col(Inbound.key) == key))).first() is not None:
        erase(path_of(settings, one.uid))
        return None
    road, platform, sender = whose
    word = Inbound(
        key=key, road=road, platform=platform, sender=sender, kind="image", body={}, said_at=at, received_at=at,
        state=Work.done, intent="image", worked_at=at,
    )  # fmt: skip
    session.add(word)
    await session.flush()
    session.add(
        Media(
            uid=one.uid, inbound_id=word.id, kind=PICTURE, media_id="", state=MediaState.kept, mime=one.content.mime,
            size=len(one.content.body), sha256=digest, due_at=at, kept_at=at,
        )
    )  # fmt: skip
    await session.flush()
    return word


def _lay(settings: Settings, read: Callable[[], bytes], at: datetime) -> tuple[Laid, Told]:
    """In a thread: read what it tells, draw it anew without, and write that."""
    raw, uid = read(), uuid7(at)
    made = content(PICTURE, raw)
    write(path_of(settings, uid), made.body)
    return Laid(uid, made), told(raw, at, settings.zone)


def _plain(name: str) -> str:
    return "".join(c for c in name if c.isprintable())[-40:] or "图片"
