"""Users: added, given a password, and the link by which the first administrator sets one."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.models import Role, User, UserRole, WebSession
from bot.config import Settings
from bot.errors import Conflict
from bot.ids import uuid7
from bot.record.entries import record
from bot.vault import Vault

ADMIN = "admin"
LINK_LIVES = timedelta(days=7)


class NameTaken(Conflict):
    """已经有这个登录名，请换一个。"""


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


async def user_named(session: AsyncSession, name: str) -> User | None:
    return (await session.execute(select(User).where(col(User.name) == name))).scalar_one_or_none()


async def roles_of(session: AsyncSession, user_id: int) -> frozenset[Role]:
    rows = await session.execute(select(UserRole.role).where(col(UserRole.user_id) == user_id))
    return frozenset(Role(role) for role in rows.scalars())


async def has_admin(session: AsyncSession) -> bool:
    """Whether an administrator can sign in."""
    wanted = (
        select(User.id)
        .join(UserRole, col(UserRole.user_id) == col(User.id))
        .where(col(UserRole.role) == Role.admin, col(User.disabled_at).is_(None), col(User.password_hash) != "")
    )
    return (await session.execute(wanted.limit(1))).first() is not None


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
