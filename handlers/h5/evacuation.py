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
from broadcasts.tasks.evacuation.models import EvacuationPicture
from broadcasts.tasks.evacuation.queries import Seen, of_uid, pictures
from broadcasts.tasks.evacuation.say import WORD, Heard, Spoke, plausible, say, take_back
from broadcasts.tasks.knocks.told import first_line
from handlers.h5.hints.upload import Sent, sent
from handlers.h5.identity import Reader, form_key, own_form, reader
from handlers.h5.oauth import sign_in
from handlers.h5.page import page
from handlers.wechat.contents import Content
from handlers.wechat.files import path_of, write

FIGURES = {"homes": "已转户数", "people": "已转人数", "left_homes": "没转户数", "left_people": "没转人数",
           "refusing": "不肯走的人数"}  # fmt: skip
DIGITS = 6
LACKS = "请至少填一个数，或按“都转完了”。"
REASON = "不用转，请写一句原因。"

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
    now, wrong = deps.clock.now(), list[str]()
    async with deps.begin() as session:
        who, seen = await _own(request, session, uid)
        if came.fields.get("do") == "back":
            await _taken_back(session, who, seen, now)
        else:
            heard, wrong = read(came, seen.task.expected)
            if not wrong:
                await _kept(session, deps.settings, who, seen, heard, came, number, now)
    if wrong:
        return await _shown(request, came, wrong, status=422)
    raise web.HTTPSeeOther(f"/h5/evacuation/{uid}")


@routes.get("/h5/evacuation/{uid}/pictures/{picture}")
async def picture(request: web.Request) -> web.StreamResponse:
    deps = request.app[DEPS]
    async with deps.read() as session:
        _, seen = await _own(request, session, request.match_info["uid"])
        kept = await pictures(session, seen.task.id)
    one = next((one for one in kept if one.uid == request.match_info["picture"]), None)
    if one is None:
        raise web.HTTPNotFound
    headers = {"Content-Type": one.mime, "Content-Disposition": f'inline; filename="{one.uid}"'}
    return web.FileResponse(path_of(deps.settings, one.uid), headers=headers)


def read(came: Sent, expected: int | None) -> tuple[Heard, list[str]]:
    """The form as something said, and what is wrong with it. An empty field says nothing."""
    do, words = came.fields.get("do", ""), came.fields.get("words", "").strip()
    if do not in {"said", "all", "needless", "help", "cannot"}:
        raise web.HTTPBadRequest
    wrong = [*came.wrong]
    numbers: dict[str, Any] = {
        name: n for name, label in FIGURES.items() if (n := _number(came, name, label, wrong)) is not None
    }
    heard = Heard(
        **numbers, refuses=bool(numbers.get("refusing")), everybody=do == "all", needless=do == "needless",
        help=do == "help", cannot=do == "cannot", place=came.fields.get("place", "").strip()[:64],
    )  # fmt: skip
    plain = plausible(heard, expected)
    wrong += [f"{doubt}对不上：比应转的多了十倍以上，请看看是不是多打了一个零。" for doubt in plain.doubts]
    if do == "said" and heard.nothing and not words and not came.drawn:
        wrong.append(LACKS)
    if do == "needless" and not words:
        wrong.append(REASON)
    return plain, wrong


def _number(came: Sent, name: str, label: str, wrong: list[str]) -> int | None:
    text = came.fields.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS):
        wrong.append(f"{label}请写 0 以上的整数。")
        return None
    return int(text)


async def _kept(
    session: AsyncSession, settings: Settings, who: Reader, seen: Seen, heard: Heard, came: Sent, number: str,
    now: datetime,
) -> None:  # fmt: skip
    words = came.fields.get("words", "").strip()[:WORD]
    person_id = who.person.id if who.person else None
    source = f"h5:evacuation:{seen.task.id}:{number}"
    if await say(session, seen.task, heard, Spoke(who.actor, How.h5, source, words, person_id), now):
        await _draw(session, settings, seen, came.drawn, now)


async def _taken_back(session: AsyncSession, who: Reader, seen: Seen, now: datetime) -> None:
    last = seen.said.last
    if last is not None and who.person is not None and last.person_id == who.person.id:
        await take_back(session, last, by=who.actor, at=now)


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
    request: web.Request, came: Sent | None = None, wrong: list[str] | None = None, *, status: int = 200
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
        "labels": FIGURES,
        "fields": came.fields if came else {},
        "wrong": wrong or [],
        "key": form_key(deps, who, f"evacuation:{uid}") if not who.snapshot else "",
        "mine": bool(seen.said.last and who.person and seen.said.last.person_id == who.person.id),
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
