"""Coming in and going out: name and password, the first administrator's link, and changing one's own password."""

from datetime import timedelta
from ipaddress import ip_address, ip_network

from aiohttp import web

from bot.access import passwords, sessions, users
from bot.access.guards import Form, posted, signed_in
from bot.access.models import Role, User
from bot.access.throttle import Throttle
from bot.deps import DEPS
from handlers.console.page import page

HOME = "/console/"
THROTTLE = web.AppKey("throttle", Throttle)
WRONG = "登录名或密码不对。忘了密码，请管理员重设。"

routes = web.RouteTableDef()


@routes.get("/console/sign-in")
async def door(request: web.Request) -> web.Response:
    return await _door(request, onward=local(request.query.get("next", "")))


@routes.post("/console/sign-in")
async def come_in(request: web.Request) -> web.Response:
    """A try. It counts as wrong until it was right, so that many at once do not slip through."""
    deps, form = request.app[DEPS], await request.post()
    name, password = str(form.get("name", "")).strip()[:64], str(form.get("password", ""))
    onward = local(str(form.get("next", "")))
    now, keys = deps.clock.now(), (f"name:{name}", f"address:{address(request)}")
    wait = request.app[THROTTLE].wait(keys, now)
    if wait:
        return await _door(request, name=name, onward=onward, error=_wait(wait), status=429)
    request.app[THROTTLE].failed(keys, now)
    async with deps.read() as session:
        user = await users.user_named(session, name)
    fits = await passwords.verified(user.password_hash if user else None, password)
    if user is None or not fits or user.disabled_at is not None:
        return await _door(request, name=name, onward=onward, error=WRONG, status=401)
    request.app[THROTTLE].passed(keys)
    if passwords.outdated(user.password_hash):
        renewed = await passwords.hashed(password)
        async with deps.begin() as session:
            await users.renew_hash(session, user, renewed, at=now)
    return await _open(request, user, onward)


@routes.post("/console/sign-out")
async def go_out(request: web.Request) -> web.Response:
    caller = await signed_in(request, changing_password=True)
    await posted(request, caller)
    async with request.app[DEPS].begin() as session:
        await sessions.sign_out(session, request.cookies[sessions.COOKIE])
    response = web.HTTPSeeOther("/console/sign-in")
    response.del_cookie(sessions.COOKIE, path="/console")
    raise response


@routes.get("/console/password")
async def own_password(request: web.Request) -> web.Response:
    caller = await signed_in(request, changing_password=True)
    return await page(request, "password.html", caller, error="", first=False, least=passwords.LEAST)


@routes.post("/console/password")
async def change_password(request: web.Request) -> web.Response:
    """Whoever changes it shows that he knows the old one; all his browsers are signed out but this."""
    deps, caller = request.app[DEPS], await signed_in(request, changing_password=True)
    form, now = await posted(request, caller), deps.clock.now()
    keys, error = (f"password:{caller.name}",), _unfit(form)
    wait = request.app[THROTTLE].wait(keys, now)
    async with deps.read() as session:
        user = await session.get(User, caller.user_id)
    if not error and wait:
        error = _wait(wait)
    elif not error:
        request.app[THROTTLE].failed(keys, now)
        if not await passwords.verified(user.password_hash if user else None, str(form.get("old", ""))):
            error = "原来的密码不对。"
        elif form.get("old") == form.get("new"):
            error = "新密码和原来的一样，请换一个。"
    if error or user is None:
        facts = {"error": error, "first": False, "least": passwords.LEAST}
        return await page(request, "password.html", caller, status=422, **facts)
    request.app[THROTTLE].passed(keys)
    made = await passwords.hashed(str(form["new"]))
    async with deps.begin() as session:
        if (user := await session.get(User, caller.user_id)) is None:
            raise web.HTTPForbidden
        await users.set_password(session, user, made, by=caller.actor, at=now)
    return await _open(request, user, HOME)


@routes.get("/console/first/{token}")
async def first_start(request: web.Request) -> web.Response:
    await _first_only(request)
    return await page(request, "password.html", None, error="", first=True, least=passwords.LEAST)


@routes.post("/console/first/{token}")
async def first_password(request: web.Request) -> web.Response:
    """The first administrator's password. The link is the proof, and good once."""
    await _first_only(request)
    deps, form = request.app[DEPS], await request.post()
    error, now = _unfit(form), deps.clock.now()
    if error:
        return await page(request, "password.html", None, status=422, error=error, first=True, least=passwords.LEAST)
    made = await passwords.hashed(str(form["new"]))
    async with deps.begin() as session:
        if await users.has_admin(session):
            raise web.HTTPGone
        user = await users.user_named(session, users.ADMIN) or await users.add_user(
            session, users.ADMIN, [Role.admin], password_hash="", by="cli", at=now
        )
        await users.set_password(session, user, made, by=f"user:{user.name}", at=now)
    return await _open(request, user, HOME)


async def _first_only(request: web.Request) -> None:
    deps = request.app[DEPS]
    if not users.first_start_valid(deps.settings, request.match_info["token"], deps.clock.now()):
        raise web.HTTPNotFound
    async with deps.read() as session:
        if await users.has_admin(session):
            raise web.HTTPGone


async def _door(
    request: web.Request, *, name: str = "", onward: str = HOME, error: str = "", status: int = 200
) -> web.Response:
    return await page(request, "sign_in.html", None, status=status, name=name, onward=onward, error=error)


async def _open(request: web.Request, user: User, onward: str) -> web.Response:
    """A fresh session; the browser's old one ends here."""
    deps = request.app[DEPS]
    async with deps.begin() as session:
        if old := request.cookies.get(sessions.COOKIE):
            await sessions.sign_out(session, old)
        opened = await sessions.sign_in(session, user, deps.clock.now())
    response = web.HTTPSeeOther(onward)
    secure = deps.settings.base_url.startswith("https:")
    response.set_cookie(sessions.COOKIE, opened.cookie, path="/console", httponly=True, samesite="Lax", secure=secure)
    raise response


def _unfit(form: Form) -> str:
    new = str(form.get("new", ""))
    if len(new) < passwords.LEAST:
        return f"密码太短，至少 {passwords.LEAST} 个字符。"
    return "" if new == form.get("again") else "两次写的不一样，请再写一遍。"


def _wait(wait: timedelta) -> str:
    return f"错得太多了，请等 {int(wait.total_seconds()) + 1} 秒再试。"


def local(onward: str) -> str:
    """Where to after signing in: a page of the console, or home. Nothing that a browser could read as another host."""
    fine = onward.startswith("/console/") and "\\" not in onward and onward.isprintable()
    return onward if fine else HOME


def address(request: web.Request) -> str:
    """Who is at the other end: behind a proxy that we trust, whom that proxy names last."""
    near, trusted = request.remote or "", request.app[DEPS].settings.trusted_proxies
    if _within(near, trusted) and (named := request.headers.get("X-Forwarded-For", "")):
        return named.rsplit(",", 1)[-1].strip()
    return near


def _within(near: str, networks: str) -> bool:
    """Whether an address is one of these, or lies in one of these networks; by comma."""
    try:
        return any(ip_address(near) in ip_network(n.strip(), strict=False) for n in networks.split(",") if n.strip())
    except ValueError:
        return False
