"""What doctor says of the account's notices and mass sends, where the county has set them up."""

from pathlib import Path

from bot.commands.checks import Check, State
from bot.commands.checks_account import account
from bot.simulator.config import NOTICE
from tests.both_ways import BothWays, both_ways


async def said(both: BothWays) -> dict[str, Check]:
    return {check.name: check async for check in account(both.world.deps)}


async def test_who_may_be_written_to_and_what_the_month_has_had(tmp_path: Path) -> None:
    async with both_ways(tmp_path, oa_notice_template_id=NOTICE.id, oa_mass="true") as both:
        await both.act("zhang", "follow")
        found = await said(both)
        assert found["订阅通知"].state is State.mind
        assert found["订阅通知"].mend.endswith("/h5/notice 点同意")
        assert found["公众号群发"].state is State.good
        await both.act("zhang", "consent")
        found = await said(both)
        assert (found["订阅通知"].state, "现在能发给 1 人" in found["订阅通知"].words) == (State.good, True)


async def test_nothing_is_said_of_what_is_not_there(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        assert await said(both) == {}
