"""What an officer does about one report: decides, joins, writes what follows. Each act is one call."""

from datetime import datetime

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller, Form
from bot.config import Settings
from handlers.console.scope import Scope
from handlers.reports import incidents
from handlers.reports.deadlines.due import stable
from handlers.reports.decide import confirm, give_back
from handlers.reports.figures.write_form import follow_up, send
from handlers.reports.joining.alike import alike
from handlers.reports.joining.together import together
from handlers.reports.models import Incident, Report, Stage
from handlers.reports.reporter import Reporter

FOLLOWS = {"follow": Stage.follow, "final": Stage.final, "zero": Stage.zero}


async def perform(
    session: AsyncSession, settings: Settings, mine: Scope, report: Report, form: Form, caller: Caller, at: datetime
) -> tuple[str, str]:
    """By the form's `do`. Where it goes on, and what is wrong with what was typed."""
    do, by, here = str(form.get("do", "")), caller.actor, f"/console/reports/{report.uid}"
    word = str(form.get("word", "")).strip()
    if do in {"confirm", "return"}:
        decide = confirm if do == "confirm" else give_back
        told = await decide(session, settings, report, comment=word, by=by, at=at)
        return f"{here}?told={int(told)}", ""
    if do in {"join", "part", "together"}:
        told = await _joined(session, settings, mine, report, form, by, at)
        return f"{here}?told={int(told)}", ""
    if do == "stable":
        await stable(session, report, at, settings.zone)
    elif do in FOLLOWS:
        who = Reporter(by, "console", home=report.area_id, road=report.road)
        begun = await follow_up(session, settings, mine.areas, who, report, FOLLOWS[do], at)
        return f"/console/reports/{begun.uid}", ""
    elif do == "send" and report.source == "console":
        _here(mine, str(form.get("area", "")))
        made = await send(session, settings, mine.areas, report, form, by=by, at=at)
        return here, "；".join(made.wrong.values())
    else:
        raise web.HTTPBadRequest
    return here, ""


async def _joined(
    session: AsyncSession, settings: Settings, mine: Scope, report: Report, form: Form, by: str, at: datetime
) -> bool:
    """Whether every reporter could be told."""
    do, uid, name = form.get("do"), str(form.get("incident", "")), str(form.get("name", ""))
    if do == "part":
        return await incidents.join(session, settings, mine.areas, report, None, by=by, at=at)
    if do == "together":
        chosen = {str(one) for one in form.getall("with", [])}
        others = [one for one in await alike(session, mine.areas, report, mine.holds) if one.uid in chosen]
        return await together(session, settings, mine.areas, [report, *others], name, by=by, at=at)
    into = await _into(session, mine, uid) if uid else None
    if into is None:
        into = await incidents.open_incident(session, name, report, by=by, at=at)
    return await incidents.join(session, settings, mine.areas, report, into, by=by, at=at)


def _here(mine: Scope, area: str) -> None:
    """Raises 403 for a place that is none of the caller's; what is no place at all is left to the form."""
    number = int(area) if area.isdecimal() and len(area) < 10 else 0
    if number in mine.areas.nodes and not mine.holds(number):
        raise web.HTTPForbidden


async def _into(session: AsyncSession, mine: Scope, uid: str) -> Incident:
    """Raises 404, also for an incident of which nothing lies in the caller's part: they see none such."""
    found = await incidents.of_uid(session, uid)
    if found is None or not (mine.whole or await incidents.lies_in(session, found, mine.area_id)):
        raise web.HTTPNotFound
    return found
