"""Looking at who told an anonymous hint: with a reason, on the record, and in the hint's own steps for all to see."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.models import Person
from bot.directory.tree import Tree
from bot.errors import SignalTreeError
from bot.record.entries import record
from bot.vault import Vault
from broadcasts.subscriptions.models import Follower
from broadcasts.subscriptions.places import spelled
from handlers.hints.file import kept
from handlers.hints.models import Hint
from handlers.hints.reporters.who import conversation_of, told_by
from handlers.hints.states import still

LONGEST = 255


class NoReason(SignalTreeError):
    """没有看：请写为什么要看报的人。谁、什么时候、为什么看，都会记下来，别的值班员也看得到。"""


@dataclass(frozen=True)
class Looked:
    """Who it is. `phone` is empty where none is known; a resident is known by the account's name for them alone."""

    name: str
    place: str = ""
    phone: str = ""
    address: str = ""


async def look_at(
    session: AsyncSession, vault: Vault, areas: Tree, hint: Hint, *, why: str, by: str, at: datetime
) -> Looked:
    """Write it down, then say it. Raises NoReason."""
    word = " ".join(why.split())[:LONGEST]
    if not word:
        raise NoReason
    await still(session, hint)
    hint.version += 1
    await kept(session, hint, "looked", by, at, comment=word)
    record(session, by, "hint-reporter.looked", hint.uid, at)
    person_id = told_by(vault, hint).person_id
    person = await session.get(Person, person_id) if person_id is not None else None
    if person is not None:
        phone = vault.open(person.phone_sealed) if person.phone_sealed else ""
        return Looked(person.name, spelled(areas, person.area_id), phone)
    talk = await conversation_of(session, vault, hint)
    follower = await session.get(Follower, talk.follower_id) if talk is not None and talk.follower_id else None
    if talk is None or (follower is not None and not follower.openid):
        return Looked("已按本人要求删除，没有人知道了")
    return Looked("公众号居民" if follower is not None else "还不认识的人", address=talk.address)
