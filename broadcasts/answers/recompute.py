"""What verify-audit recomputes of answers: that each is still what its person said."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.record.models import Entry
from bot.record.values import content_digest
from broadcasts.answers.models import Answer

ACTIONS = frozenset({"answer.given"})


def answer_digest(answer: Answer) -> str:
    return content_digest(
        answer.uid,
        answer.broadcast_id,
        str(answer.person_id),
        str(answer.group_id or ""),
        answer.said.value,
        answer.how.value,
        answer.by,
        answer.source,
        str(answer.counts),
        answer.at.isoformat(),
        *([] if answer.outlet_id is None else [str(answer.outlet_id), str(answer.times or "")]),
    )


async def digests(session: AsyncSession, entries: Sequence[Entry]) -> Mapping[int, str | None]:
    """By entry: the answer's digest now, None where the answer is gone."""
    uids = [entry.subject for entry in entries]
    rows = (await session.execute(select(Answer).where(col(Answer.uid).in_(uids)))).scalars()
    present = {answer.uid: answer_digest(answer) for answer in rows}
    return {entry.id: present.get(entry.subject) for entry in entries}
