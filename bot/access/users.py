"""Users: added, given a password, and the link by which the first administrator sets one."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.models import Role, User, UserRole, WebSession
from bot.config import Settings
from bot.directory.models import Area
from bot.errors import Conflict
from bot.ids import uuid7
from bot.record.entries import record
from bot.record.models import Entry
from bot.vault import Vault

ADMIN = "admin"
LINK_LIVES = timedelta(days=7)


class NameTaken(Conflict):
    """已经有这个登录名，请换一个。"""


class LastAdmin(Conflict):
    """这是最后一个全县的管理员，没有改。请先让另一个人当全县的管理员。"""


class OfAnother(Conflict):
    """这个账号已经用这个人的名字办过事，没有改成别人。请给新来的人另开一个账号，把这个停用。"""


async def add_user(
    session: AsyncSession,
    name: str,
    roles: Iterable[Role],
    *,
    password_hash: str,
    by: str,
    at: datetime,
    area_id: int | None = None,
    person_id: int | None = None,
    must_change: bool = True,
) -> User:
    """A new login. Raises NameTaken."""
    if await user_named(session, name) is not None:
        raise NameTaken(name)
    user = User(
        uid=uuid7(at),
        name=name,
        password_hash=password_hash,
        must_change=must_change,
        area_id=area_id,
        person_id=person_id,
    )
    session.add(user)
    await session.flush()
    given = sorted(set(roles))
    session.add_all(UserRole(user_id=user.id, role=role) for role in given)
    record(session, by, "user.added", f"user:{name}", at, roles=[role.value for role in given], area=area_id)
    return user


async def set_password(session: AsyncSession, user: User, password_hash: str, *, by: str, at: datetime) -> None:
    """Replace the password; whoever is signed in as this user is signed out."""
    user.password_hash, user.must_change = password_hash, False
    session.add(user)
    await session.execute(sa.delete(WebSession).where(col(WebSession.user_id) == user.id))
    record(session, by, "user.password", f"user:{user.name}", at)


async def set_rights(
    session: AsyncSession, user: User, roles: Iterable[Role], area_id: int | None, *, by: str, at: datetime
) -> None:
    """Replace the roles and the area. Raises LastAdmin where nobody would be left to give them back."""
    given, before = frozenset(roles), await roles_of(session, user.id)
    if given == before and area_id == user.area_id:
        return
    stays = Role.admin in given and await _whole(session, area_id)
    if Role.admin in before and not stays and not await has_admin(session, beside=user.id):
        raise LastAdmin
    await session.execute(sa.delete(UserRole).where(col(UserRole.user_id) == user.id))
    session.add_all(UserRole(user_id=user.id, role=role) for role in sorted(given))
    facts = {"roles": sorted(given), "before": sorted(before), "area": area_id, "area_before": user.area_id}
    user.area_id = area_id
    session.add(user)
    record(session, by, "user.rights", f"user:{user.name}", at, **facts)


async def set_person(session: AsyncSession, user: User, person_id: int | None, *, by: str, at: datetime) -> None:
    """Say which person of the directory a login is: who wrote and who approves are compared by it, and what was done is
    told under that name. Raises OfAnother where it would make one person's acts another's."""
    if person_id == user.person_id:
        return
    if user.person_id is not None and await _has_acted(session, user):
        raise OfAnother
    record(session, by, "user.person", f"user:{user.name}", at, person=person_id, before=user.person_id)
    user.person_id = person_id
    session.add(user)


async def _has_acted(session: AsyncSession, user: User) -> bool:
    mine = sa.select(col(Entry.id)).where(col(Entry.actor) == f"user:{user.name}", col(Entry.action) != "user.password")
    return await session.scalar(mine.limit(1)) is not None


async def renew_hash(session: AsyncSession, user: User, password_hash: str, *, at: datetime) -> None:
    """The same password under today's parameters, unless it was changed in between."""
    same = (col(User.id) == user.id, col(User.password_hash) == user.password_hash)
    renewed = sa.update(User).where(*same).values(password_hash=password_hash).returning(col(User.id))
    if (await session.execute(renewed)).first() is not None:
        record(session, "system", "user.rehashed", f"user:{user.name}", at)


async def user_named(session: AsyncSession, name: str) -> User | None:
    return (await session.execute(select(User).where(col(User.name) == name))).scalar_one_or_none()


async def roles_of(session: AsyncSession, user_id: int) -> frozenset[Role]:
    rows = await session.execute(select(UserRole.role).where(col(UserRole.user_id) == user_id))
    return frozenset(Role(role) for role in rows.scalars())


async def has_admin(session: AsyncSession, *, beside: int | None = None) -> bool:
    """Whether an administrator of the whole county can sign in; another one than `beside`. On PostgreSQL the rows are
    locked, so that two who remove each other do not both find the other."""
    wanted = (
        select(User.id, User.area_id)
        .join(UserRole, col(UserRole.user_id) == col(User.id))
        .where(col(UserRole.role) == Role.admin, col(User.disabled_at).is_(None), col(User.password_hash) != "")
    )
    if beside is not None:
        wanted = wanted.with_for_update()
    found = (await session.execute(wanted)).all()
    return any([await _whole(session, area_id) for user_id, area_id in found if user_id != beside])


async def _whole(session: AsyncSession, area_id: int | None) -> bool:
    """Whether an area is the county: none, or a root."""
    area = await session.get(Area, area_id) if area_id is not None else None
    return area is None or area.parent_id is None


async def first_start_link(session: AsyncSession, settings: Settings, at: datetime) -> str | None:
    """The address at which the first administrator sets a password; None once there is one."""
    if await has_admin(session):
        return None
    base = settings.base_url or f"http://{settings.host}:{settings.port}"
    return f"{base}/console/first/{_signer(settings, at).dumps(ADMIN)}"


def first_start_valid(settings: Settings, token: str, at: datetime) -> bool:
    """Whether the link is ours and not over. By itself it is good for nothing once there is an administrator."""
    try:
        return bool(_signer(settings, at).loads(token, max_age=int(LINK_LIVES.total_seconds())) == ADMIN)
    except BadData:
        return False


def _signer(settings: Settings, at: datetime) -> URLSafeTimedSerializer:
    """A signer whose now is `at`, not the library's."""

    class Signer(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(at.timestamp())

        def timestamp_to_datetime(self, ts: int) -> datetime:
            return datetime.fromtimestamp(ts, tz=UTC)

    key = Vault(settings.secret_key).derive(b"first-start")
    return URLSafeTimedSerializer(key, salt="first-start", signer=Signer)
