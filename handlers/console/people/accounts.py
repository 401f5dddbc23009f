"""账号: who may sign in, and which machines may call. A password or a token is shown once, and nowhere kept."""

from dataclasses import dataclass

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, Regexp

from bot.access.guards import Caller, posted
from bot.access.models import Role, Scope, Token, User, UserRole, WebSession
from bot.access.passwords import hashed, one_time
from bot.access.tokens import add_token, revoke
from bot.access.users import LastAdmin, NameTaken, add_user, has_admin, set_password
from bot.deps import DEPS
from bot.directory.models import Area, Person
from bot.directory.queries import area_of_code
from bot.record.entries import record
from handlers.console.forms import Form
from handlers.console.page import page
from handlers.console.people.account_words import ROLES, SCOPES
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
OWN = "不能停用自己。请让另一位管理员来做。"
LONGEST = 58  # letters of a name: the record's actor is `token:` and the name, 64 together
NAME = Regexp(r"^[^\s<>/\\:]+$", message="不能有空格和 < > / \\ : 这些字符。")


class UserForm(Form):
    name = StringField(
        "登录名", [DataRequired("请填登录名。"), Length(max=LONGEST, message=f"最多 {LONGEST} 个字。"), NAME]
    )
    roles = SelectMultipleField(
        "角色",
        [DataRequired("至少选一个角色。")],
        choices={role.value: zh for role, zh in ROLES.items()},
    )
    area = StringField("只管哪个地方（区划代码，空着是全县）")
    person = StringField("对应人员表里的哪个人（编号，值班员和带班领导要填，才叫得醒）")


class TokenForm(Form):
    name = StringField(
        "给哪个系统用", [DataRequired("请填名称。"), Length(max=LONGEST, message=f"最多 {LONGEST} 个字。"), NAME]
    )
    scope = SelectField("能做什么", choices={scope.value: zh for scope, zh in SCOPES.items()})


@dataclass(frozen=True)
class Shown:
    """A secret on its one page."""

    title: str
    secret: str
    mend: str


@routes.get("/console/users")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await whole_county(request, Role.admin))


@routes.post("/console/users")
async def add(request: web.Request) -> web.Response:
    caller = await whole_county(request, Role.admin)
    form = UserForm(await posted(request, caller))
    if not form.validate():
        return await _page(request, caller, user_form=form, status=422)
    deps, password = request.app[DEPS], one_time()
    password_hash, name = await hashed(password), form.name.data or ""
    try:
        async with deps.begin() as session:
            area_id, person_id = await _area(session, form), await _person(session, form)
            if not form.area.errors and not form.person.errors:
                await add_user(
                    session,
                    name,
                    [Role(role) for role in form.roles.data or ()],
                    password_hash=password_hash,
                    by=caller.actor,
                    at=deps.clock.now(),
                    area_id=area_id,
                    person_id=person_id,
                )
    except NameTaken as taken:
        form.name.errors = [taken.title]
    if form.errors:
        return await _page(request, caller, user_form=form, status=422)
    return await _page(request, caller, shown=_password(name, password))


@routes.post(r"/console/users/{id:\d{1,9}}/reset")
async def reset(request: web.Request) -> web.Response:
    """A new one-time password; whoever is signed in as this user is signed out."""
    caller = await whole_county(request, Role.admin)
    await posted(request, caller)
    deps, password = request.app[DEPS], one_time()
    password_hash = await hashed(password)
    async with deps.begin() as session:
        user = await _user(session, request)
        await set_password(session, user, password_hash, by=caller.actor, at=deps.clock.now())
        user.must_change = True
    return await _page(request, caller, shown=_password(user.name, password))


