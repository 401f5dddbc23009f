"""Who reads whose names on a drill's pages: who leads it all, a town its own, and who may only look none."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from bot.access.models import Role
from tests.console_rooms.desk import Desk, desk
from tests.drills.playing import Played, drilled
from tests.world import World

OWN, OTHERS = ("陈大山",), ("李秀英", "王建国", "周秀兰", "柳湾村群")


async def county(world: World) -> Played:
    """Everybody is asked, and nobody answers."""
    played = await drilled(world, places=("青崖县",), people=("li", "wang", "zhou", "chen"), groups=("柳湾村群",))
    await played.begin()
    return played


async def shown(who: Desk, uid: str) -> tuple[str, str]:
    """The page, and all that stands in the sheet."""
    page = await who.look(f"/console/drills/{uid}")
    async with who.browser.get(f"/console/drills/{uid}/report.xlsx") as answer:
        assert answer.status == 200
        book = CalamineWorkbook.from_filelike(BytesIO(await answer.read()))
    return page.text, str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])


@pytest.mark.parametrize("closed", [False, True])
async def test_a_town_reads_its_own_names(world: World, closed: bool) -> None:
    played = await county(world)
    if closed:
        await evaluated(world, played)
    async with desk(world, Role.officer, place="石门乡") as town:
        for text in await shown(town, played.uid):
            assert all(name in text for name in OWN)
            assert not any(name in text for name in OTHERS)
            assert "、另 3 人" in text
        assert "4 人、1 个群" in (await town.look(f"/console/drills/{played.uid}")).text


async def test_who_may_only_look_reads_none(world: World) -> None:
    played = await county(world)
    for place in ("", "石门乡"):
        async with desk(world, Role.viewer, place=place) as viewer:
            for text in await shown(viewer, played.uid):
                assert not any(name in text for name in (*OWN, *OTHERS))
                assert "4 人" in text


async def test_who_leads_it_reads_all(world: World) -> None:
    played = await county(world)
    async with desk(world, Role.officer) as officer:
        page, _ = await shown(officer, played.uid)
        assert all(name in page for name in (*OWN, *OTHERS))
        assert "另 " not in page
    async with desk(world, Role.leader, place="柳湾镇") as town:
        own = await drilled(world)
        page = (await town.look(f"/console/drills/{own.uid}")).text
        assert all(name in page for name in OTHERS)


async def test_a_secret_drill_is_in_no_report_before_it_begins(world: World) -> None:
    blind = await drilled(world, blind=True)
    async with desk(world, Role.viewer) as viewer:
        for kind in ("", "/report.pdf", "/report.xlsx"):
            assert (await viewer.look(f"/console/drills/{blind.uid}{kind}")).status == 404


async def evaluated(world: World, played: Played) -> None:
    await played.do("end")
    async with desk(world, Role.leader) as chief:
        here = f"/console/drills/{played.uid}/evaluation"
        words = ("execution", "soundness", "command", "responders", "equipment", "suggestions")
        await chief.press(here, do="revise", what="改走后山", owner="镇上", due_on="2026-08-01")
        assert (await chief.press(here, do="close", **dict.fromkeys(words, "按时到岗。"))).status == 303
