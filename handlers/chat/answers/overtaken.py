"""A word that its platform delivered late, as it does where an answer of ours was lost: what the same person typed
after it stands. The platform tells the second of a word: within one the order of arrival counts."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.answers.models import Answer, Said
from handlers.chat.answers.arbiter import Decision, Rung
from handlers.chat.turn import Turn
from handlers.wechat.models import Inbound

LATER = (
    sa.select(col(Answer.broadcast_id), col(Answer.said))
    .select_from(Inbound)
    .join(
        Answer,
        col(Answer.source)
        == sa.literal("inbound:") + sa.cast(col(Inbound.id), sa.String) + ":" + col(Answer.broadcast_id),
    )
    .where(
        col(Inbound.road) == sa.bindparam("on"),
        col(Inbound.platform) == sa.bindparam("by"),
        col(Inbound.sender) == sa.bindparam("sender"),
        col(Inbound.id) < sa.bindparam("word"),
        col(Inbound.said_at) > sa.bindparam("typed"),
        col(Answer.broadcast_id).in_(sa.bindparam("of", expanding=True)),
        col(Answer.counts),
        col(Answer.undone_at).is_(None),
    )
    .order_by(col(Answer.id))
)


async def overtaken(turn: Turn, decision: Decision, rungs: Sequence[Rung]) -> dict[str, Said]:
    """What stands, by broadcast, where the speaker answered it by a word that was typed after this one. Asked where she
    answered a moment ago alone: no platform is later than that."""
    fresh = {rung.broadcast_id for rung in rungs if rung.fresh} & {*decision.broadcasts}
    if not fresh or turn.typed:
        return {}
    word = turn.inbound
    mine = {"on": word.road, "by": word.platform, "sender": word.sender, "word": word.id, "typed": word.said_at}
    rows = await turn.session.execute(LATER, {**mine, "of": sorted(fresh)})
    return {broadcast_id: said for broadcast_id, said in rows}
