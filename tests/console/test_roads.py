"""A road that is down stands on tonight's page with since when, why and what waits; monitors hear it too."""

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from handlers.api.health import Health
from tests.console.browser import Browser
from tests.stories.test_roads_down import mend
from tests.world import World


async def test_the_officer_sees_which_road_is_down_since_when_and_what_waits(world: World, officer: Browser) -> None:
    await world.fault(endpoint="token", kind="errcode", code=40001)
    await world.issue(hours=3)
    shown = await officer.open("/console/")
    assert "企业微信应用消息发不出去，6 份在等" in shown
    assert "中断的通路" in shown
    assert "平台的密钥不对" in shown
    assert "请管理员核对企业编号、应用和密钥" in shown
    assert "今天凌晨2:40起" in shown
    await mend(world)
    await world.forward(minutes=1)
    assert "中断的通路" not in await officer.open("/console/")


async def test_on_a_calm_night_a_road_that_is_down_is_not_called_calm(world: World, officer: Browser) -> None:
    await world.fault(endpoint="app", kind="http", status=502)
    await world.issue(hours=0.1)
    await world.forward(minutes=8)
    shown = await officer.open("/console/")
    assert "一切平静" not in shown
    assert "没有在等的" in shown


async def test_monitors_hear_of_it(world: World) -> None:
    app = web.Application()
    Health(world.deps).add_to(app)
    async with TestClient(TestServer(app)) as client:
        said = await (await client.get("/readyz")).json()
        assert said["channels"] == "ok"
        await world.fault(endpoint="robot", kind="http", status=503)
        await world.issue(hours=3)
        await world.forward(minutes=2)
        answer = await client.get("/readyz")
        assert answer.status == 503
        assert (await answer.json())["channels"] == "wecom_robot 从 07-12 02:40 起中断（unreachable），4 份在等"
        text = await (await client.get("/metrics")).text()
        assert 'signaltree_road_down_seconds{channel="wecom_robot",road="live"} 1' in text
        assert 'signaltree_road_waiting_copies{channel="wecom_robot",road="live"} 4.0' in text
        assert 'signaltree_road_down_seconds{channel="wecom_app",road="live"} 0.0' in text
        await mend(world)
        await world.forward(minutes=1)
        assert (await (await client.get("/readyz")).json())["channels"] == "ok"
        assert (
            'signaltree_road_down_seconds{channel="wecom_robot",road="live"} 0.0'
            in await (await client.get("/metrics")).text()
        )
