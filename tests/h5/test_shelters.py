"""去哪里避难: the nearest shelter, by a word and on a page."""

from bot.directory.imports.columns import Kind
from tests.both_ways import BothWays
from tests.directory.bringing import bring

TABLE = """name,area,address,capacity,lon,lat,phone
柳湾小学,柳湾村,村东头,120,103.52,26.41,000-0002
石门祠堂,石门村,,,,,
"""


async def test_who_asks_where_to_go_hears_of_the_nearest(both: BothWays) -> None:
    await bring(both.world.deps, Kind.shelters, TABLE)
    await both.type("li", "去哪里避难？")
    said = (await both.world.phone("li"))[-1]
    assert said.startswith("柳湾小学（柳湾村，村东头）：没开放，电话 000-0002")
    assert "石门祠堂" not in said
    async with both.reading("li") as page:
        await page.open("/h5/shelters")
        assert page.text.index("柳湾小学") < page.text.index("石门祠堂")
        assert "geo:26.41,103.52" in page.text
