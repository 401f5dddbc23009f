"""WeCom is about to switch off the application: the duty officer is told, and it stands there until it is taken on."""

from typing import Any

from bot.access.models import Role
from broadcasts.dispatch.states import Road
from tests.console.browser import Browser, add, browser, console
from tests.world import World


async def told(world: World, event: str, *, road: Road = Road.live, **more: Any) -> None:
    await world.say("sys", kind="event", event=event, road=road, **more)


async def rings(world: World) -> list[str]:
    return [text for text in await world.phone("liu") if "停用" in text]


async def test_the_officer_is_rung_once_and_tonight_says_it_until_it_is_taken(world: World) -> None:
    await told(world, "inactive_alert", EffectTime="1784512800")
    (ring,) = await rings(world)
    assert ring.startswith("请处理 企业微信要停用我们的应用，停用以后什么也发不出去\n")
    assert "7月20日上午10点将停用" in ring
    await told(world, "inactive_alert", EffectTime="1784512800", n="again")
    await world.forward(minutes=10)
    assert len(await rings(world)) == 1
    await add(world.deps, "officer", Role.officer)
    async with console(world.deps) as server, browser(server) as officer:
        await officer.sign_in("officer")
        assert "应用长期不用" in await officer.open("/console/")
        await take(officer)
        assert "应用长期不用" not in await officer.open("/console/")


async def take(officer: Browser) -> None:
    page = officer.text.split('href="/console/held/')[1].split('"')[0]
    assert "应用要被停用：" in await officer.open(f"/console/held/{page}")
    await officer.send(f"/console/held/{page}", do="seen", word="已在后台处理")


async def test_an_application_that_is_in_use_again_asks_for_nothing(world: World) -> None:
    await told(world, "close_inactive_agent")
    assert "已经停用" in (await rings(world))[0]
    await told(world, "reopen_inactive_agent")
    await add(world.deps, "officer", Role.officer)
    async with console(world.deps) as server, browser(server) as officer:
        await officer.sign_in("officer")
        assert "已经停用" not in await officer.open("/console/")


async def test_the_training_rooms_application_is_nobodys(world: World) -> None:
    await told(world, "inactive_alert", EffectTime="x", road=Road.training)
    assert await rings(world) == []
