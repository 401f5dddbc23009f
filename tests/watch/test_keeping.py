"""What the database does not take waits beside it, and somebody is told."""

from zoneinfo import ZoneInfo

from bot.commands.checks import State, machine
from bot.commands.watched import INVARIANTS
from bot.db.journal import Journal, stuck
from handlers.wechat.keeping.journal import line, taken
from handlers.wechat.keeping.store import beside
from tests.callbacks.test_beside import _arrival
from tests.watch.looking import kinds, look, said
from tests.world import World


def doctors(world: World) -> list[str]:
    return [f"{check}" for check in machine(world.deps.settings, world.clock.now()) if check.state is State.bad]


async def test_words_that_cannot_be_stored_ring_the_duty_officer_and_the_doctor_names_them(world: World) -> None:
    journal = Journal.open(beside(world.deps.settings), line, taken)
    assert journal is not None
    journal.append([_arrival("one"), _arrival("two")])  # somebody writes for long: nothing is out of order
    await look(world, "keeping")
    assert (await kinds(world), doctors(world)) == ([], [])
    journal.note("full")
    journal.note("damaged")
    await look(world, "keeping")
    assert await kinds(world) == ["callbacks_wait"]
    assert "收到的 2 条话存不进数据库（磁盘满了）" in await said(world)
    assert any("收到的 2 条话存不进数据库" in text for text in await world.phone("liu"))
    assert "keeping" in {one.name for one in INVARIANTS}  # the monitor outside hears nothing from us meanwhile
    (told,) = doctors(world)
    waits = stuck(beside(world.deps.settings))
    assert waits is not None
    since = waits.since.astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"2 条存不进去（磁盘满了），{since:%Y-%m-%d %H:%M} 起" in told
    journal.clear()
    journal.well()
    await look(world, "keeping")
    assert (await kinds(world), doctors(world)) == ([], [])
    journal.close()
