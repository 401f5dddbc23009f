"""Cards that are out: who pressed a button sees the answer on the card, and when it is over the other buttons go. A
change is a batch like any other, so that nothing but the worker calls the platform."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.wecom_app.cards import UPDATE, update
from bot.channels.wecom_app.limits import CARD_CHANGES, NAME
from broadcasts.answers.models import Answer, How
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Text
from broadcasts.dispatch.planning.plan import Plan, PlannedBatch, PlannedText
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.recompute import text_digest
from broadcasts.dispatch.states import Mode, Purpose, Road, State
from broadcasts.dispatch.texts.drill_forms import marked_update
from broadcasts.dispatch.texts.forms import CARD
from broadcasts.dispatch.texts.marks import MARK
from broadcasts.dispatch.texts.pressed import button
from broadcasts.dispatch.texts.render import wording

RANK = 3  # after every message: the words have been said
WORTH = timedelta(hours=CARD_CHANGES)


async def change(
    session: AsyncSession,
    response_code: str,
    readers: Sequence[Target],
    word: str,
    *,
    subject: str,
    at: datetime,
    road: Road = Road.live,
    given: datetime | None = None,
    drill: bool = False,
) -> Broadcast:
    """Put `word` in the place of the buttons on these readers' cards; where it stands for a drill it is marked. A
    response code serves once, for 72 hours from when it was `given`; a click brings its own."""
    part = update(response_code, word)
    part = marked_update(part) if drill and not word.startswith(MARK) else part
    made = Plan(
        [PlannedText(NAME, [part], [], text_digest([part]), UPDATE)],
        [PlannedBatch(0, NAME, Mode.quiet, list(readers))],
    )
    ends = (given or at) + WORTH
    due = dict.fromkeys(Mode, at)
    sending = Sending(Purpose.card, RANK, due, ends, subject=subject[:64], road=road, drill=drill)
    return await write(session, made, sending, by="system", at=at)


async def close_cards(session: AsyncSession, alerts: Collection[int], name: str, *, at: datetime) -> int:
    """Replace the buttons of these alerts' cards by the word of that name. An errand for one of them ends by itself:
    an update sends nobody home."""
    theirs = sa.and_(col(Broadcast.alert_id).in_(alerts), col(Broadcast.purpose) != Purpose.task)
    return await _closed(session, theirs, name, at)


async def close_errand(session: AsyncSession, broadcast_id: str, name: str, *, at: datetime) -> int:
    """The same of one errand's card, where it went as a card."""
    return await _closed(session, col(Broadcast.id) == broadcast_id, name, at)


async def _closed(session: AsyncSession, which: sa.ColumnElement[bool], name: str, at: datetime) -> int:
    """In a card's own language: one call for each sending, for all who did not press a button. How many calls."""
    rows = await session.execute(
        sa.select(col(Batch.id), col(Batch.response_code), col(Batch.road), col(Batch.settled_at), col(Broadcast.drill))
        .add_columns(col(Text.parts))
        .join(Text, col(Text.id) == col(Batch.text_id))
        .join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        .where(
            which,
            col(Text.form) == CARD,
            col(Batch.state) == State.sent,
            col(Batch.response_code) != "",
            col(Batch.settled_at) > at - WORTH,
        )
        .order_by(col(Batch.id))
    )
    batches = rows.all()
    readers = await _readers(session, [row[0] for row in batches])
    used = [row for row in batches if readers[row[0]]]
    for batch, code, road, given, drill, (face, *_) in used:
        word = wording("forms.txt", "WORDS", language_of(face))[name]
        await change(
            session, code, readers[batch], word, subject=f"card:batch:{batch}", at=at, road=road, given=given,
            drill=drill,
        )  # fmt: skip
    done = sa.update(Batch).where(col(Batch.id).in_([row[0] for row in used]))
    await session.execute(done.values(response_code=""))
    return len(used)


def language_of(face: str) -> str:
    """Of a frozen card: its buttons tell."""
    first = json.loads(face)["card"]["button_list"][0]
    return button(str(first.get("key", ""))).language


async def _readers(session: AsyncSession, batches: Sequence[int]) -> dict[int, list[Target]]:
    """By batch: those who got the card and did not press a button on it."""
    pressed = sa.select(sa.literal(1)).where(
        col(Answer.broadcast_id) == col(Delivery.broadcast_id),
        col(Answer.person_id) == col(Delivery.target_id),
        col(Answer.how) == How.card,
    )
    rows = await session.execute(
        sa.select(col(Delivery.batch_id), col(Delivery.target_id), col(Delivery.town_id), col(Delivery.address))
        .where(col(Delivery.batch_id).in_(batches), col(Delivery.state).is_(None), ~pressed.exists())
        .order_by(col(Delivery.address))
    )
    found: defaultdict[int, list[Target]] = defaultdict(list)
    for batch, person, town, address in rows:
        found[batch or 0].append(Target("person", person, 0, town, "", "zh-CN", Mode.quiet, {NAME: address}))
    return found
