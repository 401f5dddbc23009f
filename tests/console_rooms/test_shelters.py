"""避难场所: what a keeper said is on the page, in the record, and on the phone of whoever asks."""

from bot.access.models import Role
from bot.directory.imports.columns import Kind
from tests.console_rooms.desk import desk
from tests.directory.bringing import bring
from tests.world import World

TABLE = """name,area,address,capacity,lon,lat,phone
柳湾小学,柳湾村,村东头,120,103.52,26.41,000-0002
石门祠堂,石门村,,,,,
"""


async def test_an_opened_shelter_stands_first_and_a_full_one_is_the_next_action(world: World) -> None:
    await bring(world.deps, Kind.shelters, TABLE)
    async with desk(world, Role.officer) as officer:
        page = await officer.look("/console/shelters")
        assert "<h1>都没有开放</h1>" in page.text
        forms = [part.split('"')[0] for part in page.text.split('action="/console/shelters/')[1:]]
        await officer.press(f"/console/shelters/{forms[1]}", state="full", people="40")
        hall = await officer.look("/console/shelters")
        assert "<h1>1 个避难场所满了</h1>" in hall.text
        assert "共安置 40 人" in hall.text
        bad = await officer.press(f"/console/shelters/{forms[1]}", state="open", people="很多")
        assert (bad.status, "人数应是 0 到 100000 的整数" in bad.text) == (422, True)
        assert 'value="很多"' in bad.text  # what was typed stays, in the row that it was typed in
        assert '<option value="open" selected>' in bad.text
        assert (await officer.press(f"/console/shelters/{forms[1]}", state="gone", people="1")).status == 400
    async with desk(world, Role.admin) as admin:
        assert (await admin.press(f"/console/shelters/{forms[1]}", state="open", people="1")).status == 403


async def test_a_town_writes_of_its_own_shelters_alone(world: World) -> None:
    await bring(world.deps, Kind.shelters, TABLE)
    async with desk(world, Role.officer) as county:
        forms = [part.split('"')[0] for part in (await county.look("/console/shelters")).text.split("shelters/")[1:]]
    async with desk(world, Role.officer, place="石门乡") as town:
        page = await town.look("/console/shelters")
        assert ("石门祠堂" in page.text, "柳湾小学" in page.text) == (True, False)
        assert (await town.press(f"/console/shelters/{forms[0]}", state="open", people="1")).status == 404
