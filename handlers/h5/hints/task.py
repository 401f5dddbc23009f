"""整改: what somebody has to mend, on a phone; 办好了 with a word and pictures, or 办不了 with a reason."""

from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import DEPS
from bot.directory.lines.now import lines
from bot.directory.tree import tree
from broadcasts.subscriptions.places import spelled
from handlers.h5.hints.readers import own_press
from handlers.h5.hints.upload import sent
from handlers.h5.identity import Reader, form_key
from handlers.h5.oauth import known
from handlers.h5.page import page
from handlers.hints.deciding.assign import cannot
from handlers.hints.deciding.finish import done
from handlers.hints.file import LONGEST
from handlers.hints.models import Hint, Part, State
from handlers.hints.pictures import keep
from handlers.hints.queries import of_uid, pictures
from handlers.hints.states import still
from handlers.recordings import as_sent
from handlers.wechat.files import path_of

routes = web.RouteTableDef()


@routes.get("/h5/hint-task/{uid}")
async def look(request: web.Request) -> web.StreamResponse:
    return await _shown(request, "", [])


@routes.post("/h5/hint-task/{uid}")
async def act(request: web.Request) -> web.StreamResponse:
    """`do` is done or cannot; each needs a word or, for done, a picture."""
    deps, uid = request.app[DEPS], request.match_info["uid"]
    async with deps.read() as session:
        who = await known(request, session)
        await _task(session, who, uid)
    came = await sent(request, who.actor)
    own_press(request, who, f"task:{uid}", came.fields.get("key", ""))
    words, do = came.fields.get("words", "").strip()[:LONGEST], came.fields.get("do", "")
    wrong = [*came.wrong, *([] if words or (do == "done" and (came.drawn or came.wrong)) else [LACKS[do == "done"]])]
    if wrong:
        return await _shown(request, words, wrong, status=422, close=came.cut)
    now = deps.clock.now()
    async with deps.begin() as session:
        hint = await still(session, await _task(session, who, uid))
        if do == "cannot":
            await cannot(session, hint, word=words, by=who.actor, at=now)
        elif await done(session, hint, words, by=who.actor, at=now):
            await keep(session, deps.settings, hint, came.drawn, part=Part.mended, at=now)
    raise web.HTTPSeeOther(f"/h5/hint-task/{uid}" if do == "done" else "/h5/hint?said=given-back")


LACKS = {True: "请写一句怎么办的，或发一张整改后的照片。", False: "请写一句为什么办不了，值班员好另派人。"}


@routes.get("/h5/hint-task/{uid}/pictures/{picture}")
async def picture(request: web.Request) -> web.StreamResponse:
    deps = request.app[DEPS]
    async with deps.read() as session:
        who = await known(request, session)
        found = await pictures(session, await _task(session, who, request.match_info["uid"]))
    kept = next((one for one in found if one.uid == request.match_info["picture"] and one.shown), None)
    if kept is None:
        raise web.HTTPNotFound
    return as_sent(path_of(deps.settings, kept.uid), kept.mime)


async def _shown(
    request: web.Request, words: str, wrong: list[str], *, status: int = 200, close: bool = False
) -> web.StreamResponse:
    deps, uid = request.app[DEPS], request.match_info["uid"]
    async with deps.read() as session:
        areas, who = await tree(session), await known(request, session)
        hint = await _task(session, who, uid)
        facts: dict[str, Any] = {
            "h": hint,
            "where": f"{spelled(areas, hint.area_id)}{hint.group}",
            "pictures": await pictures(session, hint),
            "open": hint.state is State.assigned,
            "words": words,
            "wrong": wrong,
            "phone": (await lines(session, areas, deps.clock.now())).of(hint.area_id),
            "key": form_key(deps, who, f"task:{uid}"),
        }
    answer = await page(request, "hints/task.html", status=status, areas=areas, **facts)
    if close:
        answer.force_close()
    return answer


async def _task(session: AsyncSession, who: Reader, uid: str) -> Hint:
    """Whose it is to mend, alone. Raises 404 for everybody else."""
    hint = await of_uid(session, uid)
    if hint is None or who.person is None or hint.assignee_id != who.person.id:
        raise web.HTTPNotFound
    return hint
