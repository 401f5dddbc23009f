"""上线向导: one list of the roads in the order in which a county opens them, each checked live at the touch of a
button. It says which lines go into `.env`; it writes none of them."""

from aiohttp import web
from sqlmodel import select

from bot.access.guards import Caller
from bot.access.models import Role
from bot.deps import DEPS
from broadcasts.watch.models import Looked, SetupStep
from handlers.console.page import page
from handlers.console.scope_guard import whole_county
from handlers.console.setup.gains import gains
from handlers.console.setup.roads import CALLBACKS
from handlers.console.setup.steps import State, following, steps

MAY = (Role.admin,)
DONE = {
    "checked": "检查完了。",
    "file": "文件放好了，也从外面取了一遍。",
    "sent": "发出去了，请看手机。平台收没收，“体检”里看得到。",
    "laid": "菜单放上了。已经关注的人要过一会儿，或重新进一次公众号才看得到。",
    "posters": "每个村的海报码都做好了。现在可以打印，贴到村口。",
    "ticked": "记下了。",
}

routes = web.RouteTableDef()


@routes.get("/console/setup")
async def show(request: web.Request) -> web.Response:
    return await guide(request, await whole_county(request, *MAY))


async def guide(request: web.Request, caller: Caller, *, refused: str = "", status: int = 200) -> web.Response:
    """The page, also where something was refused."""
    deps = request.app[DEPS]
    async with deps.read() as session:
        counted = await gains(session)
        looked = {row.name: row for row in (await session.execute(select(Looked))).scalars()}
        said = {row.name: row for row in (await session.execute(select(SetupStep))).scalars()}
    made = steps(deps.settings, deps.vault, counted, looked, said)
    wanted = [step for step in made if step.state is not State.waived]
    return await page(
        request,
        "setup/guide.html",
        caller,
        status=status,
        steps=made,
        next=following(made),
        g=counted,
        open=sum(step.state is State.open for step in wanted),
        whole=len(wanted),
        base=deps.settings.base_url,
        callbacks=CALLBACKS,
        refused=refused,
        done=DONE.get(request.query.get("done", ""), ""),
    )
