"""Pictures and places that belong to a hint: to the one that is being told, the one told just before, or the one that
was mended just now."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.subscriptions.places import around
from handlers.chat.acts.hints.telling import reporter, seal, told
from handlers.chat.bodies import Said
from handlers.chat.conversations.dialogues import HINT, asked, begun
from handlers.chat.turn import Turn
from handlers.hints.add import add_picture, add_place
from handlers.hints.models import Hint, Part, State
from handlers.hints.queries import owned, tasks_of
from handlers.hints.reporters.told import phrase
from handlers.hints.states import OPEN
from handlers.reports.models import Report

IMAGE = "image"
TOGETHER = timedelta(minutes=30)


async def pictured(turn: Turn, kind: str = IMAGE) -> bool:
    """False where the picture, or the video, belongs to no hint."""
    receipt = "picture" if kind == IMAGE else "video"
    if _being_told(turn):
        await told(turn, "", anonymous=bool(turn.talk.facts.get("anonymous")))
        return True
    found, mended = await _told_lately(turn), await _mended_lately(turn)
    if mended is not None and (found is None or _moment(mended) > found.filed_at):
        await add_picture(turn.session, mended, turn.inbound.id, part=Part.mended, by=turn.by, at=turn.at)
        await turn.tell(phrase(receipt, language=turn.language, h=mended))
        return True
    if found is None:
        return False
    await add_picture(turn.session, found, turn.inbound.id, at=turn.at)
    seal(turn, found)
    await turn.tell(phrase(receipt, language=turn.language, h=found))
    return True


async def located(turn: Turn, words: Said) -> bool:
    """False where the place belongs to no hint."""
    if words.place is None:
        return False
    areas = await turn.areas()
    if _being_told(turn):
        here = around(areas, *words.place)
        known: dict[str, Any] = {"place": words.text[:120], "lon": words.place[0], "lat": words.place[1]}
        known |= {"area_id": here.id} if here else {}
        await told(turn, "", anonymous=bool(turn.talk.facts.get("anonymous")), known=known)
        return True
    found = await _told_lately(turn)
    if found is None or not await add_place(
        turn.session, areas, found, words.text, *words.place, at=turn.at, inbound_id=turn.inbound.id
    ):
        return False
    seal(turn, found)
    await turn.tell(phrase("located", language=turn.language, h=found))
    return True


async def last(turn: Turn) -> datetime | None:
    """When the speaker had a hint before her eyes that a picture may belong to."""
    if _being_told(turn):
        return begun(turn.talk, turn.heard_at)
    found, mended = await _told_lately(turn), await _mended_lately(turn)
    return max((_moment(one) for one in (mended, found) if one is not None), default=None)


def _being_told(turn: Turn) -> bool:
    open_ = asked(turn.talk, turn.heard_at)
    return open_ is not None and open_.name == HINT and turn.talk.facts.get("field") == "words"


async def _told_lately(turn: Turn) -> Hint | None:
    """The last one told here, unless something else was reported after it."""
    rows = await owned(turn.session, turn.vault, await reporter(turn), since=turn.heard_at - TOGETHER, most=1)
    if not rows or rows[0].state not in OPEN:
        return None
    later = sa.select(col(Report.id)).where(
        col(Report.conversation_id) == turn.talk.id, col(Report.first_at) >= rows[0].filed_at
    )
    return None if (await turn.session.execute(later.limit(1))).first() else rows[0]


async def _mended_lately(turn: Turn) -> Hint | None:
    if turn.person is None:
        return None
    rows = await tasks_of(turn.session, turn.person.id, turn.talk.road, State.done)
    fresh = [one for one in rows if one.done_at is not None and one.done_at > turn.heard_at - TOGETHER]
    return max(fresh, key=_moment, default=None)


def _moment(hint: Hint) -> Any:
    return hint.done_at or hint.filed_at
