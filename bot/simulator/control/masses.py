"""/_sim/masses: mass sends, and the administrator's word where 群发保护 asks for it."""

from typing import Any

from aiohttp import web

from bot.simulator import masses
from bot.simulator.control.answers import Problem, json_response
from bot.simulator.counts import stamp
from bot.simulator.platform import PLATFORM
from bot.simulator.world.masses import Job

DOES = {"confirm": masses.confirm, "refuse": masses.refuse}


async def show(request: web.Request) -> web.Response:
    platform = request.app[PLATFORM]
    masses.expire(platform, platform.at())
    return json_response({"items": [view(job) for job in platform.account.masses.jobs.values()]})


async def decide(request: web.Request) -> web.Response:
    """POST /_sim/masses/{id}/confirm or /refuse."""
    platform, number, name = request.app[PLATFORM], request.match_info["id"], request.match_info["act"]
    masses.expire(platform, platform.at())
    job = platform.account.masses.jobs.get(int(number)) if number.isdecimal() else None
    if job is None or job.waits is None or name not in DOES:
        raise Problem("no such mass send that waits", 404)
    DOES[name](platform, job)
    return json_response(view(job))


def view(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "at": stamp(job.at),
        "asked": len(job.asked),
        "fate": job.fate.value,
        "waits_until": stamp(job.waits),
        "text": job.shown.text,
    }
