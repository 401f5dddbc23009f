"""更正: what we said or typed in was wrong, and exactly those who were told it are told so. What was relayed is not
altered by a letter; the correction is an own notice beside it."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.tree import tree
from bot.errors import Conflict
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.alerts import queries
from broadcasts.alerts.content import message
from broadcasts.alerts.models import OWN, Alert, AlertSource, Kind, Status
from broadcasts.audience.choice import RESIDENTS, THOSE_TOLD
from broadcasts.audience.places import hit
from broadcasts.dispatch.alert import place
from broadcasts.dispatch.draft import Draft, draft
from broadcasts.dispatch.issue import issue
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.alert_text import headline
from broadcasts.dispatch.texts.own_words import CORRECTION, corrects
from broadcasts.dispatch.texts.render import wording
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.intake.message import Fault
from broadcasts.intake.message import Form as Source
from broadcasts.notices.compose import compose
from broadcasts.notices.models import Notice, NoticeVersion, State
from broadcasts.notices.rights import bodies, rights
from broadcasts.notices.send import Outgoing, born, keep
from broadcasts.notices.writing.checks import Ground, Unfit, malformed
from broadcasts.notices.writing.content import Content, kept

LASTS = timedelta(hours=6)  # how long a correction is shown as in force


class NothingToCorrect(Conflict):
    """没有更正：这一条没有在生效，或不是本县发的、录入的。"""


async def correctable(session: AsyncSession, alert: Alert, at: datetime) -> bool:
    """Whether it is live and ours: said by the county, or typed in here and proved by no source since."""
    live = alert.status is Status.issued and (alert.expires is None or alert.expires > at)
    if not live or corrects(alert):
        return False
    if alert.kind in OWN:
        return True
    forms = await session.execute(select(AlertSource.form).where(col(AlertSource.alert_id) == alert.id))
    return {*forms.scalars()} == {Source.paste.value}


async def prepared(session: AsyncSession, settings: Settings, alert: Alert, at: datetime) -> str:
    """The text as it may go at once."""
    areas = await tree(session)
    purpose = Purpose.all_clear if alert.msg_type == "Cancel" else Purpose.first
    what = headline(alert, purpose, None, place(areas, hit(message(alert.content), areas)))
    verb = wording("own.txt", "CORRECT")["own" if alert.kind in OWN else "relayed"]
    return verb.format(when=spoken(alert.sent, at, settings.zone), what=what)


async def look(session: AsyncSession, settings: Settings, alert: Alert, text: str, *, name: str, at: datetime) -> Draft:
    """What correcting would send now. Raises NothingToCorrect."""
    made = (await _made(session, settings, alert, text, name, at))[1]
    where = hit(made.message, await tree(session))
    return await draft(session, settings, made.alert, where, at=at, replaces=made.replaces, choice=THOSE_TOLD)


async def correct(
    session: AsyncSession, settings: Settings, alert: Alert, text: str, *, by: str, name: str, at: datetime
) -> Alert:
    """Send the correction at once; it takes the wrong one's place, and the approvers are told. Raises NothingToCorrect,
    Unfit."""
    await queries.hold_thread(session, alert.uid)
    content, made = await _made(session, settings, alert, text, name, at)
    session.add(made.alert)
    await session.flush()
    keep(session, made.alert, made.message, kept(content), by=by, at=at)
    where = hit(made.message, await tree(session))
    await issue(session, settings, made.alert, where, by=by, at=at, replaces=made.replaces, choice=THOSE_TOLD)
    notice = Notice(
        uid=uuid7(at), kind=Kind.notice, msg_type="Update", refers=alert.uid, state=State.issued, author=by,
        alone=True, alert_id=made.alert.id, created_at=at, changed_at=at, ring_at=at,
    )  # fmt: skip
    session.add(notice)
    await session.flush()
    session.add(NoticeVersion(notice_id=notice.id, number=1, content=kept(content), by=by, at=at))
    record(session, by, "alert.corrected", alert.uid, at, by_alert=made.alert.uid)
    return made.alert


async def _made(
    session: AsyncSession, settings: Settings, alert: Alert, text: str, name: str, at: datetime
) -> tuple[Content, Outgoing]:
    if not await correctable(session, alert, at):
        raise NothingToCorrect
    areas = await tree(session)
    codes = [code for info in alert.content["infos"] for area in info["areas"] for code in area["codes"]]
    known = {node.code for node in areas.nodes.values()}
    content = Content(
        body=alert.sender_name if alert.kind in OWN else await _body(session, settings, at),
        title=wording("own.txt", "CORRECT")["title"].format(event=alert.event[:16]),
        text=text.strip(),
        ends=at.replace(microsecond=0) + LASTS,
        areas=tuple(dict.fromkeys(code for code in codes if code in known)),
        roles=(RESIDENTS,) if alert.content.get("scope") == "Public" else (),
        loud=False,
    )
    found = malformed(content, Kind.notice, Ground(areas, None, content.roles), at)
    if found or not content.text:
        raise Unfit(found or [Fault("text", None, "请写一句错在哪里。")])
    uid, sent = uuid7(at), at.replace(microsecond=0)
    made = compose(
        Kind.notice, content, areas, msg_type="Update", identifier=uid, sent=sent, approver=name, form=CORRECTION,
        refers=[alert],
    )  # fmt: skip
    return content, Outgoing(born(Kind.notice, made, uid, alert, at), made, [alert])


async def _body(session: AsyncSession, settings: Settings, at: datetime) -> str:
    """Who corrects what was typed in: the first body that may issue notices."""
    areas, day = await tree(session), at.astimezone(settings.zone).date()
    named = bodies(await rights(session), areas, Kind.notice, day)
    return named[0] if named else f"{areas.roots[0].name if areas.roots else ''}值班室"
