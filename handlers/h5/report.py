"""上报: the form of a report, prefilled with what was said; its draft lies on the server from the first word."""

from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.db.turns import turn
from bot.deps import DEPS
from bot.directory.tree import Tree, tree
from broadcasts.subscriptions.follow import places
from broadcasts.subscriptions.places import spelled
from handlers.chat.conversations.speaker import speaker
from handlers.h5.identity import Reader, form_key, own_form
from handlers.h5.oauth import known
from handlers.h5.page import page
from handlers.h5.uploads import WHOLE, posted
from handlers.reports.figures.form import ASKED, KEYS, asked, filled
from handlers.reports.figures.missing import figure
from handlers.reports.figures.write_form import follow_up, mine, save, send
from handlers.reports.file import begin, file
from handlers.reports.models import Report, Stage, State
from handlers.reports.pictures.exif import Told
from handlers.reports.pictures.keep import MOST, draw, keep
from handlers.reports.queries import of_uid, pictures
from handlers.reports.reporter import Reporter, home_of

LISTED = 20
QUIET = "零报告"
FOLLOWS = {"follow": Stage.follow, "final": Stage.final}

routes = web.RouteTableDef()


@routes.get("/h5/report")
async def own(request: web.Request) -> web.StreamResponse:
    """My reports, and a new one."""
    deps = request.app[DEPS]
    async with deps.read() as session:
        areas, who = await tree(session), await known(request, session)
        rows = await _own(session, who)
    key = form_key(deps, who, "report")
    return await page(request, "reports.html", areas=areas, who=who, rows=rows, key=key)


@routes.post("/h5/report")
async def new(request: web.Request) -> web.StreamResponse:
    """Begin one, or say that nothing is new (`do` is zero). The same page pressed twice begins one."""
    deps, form = request.app[DEPS], await request.post()
    now = deps.clock.now()
    async with deps.begin() as session:
        areas, who = await tree(session), await known(request, session)
        number = own_form(deps, who, "report", str(form.get("key", "")))
        if number is None or who.snapshot or (who.person is None and who.follower is None):
            raise web.HTTPForbidden
        key, quiet = f"h5:{number}", form.get("do") == "zero" and who.person is not None
        await turn(session, f"report:{key}")
        wanted = select(Report).where(col(Report.key) == key)
        report = (await session.execute(wanted)).scalar_one_or_none()
        if report is None:
            reporter, settings = await _reporter(session, request, who, areas), deps.settings
            if quiet:
                filed = await file(session, settings, areas, reporter, QUIET, at=now, heard_at=now, key=key)
                report = filed.report
            else:
                empty = {"words": ""}
                report = await begin(session, settings, areas, reporter, empty, at=now, heard_at=now, key=key)
    raise web.HTTPSeeOther(f"/h5/report/{report.uid}{'?said=send' if quiet else ''}")


@routes.get("/h5/report/{uid}")
async def look(request: web.Request) -> web.StreamResponse:
    return await _shown(request)


@routes.post("/h5/report/{uid}")
async def act(request: web.Request) -> web.StreamResponse:
    """`do` is save, send, follow or final. A draft that the script saves is answered by 204. A picture that cannot be
    kept is named, and everything else stays as a draft."""
    deps, settings = request.app[DEPS], request.app[DEPS].settings
    async with deps.read() as session:  # whose it is, before anything long is read
        reader = await known(request, session)
        report = await _found(session, reader, request.match_info["uid"])
        room = MOST - len((await pictures(session, [report.id])).get(report.id, []))
    async with posted(request, reader.actor) as form:
        if form.cut:
            raise web.HTTPRequestEntityTooLarge(max_size=WHOLE, actual_size=WHOLE + 1)
        now = deps.clock.now()
        drawn = await draw(settings, form.files, room if report.state is not State.confirmed else 0, now)
    do, wrong = form.fields.get("do", "save"), dict[str, str]()
    async with deps.begin() as session:
        areas, who = await tree(session), await known(request, session)
        to = report = await _found(session, who, request.match_info["uid"])
        if who.snapshot or own_form(deps, who, report.uid, form.fields.get("key", "")) is None:
            raise web.HTTPForbidden
        if do in FOLLOWS:
            reporter = await _reporter(session, request, who, areas)
            to = await follow_up(session, settings, areas, reporter, report, FOLLOWS[do], now)
        elif do == "send" and not drawn.refused:
            proposed = _proposed(drawn.told, settings.zone)
            made = await send(session, settings, areas, report, form.fields, by=who.actor, at=now, proposed=proposed)
            wrong = made.wrong
        else:
            await save(session, report, form.fields, _proposed(drawn.told, settings.zone))
        whose = (who.road, who.platform, who.address)
        await keep(session, settings, areas, report, drawn.laid, whose, by=who.actor, at=now)
    if "X-Draft" in request.headers:
        return web.Response(status=204)
    if drawn.refused:
        wrong = {"pictures": "\n".join(drawn.refused)}
    if wrong:
        return await _shown(request, wrong, status=422)
    raise web.HTTPSeeOther(f"/h5/report/{to.uid}?said={do if do in {'send', 'save'} else 'begun'}")


