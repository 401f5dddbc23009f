"""Who told a hint hears what became of it where it was said; who mends it hears what there is to do."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.directory.lines.now import lines
from bot.directory.models import Address, Area, Person
from bot.directory.tree import Tree
from bot.vault import Vault
from broadcasts.audience.select import ACCOUNT, ACCOUNT_ROADS, Target
from broadcasts.dispatch.sending.roads import TEMPLATE, open_roads
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.render import CHINESE, InLanguage, macro
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.subscriptions.models import Follower
from broadcasts.subscriptions.places import spelled
from handlers.chat.conversations.models import Conversation
from handlers.chat.conversations.reply import say, window_open
from handlers.hints.models import Hint
from handlers.hints.reporters.who import conversation_of, forget_number, told_by
from handlers.wechat.models import Platform

FILE = "hint.txt"
WORTH = timedelta(hours=12)  # what nobody could send for so long is said again by the next morning's row
APPLICATION = "wecom_app"
LAST = frozenset({"closed", "declined"})  # words after which there is none


async def tell_reporter(
    session: AsyncSession, settings: Settings, vault: Vault, hint: Hint, name: str, at: datetime, **facts: Any
) -> bool:
    """What became of it, by the macro `name`; where the account's window is closed, by a pointer to the hint's page.
    False where nobody can be told. To an anonymous one it is said and not kept in the conversation, and by text message
    without the hint's number, which a reward and a question alone need: what lies on a telephone, or passes through a
    gateway, leads to no page."""
    talk = await conversation_of(session, vault, hint)
    if talk is None:
        return False

    def text(language: str) -> str:
        until = spoken(hint.due_at, at, settings.zone, language) if hint.due_at else ""
        more = {"other": "", "word": hint.comment, **facts}
        if hint.anonymous and talk.platform is Platform.sms:
            filed = spoken(hint.filed_at, at, settings.zone, language)
            return phrase("nameless", language=language, step=name, filed=filed, h=hint, until=until, **more)
        return phrase(name, language=language, h=hint, until=until, **more)

    if not window_open(talk, at):
        return await _point(session, settings, hint, talk, text, at)
    by = hint.decided_by or "system"
    number = told_by(vault, hint).number
    await say(session, settings, talk, text, by=by, at=at, kept=not hint.anonymous, number=number)
    if name in LAST:
        forget_number(vault, hint)
    return True


async def _point(
    session: AsyncSession, settings: Settings, hint: Hint, talk: Conversation, text: InLanguage, at: datetime
) -> bool:
    """By a template message, where the county has one, and where they still want to hear from us."""
    follower = await session.get(Follower, talk.follower_id) if talk.follower_id is not None else None
    if follower is None or follower.left_at or follower.stopped_at:
        return False
    if TEMPLATE not in open_roads(settings).channels:
        return False
    target = Target("chat", talk.id, hint.area_id, None, "", follower.language, Mode.quiet, {TEMPLATE: talk.address})
    await tell(
        session, settings, [target], text, purpose=Purpose.task, subject=f"hint:{hint.uid}:{hint.version}", at=at,
        worth=WORTH, road=hint.road, link=form_link(settings, hint, talk.platform),
    )  # fmt: skip
    return True


async def tell_assignee(
    session: AsyncSession, settings: Settings, areas: Tree, hint: Hint, name: str, at: datetime
) -> bool:
    """What there is to do, by the macro `name`. False where they hear us by no road."""
    target = await _target(session, hint.assignee_id)
    if target is None:
        return False
    platform = Platform.wecom if APPLICATION in target.roads else Platform.oa
    link, phones = task_link(settings, hint, platform), await lines(session, areas, at)
    hears = settings.hears_wecom if platform is Platform.wecom else settings.hears_oa
    place = f"{spelled(areas, hint.area_id)}{hint.group}{hint.place}"

    def text(language: str) -> str:
        until = spoken(hint.due_at, at, settings.zone, language) if hint.due_at else ""
        facts = {"h": hint, "place": place, "word": hint.comment, "until": until}
        return phrase(name, language=language, **facts, phone=phones.of(hint.area_id), link=link, hears=hears)

    await tell(
        session, settings, [target], text, purpose=Purpose.task, subject=f"hint:{hint.uid}:{name}:{hint.version}",
        at=at, worth=WORTH, road=hint.road, link=link,
    )  # fmt: skip
    return True


async def _target(session: AsyncSession, person_id: int | None) -> Target | None:
    columns = (col(Person.area_id), col(Area.town_id), col(Person.language), col(Address.channel), col(Address.value))
    here = (col(Address.gone_at).is_(None), col(Address.channel).in_([APPLICATION, ACCOUNT]))
    rows = await session.execute(
        sa.select(*columns)
        .join(Area, col(Area.id) == col(Person.area_id))
        .join(Address, col(Address.person_id) == col(Person.id))
        .where(col(Person.id) == person_id, *here)
    )
    found = rows.all()
    if person_id is None or not found:
        return None
    area, town, language, *_ = found[0]
    roads = {name: row[4] for row in found for name in ((APPLICATION,) if row[3] == APPLICATION else ACCOUNT_ROADS)}
    return Target("person", person_id, area, town, "", language, Mode.quiet, roads)


def form_link(settings: Settings, hint: Hint, platform: Platform) -> str:
    """Nothing personal stands in a link, and the person comes from the platform."""
    return f"{settings.base_url}/h5/hint/{hint.uid}?by={platform.value}" if settings.base_url else ""


def task_link(settings: Settings, hint: Hint, platform: Platform) -> str:
    return f"{settings.base_url}/h5/hint-task/{hint.uid}?by={platform.value}" if settings.base_url else ""


def phrase(name: str, /, *, language: str = CHINESE, **facts: object) -> str:
    """One text of hint.txt; `name` is its macro."""
    return macro(FILE, name, language=language, **facts)
