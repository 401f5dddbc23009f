"""账号 › 权限: the roles of a user and the part of the county that is his, changed by an administrator."""

from aiohttp import web
from sqlmodel import select
from wtforms import SelectMultipleField, StringField
from wtforms.validators import DataRequired

from bot.access.guards import Caller, posted
from bot.access.models import Role, User
from bot.access.users import LastAdmin, OfAnother, roles_of, set_person, set_rights
from bot.deps import DEPS
from bot.directory.models import Area, Person
from bot.directory.queries import area_of_code, person_of_key
from handlers.console.forms import Form
from handlers.console.page import page
from handlers.console.people.account_words import ROLES
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
PATH = r"/console/users/{id:\d{1,9}}/rights"


class Rights(Form):
    roles = SelectMultipleField(
        "角色", [DataRequired("至少选一个角色。")], choices={role.value: zh for role, zh in ROLES.items()}
    )
    area = StringField("只管哪个地方（区划代码，空着是全县）")
    person = StringField("对应人员表里的哪个人（编号；审批、验收、批换班要核对是不是同一个人）")


@routes.get(PATH)
async def show(request: web.Request) -> web.Response:
    caller = await whole_county(request, Role.admin)
    async with request.app[DEPS].read() as session:
        user = await session.get(User, int(request.match_info["id"]))
        if user is None:
            raise web.HTTPNotFound
        area = await session.get(Area, user.area_id) if user.area_id else None
        person = await session.get(Person, user.person_id) if user.person_id else None
        roles = [role.value for role in await roles_of(session, user.id)]
    shown = {"roles": roles, "area": area.code if area else "", "person": person.key if person else ""}
    return await _page(request, caller, user, Rights(data=shown))


@routes.post(PATH)
async def change(request: web.Request) -> web.Response:
    """All at once; the next look of whoever is signed in already goes by them."""
    caller = await whole_county(request, Role.admin)
    request_form = await posted(request, caller)
    form = Rights(request_form)
    deps, fine = request.app[DEPS], form.validate()
    async with deps.begin() as session:
        user = (await session.execute(select(User).filter_by(id=int(request.match_info["id"])))).scalar_one_or_none()
        if user is None:
            raise web.HTTPNotFound
        code = (form.area.data or "").strip()
        area = await area_of_code(session, code) if code else None
        if code and area is None:
            form.area.errors, fine = ["没有这个区划代码。"], False
        key = (form.person.data or "").strip()
        person = await person_of_key(session, key) if key else None
        if key and person is None:
            form.person.errors, fine = ["人员表里没有这个编号。请先导入人员，或改正编号。"], False
        if fine:
            try:
                async with session.begin_nested():
                    given, by, at = [Role(role) for role in form.roles.data or ()], caller.actor, deps.clock.now()
                    await set_rights(session, user, given, area.id if area else None, by=by, at=at)
                    if "person" in request_form:
                        await set_person(session, user, person.id if person else None, by=by, at=at)
            except (LastAdmin, OfAnother) as refused:
                wrong, fine = form.roles if isinstance(refused, LastAdmin) else form.person, False
                wrong.errors = [refused.title]
                await session.refresh(user)
    if not fine:
        return await _page(request, caller, user, form, status=422)
    raise web.HTTPSeeOther("/console/users")


async def _page(request: web.Request, caller: Caller, user: User, form: Rights, status: int = 200) -> web.Response:
    return await page(request, "people/user.html", caller, status=status, user=user, form=form)
