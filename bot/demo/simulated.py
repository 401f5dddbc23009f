"""What the demo's simulators are told after their start: the county's phones and groups, posters, the account's menu,
and residents who scan a poster, so that somebody follows already."""

import asyncio
import csv
from typing import Any

import aiohttp

from bot.config import Settings
from bot.demo.county.load import HERE as COUNTY
from bot.directory.imports.columns import Kind
from handlers.console.setup.menu import ours

FOLLOWERS = "followers"
CURIOUS, QUESTION = "o-demo-02", "今晚广场那边的戏台还开不开"  # asked of the desk: no rule of ours answers it
AT_ONCE = 4  # residents who scan at the same time


async def bring(http: aiohttp.ClientSession, settings: Settings) -> None:
    """Tell both simulators; on the live one residents follow."""
    for simulator in (settings.wecom_api_base, settings.training_api_base):
        await told(http, f"{simulator}/_sim/world", world())
    await menu(http, settings)
    gate = asyncio.Semaphore(AT_ONCE)

    async def scan(openid: str, area: str) -> None:
        async with gate:
            await told(http, f"{settings.oa_api_base}/_sim/phones/{openid}/scan", {"scene": f"v{area}"})

    await asyncio.gather(*(scan(row["openid"], row["area"]) for row in rows(FOLLOWERS) if row["followed"]))
    await told(http, f"{settings.oa_api_base}/_sim/phones/{CURIOUS}/say", {"text": QUESTION})


def world() -> dict[str, list[dict[str, Any]]]:
    """The county's phones, groups and posters, as a simulator is told of them."""
    areas = {row["code"]: row for row in rows(Kind.areas)}
    people = [{"userid": r["userid"], "name": r["name"], "place": _place(areas, r)} for r in rows(Kind.people)]
    groups = [{"key": r["robot_key"], "name": r["name"], "place": _place(areas, r)} for r in rows(Kind.groups)]
    followers = [
        {"openid": r["openid"], "name": r["name"], "place": _place(areas, r), "followed": False}
        for r in rows(FOLLOWERS)
    ]
    scenes = [
        {"scene": f"v{code}", "name": f"{areas[row['parent']]['name']} {row['name']}", "made": True}
        for code, row in areas.items()
        if row["level"] == "村"
    ]
    return {"members": people, "groups": groups, "followers": followers, "scenes": scenes}


async def menu(http: aiohttp.ClientSession, settings: Settings) -> None:
    """As the guide for going live lays it down: what a resident can ask for, report and change."""
    asked = {"grant_type": "client_credential", "appid": settings.oa_app_id, "secret": settings.oa_secret}
    token = (await told(http, f"{settings.oa_api_base}/cgi-bin/stable_token", asked))["access_token"]
    address = f"{settings.oa_api_base}/cgi-bin/menu/create?access_token={token}"
    await told(http, address, {"button": ours(settings)})


async def told(http: aiohttp.ClientSession, url: str, document: dict[str, Any]) -> dict[str, Any]:
    """A control call, or one of the platform's."""
    async with http.post(url, json=document) as answer:
        said: dict[str, Any] = await answer.json(content_type=None)
    return said


def _place(areas: dict[str, dict[str, str]], row: dict[str, str]) -> str:
    return areas[row["area"]]["name"]


def rows(kind: str) -> list[dict[str, str]]:
    with (COUNTY / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]
