"""Taking an answer: kept whatever it is, counted where it may be, and what it makes needless is let go."""

import hashlib
from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.directory.turns import in_turn
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.alerts.models import Alert
from broadcasts.answers.help import call_for_help, taken_back
from broadcasts.answers.models import BY_HAND, NOT_HERS, Answer, How, Said
from broadcasts.answers.queries import asked_of, lives
from broadcasts.answers.recompute import answer_digest
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Road
from broadcasts.ladder.close import let_go
from broadcasts.ladder.desk import refresh
from broadcasts.ladder.instead import find_another, goes_after_all
from broadcasts.tasks.knocks.close import answered

SOURCE = 43  # letters of a source that leave room for the broadcast's id
# Built once: every answer asks them.
KNOWN = select(Answer).where(col(Answer.source) == sa.bindparam("source"))
LIVES = (
    sa.select(col(Broadcast.id))
    .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
    .where(
        col(Broadcast.id) == sa.bindparam("of"), col(Broadcast.road) == sa.bindparam("on"), lives(sa.bindparam("now"))
    )
)
ASKED = LIVES.where(asked_of(sa.bindparam("person")))
OFFICERS = frozenset({How.call, How.voice})  # typed in by an officer: the person herself does not take it back


async def acknowledge(
    session: AsyncSession,
    *,
    person_id: int,
    broadcasts: Sequence[str],
    said: Said,
    how: How,
    by: str,
    source: str,
    road: Road,
    at: datetime,
    group_id: int | None = None,
    outlet_id: int | None = None,
    times: int | None = None,
    overtaken: Container[str] = (),
) -> list[Answer]:
    """One word to one or several broadcasts. `source` names what it came by (inbound:ID, h5:…, call:…): the same again
    has no second effect. It counts where this person was asked on this road and the alert is not over; the last that
    counts is hers, and the earlier ones stay; to `overtaken` she has said something after it already. 3 需要支援 calls
    the desk in any case, unless it was said in a drill."""
    await in_turn(session, person_id)
    given = []
    for broadcast_id in broadcasts:
        name = f"{_short(source)}:{broadcast_id}"
        known = (await session.execute(KNOWN, {"source": name})).scalar_one_or_none()
        if known is None:
            known = await _new(session, Answer(
                uid=uuid7(at), broadcast_id=broadcast_id, person_id=person_id, group_id=group_id, outlet_id=outlet_id,
                times=times, road=road, said=said, how=how, by=by, source=name, at=at,
            ), overtaken=broadcast_id in overtaken)  # fmt: skip
        given.append(known)
    return given


async def undo(
    session: AsyncSession, person_id: int, road: Road, at: datetime, *, broadcast_id: str | None = None
) -> list[Answer]:
    """Take back the person's last word, however often she said it in a row; what she had said before stands again.
    With `broadcast_id`, her last word to that alone. What was taken back, empty where nothing was."""
    await in_turn(session, person_id)
    wanted = (
        select(Answer)
        .join(Broadcast, col(Broadcast.id) == col(Answer.broadcast_id))
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .where(
            col(Answer.person_id) == person_id,
            col(Answer.road) == road,
            col(Answer.counts),
            col(Answer.undone_at).is_(None),
            col(Answer.said).not_in(NOT_HERS),
            col(Answer.how).not_in(OFFICERS),
            lives(at),
        )
        .order_by(col(Answer.id).desc())
    )
    if broadcast_id is not None:
        wanted = wanted.where(col(Answer.broadcast_id) == broadcast_id)
    back = _last_word((await session.execute(wanted)).scalars().all())
    for answer in back:
        answer.undone_at = at
        session.add(answer)
        record(session, answer.by, "answer.undone", answer.uid, at, broadcast=answer.broadcast_id)
        if answer.said is Said.help:
            await taken_back(session, answer)
        elif answer.said is Said.cannot:
            await goes_after_all(session, answer, by=answer.by, at=at)
    await session.flush()
    for broadcast_id in sorted({answer.broadcast_id for answer in back}):
        await refresh(session, broadcast_id, at)
    return back


async def _new(session: AsyncSession, answer: Answer, *, overtaken: bool) -> Answer:
    broadcast = await session.get(Broadcast, answer.broadcast_id)
    alert = await session.get(Alert, broadcast.alert_id) if broadcast and broadcast.alert_id else None
    answer.alert_id = alert.id if alert else None
    answer.counts = not overtaken and await _counts(session, answer)
    session.add(answer)
    await session.flush()
    record(
        session,
        answer.by,
        "answer.given",
        answer.uid,
        answer.at,
        broadcast=answer.broadcast_id,
        said=answer.said.value,
        how=answer.how.value,
        counts=answer.counts,
        sha256=answer_digest(answer),
    )
    if answer.said is Said.help and not (broadcast and broadcast.drill):
        await call_for_help(session, answer)  # in a drill nobody is rung; the drill's page names them
    if answer.counts and answer.said not in BY_HAND:
        await let_go(session, answer.broadcast_id, answer.person_id, answer.at)
        await answered(session, answer.broadcast_id, answer.person_id, answer.at)
        await refresh(session, answer.broadcast_id, answer.at)
        if answer.said is Said.cannot and not (broadcast and broadcast.drill):
            await find_another(session, answer, alert)
        else:
            await goes_after_all(session, answer, by=answer.by, at=answer.at)
    return answer


async def _counts(session: AsyncSession, answer: Answer) -> bool:
    """Whether the alert lives and asked this person; of a task that was done by hand, whether it lives."""
    mine: dict[str, Any] = {"of": answer.broadcast_id, "on": answer.road, "now": answer.at}
    if answer.said in BY_HAND:
        return (await session.execute(LIVES, mine)).first() is not None
    return (await session.execute(ASKED, {**mine, "person": answer.person_id})).first() is not None


def _last_word(answers: Sequence[Answer]) -> list[Answer]:
    """Newest first, those of the last word: the same said to the same broadcasts, up to something else."""
    if not answers:
        return []
    last, word = answers[0], _word(answers[0])
    concerned = {a.broadcast_id for a in answers if _word(a) == word}
    back = []
    for broadcast_id in concerned:
        for answer in (a for a in answers if a.broadcast_id == broadcast_id):
            if answer.said is not last.said:
                break
            back.append(answer)
    return back


def _word(answer: Answer) -> str:
    return answer.source.rpartition(":")[0]


def _short(source: str) -> str:
    return source if len(source) <= SOURCE else hashlib.sha256(source.encode()).hexdigest()[:SOURCE]
