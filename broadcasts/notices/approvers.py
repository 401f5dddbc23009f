"""Who may approve: accounts that hold the role now, are not disabled, and are responsible for all the places; never
whoever wrote a word of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.hands import hands
from bot.access.models import Role, User, UserRole
from bot.directory.models import Address, Area, Person
from bot.directory.tree import Tree
from bot.errors import Conflict, SignalTreeError
from broadcasts.audience.select import Target
from broadcasts.dispatch.states import Mode
from broadcasts.notices.models import Notice, NoticeVersion
from broadcasts.notices.writing.content import Content

APPLICATION = "wecom_app"


class OwnWords(SignalTreeError):
    """没有批准：这份是您自己写的或改过的，要由另一位审批人批准。"""


class NotApprover(SignalTreeError):
    """没有办成：这个账号现在不是能批这份的审批人（没有审批权限、已停用，或不管这些地方）。请换一位审批人，或请管理员在“账号”里改。"""


class NoSuchApprover(Conflict):
    """没有提交："""


@dataclass(frozen=True)
class Approver:
    user_id: int
    account: str
    name: str
    person_id: int | None

    @property
    def actor(self) -> str:
        return f"user:{self.account}"


async def approvers(
    session: AsyncSession, areas: Tree, content: Content, *, beside: Collection[str] = ()
) -> Sequence[Approver]:
    """All who may approve this content now, except the actors `beside`."""
    return await able(session, areas, content.areas, beside=beside)


async def able(
    session: AsyncSession, areas: Tree, codes: Collection[str], *, beside: Collection[str] = ()
) -> Sequence[Approver]:
    """All who may approve what concerns the places of these `codes` now, except the actors `beside`."""
    rows = await session.execute(
        sa.select(col(User.id), col(User.name), sa.func.coalesce(col(Person.name), col(User.name)), col(User.person_id),
                  col(User.area_id))
        .join(UserRole, col(UserRole.user_id) == col(User.id))
        .join(Person, col(Person.id) == col(User.person_id), isouter=True)
        .where(col(UserRole.role) == Role.approver, col(User.disabled_at).is_(None))
        .order_by(col(User.id))
    )  # fmt: skip
    found = [(Approver(*row[:4]), row[4]) for row in rows]
    return [one for one, area in found if one.actor not in beside and _holds(areas, area, codes)]


async def writers(session: AsyncSession, notice: Notice) -> frozenset[str]:
    """Everybody who wrote or changed a version, by each of their names: none of them approves it, whatever their role
    is by now."""
    rows = await session.execute(select(NoticeVersion.by).where(col(NoticeVersion.notice_id) == notice.id))
    return await hands(session, {notice.author, *rows.scalars()})


async def approver(session: AsyncSession, areas: Tree, notice: Notice, content: Content, actor: str) -> Approver:
    """The account behind `actor`. Raises OwnWords or NotApprover."""
    if actor in await writers(session, notice):
        raise OwnWords
    return await holds(session, areas, content, actor)


async def holds(session: AsyncSession, areas: Tree, content: Content, actor: str) -> Approver:
    """The approver behind `actor`, whoever wrote it. Raises NotApprover."""
    found = next((one for one in await approvers(session, areas, content) if one.actor == actor), None)
    if found is None:
        raise NotApprover
    return found


async def asked(session: AsyncSession, areas: Tree, notice: Notice, content: Content, account: str) -> None:
    """Raises NoSuchApprover for an account that is named to approve it and cannot."""
    user = (await session.execute(select(User).where(col(User.name) == account))).scalar_one_or_none()
    if user is None:
        raise NoSuchApprover(f"没有“{account[:32]}”这个账号。请从名单里选审批人。")
    if user.disabled_at is not None:
        raise NoSuchApprover(f"审批人“{account}”的账号已停用。请换一位审批人。")
    able = await approvers(session, areas, content, beside=await writers(session, notice))
    if account not in {one.account for one in able}:
        raise NoSuchApprover(f"“{account}”不能批这份：没有审批权限、不管这些地方，或是这份的作者。请换一位审批人。")


async def reached(session: AsyncSession, people: Collection[Approver]) -> list[Target]:
    """Those of them to whom the application message leads."""
    ids = [one.person_id for one in people if one.person_id is not None]
    rows = await session.execute(
        sa.select(col(Person.id), col(Person.area_id), col(Area.town_id), col(Person.language), col(Address.value))
        .join(Address, (col(Address.person_id) == col(Person.id)) & (col(Address.channel) == APPLICATION))
        .join(Area, col(Area.id) == col(Person.area_id))
        .where(col(Person.id).in_(ids), col(Address.gone_at).is_(None))
        .order_by(col(Person.id))
    )
    return [
        Target("person", person, area, town, "", language, Mode.wake, {APPLICATION: address})
        for person, area, town, language, address in rows
    ]


def _holds(areas: Tree, area_id: int | None, codes: Collection[str]) -> bool:
    if area_id is None or area_id in {root.id for root in areas.roots}:
        return True
    inside = {node.code for node in areas.below(area_id)} if area_id in areas.nodes else set()
    return bool(codes) and set(codes) <= inside
