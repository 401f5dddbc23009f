"""A button pressed on a card: an answer like any other, and the proof that this reader sees cards."""

import re

import sqlalchemy as sa
from sqlmodel import col

from bot.directory.models import Address
from broadcasts.answers.acknowledge import acknowledge
from broadcasts.answers.models import How, Said
from broadcasts.dispatch.models import CODED, Broadcast
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.cards import show_pressed
from broadcasts.dispatch.texts.trial import SEEN
from handlers.chat.answers.answering import receipt
from handlers.chat.answers.buttons import proved, reader, subject
from handlers.chat.turn import Turn

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEYS = {"1": Said.received, "2": Said.cannot, "3": Said.help, **{said.value: said for said in Said}}


async def pressed(turn: Turn) -> None:
    """The button's key says what, the task's id of which broadcast. Anyone may press; acknowledge says what counts."""
    body = turn.inbound.body
    if turn.person is None:
        await turn.say("stranger", phone=await turn.phone())
        return
    if turn.talk.road is Road.live:
        await turn.session.execute(
            sa.update(Address)
            .where(col(Address.person_id) == turn.person.id, col(Address.channel) == turn.channel)
            .values(cards_at=turn.at)
        )
    if body.get("EventKey") == SEEN:
        await proved(turn)
        return
    said = KEYS.get(str(body.get("EventKey") or "").rpartition(":")[2])
    broadcast_id = await _broadcast(turn, str(body.get("TaskId") or ""))
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
    sent = await turn.session.get(Broadcast, broadcast_id)
    if code := str(body.get("ResponseCode") or ""):
        await show_pressed(
            turn.session, code, reader(turn, turn.person), said.value, subject=subject(turn), at=turn.at,
            road=turn.talk.road, drill=sent is not None and sent.drill,
        )  # fmt: skip
    await receipt(turn, said.value, given)


async def _broadcast(turn: Turn, task_id: str) -> str | None:
    """By its id, or by its short code, wherever the task's id holds one."""
    if found := UUID.search(task_id):
        return found.group()
    codes = [piece for piece in re.split(r"[^0-9A-Za-z]+", task_id) if piece]
    wanted = sa.select(col(Broadcast.id)).where(col(Broadcast.code).in_(codes), CODED)
    return (await turn.session.execute(wanted.limit(1))).scalar_one_or_none()
