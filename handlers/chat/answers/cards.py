"""A button pressed on a card: an answer like any other, and the proof that this reader sees cards."""

import re

import sqlalchemy as sa
from sqlmodel import col

from bot.directory.models import Address
from broadcasts.alerts.models import Alert
from broadcasts.answers.acknowledge import acknowledge
from broadcasts.answers.models import How, Said
from broadcasts.answers.queries import lives
from broadcasts.dispatch.models import CODED, Broadcast
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.pressed import button
from broadcasts.dispatch.texts.trial import SEEN
from broadcasts.tasks.knocks.cards import OUTCOMES
from handlers.chat.acts.owed.door_card import pressed as pressed_at_door
from handlers.chat.answers.answering import named, receipt
from handlers.chat.answers.buttons import proved
from handlers.chat.answers.faces import show
from handlers.chat.turn import Turn

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WORDS = {said.value: said for said in Said if said is not Said.knocked}  # that is for whoever knocks to say
KEYS = {"1": Said.received, "2": Said.cannot, "3": Said.help, **WORDS}


async def press(turn: Turn) -> None:
    """The button's key says what, the task's id of which broadcast. Anyone may press; acknowledge says what counts."""
    body = turn.inbound.body
    if turn.person is None:
        await show(turn.session, turn.settings.zone, turn.inbound, "stranger", turn.at)
        await turn.say("stranger", phone=await turn.phone())
        return
    if turn.talk.road is Road.live:
        await turn.session.execute(
            sa.update(Address)
            .where(col(Address.person_id) == turn.person.id, col(Address.channel) == turn.channel)
            .values(cards_at=turn.at)
        )
    pressed = button(str(body.get("EventKey") or "")).said
    if pressed == SEEN:
        await proved(turn)
        return
    said = KEYS.get(pressed)
    broadcast_id = await _broadcast(turn, str(body.get("TaskId") or ""))
    if pressed in OUTCOMES and broadcast_id is not None:
        await pressed_at_door(turn, pressed, broadcast_id)
        return
    if said is None or broadcast_id is None:
        turn.seen = False
        return
    given = await acknowledge(
        turn.session,
        person_id=turn.person.id,
        broadcasts=[broadcast_id],
        said=said,
        how=How.card,
        by=turn.by,
        source=f"inbound:{turn.inbound.id}",
        road=turn.talk.road,
        at=turn.heard_at,
    )
    asked = any(answer.counts for answer in given)
    over = not asked and not await _lives(turn, broadcast_id)
    if not asked and said is not Said.help:  # whoever needs support has been heard, however late
        await show(turn.session, turn.settings.zone, turn.inbound, "late" if over else "not_asked", turn.at)
    if asked or over:
        await receipt(turn, said.value, given)
    else:
        alerts, drill = await named(turn, [broadcast_id])
        await turn.say("not_asked", drill=drill, alerts=alerts)


async def _lives(turn: Turn, broadcast_id: str) -> bool:
    wanted = sa.select(col(Broadcast.id)).join(Alert, col(Alert.id) == col(Broadcast.alert_id))
    found = await turn.session.execute(wanted.where(col(Broadcast.id) == broadcast_id, lives(turn.heard_at)))
    return found.first() is not None


async def _broadcast(turn: Turn, task_id: str) -> str | None:
    """By its id, or by its short code, wherever the task's id holds one."""
    if found := UUID.search(task_id):
        return found.group()
    codes = [piece for piece in re.split(r"[^0-9A-Za-z]+", task_id) if piece]
    wanted = sa.select(col(Broadcast.id)).where(col(Broadcast.code).in_(codes), CODED)
    return (await turn.session.execute(wanted.limit(1))).scalar_one_or_none()
