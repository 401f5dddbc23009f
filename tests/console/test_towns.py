"""The call sheet of a large county: a town and forty people at a time, nobody is missing, and paper has them all."""

import html
import re

import sqlalchemy as sa
from aiohttp.test_utils import TestServer

from bot.access.models import Role
from handlers.console.warnings.parts import LINES
from tests.console.browser import Browser, add, browser
from tests.console.crowd import crowded
from tests.console.test_answers import form_of, recorded, red
from tests.world import PEOPLE, World

HEAVY = 150 * 1024  # bytes of a page before it is compressed
OWN = {name for name, *_ in PEOPLE.values()}
WHERE = re.compile(r'href="(\?[^"]+)"')
WHO = re.compile(r'<div class="who"><b>([^<]+)</b>')
LIU, SHIMEN = "?town=529926101000", "?town=529926102000"


async def walked(desk: Browser, sheet: str) -> dict[str, list[str]]:
    """By address: who stands there. Every part that a link of a part leads to."""
    ways, seen = [""], dict[str, list[str]]()
    while ways:
        way = ways.pop()
        if way in seen or "print" in way:
            continue
        shown = await desk.open(f"{sheet}{way}")
        assert desk.status == 200, way
        assert len(shown.encode()) < HEAVY, (way, len(shown.encode()))
        seen[way] = WHO.findall(shown)
        ways += [html.unescape(one) for one in WHERE.findall(shown)]
    return seen


async def test_every_town_is_reached_nobody_is_missing_and_no_page_is_heavy(world: World, officer: Browser) -> None:
    sheet = f"{await red(world)}/calls"
    names = await crowded(world)
    seen = await walked(officer, sheet)
    first = seen.pop("")
    assert first in seen.values()
    everybody = [name for names in seen.values() for name in names]
    assert set(everybody) == names | (set(everybody) & OWN)
    assert {"李秀英", "王建国", "陈大山"} <= set(everybody)
    assert len({way.partition("&")[0] for way in seen}) == 3  # two towns, and the county's own people
    assert all(len(people) <= LINES for people in seen.values())
    for name in names:
        assert everybody.count(name) == 1, name
    shown = await officer.open(f"{sheet}?print=1")
    paper = WHO.findall(shown)
    assert len(paper) == len(set(everybody)) == shown.count("□ 收到")
    assert "/calls" not in "".join(re.findall("<form[^>]*>", shown))
    assert "data-live" not in shown


async def test_a_call_leads_back_to_the_part_that_was_open(world: World, officer: Browser) -> None:
    sheet = f"{await red(world)}/calls"
    await crowded(world)
    where = f"{sheet}{LIU}&page=2"
    shown = await officer.open(where)
    name = WHO.findall(shown)[0]
    (action,) = set(re.findall(r'action="([^"]+/calls[^"]*)"', shown))
    await officer.send(html.unescape(action), **{**form_of(shown, name), "do": "received"})
    assert officer.where == where
    assert name not in WHO.findall(officer.text)
    assert name in officer.text[officer.text.index("刚打过的") :]


async def test_a_line_names_three_and_the_others_stand_on_a_page(world: World, officer: Browser) -> None:
    sheet = f"{await red(world)}/calls"
    await crowded(world)
    shown = await officer.open(f"{sheet}{LIU}")
    name = next(one for one in WHO.findall(shown) if one.startswith("柳湾"))
    line = shown[shown.index(f"<b>{name}</b>") :].split("</li>")[0]
    proposed = re.findall(r'<option value="([^"]+)"', line)
    assert len(proposed) == 3
    link = re.search(r'href="([^"]+/knocks[^"]+)"', line)
    assert link is not None
    others = await officer.open(html.unescape(link.group(1)))
    able = re.findall(r'name="knocker" value="([^"]+)"', others)
    assert able[:3] == proposed
    assert len(able) == 12
    (action,) = re.findall(r'action="([^"]+/knocks[^"]*)"', others)
    fields = dict(re.findall(r'hidden" name="(\w+)" value="([^"]*)"', others[others.index(action) :]))
    fields.pop("csrf")
    await officer.send(html.unescape(action), **fields, knocker=able[7])
    assert officer.where == f"{sheet}{LIU}"
    assert "在去敲门的路上" in officer.text


async def test_whoever_rings_back_is_found_by_name_or_village(world: World, officer: Browser) -> None:
    sheet = f"{await red(world)}/calls"
    await crowded(world)
    shown = await officer.open(f"{sheet}?who=李秀英")
    assert WHO.findall(shown) == ["李秀英"]
    (action,) = set(re.findall(r'action="([^"]+/calls[^"]*)"', shown))
    await officer.send(html.unescape(action), **{**form_of(shown, "李秀英"), "do": "received"})
    assert "可能已经应答了" in officer.text
    shown = await officer.open(f"{sheet}?who=石门村")
    assert len(WHO.findall(shown)) == LINES
    assert f"只列前 {LINES} 人，请写全名" in shown
    assert WHO.findall(await officer.open(f"{sheet}?who=大山")) == ["陈大山"]


async def test_who_looked_at_which_part_is_on_the_record(world: World, officer: Browser) -> None:
    sheet = f"{await red(world)}/calls"
    await crowded(world)
    for way, looks in ((LIU, 1), (LIU, 1), (f"{LIU}&page=2", 2), (SHIMEN, 3), ("?print=1", 4)):
        await officer.open(f"{sheet}{way}")
        assert await recorded(world, "phones.looked") == looks, way


async def test_a_strange_town_is_no_page_and_a_towns_officer_sees_his_own(
    world: World, officer: Browser, server: TestServer
) -> None:
    sheet = f"{await red(world)}/calls"
    await crowded(world)
    await officer.open(f"{sheet}?town=1")
    assert officer.status == 404
    for page in ("0", "99", "-1", "x", "²"):
        await officer.open(f"{sheet}{LIU}&page={page}")
        assert officer.status == 200, page
    async with world.deps.read() as session:
        town = await session.scalar(sa.text("SELECT id FROM area WHERE name = '石门乡'"))
    await add(world.deps, "town", Role.officer, area=town)
    async with browser(server) as made:
        await made.sign_in("town")
        own = await made.open(sheet)
        assert len(WHO.findall(own)) == 76  # fewer than a hundred: one page as ever
        assert "按乡镇打" not in own
        await made.open(f"{sheet}{LIU}")
        assert made.status == 404
