"""转移: whoever answers for a village that is moved writes on a phone how many were moved, who is left, who refuses,
where they are, with a picture."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.deps import DEPS
from bot.directory.lines.now import lines
from bot.directory.tree import tree
from broadcasts.alerts.models import Alert
from broadcasts.answers.models import How
from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.evacuation.models import EvacuationWord
from broadcasts.tasks.evacuation.queries import Seen, of_uid
from broadcasts.tasks.evacuation.say import BACK, WORD, Heard, Spoke, say, take_back
from broadcasts.tasks.knocks.told import first_line
from broadcasts.tasks.pictures import VILLAGES, Task, kept
from handlers.chat.understand.pleas import cries
from handlers.h5.evacuation_read import Wrong, read
from handlers.h5.hints.upload import Sent, sent
from handlers.h5.identity import Reader, form_key, own_form
from handlers.h5.task_pictures import handed_out, keep
from handlers.h5.task_reader import answered, theirs

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
    now, heard, wrong = deps.clock.now(), Heard(), list[Wrong]()
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
        found = await kept(session, VILLAGES, seen.task.id)
    return handed_out(deps.settings, found, request.match_info["picture"])


async def _kept(
    session: AsyncSession, settings: Settings, who: Reader, seen: Seen, heard: Heard, came: Sent, number: str,
    now: datetime,
) -> None:  # fmt: skip
    words = came.fields.get("words", "").strip()[:WORD]
    person_id = who.person.id if who.person else None
    source = f"h5:evacuation:{seen.task.id}:{number}"
    spoke = Spoke(who.actor, How.h5, source, words, person_id, cries(words))
    await say(session, seen.task, heard, spoke, now)
    task = Task(seen.task.id, seen.task.uid)
    await keep(session, settings, VILLAGES, task, came.drawn, by=who.actor, at=now)


async def _taken_back(session: AsyncSession, who: Reader, seen: Seen, now: datetime) -> None:
    if (last := _hers(who, seen, now)) is not None:
        await take_back(session, last, by=who.actor, at=now)


def _hers(who: Reader, seen: Seen, now: datetime) -> EvacuationWord | None:
    """What she may take back: her own last word, unless an officer has typed it in."""
    last = seen.said.last
    own = last is not None and who.person is not None and last.person_id == who.person.id
    return last if own and last is not None and last.how is not How.call and now - last.at <= BACK else None


async def _shown(
    request: web.Request, came: Sent | None = None, wrong: Sequence[Wrong] = (), *, sure: str = "", status: int = 200
) -> web.StreamResponse:
    deps, uid, now = request.app[DEPS], request.match_info["uid"], request.app[DEPS].clock.now()
    async with deps.read() as session:
        areas, (who, seen) = await tree(session), await _own(request, session, uid)
        alert = await session.get_one(Alert, seen.task.alert_id)
        facts: dict[str, Any] = {
            "seen": seen,
            "where": spelled(areas, seen.task.area_id),
            "head": first_line(areas, alert),
            "pictures": await kept(session, VILLAGES, seen.task.id),
            "phone": (await lines(session, areas, now)).of(seen.task.area_id),
        }
    facts |= {
        "fields": came.fields if came else {},
        "wrong": wrong,
        "key": form_key(deps, who, f"evacuation:{uid}") if not who.snapshot else "",
        "sure": sure,
        "mine": _hers(who, seen, now) is not None,
        "cries": bool(seen.words) and cries(seen.words[-1].words),
        "drill": seen.task.drill,
    }
    return await answered(request, "evacuation.html", came, status=status, areas=areas, who=who, **facts)


async def _own(request: web.Request, session: AsyncSession, uid: str) -> tuple[Reader, Seen]:
    """Who answers for it, or stands in, and nobody else."""
    seen = await of_uid(session, uid)
    if seen is None:
        raise web.HTTPNotFound
    return await theirs(request, session, seen.task.road, {seen.task.person_id, seen.task.second_id}), seen
