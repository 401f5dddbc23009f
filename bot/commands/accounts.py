"""`signaltree user add` and `token add`."""

import sys

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access import tokens, users
from bot.access.models import Role, Scope
from bot.access.passwords import LEAST, hashed, one_time
from bot.commands.opened import run
from bot.deps import Deps
from bot.directory.queries import area_of_code, person_of_key
from bot.errors import NotFound, SignalTreeError

BY = "cli"


class NoSuchRole(SignalTreeError):
    """没有这种角色，可用的是："""


class NoSuchScope(SignalTreeError):
    """没有这种作用域，可用的是："""


class TooShort(SignalTreeError):
    """密码太短，什么也没有写入："""


class Unnamed(SignalTreeError):
    """名字是空的，或长于 58 个字。"""


def add_user(name: str, roles: list[str], *, area: str, person: str, password_stdin: bool) -> None:
    """Print a password to be used once, or take one from standard input, which then need not be changed."""
    if wrong := set(roles) - set(Role):
        raise NoSuchRole(f"{'、'.join(Role)}（不是 {'、'.join(sorted(wrong))}）")
    password = _from_stdin() if password_stdin else one_time()
    run(
        lambda deps: _add_user(deps, _named(name), [Role(r) for r in roles], area, person, password, not password_stdin)
    )
    if not password_stdin:
        typer.echo(f"一次性密码（首次登录后要改）：{password}")


async def _add_user(
    deps: Deps, name: str, roles: list[Role], area: str, person: str, password: str, must_change: bool
) -> None:
    kept = await hashed(password)
    async with deps.begin() as session:
        await users.add_user(
            session,
            name,
            roles,
            password_hash=kept,
            by=BY,
            at=deps.clock.now(),
            area_id=await _area(session, area),
            person_id=await _person(session, person),
            must_change=must_change,
        )


def add_token(name: str, scope: str) -> None:
    """Print the token and nothing else, so that a script can keep it."""
    if scope not in set(Scope):
        raise NoSuchScope("、".join(Scope))
    typer.echo(run(lambda deps: _add_token(deps, _named(name), Scope(scope))))


async def _add_token(deps: Deps, name: str, scope: Scope) -> str:
    async with deps.begin() as session:
        return await tokens.add_token(session, name, scope, by=BY, at=deps.clock.now())


async def _area(session: AsyncSession, code: str) -> int | None:
    found = await area_of_code(session, code) if code else None
    if code and found is None:
        raise NotFound(f"地区 {code}")
    return found.id if found else None


async def _person(session: AsyncSession, key: str) -> int | None:
    found = await person_of_key(session, key) if key else None
    if key and found is None:
        raise NotFound(f"人员 {key}（编号以 people 表的 id 为准）")
    return found.id if found else None


def _named(name: str) -> str:
    if not 0 < len(name.strip()) <= 58:
        raise Unnamed
    return name.strip()


def _from_stdin() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if len(password) < LEAST:
        raise TooShort(f"至少 {LEAST} 个字符")
    return password
