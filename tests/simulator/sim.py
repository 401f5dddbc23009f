"""A simulator on a free port and a clock that is turned, spoken to over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import aiohttp
import orjson

from bot.clock import TurnedClock
from bot.simulator.config import WARNING, SimFollower, SimGroup, SimMember, SimulatorConfig
from bot.simulator.serve import running

Json = dict[str, Any]

JSON = {"Content-Type": "application/json"}
VILLAGE = "aaaaaaaa-0000-4000-8000-000000000001"
FIELDS = {"thing1": "红色暴雨", "thing2": "青崖县", "time3": "2026年7月12日 02:38", "thing4": "今天早上05:38前"}
GONE = "aaaaaaaa-0000-4000-8000-000000000002"
JPEG = b"\xff\xd8\xff\xe0 a picture \r\n with line ends \r\n"
AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50  # a second
STRANGER = "aaaaaaaa-0000-4000-8000-000000000009"
CONFIG = SimulatorConfig(
    members=(
        SimMember("LiXiuying", "李秀英", "柳湾村"),
        SimMember("wang", "王建国", "柳湾村"),
        SimMember("zhao", "赵敏", "石门村", licensed=False),
        SimMember("chen", "陈默", "石门村", gone=True),
        SimMember("sun", "孙桂芳", "石门村", plugin=True),
    ),
    followers=(
        SimFollower("o-he", "何秀莲", "柳湾村"),
        SimFollower("o-qian", "钱大勇", "石门村", followed=False),
        SimFollower("o-tang", "唐丽", "石门村", refuses=True),
        SimFollower("o-xu", "徐强", "石门村", blocked=True),
        SimFollower("o-luo", "罗敏", "石门村", snapshot=True),
    ),
    groups=(SimGroup(VILLAGE, "柳湾村村群", "柳湾镇"), SimGroup(GONE, "石门村村群", "石门镇", gone=True)),
)


class Sim:
    def __init__(self, http: aiohttp.ClientSession, clock: TurnedClock, config: SimulatorConfig) -> None:
        self.http = http
        self.clock = clock
        self.config = config
        self.token = ""
        self.account_token = ""

    async def get(self, path: str, **params: str) -> Json:
        async with self.http.get(path, params=params) as answer:
            document: Json = await answer.json(content_type=None)
            return document

    async def page(self, path: str) -> str:
        async with self.http.get(path) as answer:
            assert answer.status == 200
            return await answer.text()

    async def post(self, path: str, body: Json | bytes, **params: str) -> Json:
        data = BytesIO(body if isinstance(body, bytes) else orjson.dumps(body))
        async with self.http.post(path, params=params, data=data, headers=JSON) as answer:
            document: Json = await answer.json(content_type=None)
            return document

    async def fetch_token(self) -> str:
        asked = {"corpid": self.config.corp_id, "corpsecret": self.config.secret}
        self.token = (await self.get("/cgi-bin/gettoken", **asked))["access_token"]
        return self.token

    async def robot(self, content: str = "红色暴雨 青崖县", key: str = VILLAGE) -> int:
        """Let a group's robot say a text; the errcode."""
        return await self.robot_says({"msgtype": "text", "text": {"content": content}}, key)

    async def robot_says(self, body: Json | bytes, key: str = VILLAGE) -> int:
        code: int = (await self.post("/cgi-bin/webhook/send", body, key=key))["errcode"]
        return code

    async def app(self, to: str = "lixiuying", content: str = "红色暴雨 青崖县", **more: Any) -> Json:
        """Send a text as the application; the whole answer."""
        return await self.app_says({"touser": to, "msgtype": "text", "text": {"content": content}, **more})

    async def app_says(self, body: Json) -> Json:
        token = self.token or await self.fetch_token()
        return await self.post("/cgi-bin/message/send", {"agentid": self.config.agent_id, **body}, access_token=token)

    async def upload(self, body: bytes = JPEG, kind: str = "image", token: str = "") -> Json:
        token = token or self.token or await self.fetch_token()
        form = aiohttp.FormData()
        form.add_field("media", BytesIO(body), filename="picture.jpg", content_type="image/jpeg")
        asked = {"access_token": token, "type": kind}
        async with self.http.post("/cgi-bin/media/upload", params=asked, data=form) as answer:
            said: Json = await answer.json()
            return said

    async def fetch_account_token(self, **more: Any) -> str:
        asked = {"appid": self.config.app_id, "secret": self.config.account_secret}
        said = await self.post("/cgi-bin/stable_token", {"grant_type": "client_credential", **asked, **more})
        self.account_token = said.get("access_token", "")
        return self.account_token

    async def account(self, path: str, body: Json | bytes) -> Json:
        """Call as the official account."""
        token = self.account_token or await self.fetch_account_token()
        return await self.post(f"/cgi-bin/{path}", body, access_token=token)

    async def template(self, to: str = "o-he", data: dict[str, str] | None = None, **more: Any) -> Json:
        held = {name: {"value": value} for name, value in (FIELDS if data is None else data).items()}
        body = {"touser": to, "template_id": WARNING.id, "url": "https://county.example/a", "data": held}
        return await self.account("message/template/send", body | more)

    async def custom(self, to: str = "o-he", content: str = "收到了") -> int:
        body = {"touser": to, "msgtype": "text", "text": {"content": content}}
        code: int = (await self.account("message/custom/send", body))["errcode"]
        return code

    async def act(self, name: str, act: str, **given: Any) -> Json:
        """The owner of a phone does something."""
        return await self.post(f"/_sim/phones/{name}/{act}", given)

    async def phone(self, name: str) -> Json:
        return await self.get(f"/_sim/phones/{name}")

    async def fault(self, **fault: Any) -> Json:
        return await self.post("/_sim/faults", fault)

    async def well_again(self) -> None:
        async with self.http.delete("/_sim/faults") as answer:
            assert answer.status == 200

    async def counts(self) -> Json:
        return await self.get("/_sim/counts")

    async def texts(self, where: str) -> list[str]:
        """What `phones/wang` or `groups/KEY` was shown, newest last."""
        return [shown["text"] for shown in (await self.get(f"/_sim/{where}"))["messages"]]


@asynccontextmanager
async def opened(**changes: Any) -> AsyncIterator[Sim]:
    """The small world of `CONFIG`, with changes to it."""
    config, clock = replace(CONFIG, **changes), TurnedClock(datetime(2026, 7, 12, 2, 40, tzinfo=UTC))
    async with running(config, clock=clock) as base, aiohttp.ClientSession(base) as http:
        yield Sim(http, clock, config)
