"""我的订阅: places, hazards, the least grade, quiet hours; what is kept about a resident, and its erasure."""

import re
from typing import Any

import orjson
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import DEPS
from bot.directory.tree import Tree, tree
from broadcasts.dispatch.sending.roads import NOTICE, open_roads
from broadcasts.hazards.grades import Grade
from broadcasts.subscriptions import follow
from broadcasts.subscriptions.kept import kept
from broadcasts.subscriptions.models import Follower
from broadcasts.subscriptions.places import named, spelled
from handlers.chat.conversations.erase import ask_to_erase
from handlers.h5.identity import COOKIE, Reader, form_key, own_form
from handlers.h5.oauth import known
from handlers.h5.page import page
from handlers.wechat.models import Platform

PAGE = "mine"
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
HAZARDS = (  # what a resident may choose between: a word for each group of codes
    ("", "全部灾种"), ("11B03,11A51,11A01,11A02", "暴雨、山洪、洪水"), ("11B01,11B06,11B20", "台风、大风"),
    ("11B37,11D", "滑坡、泥石流"), ("11B04,11B05,11B21,11B16", "雪、寒潮、结冰"),
    ("11B09,11B22,11B25,11G", "高温、干旱、火险"),
)  # fmt: skip
LANGUAGES = (("zh-CN", "中文"), ("ko", "한국어"))
LEAST = (("", "全部等级"), ("yellow", "黄色及以上"), ("orange", "橙色及以上"), ("red", "只要红色"))

routes = web.RouteTableDef()


@routes.get("/h5/mine")
async def look(request: web.Request) -> web.StreamResponse:
    """`?q=` looks for a place by its name."""
    deps = request.app[DEPS]
    async with deps.read() as session:
        areas = await tree(session)
        who = await known(request, session)
        chosen = await follow.places(session, who.follower) if who.follower else []
    if who.follower is None:
        return await page(request, "not_following.html", areas=areas, who=who)
    words = request.query.get("q", "").strip()
    facts: dict[str, Any] = {
        "follower": who.follower,
        "who": who,
        "rows": [(s, spelled(areas, s.area_id)) for s in chosen],
        "words": words,
        "found": [(node.id, spelled(areas, node.id)) for node in named(areas, words)],
        "hazards": HAZARDS,
        "least": LEAST,
        "languages": [one for one in LANGUAGES if one[0] in deps.settings.spoken],
        "notices": NOTICE in open_roads(deps.settings).channels,
        "key": form_key(deps, who, PAGE),
    }
    return await page(request, "mine.html", areas=areas, **facts)


@routes.post("/h5/mine")
async def change(request: web.Request) -> web.StreamResponse:
    deps, form = request.app[DEPS], await request.post()
    said = {name: str(value) for name, value in form.items()}
    async with deps.begin() as session:
        areas = await tree(session)
        who = await _own(request, session, said)
        follower = who.follower
        if follower is None:
            raise web.HTTPForbidden
        gone = await _change(session, areas, who, follower, said, request)
    response = web.HTTPSeeOther("/h5/now" if gone else "/h5/mine")
    if gone:
        response.del_cookie(COOKIE, path="/h5")
    raise response


@routes.post("/h5/mine/data")
async def data(request: web.Request) -> web.StreamResponse:
    """Everything that is kept about the reader, as a file."""
    deps, form = request.app[DEPS], await request.post()
    async with deps.begin() as session:
        who = await _own(request, session, {n: str(v) for n, v in form.items()})
        if who.follower is None:
            raise web.HTTPForbidden
        found = await kept(session, await tree(session), who.follower, at=deps.clock.now())
    body = orjson.dumps(found, option=orjson.OPT_INDENT_2)
    headers = {"Content-Disposition": 'attachment; filename="signaltree-my-data.json"'}
    return web.Response(body=body, content_type="application/json", headers=headers)


async def _change(
    session: AsyncSession, areas: Tree, who: Reader, follower: Follower, said: dict[str, str], request: web.Request
) -> bool:
    """Do what was pressed. True where the reader is forgotten by it."""
    now, what = request.app[DEPS].clock.now(), said.get("do", "")
    area_id = int(said["area"]) if said.get("area", "").isdigit() and int(said["area"]) in areas.nodes else None
    match what:
        case "add" | "edit" if area_id is not None:
            hazards = said.get("hazards", "") if said.get("hazards", "") in dict(HAZARDS) else ""
            least = said.get("least", "") if said.get("least", "") in {"", *(g.value for g in Grade)} else ""
            label = said.get("label", "")[:24]
            await follow.subscribe(session, follower, area_id, now, label=label, hazards=hazards, least=least)
        case "remove" if area_id is not None:
            await follow.unsubscribe(session, follower, area_id, now)
        case "quiet" if HOUR.fullmatch(said.get("from", "")) and HOUR.fullmatch(said.get("to", "")):
            await follow.keep_quiet(session, follower, said["from"], said["to"], now)
        case "language" if said.get("language", "") in request.app[DEPS].settings.spoken:
            await follow.speak(session, follower, said["language"], now)
        case "stop":
            await follow.stop(session, follower, now)
        case "resume":
            await follow.follow(session, follower.road, follower.openid, now)
        case "erase" if said.get("sure") == "1":
            await ask_to_erase(session, follower, now)
            return True
        case _:
            raise web.HTTPBadRequest
    return False


async def _own(request: web.Request, session: AsyncSession, said: dict[str, str]) -> Reader:
    """Whose form it is. Raises 403 where it was made for somebody else, or by a page that nobody opened."""
    who = await known(request, session)
    if (
        who.snapshot
        or who.platform is not Platform.oa
        or own_form(request.app[DEPS], who, PAGE, said.get("key", "")) is None
    ):
        raise web.HTTPForbidden
    return who