@routes.post(r"/console/users/{id:\d{1,9}}/disable")
async def disable(request: web.Request) -> web.Response:
    """Off, or on again. A user is never deleted: the record names him."""
    caller = await whole_county(request, Role.admin)
    off = (await posted(request, caller)).get("off") == "1"
    deps = request.app[DEPS]
    if off and int(request.match_info["id"]) == caller.user_id:
        return await _page(request, caller, error=OWN, status=409)
    async with deps.begin() as session:
        user, at = await _user(session, request), deps.clock.now()
        if off and not await has_admin(session, beside=user.id):
            return await _page(request, caller, error=LastAdmin().title, status=409)
        if (user.disabled_at is not None) is not off:
            user.disabled_at = at if off else None
            await session.execute(sa.delete(WebSession).where(col(WebSession.user_id) == user.id))
            record(session, caller.actor, "user.disabled" if off else "user.enabled", f"user:{user.name}", at)
    raise web.HTTPSeeOther("/console/users")


@routes.post("/console/users/tokens")
async def give_token(request: web.Request) -> web.Response:
    caller = await whole_county(request, Role.admin)
    form = TokenForm(await posted(request, caller))
    if not form.validate():
        return await _page(request, caller, token_form=form, status=422)
    deps, name = request.app[DEPS], form.name.data or ""
    async with deps.begin() as session:
        scope = Scope(form.scope.data)
        token = await add_token(session, name, scope, by=caller.actor, at=deps.clock.now())
    shown = Shown(f"{name}的令牌", token, "写在请求头 Authorization: Bearer 后面。离开这一页就再也看不到了。")
    return await _page(request, caller, shown=shown)


@routes.post(r"/console/users/tokens/{id:\d{1,9}}/revoke")
async def take_token(request: web.Request) -> web.Response:
    caller = await whole_county(request, Role.admin)
    await posted(request, caller)
    deps = request.app[DEPS]
    async with deps.begin() as session:
        await revoke(session, int(request.match_info["id"]), by=caller.actor, at=deps.clock.now())
    raise web.HTTPSeeOther("/console/users")


async def _area(session: AsyncSession, form: UserForm) -> int | None:
    code = (form.area.data or "").strip()
    area = await area_of_code(session, code) if code else None
    if code and area is None:
        form.area.errors = ["没有这个区划代码。"]
    return area.id if area else None


async def _person(session: AsyncSession, form: UserForm) -> int | None:
    key = (form.person.data or "").strip()
    wanted = select(Person).where(sa.or_(col(Person.key) == key, col(Person.uid) == key))
    person = (await session.execute(wanted)).scalars().first() if key else None
    if key and person is None:
        form.person.errors = ["人员表里没有这个编号。请先导入人员，或改正编号。"]
    return person.id if person else None


async def _user(session: AsyncSession, request: web.Request) -> User:
    user = await session.get(User, int(request.match_info["id"]))
    if user is None:
        raise web.HTTPNotFound
    return user


def _password(name: str, password: str) -> Shown:
    return Shown(
        f"{name}的一次性密码", password, "请当面或打电话告诉本人；第一次登录要换掉。离开这一页就再也看不到了。"
    )


async def _page(
    request: web.Request,
    caller: Caller,
    *,
    user_form: UserForm | None = None,
    token_form: TokenForm | None = None,
    shown: Shown | None = None,
    error: str = "",
    status: int = 200,
) -> web.Response:
    async with request.app[DEPS].read() as session:
        wanted = (
            sa.select(User, col(Area.name), col(Person.name))
            .join(Area, col(Area.id) == col(User.area_id), isouter=True)
            .join(Person, col(Person.id) == col(User.person_id), isouter=True)
            .order_by(col(User.disabled_at).is_not(None), col(User.name))
        )
        users = (await session.execute(wanted)).all()
        roles: dict[int, list[str]] = {}
        given = [(row.user_id, Role(row.role)) for row in (await session.execute(select(UserRole))).scalars()]
        for user_id, role in sorted(given, key=lambda one: [*ROLES].index(one[1])):
            roles.setdefault(user_id, []).append(ROLES[role])
        tokens = (await session.execute(select(Token).order_by(col(Token.id)))).scalars().all()
    return await page(
        request, "people/users.html", caller, status=status, users=users, roles=roles, tokens=tokens, scopes=SCOPES,
        user_form=user_form or UserForm(), token_form=token_form or TokenForm(), shown=shown, error=error,
    )  # fmt: skip
