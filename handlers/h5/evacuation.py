"""转移: whoever answers for a village that is moved writes on a phone how many were moved, who is left, who refuses,
where they are, with a picture."""

import asyncio
import hashlib
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.deps import DEPS
from bot.directory.lines.now import lines
from bot.directory.tree import tree
from bot.ids import uuid7
from broadcasts.alerts.models import Alert
from broadcasts.answers.models import How
from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.evacuation.models import EvacuationPicture, EvacuationWord
from broadcasts.tasks.evacuation.queries import Seen, of_uid, pictures
from broadcasts.tasks.evacuation.say import BACK, WORD, Heard, Spoke, say, take_back
from broadcasts.tasks.knocks.told import first_line
from handlers.chat.understand.pleas import cries
from handlers.h5.evacuation_read import LABELS, read
from handlers.h5.hints.upload import Sent, sent
from handlers.h5.identity import Reader, form_key, own_form, reader
from handlers.h5.oauth import sign_in
from handlers.h5.page import page
from handlers.recordings import as_sent
from handlers.wechat.contents import Content
from handlers.wechat.files import path_of, write

routes = web.RouteTableDef()


@routes.get("/h5/evacuation/{uid}")
async def look(request: web.Request) -> web.StreamResponse:
    return await _shown(request)


@routes.post("/h5/evacuation/{uid}")
async def act(request: web.Request) -> web.StreamResponse:
    """`do` is said (with the figures), all, needless (with `words`), help, cannot or back; with `place`, `words` and
    pictures."""
    deps, uid = request.app[DEPS], request.match_info["uid"]
    async with deps.read() as session:  # whose it is, before anything long is read
        who, _ = await _own(request, session, uid)
    came = await sent(request, who.actor)
    number = own_form(deps, who, f"evacuation:{uid}", came.fields.get("key", ""))
    if number is None or who.snapshot:
        raise web.HTTPForbidden
    now, heard, wrong = deps.clock.now(), Heard(), list[str]()
    async with deps.begin() as session:
        who, seen = await _own(request, session, uid)
        if came.fields.get("do") == "back":
            await _taken_back(session, who, seen, now)
        else:
            heard, wrong = read(came, seen.task.expected)
            if not wrong:
                await _kept(session, deps.settings, who, seen, heard, came, number, now)
    if wrong:
        return await _shown(request, came, wrong, sure=" ".join(heard.doubts), status=422)
    done = web.HTTPSeeOther(f"/h5/evacuation/{uid}")
    if came.cut:
        done.force_close()
    raise done


@routes.get("/h5/evacuation/{uid}/pictures/{picture}")
async def picture(request: web.Request) -> web.StreamResponse:
    deps = request.app[DEPS]
    async with deps.read() as session:
        _, seen = await _own(request, session, request.match_info["uid"])
        kept = await pictures(session, seen.task.id)
    one = next((one for one in kept if one.uid == request.match_info["picture"]), None)
    if one is None:
        raise web.HTTPNotFound
    return as_sent(path_of(deps.settings, one.uid), one.mime)


async def _kept(
    session: AsyncSession, settings: Settings, who: Reader, seen: Seen, heard: Heard, came: Sent, number: str,
    now: datetime,
) -> None:  # fmt: skip
    words = came.fields.get("words", "").strip()[:WORD]
    person_id = who.person.id if who.person else None
    source = f"h5:evacuation:{seen.task.id}:{number}"
    spoke = Spoke(who.actor, How.h5, source, words, person_id, cries(words))
    await say(session, seen.task, heard, spoke, now)
    await _draw(session, settings, seen, came.drawn, now)


async def _taken_back(session: AsyncSession, who: Reader, seen: Seen, now: datetime) -> None:
    if (last := _hers(who, seen, now)) is not None:
        await take_back(session, last, by=who.actor, at=now)


def _hers(who: Reader, seen: Seen, now: datetime) -> EvacuationWord | None:
    """What she may take back: her own last word, unless an officer has typed it in."""
    last = seen.said.last
    own = last is not None and who.person is not None and last.person_id == who.person.id
    return last if own and last is not None and last.how is not How.call and now - last.at <= BACK else None


async def _draw(session: AsyncSession, settings: Settings, seen: Seen, drawn: list[Content], at: datetime) -> None:
    """The files first, then their rows: a row without a file is a lie."""
    for one in drawn:
        uid, digest = uuid7(at), hashlib.sha256(one.body).hexdigest()
        await asyncio.to_thread(write, path_of(settings, uid), one.body)
        row = EvacuationPicture(
            uid=uid, evacuation_id=seen.task.id, mime=one.mime, size=len(one.body), sha256=digest, at=at
        )
        session.add(row)
    await session.flush()


async def _shown(
    request: web.Request, came: Sent | None = None, wrong: list[str] | None = None, *, sure: str = "", status: int = 200
) -> web.StreamResponse:
    deps, uid, now = request.app[DEPS], request.match_info["uid"], request.app[DEPS].clock.now()
    async with deps.read() as session:
        areas, (who, seen) = await tree(session), await _own(request, session, uid)
        alert = await session.get_one(Alert, seen.task.alert_id)
        facts: dict[str, Any] = {
            "seen": seen,
            "where": spelled(areas, seen.task.area_id),
            "head": first_line(areas, alert),
            "pictures": await pictures(session, seen.task.id),
            "phone": (await lines(session, areas, now)).of(seen.task.area_id),
        }
    facts |= {
        "labels": LABELS,
        "fields": came.fields if came else {},
        "wrong": wrong or [],
        "key": form_key(deps, who, f"evacuation:{uid}") if not who.snapshot else "",
        "sure": sure,
        "mine": _hers(who, seen, now) is not None,
        "cries": bool(seen.words) and cries(seen.words[-1].words),
        "drill": seen.task.drill,
    }
    answer = await page(request, "evacuation.html", status=status, areas=areas, who=who, **facts)
    if came is not None and came.cut:
        answer.force_close()
    return answer


async def _own(request: web.Request, session: AsyncSession, uid: str) -> tuple[Reader, Seen]:
    """Who answers for it, or stands in, and nobody else."""
    seen = await of_uid(session, uid)
    if seen is None:
        raise web.HTTPNotFound
    who = await reader(request, session, seen.task.road)
    if who is None:
        raise sign_in(request, road=seen.task.road)
    if who.person is None or who.person.id not in {seen.task.person_id, seen.task.second_id}:
        raise web.HTTPNotFound
    return who, seen