async def _shown(request: web.Request, wrong: dict[str, str] | None = None, *, status: int = 200) -> web.StreamResponse:
    deps = request.app[DEPS]
    async with deps.read() as session:
        areas, who = await tree(session), await known(request, session)
        report = await _found(session, who, request.match_info["uid"])
        media = (await pictures(session, [report.id])).get(report.id, [])
    facts: dict[str, Any] = {
        "r": report,
        "place": spelled(areas, report.area_id),
        "fields": filled(report, deps.settings.zone),
        "asked": ASKED,
        "keys": KEYS,
        "wrong": wrong or {},
        "asks": list(dict.fromkeys([*report.asks, *asked(report.values)])),
        "figures": [(figure(name, one), one["words"]) for name, one in report.values.items()],
        "villages": _villages(areas, report.area_id),
        "media": media,
        "most": MOST,
        "said_now": request.query.get("said", ""),
        "key": form_key(deps, who, report.uid),
    }
    return await page(request, "report.html", status=status, areas=areas, **facts)


def _proposed(told: Told, zone: ZoneInfo) -> dict[str, str]:
    """What a picture tells, as fields of the draft; it is taken over where the reporter ticks it."""
    made = {"photo_at": told.at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")} if told.at else {}
    if told.lon is not None and told.lat is not None:
        made |= {"photo_lon": str(told.lon), "photo_lat": str(told.lat)}
    return made


async def _found(session: AsyncSession, who: Reader, uid: str) -> Report:
    """One's own alone: raises 404 for everybody else's, as for none."""
    report = await of_uid(session, uid)
    if report is None or not mine(report, who.person.id if who.person else None, who.follower):
        raise web.HTTPNotFound
    return report


async def _own(session: AsyncSession, who: Reader) -> list[Report]:
    if who.person is not None:
        wanted = select(Report).where(col(Report.person_id) == who.person.id)
    elif who.follower is not None:
        wanted = select(Report).where(col(Report.follower_id) == who.follower.id)
    else:
        return []
    return list((await session.execute(wanted.order_by(col(Report.id).desc()).limit(LISTED))).scalars())


async def _reporter(session: AsyncSession, request: web.Request, who: Reader, areas: Tree) -> Reporter:
    """With the conversation in which the answer will be heard."""
    spoken = await speaker(session, who.road, who.platform, who.address, request.app[DEPS].clock.now())
    rows = await places(session, who.follower) if who.follower and who.person is None else []
    home = home_of(who.person, [row.area_id for row in rows], areas)
    follower = who.follower if who.person is None else None
    return Reporter(who.actor, "h5", who.person, follower, spoken.conversation.id, home, who.road)


def _villages(areas: Tree, area_id: int) -> list[tuple[int, str]]:
    """Those of the same town, to choose from."""
    town = areas.nodes[area_id].town_id
    inside = areas.below(town) if town is not None else iter(areas.nodes.values())
    found = [(node.id, spelled(areas, node.id)) for node in inside if node.level != "网格"]
    return sorted({(area_id, spelled(areas, area_id)), *found}, key=lambda pair: pair[1])[:400]
