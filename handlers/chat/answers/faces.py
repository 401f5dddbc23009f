"""What stands on a card after a press that came to something else than it said at once: too late, by somebody who was
not asked, or taken back. The press's own code changes its card once, within 72 hours."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.wecom_app.limits import NAME
from broadcasts.answers.models import Answer, How
from broadcasts.audience.select import Target
from broadcasts.dispatch.states import Mode
from broadcasts.dispatch.texts.cards import change
from broadcasts.dispatch.texts.pressed import button, shown
from handlers.wechat.models import Inbound

WORD = "inbound:"


async def show(session: AsyncSession, zone: ZoneInfo, press: Inbound, name: str, at: datetime) -> None:
    """By the words of this name in forms.txt."""
    code = str(press.body.get("ResponseCode") or "")
    if not code:
        return
    one = button(str(press.body.get("EventKey") or ""))
    reader = Target("chat", press.id, 0, None, "", one.language, Mode.quiet, {NAME: press.sender})
    await change(
        session, code, [reader], shown(one, name, at, zone), subject=f"card:inbound:{press.id}", at=at,
        road=press.road, given=press.received_at, drill=one.drill,
    )  # fmt: skip


async def show_undone(session: AsyncSession, zone: ZoneInfo, taken: Sequence[Answer], at: datetime) -> None:
    """On the card whose button had said it last, of each warning."""
    last = {answer.broadcast_id: answer for answer in sorted(taken, key=lambda one: one.id) if answer.how is How.card}
    for answer in last.values():
        number = answer.source.removeprefix(WORD).partition(":")[0]
        press = await session.get(Inbound, int(number)) if number.isdecimal() else None
        if press is not None:
            await show(session, zone, press, "undone", at)
