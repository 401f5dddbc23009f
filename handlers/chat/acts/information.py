"""What is in force now, and what to do: for whoever asks."""

from collections.abc import Sequence

from sqlmodel import col, select

from bot.directory.lines import now as phones
from bot.directory.models import PersonRole
from broadcasts.alerts.content import message
from broadcasts.alerts.listed import Standing, Wanted, listed
from broadcasts.alerts.models import Alert
from broadcasts.audience.advice import lines
from broadcasts.audience.models import Advice
from broadcasts.audience.places import hit
from broadcasts.audience.select import ROLE_ORDER
from broadcasts.dispatch.alert import place
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.texts.spoken import spoken
from drills.duty.now import names, roster
from handlers.chat.conversations.reply import REPLIES
from handlers.chat.turn import Turn
from handlers.chat.wording import phrase

SHOWN = 5
RESIDENT = "居民"


async def in_force(turn: Turn) -> None:
    standing = await _standing(turn)
    await turn.say("in_force", items=[_line(turn, alert) for alert in standing], link=await _link(turn, standing))


async def advice(turn: Turn) -> None:
    """现在要做: the county's signed lines, for staff by their role. What is in force is named in any case."""
    rows = (await turn.session.execute(select(Advice))).scalars().all()
    role, areas, standing = await _role(turn), await turn.areas(), await _standing(turn)
    items = [
        (
            f"{_name(a)} {place(areas, hit(message(a.content), areas))}",
            lines(rows, a.event_code, a.grade, role, turn.language),
        )
        for a in standing
    ]
    await turn.say("advice", items=items, link=await _link(turn, standing))


async def on_duty(turn: Turn, place_name: str = "") -> None:
    """The duty phone, and for staff who sits behind it: the nearest desk upward that has somebody. Staff may ask for
    another place by its name."""
    areas = await turn.areas()
    found = [node.id for node in areas.nodes.values() if node.name == place_name]
    here = found[0] if len(found) == 1 else turn.person.area_id if turn.person else None
    desk = (await roster(turn.session, turn.at, areas)).near(here) if turn.person and here else None
    answers = await phones.lines(turn.session, areas, turn.at)
    phone = desk.phone if desk else answers.of(here) if here else await turn.phone()
    await turn.say("phone", phone=phone, post=desk.post.name if desk else "", people=names(desk.people) if desk else "")


async def _standing(turn: Turn) -> Sequence[Alert]:
    """The gravest first; what was said to staff alone is not for others."""
    found = await listed(turn.session, Wanted(Standing.force), turn.at, most=SHOWN)
    found = [alert for alert in found if turn.person or alert.content.get("scope") == "Public"]
    return sorted(found, key=lambda alert: alert.grade.rank if alert.grade else 9)


async def _link(turn: Turn, standing: Sequence[Alert]) -> str:
    """The page of the one alert in force, or the page of all of them; empty without a public address."""
    roads = open_roads(turn.settings)
    if not roads.base_url or not standing:
        return ""
    if len(standing) > 1:
        return f"{roads.base_url}/h5/now"
    sent = select(Broadcast.code).where(col(Broadcast.alert_id) == standing[0].id, col(Broadcast.subject) == "")
    code = (await turn.session.execute(sent.order_by(col(Broadcast.id).desc()).limit(1))).scalar_one_or_none()
    return roads.page(code or "", REPLIES[turn.talk.platform]) or f"{roads.base_url}/h5/now"


def _line(turn: Turn, alert: Alert) -> str:
    zone = turn.settings.zone
    return phrase(
        "standing",
        language=turn.language,
        name=_name(alert),
        by=alert.sender_name,
        sent=spoken(alert.sent, turn.at, zone, turn.language),
        until=spoken(alert.expires, turn.at, zone, turn.language) if alert.expires else "",
    )


def _name(alert: Alert) -> str:
    return f"{alert.grade.zh if alert.grade else ''}{alert.event}"


async def _role(turn: Turn) -> str:
    if turn.person is None:
        return RESIDENT
    wanted = select(PersonRole.role).where(col(PersonRole.person_id) == turn.person.id)
    mine = set((await turn.session.execute(wanted)).scalars())
    return next((role for role in ROLE_ORDER if role in mine), "")
