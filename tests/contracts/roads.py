"""Every channel on the simulator, with a parcel that it can take: what the channels' contract is run on."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest

from bot.channels.appchat import limits as chat_limits
from bot.channels.appchat.send import Appchat
from bot.channels.contract import Channel, Parcel, SendError
from bot.channels.customer_group import limits as customer_limits
from bot.channels.customer_group.send import CustomerGroup
from bot.channels.oa_mass import limits as mass_limits
from bot.channels.oa_mass.send import OaMass
from bot.channels.oa_notice.send import OaNotice
from bot.channels.oa_reply.limits import TEXT_BYTES as REPLY_BYTES
from bot.channels.oa_reply.send import OaReply
from bot.channels.oa_template.send import OaTemplate
from bot.channels.pstncc.send import Pstncc
from bot.channels.signing import VOICE, gateway_key
from bot.channels.sms import limits as sms_limits
from bot.channels.sms.address import address
from bot.channels.sms.send import Sms
from bot.channels.voice import limits as voice_limits
from bot.channels.voice.body import frozen
from bot.channels.voice.send import Voice
from bot.channels.wecom_app import limits as app_limits
from bot.channels.wecom_app.send import WecomApp
from bot.channels.wecom_robot import limits as robot_limits
from bot.channels.wecom_robot.send import WecomRobot
from bot.clock import TurnedClock
from bot.simulator.config import (
    NOTICE,
    WARNING,
    Callback,
    SimCustomerGroup,
    SimFollower,
    SimGroup,
    SimMember,
    SimulatorConfig,
)
from bot.simulator.serve import running
from bot.vault import Vault
from bot.wechat.account import Account
from bot.wechat.appchat import make_group
from bot.wechat.fetching import AccountSource, WecomSource
from bot.wechat.http import Calls
from bot.wechat.stores.memory import MemoryStore
from bot.wechat.tokens import Tokens
from tests.world import NIGHT

CHAT = "simulatedchat42"
KEY = "00000000-0000-4000-8000-000000000042"
OPENID, NEIGHBOUR = "o-simulated-follower-0001", "o-simulated-follower-0002"
NUMBER = "10000000042"
VAULT = Vault("a key for tests only")
CONFIG = SimulatorConfig(
    members=tuple(SimMember(f"u{n}", f"人{n}", gone=n == 9) for n in range(10)),
    groups=(SimGroup(KEY, "群"),),
    customer_groups=(SimCustomerGroup("wrsimulated0001", "客户群", "u1"),),
    followers=(SimFollower(OPENID, "村民"), SimFollower(NEIGHBOUR, "邻居")),
    wecom_callback=Callback("http://127.0.0.1:9/callbacks/wecom", "token", "a" * 43),
    sms_key=gateway_key(VAULT, "live"),
    voice_key=gateway_key(VAULT, "live", VOICE),
)
SENT = ("signature=", "access_token=", "红色暴雨")
SECRETS = (KEY, CHAT, OPENID, NUMBER, CONFIG.sms_key, CONFIG.voice_key, CONFIG.secret, CONFIG.account_secret, *SENT)
NAMES = (
    *("wecom_robot", "appchat", "wecom_app", "oa_template", "oa_notice", "oa_mass", "oa_reply"),
    *("sms", "voice", "pstncc", "customer_group"),
)


@dataclass
class Road:
    """One channel on the simulator, and a parcel that it can take."""

    channel: Channel
    endpoint: str
    parcel: Callable[[str], Parcel]
    phone: str
    limit: int  # bytes of a text; 0 where it has fields
    http: aiohttp.ClientSession
    base: str
    clock: TurnedClock

    async def fault(self, **fault: object) -> None:
        async with self.http.post(f"{self.base}/_sim/faults", json={"endpoint": self.endpoint, **fault}) as answer:
            assert answer.status < 300, await answer.text()

    async def clear(self) -> None:
        async with self.http.delete(f"{self.base}/_sim/faults") as answer:
            assert answer.status < 300

    async def shown(self) -> list[str]:
        async with self.http.get(f"{self.base}/_sim/{self.phone}") as answer:
            said = await answer.json()
            return [m["text"] for m in said.get("messages", said.get("items", []))]

    async def calls(self) -> dict[str, int]:
        async with self.http.get(f"{self.base}/_sim/counts") as answer:
            counts: dict[str, int] = (await answer.json())["calls"]
        return {name: n for name, n in counts.items() if n}

    async def writes(self) -> None:
        """The follower says something, so that she may be answered."""
        async with self.http.post(f"{self.base}/_sim/phones/{OPENID}/say", json={"text": "在"}) as answer:
            assert answer.status < 300, await answer.text()

    async def consents(self, times: int) -> None:
        """The follower lets herself be told, so many times."""
        for _ in range(times):
            async with self.http.post(f"{self.base}/_sim/phones/{OPENID}/consent", json={}) as answer:
                assert answer.status < 300, await answer.text()

    async def error(self, text: str = "红色暴雨 青崖县") -> SendError:
        with pytest.raises(SendError) as raised:
            await self.channel.send(self.parcel(text))
        return raised.value


@asynccontextmanager
async def opened(name: str, *, by_hand: bool = True) -> AsyncIterator[Road]:
    clock = TurnedClock(NIGHT)
    async with (
        running(CONFIG, clock=clock) as base,
        aiohttp.ClientSession() as http,
        Calls(timeout=2.0, connections=5, by_hand=by_hand) as calls,
    ):
        made = _road(name, base, calls, http, clock)
        if name == "appchat":
            await grouped(base, calls, clock)
            await http.delete(f"{base}/_sim/counts")
        if name == "oa_reply":
            await made.writes()
        if name == "oa_notice":
            await made.consents(200)
        yield made


def _road(name: str, base: str, calls: Calls, http: aiohttp.ClientSession, clock: TurnedClock) -> Road:
    if name == "wecom_robot":
        robot = WecomRobot(calls, base, robot_limits.per_robot(20, 5))
        limit = robot_limits.TEXT_BYTES
        return Road(robot, "robot", lambda t: Parcel(t, robot_key=KEY), f"groups/{KEY}", limit, http, base, clock)
    if name == "appchat":
        appchat = Appchat(calls, _tokens(calls, base, clock), base)
        made = lambda t: Parcel(t, members=(CHAT,))  # noqa: E731
        return Road(appchat, "appchat", made, f"chats/{CHAT}", chat_limits.TEXT_BYTES, http, base, clock)
    if name == "customer_group":
        customers, limit = CustomerGroup(calls, _tokens(calls, base, clock), base), customer_limits.TEXT_BYTES
        made = lambda t: Parcel(t, members=(customer_limits.address("u1", "wrsimulated0001"),))  # noqa: E731
        return Road(customers, "customer_group", made, "phones/u1", limit, http, base, clock)
    if name == "sms":
        url = f"{base}/sms/messages"
        sms = Sms(calls, VAULT, clock, "live", url)
        return Road(sms, "sms", letter, f"sms/{NUMBER}", sms_limits.TEXT_BYTES, http, base, clock)
    if name == "voice":
        voice = Voice(calls, VAULT, clock, "live", f"{base}/voice/calls")
        return Road(voice, "voice", spoken, f"calls?phone={NUMBER}", voice_limits.TEXT_BYTES, http, base, clock)
    if name == "pstncc":
        pstncc = Pstncc(calls, _tokens(calls, base, clock), base)
        made = lambda t: Parcel(t, members=("u1",))  # noqa: E731
        return Road(pstncc, "pstncc", made, "calls?phone=u1", 0, http, base, clock)
    if name == "wecom_app":
        app = WecomApp(calls, _tokens(calls, base, clock), base, CONFIG.agent_id)
        limit = app_limits.TEXT_BYTES
        return Road(app, "app", lambda t: Parcel(t, members=("u1", "u2")), "phones/u1", limit, http, base, clock)
    tokens = Tokens(AccountSource(calls, base, CONFIG.app_id, CONFIG.account_secret), MemoryStore(), clock, "oa")
    account, phone = Account(calls, tokens, base, clock), f"phones/{OPENID}"
    if name == "oa_template":
        return Road(OaTemplate(account), "template", pointer, phone, 0, http, base, clock)
    if name == "oa_notice":
        return Road(OaNotice(account), "notice", notice, phone, 0, http, base, clock)
    if name == "oa_mass":
        limit = mass_limits.TEXT_BYTES
        return Road(OaMass(account), "mass", massed, phone, limit, http, base, clock)
    return Road(
        OaReply(account), "custom", lambda t: Parcel(t, members=(OPENID,)), phone, REPLY_BYTES, http, base, clock
    )


def _tokens(calls: Calls, base: str, clock: TurnedClock) -> Tokens:
    return Tokens(WecomSource(calls, base, CONFIG.corp_id, CONFIG.secret), MemoryStore(), clock, "app")


async def grouped(base: str, calls: Calls, clock: TurnedClock) -> None:
    """The application has made a group."""
    tokens = _tokens(calls, base, clock)
    await make_group(calls, tokens, base, chat_id=CHAT, name="应用群聊", members=["u1", "u2"])


def letter(text: str) -> Parcel:
    """A text message, whose number lies sealed."""
    return Parcel(text, members=(address(VAULT.seal(NUMBER)),), key="ABCDEFGH-7")


def spoken(text: str) -> Parcel:
    """A telephone call, whose number lies sealed."""
    return letter(text)._replace(text=frozen(text, "zh-CN"), form=voice_limits.CALL)


def massed(text: str) -> Parcel:
    """A mass send to two."""
    return Parcel(text, members=(OPENID, NEIGHBOUR), form=mass_limits.TO_MANY, key="ABCDEFGH-7")


def notice(text: str) -> Parcel:
    """A subscription notice, whose fields are the template message's."""
    held = json.loads(pointer(text).text)
    frozen = {"template_id": NOTICE.id, "page": held["url"], "data": held["data"]}
    return Parcel(json.dumps(frozen), members=(OPENID,), form="notice", key="ABCDEFGH-7")


def pointer(text: str) -> Parcel:
    """A template message whose first field is the text."""
    values = {"thing1": text, "thing2": "青崖县", "time3": "2026年7月12日 02:40", "thing4": "今天早上5:40"}
    data = {name: {"value": value} for name, value in values.items()}
    frozen = json.dumps({"template_id": WARNING.id, "url": "https://example.invalid/h5/a/ABCDEFGH", "data": data})
    return Parcel(frozen, members=(OPENID,), form="template", key="ABCDEFGH-7")
