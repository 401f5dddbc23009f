"""Writing a notice: begun, changed, handed in, returned with a word, withdrawn. Nothing here tells the public."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.errors import Conflict
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.alerts import queries as alerts
from broadcasts.alerts.models import OWN, Alert, Kind, Status
from broadcasts.alerts.recompute import alert_digest
from broadcasts.notices.approvers import asked as check_asked
from broadcasts.notices.models import Notice, NoticeVersion, State
from broadcasts.notices.rights import rights
from broadcasts.notices.states import move
from broadcasts.notices.writing.checks import Ground, Unfit, lacking, malformed
from broadcasts.notices.writing.content import Content, kept, read


class Moved(Conflict):
    """没有办成：已经有人先办了，或内容刚刚改过。请刷新页面，看现在的样子。"""


class NothingToEnd(Conflict):
    """没有存下：它要更新或解除的那一条没有在生效，或不是本县自己发的。请从那一条的页面开始。"""


async def begin(
    session: AsyncSession,
    kind: Kind,
    content: Content,
    ground: Ground,
    *,
    by: str,
    at: datetime,
    msg_type: str = "Alert",
    refers: str = "",
    key: str | None = None,
) -> Notice:
    """A draft. Raises Unfit with all that is wrong, NothingToEnd, and ValueError for a kind that is not our own."""
    if kind not in OWN:
        raise ValueError(kind)
    if found := malformed(content, kind, ground, at):
        raise Unfit(found)
    if msg_type != "Alert":
        await target(session, refers, kind, ground)
    notice = Notice(
        uid=uuid7(at), key=key, kind=kind, msg_type=msg_type, refers=refers if msg_type != "Alert" else "", author=by,
        created_at=at, changed_at=at,
    )  # fmt: skip
    session.add(notice)
    await session.flush()
    _version(session, notice, content, by, at)
    record(session, by, "notice.begun", notice.uid, at, kind=kind.value, type=msg_type, sha256=_digest(content))
    return notice


async def change(
    session: AsyncSession, notice: Notice, content: Content, ground: Ground, *, by: str, at: datetime
) -> bool:
    """Another version; what was handed in or approved is a draft again. False where nothing is different. Raises Unfit,
    Moved."""
    if found := malformed(content, notice.kind, ground, at):
        raise Unfit(found)
    if content == await current(session, notice):
        return False
    values = {"version": notice.version + 1, "changed_at": at, "approver": "", "approved_at": None, "ring_at": None}
    if not await move(session, notice, State.draft, **values):
        raise Moved
    _version(session, notice, content, by, at)
    record(session, by, "notice.changed", notice.uid, at, version=notice.version, sha256=_digest(content))
    return True


async def submit(
    session: AsyncSession, settings: Settings, notice: Notice, ground: Ground, *, by: str, at: datetime, asked: str = ""
) -> None:
    """Hand it in; the approvers are told by the tick. `asked` is the account of the one who shall approve. Raises
    Unfit, NoSuchApprover, Moved."""
    content = await current(session, notice)
    await fit(session, settings, notice, content, ground, at)
    if asked:
        await check_asked(session, ground.areas, notice, content, asked)
    if not await move(session, notice, State.submitted, asked=asked, word="", ring_at=at, rings=0):
        raise Moved
    record(session, by, "notice.submitted", notice.uid, at, version=notice.version)


async def withdraw(session: AsyncSession, notice: Notice, *, by: str, word: str, at: datetime) -> None:
    if not await move(session, notice, State.withdrawn, word=word[:255], ring_at=None):
        raise Moved
    record(session, by, "notice.withdrawn", notice.uid, at, version=notice.version)


async def fit(
    session: AsyncSession, settings: Settings, notice: Notice, content: Content, ground: Ground, at: datetime
) -> None:
    """Raises Unfit for what would not be let out at this moment, NothingToEnd."""
    refers = await target(session, notice.refers, notice.kind, ground) if notice.refers else None
    found = malformed(content, notice.kind, ground, at)
    ends = refers if notice.msg_type == "Cancel" else None
    found += lacking(content, notice.kind, await rights(session), ground.areas, at, settings.zone, ends)
    if found:
        raise Unfit(found)


async def target(session: AsyncSession, uid: str, kind: Kind, ground: Ground) -> Alert:
    """What is updated or ended: in force, of the same kind, with no place outside `ground`. Raises NothingToEnd."""
    alert = await alerts.by_uid(session, uid)
    if alert is None or alert.kind is not kind or alert.status is not Status.issued or alert.msg_type == "Cancel":
        raise NothingToEnd
    places = {code for info in alert.content["infos"] for area in info["areas"] for code in area["codes"]}
    if not places <= ground.codes:
        raise NothingToEnd
    return alert


async def current(session: AsyncSession, notice: Notice) -> Content:
    """What it says in its newest version."""
    return (await versions(session, notice))[-1][1]


async def versions(session: AsyncSession, notice: Notice) -> Sequence[tuple[NoticeVersion, Content]]:
    """Oldest first."""
    wanted = select(NoticeVersion).where(col(NoticeVersion.notice_id) == notice.id).order_by(col(NoticeVersion.number))
    return [(row, read(row.content)) for row in (await session.execute(wanted)).scalars()]


def _version(session: AsyncSession, notice: Notice, content: Content, by: str, at: datetime) -> None:
    session.add(NoticeVersion(notice_id=notice.id, number=notice.version, content=kept(content), by=by, at=at))


def _digest(content: Content) -> str:
    return alert_digest(kept(content))
