"""隐患随手拍 on a phone: a sentence, a village, pictures, anonymous if wished; and what became of mine."""

from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import DEPS
from bot.directory.tree import Tree, tree
from broadcasts.subscriptions.places import spelled
from handlers.h5.hints.readers import own_press, reading, writing
from handlers.h5.hints.upload import Sent, sent
from handlers.h5.identity import Reader, form_key
from handlers.h5.oauth import known
from handlers.h5.page import page
from handlers.hints.add import add_words, make_anonymous
from handlers.hints.deciding.decide import NoSuchPlace, area_named
from handlers.hints.file import LONGEST, file
from handlers.hints.models import Hint, HintVersion, Part
from handlers.hints.pictures import keep
from handlers.hints.queries import of_uid, owned, pictures, versions
from handlers.hints.states import NEW
from handlers.recordings import as_sent
from handlers.reports.reporter import Reporter
from handlers.wechat.files import path_of

NEW_FORM = "hint"
FIELDS = ("words", "village", "place", "anonymous")
HIDDEN = frozenset({"looked", "unchecked"})  # steps that are none of the reporter's business

routes = web.RouteTableDef()


@routes.get("/h5/hint")
async def begin(request: web.Request) -> web.StreamResponse:
    """A new one, and mine below it."""
    return await _form(request, {}, [])


@routes.post("/h5/hint")
async def take(request: web.Request) -> web.StreamResponse:
    """File it, or say what is wrong with it: then nothing is stored, and what was typed stands there again."""
    deps = request.app[DEPS]
    async with deps.read() as session:
        areas, who = await tree(session), await known(request, session)
    came = await sent(request, who.actor)
    number = own_press(request, who, NEW_FORM, came.fields.get("key", ""))
    wrong = [*came.wrong, *_lacks(came)]
    given: dict[str, Any] = {"place": came.fields.get("place", "").strip()[:120]}
    if village := came.fields.get("village", "").strip():
        try:
            given["area_id"] = area_named(areas, village)
        except NoSuchPlace:
            wrong.append(
                f"没有认出“{village[:20]}”，或有几个同名的。请写成镇名加村名，例如柳湾镇柳湾村；不知道就空着。"
            )
    if wrong:
        return await _form(request, came.fields, wrong, status=422, close=came.cut)
    now = deps.clock.now()
    async with deps.begin() as session:
        filed = await file(
            session, deps.settings, deps.vault, areas, await writing(session, request, who, areas),
            came.fields.get("words", ""), anonymous=came.fields.get("anonymous") == "1", at=now, heard_at=now,
            key=f"h5:{number}", known=given,
        )  # fmt: skip
        if came.fields.get("anonymous") == "1":
            await make_anonymous(session, deps.vault, filed.hint, at=now)  # told by name a moment ago
        if filed.new:
            await keep(session, deps.settings, filed.hint, came.drawn, part=Part.found, at=now)
    raise web.HTTPSeeOther(f"/h5/hint/{filed.hint.uid}?said=filed")


@routes.get("/h5/hint/{uid}")
async def look(request: web.Request) -> web.StreamResponse:
    return await _shown(request, "", [])


@routes.post("/h5/hint/{uid}")
async def more(request: web.Request) -> web.StreamResponse:
    """`do` is more (a sentence, pictures) or anonymous."""
    deps = request.app[DEPS]
    async with deps.read() as session:
        areas, who = await tree(session), await known(request, session)
        await _own(session, request, who, areas)
    came = await sent(request, who.actor)
    own_press(request, who, request.match_info["uid"], came.fields.get("key", ""))
    if came.wrong:
        return await _shown(request, came.fields.get("words", ""), came.wrong, status=422, close=came.cut)
    now, said = deps.clock.now(), ""
    async with deps.begin() as session:
        hint, _ = await _own(session, request, who, areas)
        if came.fields.get("do") == "anonymous":
            await make_anonymous(session, deps.vault, hint, at=now)
            said = "anonymous"
        elif hint.state in NEW:
            words = came.fields.get("words", "").strip()[:LONGEST]
            await keep(session, deps.settings, hint, came.drawn, part=Part.found, at=now)
            if words or came.drawn:
                await add_words(session, areas, hint, words, at=now)
                said = "more"
    raise web.HTTPSeeOther(f"/h5/hint/{request.match_info['uid']}?said={said}")


@routes.get("/h5/hint/{uid}/pictures/{picture}")
async def picture(request: web.Request) -> web.StreamResponse:
    """One of my own, or of how it was mended."""
    deps = request.app[DEPS]
    async with deps.read() as session:
        areas, who = await tree(session), await known(request, session)
        hint, _ = await _own(session, request, who, areas)
        found = await pictures(session, hint)
    kept = next((one for one in found if one.uid == request.match_info["picture"] and one.shown), None)
    if kept is None:
        raise web.HTTPNotFound
    return as_sent(path_of(deps.settings, kept.uid), kept.mime)


async def _form(
    request: web.Request, given: dict[str, str], wrong: list[str], *, status: int = 200, close: bool = False
) -> web.StreamResponse:
    deps = request.app[DEPS]
    async with deps.read() as session:
        areas, who = await tree(session), await known(request, session)
        reporter = await reading(session, who, areas)
        rows = await owned(session, deps.vault, reporter)
    home = spelled(areas, reporter.home) if reporter.home is not None else ""
    fields = {name: given.get(name, "") for name in FIELDS} | ({} if given else {"village": home})
    known_ = who.person is not None or who.follower is not None
    facts: dict[str, Any] = {
        "fields": fields,
        "wrong": wrong,
        "rows": rows,
        "key": form_key(deps, who, NEW_FORM),
        "may": known_,
    }
    facts["said_now"] = request.query.get("said", "")
    facts["place"] = lambda hint: f"{spelled(areas, hint.area_id)}{hint.group}"
    answer = await page(request, "hints/form.html", status=status, areas=areas, **facts)
    if close:
        answer.force_close()
    return answer


async def _shown(
    request: web.Request, words: str, wrong: list[str], *, status: int = 200, close: bool = False
) -> web.StreamResponse:
    deps = request.app[DEPS]
    async with deps.read() as session:
        areas, who = await tree(session), await known(request, session)
        hint, _ = await _own(session, request, who, areas)
        facts: dict[str, Any] = {
            "h": hint,
            "where": f"{spelled(areas, hint.area_id)}{hint.group}",
            "steps": _steps(await versions(session, hint)),
            "pictures": await pictures(session, hint),
            "open": hint.state in NEW,
            "words": words,
            "wrong": wrong,
            "said_now": request.query.get("said", ""),
            "key": form_key(deps, who, hint.uid),
        }
    answer = await page(request, "hints/one.html", status=status, areas=areas, **facts)
    if close:
        answer.force_close()
    return answer


def _steps(rows: list[HintVersion]) -> list[HintVersion]:
    return [row for row in rows if row.action not in HIDDEN]


def _lacks(came: Sent) -> list[str]:
    if came.fields.get("words", "").strip() or came.drawn or came.wrong:
        return []
    return ["请写一句话，或发一张照片：说是什么、在哪里。"]


async def _own(session: AsyncSession, request: web.Request, who: Reader, areas: Tree) -> tuple[Hint, Reporter]:
    """One's own alone. Raises 404 for everybody else's, as for none."""
    deps = request.app[DEPS]
    hint, reporter = await of_uid(session, request.match_info["uid"]), await reading(session, who, areas)
    mine = {one.uid for one in await owned(session, deps.vault, reporter, most=500)}
    if hint is None or hint.uid not in mine:
        raise web.HTTPNotFound
    return hint, reporter
