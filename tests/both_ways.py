"""The small world with ears: the web application runs on a port of its own, and what a simulated phone does comes in as
the platform tells it, encrypted, over HTTP."""

import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.web import Application
from yarl import URL

from bot.app import create_app
from bot.channels.signing import SPEECH, VOICE, gateway_key
from bot.directory.queries import area_of_code
from bot.simulator.config import WARNING, Callback, SimFollower, SimulatorConfig
from bot.vault import Vault
from bot.wechat.opened import WECHAT
from bot.wechat.scenes import scene_url
from broadcasts.subscriptions.posters import PREFIX
from handlers.chat.work import work_due
from tests.world import PLACES, World, small_world

TOKEN, OA_TOKEN = "wecomtokenfortests", "accounttokenfortests"
KEY, OA_KEY = "0" * 43, "1" * 43
SECRET = "a key for tests only"  # of small_world
FOLLOWERS = {"zhang": "张阿婆", "wu": "吴小军", "qian": "钱进"}


@dataclass
class BothWays:
    """`world` is the county; phones are named by userid or openid."""

    world: World
    web: str  # the product's address
    app: Application

    async def act(self, phone: str, what: str, **given: Any) -> dict[str, Any]:
        """The owner of a phone does something; then what waits is worked on and what is due is sent."""
        url = f"{self.world.base}/_sim/phones/{phone}/{what}"
        async with self.world.http.post(url, json=given) as answer:
            said: dict[str, Any] = await answer.json()
            assert answer.status == 200, said
        await work_due(self.world.deps)
        await self.world.work()
        return said

    async def type(self, phone: str, text: str) -> str:
        """Somebody types; what the phone shows last."""
        await self.act(phone, "say", text=text)
        return (await self.world.phone(phone))[-1]

    async def scan(self, phone: str, village: str) -> dict[str, Any]:
        """A village's poster is scanned: the code was asked of the platform, as for a real one."""
        wechat, settings = self.app[WECHAT], self.world.deps.settings
        async with self.world.deps.read() as session:
            node = await area_of_code(session, PLACES[village][0])
        assert node is not None
        scene = f"{PREFIX}{node.code}"
        await scene_url(wechat.calls, wechat.account["live"], settings.oa_api_base, scene)
        return await self.act(phone, "scan", scene=scene)

    async def link(self, phone: str) -> str:
        """The last link that a phone was shown: on a message, or within its text."""
        async with self.world.http.get(f"{self.world.base}/_sim/phones/{phone}") as answer:
            shown = (await answer.json())["messages"]
        for message in reversed(shown):
            found = message["link"] or next(iter(re.findall(r"https?://\S+", message["text"])), "")
            if found:
                return str(found)
        raise AssertionError(f"{phone} was shown no link")

    @asynccontextmanager
    async def reading(self, phone: str) -> AsyncIterator["Page"]:
        """The browser of a phone: the platform knows whose it is."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            await http.get(f"{self.world.base}/phones/{phone}")
            yield Page(http, self, phone)


@dataclass
class Page:
    """What was opened last."""

    http: aiohttp.ClientSession
    both: BothWays
    phone: str
    text: str = ""
    status: int = 0
    where: str = ""

    async def open(self, url: str) -> str:
        url = url if url.startswith("http") else self.both.web + url
        async with self.http.get(url, allow_redirects=False) as answer:
            return await self._follow(answer)

    async def press(self, path: str = "", **fields: str) -> str:
        """Send the last page's form as the browser would, with its hidden key."""
        found = re.search(r'name="key" value="([^"]+)"', self.text)
        data = {"key": found.group(1) if found else "", **fields}
        async with self.http.post(self.both.web + (path or self.where), data=data, allow_redirects=False) as answer:
            await self._follow(answer)
        await self.both.world.work()
        return self.text

    async def _follow(self, answer: aiohttp.ClientResponse) -> str:
        """Redirects, one by one: at the platform's question the phone says which one it is."""
        for _turn in range(10):
            if answer.status not in {301, 302, 303}:
                break
            to = str(answer.url.join(URL(answer.headers["Location"], encoded=True)))
            if "/connect/oauth2/authorize" in to:
                address, _, rest = to.partition("#")
                to = f"{address}&as={self.phone}#{rest}"
            answer = await self.http.get(to, allow_redirects=False)
        self.text, self.status, self.where = await answer.text(), answer.status, answer.url.path_qs
        return self.text


@asynccontextmanager
async def both_ways(folder: Path, **more: str) -> AsyncIterator[BothWays]:
    """A county that hears, on both platforms; followers follow when they follow."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{door.getsockname()[1]}"
    config = SimulatorConfig(
        followers=tuple(SimFollower(openid, name, followed=False) for openid, name in FOLLOWERS.items()),
        wecom_callback=Callback(f"{address}/callbacks/wecom", TOKEN, KEY),
        oa_callback=Callback(f"{address}/callbacks/official-account", OA_TOKEN, OA_KEY),
        voice_key=gateway_key(Vault(SECRET), "live", VOICE),
        voice_callback=f"{address}/callbacks/voice",
        speech_key=gateway_key(Vault(SECRET), "live", SPEECH),
    )
    settings = {
        "base_url": address,
        "oauth_base": "{base}",
        "wecom_token": TOKEN,
        "wecom_aes_key": KEY,
        "oa_api_base": "{base}",
        "oa_app_id": config.app_id,
        "oa_secret": config.account_secret,
        "oa_token": OA_TOKEN,
        "oa_aes_key": OA_KEY,
        "oa_template_id": WARNING.id,
        **more,
    }
    async with small_world(folder, config=config, more=settings) as world:
        app = create_app(world.deps)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.SockSite(runner, door).start()
            yield BothWays(world, address, app)
        finally:
            await runner.cleanup()
