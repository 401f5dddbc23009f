"""A red rainstorm at night: who hears it, what they read, and in how few calls."""

from broadcasts.hazards.grades import Grade
from tests.grounds import ON_BOTH
from tests.world import World

pytestmark = ON_BOTH

VERBATIM = "过去3小时已出现强暴雨，预计未来3小时仍将持续，请注意防范。"


async def test_everyone_responsible_is_woken_once_with_the_stations_own_words(world: World) -> None:
    got = await world.issue("暴雨", "11B03", Grade.red)
    assert [t.alert.status for t in got.taken] == ["issued"]
    for userid in ("li", "wang", "zhou", "chen", "liu", "sun"):
        (text,) = await world.phone(userid)
        assert text.startswith("红色暴雨 青崖县\n青崖县气象台 今天凌晨2:40发布")
        assert VERBATIM in text
        assert "值班电话 000-0000" in text
    for name in ("柳湾村群", "上坪村群", "石门村群", "青崖县值班群"):
        (text,) = await world.group(name)
        assert VERBATIM in text
    assert (await world.group("柳湾村群"))[0].endswith("柳湾村 值班电话 000-0001")


async def test_advice_is_the_roles_own_and_only_where_it_is_signed(world: World) -> None:
    await world.issue()
    assert "1. 叫醒河边、坡脚的人家" in (await world.phone("li"))[0]
    assert "现在要做" not in (await world.phone("chen"))[0]


async def test_calls_are_the_least_possible(world: World) -> None:
    await world.issue()
    counts = await world.counts()
    # four robots, and one call for each distinct text: informants', and the one that all other roles share
    assert counts["calls"]["robot"] == 4
    assert counts["calls"]["app"] == 2


async def test_blue_wakes_the_duty_officer_alone(world: World) -> None:
    await world.issue("大风", "11B06", Grade.blue)
    assert len(await world.phone("liu")) == 1
    assert len(await world.group("青崖县值班群")) == 1
    for userid in ("li", "wang", "zhou", "chen", "sun"):
        assert await world.phone(userid) == []
    assert await world.group("柳湾村群") == []


async def test_blue_rain_is_heard_where_there_is_a_point_of_risk(world: World) -> None:
    await world.issue("暴雨", "11B03", Grade.blue)
    assert len(await world.phone("li")) == 1
    assert len(await world.group("柳湾村群")) == 1
    assert await world.phone("zhou") == []


async def test_a_warning_for_one_village_leaves_the_others_asleep(world: World) -> None:
    await world.issue(places=["柳湾村"])
    assert len(await world.phone("li")) == 1
    assert len(await world.phone("liu")) == 1  # who answers for it above
    assert await world.phone("zhou") == []
    assert await world.phone("chen") == []
