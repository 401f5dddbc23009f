"""我是谁: a worker of the county binds this phone, by an invitation's code or by name and telephone number."""

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import DEPS
from bot.directory.binding.bind import accept, ask
from bot.directory.imports.cells import BadCell
from bot.directory.imports.cells import phone as readable_phone
from bot.directory.tree import tree
from handlers.h5.identity import CHANNELS, Reader, form_key, own_form
from handlers.h5.oauth import known
from handlers.h5.page import page

PAGE = "bind"

routes = web.RouteTableDef()


@routes.get("/h5/bind")
async def look(request: web.Request) -> web.StreamResponse:
    """`?code=` fills in an invitation."""
    deps = request.app[DEPS]
    async with deps.read() as session:
        areas = await tree(session)
        who = await known(request, session)
    code, said = request.query.get("code", ""), request.query.get("said", "")
    home = areas.nodes[who.person.area_id].name if who.person else ""
    key = form_key(deps, who, PAGE)
    return await page(request, "bind.html", areas=areas, who=who, home=home, code=code, said=said, key=key)


@routes.post("/h5/bind")
async def bind(request: web.Request) -> web.StreamResponse:
    deps, form = request.app[DEPS], await request.post()
    said = {name: str(value).strip() for name, value in form.items()}
    async with deps.begin() as session:
        who = await known(request, session)
        if who.snapshot or own_form(deps, who, PAGE, said.get("key", "")) is None:
            raise web.HTTPForbidden
        outcome = await _bind(request, session, who, said)
    raise web.HTTPSeeOther(f"/h5/bind?said={outcome}")


async def _bind(request: web.Request, session: AsyncSession, who: Reader, said: dict[str, str]) -> str:
    deps, now, channel = request.app[DEPS], request.app[DEPS].clock.now(), CHANNELS[who.platform]
    if said.get("code"):
        person = await accept(session, deps.vault, said["code"], channel, who.address, now)
        return "bound" if person else "code"
    try:
        phone = readable_phone(said.get("phone", ""))
    except BadCell:
        return "phone"
    if not said.get("name"):
        return "name"
    asked = await ask(session, deps.vault, channel, who.address, name=said["name"], phone=phone, at=now)
    return asked.state.value
