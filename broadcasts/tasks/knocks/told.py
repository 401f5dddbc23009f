"""Telling whoever was sent: to whose door, until when, and how to say what was found; or that nobody need go any more.
Each message is one person's own: a name in it is read by nobody else."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.directory.lines.now import lines
from bot.directory.models import Person
from bot.directory.tree import Tree, tree
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import hit
from broadcasts.audience.select import Target
from broadcasts.dispatch.alert import place
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.supersede import let_go
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.alert_text import headline
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.knocks.cards import errand
from broadcasts.tasks.knocks.models import Knock
from broadcasts.tasks.knocks.words import phrase, table
from broadcasts.tasks.readers import heard, platform, reader
from broadcasts.tasks.readers import target as target_of

ERRAND = "knock:"  # how the subject of the sending begins that tells somebody to go
PICTURED = frozenset({"wecom_app", "oa_template"})  # on whose side of the road pictures can be sent to us
WORTH = timedelta(hours=1)  # word that nobody need go: who has not heard it for so long is back long since


async def send_off(session: AsyncSession, settings: Settings, knock: Knock, alert: Alert | None, at: datetime) -> bool:
    """请去敲门. False where no road leads to whoever shall go."""
    areas, one = await tree(session), await reader(session, knock.knocker_id)
    target = target_of(one, drill=knock.drill) if one else None
    if target is None or not target.roads.keys() & open_roads(settings).of(Purpose.task):
        return False
    person, link = await session.get_one(Person, knock.person_id), door_link(settings, knock, target)
    facts: dict[str, Any] = {
        "who": person.name,
        "where": spelled(areas, person.area_id),
        "head": first_line(areas, alert) if alert else "",
        "link": link,
        "phone": (await lines(session, areas, at)).of(person.area_id),
    }
    digits = heard(open_roads(settings), target)
    more = {"ab": person.ab, "digits": digits, "pictures": digits and bool(target.roads.keys() & PICTURED)}

    def until(language: str) -> str:
        return spoken(knock.due_at, at, settings.zone, language)

    def text(language: str) -> str:
        return phrase("go", language=language, until=until(language), **facts, **more)

    def carded(language: str, instead: Sequence[str]) -> str | None:
        return errand(language, instead, until=until(language), **facts)

    sent = await tell(
        session, settings, [target], text, purpose=Purpose.task,
        subject=f"{ERRAND}{knock.uid}", at=at, worth=max(knock.due_at - at, WORTH), road=knock.road,
        alert_id=knock.alert_id, drill=knock.drill, link=link, carded=carded,
    )  # fmt: skip
    knock.told_id = sent.id
    session.add(knock)
    return True


async def call_back(session: AsyncSession, settings: Settings, knock: Knock, at: datetime) -> bool:
    """不用去了, once. False where the first word had not left yet, and now never does: nobody is on the way."""
    mine = sa.select(col(Broadcast.id)).where(col(Broadcast.id) == knock.told_id)
    if knock.told_id and await let_go(session, mine, at=at, by="system", reason="cancelled"):
        return False
    one = await reader(session, knock.knocker_id)
    if one is None:
        return False
    person, areas = await session.get_one(Person, knock.person_id), await tree(session)
    facts = {"who": person.name, "where": spelled(areas, person.area_id)}

    def said(language: str) -> str:
        return phrase("off", language=language, why=table("WHY", language)[knock.reason], **facts)

    await tell(
        session, settings, [target_of(one, drill=knock.drill)], said, purpose=Purpose.task,
        subject=f"knock-off:{knock.uid}", at=at, worth=WORTH, road=knock.road, drill=knock.drill,
    )  # fmt: skip
    return True


def first_line(areas: Tree, alert: Alert) -> str:
    """As its own message begins."""
    return headline(alert, Purpose.first, None, place(areas, hit(message(alert.content), areas)))


def door_link(settings: Settings, knock: Knock, target: Target) -> str:
    """Nothing personal stands in a link, and the person comes from the platform."""
    return f"{settings.base_url}/h5/knock/{knock.uid}?by={platform(target)}" if settings.base_url else ""
