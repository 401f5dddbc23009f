"""Who calls, and may they: one question at the top of every handler."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from aiohttp import web
from multidict import MultiDictProxy
from sqlalchemy.exc import DBAPIError

from bot.access import sessions, tokens
from bot.access.models import Role, Scope
from bot.access.users import roles_of
from bot.deps import DEPS, Deps

log = logging.getLogger(__name__)
Form = MultiDictProxy[str | bytes | bytearray | web.FileField]
SIGN_IN = "/console/sign-in"
FIRST_PASSWORD = "/console/password"  # noqa: S105 - an address


@dataclass(frozen=True)
class Caller:
    """A person who is signed in, or a machine with a token. Without an area, the whole county is theirs."""

    name: str
    actor: str
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[Scope] = frozenset()
    area_id: int | None = None
    user_id: int | None = None
    csrf: str = field(default="", repr=False)
    form_key: str = field(default="", repr=False)  # the same as this page's forms carry it

    def may(self, *roles: Role) -> bool:
        """Whether one of these roles is held. An administrator sets up; he does not thereby release."""
        return bool(self.roles & set(roles))


CALLER = web.RequestKey("caller", Caller)


async def require_scope(request: web.Request, scope: Scope) -> Caller:
    """The machine behind the bearer token. Raises 401 or 403."""
    deps = request.app[DEPS]
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise web.HTTPUnauthorized(headers={"WWW-Authenticate": 'Bearer realm="signaltree"'})
    async with deps.read() as session:
        found = await tokens.find(session, token.strip())
    if found is None:
        raise web.HTTPUnauthorized(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    if found.scope is not scope:
        raise web.HTTPForbidden
    return Caller(found.name, f"token:{found.name}", scopes=frozenset({found.scope}))


async def signed_in(request: web.Request, *, changing_password: bool = False) -> Caller:
    """The person behind the cookie. Raises a redirect to the sign-in page, or to the first change of the password."""
    if CALLER in request:
        return request[CALLER]
    deps, cookie = request.app[DEPS], request.cookies.get(sessions.COOKIE, "")
    now = deps.clock.now()
    async with deps.read() as session:
        found = await sessions.current(session, cookie, now) if cookie else None
        roles = await roles_of(session, found[1].id) if found else frozenset()
    if found is None:
        raise web.HTTPSeeOther(f"{SIGN_IN}?next={quote(request.path_qs)}")
    kept, user = found
    if now - kept.seen_at > sessions.SEEN_EVERY:
        await _note(deps, cookie, now)
    if user.must_change and not changing_password:
        raise web.HTTPSeeOther(FIRST_PASSWORD)
    caller = Caller(
        user.name, f"user:{user.name}", roles, area_id=user.area_id, user_id=user.id, csrf=kept.csrf,
        form_key=sessions.masked(kept.csrf),
    )  # fmt: skip
    request[CALLER] = caller
    return caller


async def _note(deps: Deps, cookie: str, at: datetime) -> None:
    """That the session lives. A database that takes nothing (a full disk) still shows the officer what is going on."""
    try:
        async with deps.begin() as session:
            await sessions.seen(session, cookie, at)
    except DBAPIError as error:
        log.warning("a session's sign of life could not be written: %s", type(error.orig).__name__)


async def require_role(request: web.Request, *roles: Role) -> Caller:
    """A signed-in person who holds one of the roles. Raises 403."""
    caller = await signed_in(request)
    if not caller.may(*roles):
        raise web.HTTPForbidden
    return caller


async def posted(request: web.Request, caller: Caller) -> Form:
    """The form of a POST whose csrf field is one of the session's. Raises 403, and 400 for what no keyboard writes."""
    form = await request.post()
    if any(isinstance(value, str) and "\0" in value for value in form.values()):
        raise web.HTTPBadRequest
    if not sessions.fits(caller.csrf, str(form.get("csrf", ""))):
        raise web.HTTPForbidden(reason="csrf")
    return form
