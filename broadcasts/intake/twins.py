"""One warning under two names: a public feed numbers what the national platform numbers otherwise. The same words of
the same station are another form of what is known; what only looks like it goes out, and the officer is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.alerts.models import Alert, AlertSource
from broadcasts.intake.identity import contradictions
from broadcasts.intake.message import Form, Message
from broadcasts.intake.readers import wording
from broadcasts.intake.readers.identity import is_national

NEAR = timedelta(minutes=5)  # by how much a feed's time may differ from the platform's
MINUTE = timedelta(seconds=60)  # a feed that leaves the seconds out
LEAST = 12  # letters that say enough to be compared
STATION = re.compile(r"气象(?:台|局|站)")
NOT_SAID = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Twin:
    """`sure`: the same warning. Otherwise it may be."""

    alert: Alert
    sure: bool


async def twin(session: AsyncSession, come: Alert, message: Message, origin: str) -> Twin | None:
    """What is known under another name and may be this. What the same source has named already is never it: a second
    message of one source is a second message."""
    if come.event_code is None or come.grade is None or message.form not in {Form.feed, Form.national, Form.cap}:
        return None
    found = sorted(await _alike(session, come), key=lambda known: abs(known.sent - come.sent))
    for known in found:
        forms = await _forms(session, known)
        if _named_otherwise(message, origin, forms) and not _contradict(known, come):
            return Twin(known, sure=abs(known.sent - come.sent) < MINUTE or _same_words(known, come))
    return None


async def _alike(session: AsyncSession, come: Alert) -> list[Alert]:
    """Of the same hazard, colour and station, within minutes, and for us as well."""
    wanted = select(Alert).where(
        col(Alert.event_code) == come.event_code,
        col(Alert.grade) == come.grade,
        col(Alert.kind) == come.kind,
        col(Alert.note) == "",
        col(Alert.typed_in).is_(sa.false()),
        col(Alert.sent).between(come.sent - NEAR, come.sent + NEAR),
    )
    rows = (await session.execute(wanted)).scalars()
    return [known for known in rows if _station(known.sender_name) == _station(come.sender_name)]


async def _forms(session: AsyncSession, known: Alert) -> Sequence[AlertSource]:
    wanted = select(AlertSource).where(col(AlertSource.alert_id) == known.id)
    return (await session.execute(wanted)).scalars().all()


def _named_otherwise(message: Message, origin: str, forms: Sequence[AlertSource]) -> bool:
    """Whether one of the two names is a public feed's, and none of the forms known has a name of the same giver."""
    if message.national:
        return bool(forms) and all(one.form == Form.feed and not is_national(one.identifier) for one in forms)
    ours = any(one.origin == origin and not is_national(one.identifier) for one in forms)
    return message.form is Form.feed and not ours and all(one.form != Form.own for one in forms)


def _contradict(known: Alert, come: Alert) -> bool:
    """Feeds call an update an alert; all else must agree, and an all-clear is never taken for anything."""
    if "Cancel" in {known.msg_type, come.msg_type} and known.msg_type != come.msg_type:
        return True
    return bool(set(contradictions(known, come)) - {"类型"})


def _station(name: str) -> str:
    """青崖县气象台 and 青崖县气象局 are one."""
    return wording.region(name) if STATION.search(name) else name


def _same_words(known: Alert, come: Alert) -> bool:
    """Marks and spaces left out, and where a feed has cut the text, its beginning."""
    short, long = sorted((_words(known), _words(come)), key=len)
    return len(short) >= LEAST and short in long


def _words(alert: Alert) -> str:
    infos = alert.content.get("infos") or [{}]
    return NOT_SAID.sub("", str(infos[0].get("description") or ""))
