"""A robot's window is kept, fixed and sliding; a part of it waits for red; what is over it leaves when it may."""

from broadcasts.hazards.grades import Grade
from tests.world import DUTY_GROUP, World


async def test_two_dozen_blue_warnings_in_a_minute_break_no_limit_and_none_is_lost(world: World) -> None:
    for number in range(24):
        identifier, text = f"52992641600000_20260711{number:06d}", f"第{number}条大风蓝色预警信号。"
        await world.issue("大风", "11B06", Grade.blue, hours=1, identifier=identifier, text=text)
        await world.forward(seconds=1)
    assert len(await world.group(DUTY_GROUP)) == 15  # 20 less what is kept for red
    await world.issue("暴雨", "11B03", Grade.red, identifier="52992641600000_20260711184500")
    assert (await world.group(DUTY_GROUP))[-1].startswith("红色暴雨")
    await world.forward(minutes=2)
    counts = await world.counts()
    assert len(await world.group(DUTY_GROUP)) == 25
    assert counts["codes"]["robot"] == {"0": counts["calls"]["robot"]}
    assert counts["limits"] == {}
