"""The reporter hears back, in the conversation in which it was said."""

from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from broadcasts.dispatch.texts.render import CHINESE, macro
from handlers.chat.conversations.models import Conversation
from handlers.chat.conversations.reply import say, window_open
from handlers.reports.models import Incident, Report, State
from handlers.wechat.models import Platform

FILE = "report.txt"


async def tell_reporter(session: AsyncSession, settings: Settings, report: Report, at: datetime) -> bool:
    """What became of it. False where nobody can be told: no conversation, or the account's window is closed."""
    talk = await conversation_of(session, report)
    if talk is None or not window_open(talk, at):
        return False
    incident = await session.get(Incident, report.incident_id) if report.incident_id else None
    link = form_link(settings, report, talk.platform) if report.state.value == "returned" else ""
    text = partial(_said, report.state.value, r=report, link=link, incident=incident.name if incident else "")
    await say(session, settings, talk, text, by=report.decided_by or "system", at=at)
    return True


async def tell_thread(
    session: AsyncSession, settings: Settings, report: Report, name: str, incident: Incident, *, by: str, at: datetime
) -> bool:
    """Everybody who has reported on this thread hears of it once. False where one of them cannot be told."""
    wanted = select(Report).where(col(Report.thread) == report.thread, col(Report.state) != State.draft)
    rows = (await session.execute(wanted.order_by(col(Report.id)))).scalars().all()
    talks, told = dict[int, Conversation](), True
    for row in (report, *rows):
        talk = await conversation_of(session, row)
        if talk is None:
            told = told and row.source == "console"
        elif talk.id not in talks:
            talks[talk.id] = talk
            if window_open(talk, at):
                text = partial(_said, name, r=row, link="", incident=incident.name)
                await say(session, settings, talk, text, by=by, at=at)
            else:
                told = False
    return told


async def conversation_of(session: AsyncSession, report: Report) -> Conversation | None:
    """Where it was said, else where its reporter writes otherwise."""
    if report.conversation_id is not None:
        return await session.get(Conversation, report.conversation_id)
    if report.person_id is None:
        return None
    wanted = select(Conversation).where(
        col(Conversation.person_id) == report.person_id, col(Conversation.road) == report.road
    )
    return (await session.execute(wanted.order_by(col(Conversation.last_at).desc()).limit(1))).scalar_one_or_none()


def form_link(settings: Settings, report: Report, platform: Platform) -> str:
    """The form of one report: nothing personal stands in it, and the person comes from the platform."""
    return f"{settings.base_url}/h5/report/{report.uid}?by={platform.value}" if settings.base_url else ""


def phrase(name: str, /, *, language: str = CHINESE, **facts: object) -> str:
    """One text of report.txt; `name` is its macro."""
    return macro(FILE, name, language=language, **facts)


def _said(name: str, language: str, **facts: object) -> str:
    return phrase(name, language=language, **facts)
