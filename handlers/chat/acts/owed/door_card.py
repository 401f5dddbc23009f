"""敲门 by a card: what was pressed is a word from the door like any other, and the card shows what became of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from bot.channels.wecom_app.limits import NAME
from bot.directory.models import Address
from broadcasts.answers.models import How
from broadcasts.dispatch.models import Broadcast
from broadcasts.tasks.knocks.cards import OUTCOMES
from broadcasts.tasks.knocks.queries import Seen, of_uid
from broadcasts.tasks.knocks.report import Found
from broadcasts.tasks.knocks.states import OPEN
from broadcasts.tasks.knocks.told import ERRAND
from handlers.chat.acts.owed.door_outcome import found, refused
from handlers.chat.answers.faces import show
from handlers.chat.turn import Turn
from handlers.wechat.models import Inbound, Platform

PRESS = "template_card_event"


async def pressed(turn: Turn, outcome: str, broadcast_id: str) -> None:
    """Whoever was sent, alone, says something of the door. What comes too late stands on the card too."""
    one = await _errand(turn, broadcast_id)
    if one is None or turn.person is None or one.knock.knocker_id != turn.person.id:
        await show(turn.session, turn.settings.zone, turn.inbound, "not_asked", turn.at)
        await turn.say("nothing_open")
        return
    state, was_open = OUTCOMES[outcome], one.knock.state in OPEN
    if state is None:
        counts, text = await refused(turn, one, How.card)
    else:
        counts, text = await found(turn, one, Found(state, How.card))
    if not counts:
        name = "told" if was_open or one.knock.how is not None else "late"
        await show(turn.session, turn.settings.zone, turn.inbound, name, turn.at)
    await turn.tell(text, always=not turn.flooded, drill=one.knock.drill)


async def show_unsaid(turn: Turn, said_at: datetime) -> None:
    """On the card whose button had said it at that moment."""
    if turn.person is None:
        return
    mine = sa.select(col(Address.folded)).where(col(Address.person_id) == turn.person.id, col(Address.channel) == NAME)
    wanted = select(Inbound).where(
        col(Inbound.road) == turn.talk.road,
        col(Inbound.platform) == Platform.wecom,
        col(Inbound.sender).in_(mine),
        sa.func.lower(col(Inbound.event)) == PRESS,
        col(Inbound.received_at) == said_at,
    )
    press = (await turn.session.execute(wanted.order_by(col(Inbound.id).desc()).limit(1))).scalar_one_or_none()
    if press is not None:
        await show(turn.session, turn.settings.zone, press, "undone", turn.at)


async def _errand(turn: Turn, broadcast_id: str) -> Seen | None:
    """To which door the sending led, on the speaker's road."""
    subject = await turn.session.scalar(sa.select(col(Broadcast.subject)).where(col(Broadcast.id) == broadcast_id))
    if not subject or not subject.startswith(ERRAND):
        return None
    one = await of_uid(turn.session, subject.removeprefix(ERRAND))
    return one if one is not None and one.knock.road == turn.talk.road else None
