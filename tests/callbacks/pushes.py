"""Pushes as the platforms send them: signed and sealed by the simulator's hand, which is not the product's."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.simulator.callbacks.signed import Signed, question, signed
from bot.simulator.config import Callback, Side

Client = TestClient[web.Request, web.Application]
CORP, APP, ACCOUNT = "ww00simulator00000", "wx00simulator00000", "gh_simulator0000"
TOKENS = {Side.wecom: "wecom-token-for-tests", Side.oa: "account-token-for-tests"}
KEYS = {Side.wecom: "A" * 42 + "E", Side.oa: "B" * 42 + "E"}
OLD_KEYS = {Side.wecom: "C" * 42 + "E", Side.oa: "D" * 42 + "E"}
PATHS = {Side.wecom: "/callbacks/wecom", Side.oa: "/callbacks/official-account"}
RECEIVERS = {Side.wecom: CORP, Side.oa: APP}
SENDERS = {Side.wecom: "LiXiuYing", Side.oa: "oLiXiuYing-000000000000000001"}
ANSWERS = {Side.wecom: b"", Side.oa: b"success"}
SETTINGS = {
    "wecom_corp_id": CORP,
    "wecom_secret": "application-secret-for-tests",
    "wecom_agent_id": "1000002",
    "wecom_token": TOKENS[Side.wecom],
    "wecom_aes_key": KEYS[Side.wecom],
    "oa_app_id": APP,
    "oa_secret": "account-secret-for-tests",
    "oa_token": TOKENS[Side.oa],
    "oa_aes_key": KEYS[Side.oa],
}
SECRETS = (*TOKENS.values(), *KEYS.values(), SETTINGS["wecom_secret"], SETTINGS["oa_secret"])
BOTH = (Side.wecom, Side.oa)


def callback(side: Side, path: str = "", **more: Any) -> Callback:
    return replace(Callback(path or PATHS[side], TOKENS[side], KEYS[side]), **more)


def word(side: Side, text: str = "1", *, at: float, id: int = 4561255354251345929, **more: Any) -> dict[str, Any]:
    """A text that somebody typed."""
    fields = {
        "ToUserName": CORP if side is Side.wecom else ACCOUNT,
        "FromUserName": SENDERS[side],
        "CreateTime": int(at),
        "MsgType": "text",
        "Content": text,
        "MsgId": id,
    }
    return {**fields, **({"AgentID": 1000002} if side is Side.wecom else {}), **more}


def event(side: Side, name: str, *, at: float, **more: Any) -> dict[str, Any]:
    fields = word(side, at=at, MsgType="event", Event=name)
    return {k: v for k, v in fields.items() if k not in {"Content", "MsgId"}} | more


def push(side: Side, fields: Mapping[str, Any], at: float, *, to: Callback | None = None, receiver: str = "") -> Signed:
    return signed(side, to or callback(side), fields, receiver or RECEIVERS[side], at)


def asked(side: Side, at: float, echo: str = "1616140317555161061", to: Callback | None = None) -> dict[str, str]:
    return question(side, to or callback(side), RECEIVERS[side], at, echo)


async def send(client: Client, request: Signed) -> tuple[int, bytes]:
    async with client.post(
        request.url, params=request.query, data=request.body, headers={"Content-Type": request.content_type}
    ) as answer:
        return answer.status, await answer.read()


async def get(client: Client, path: str, query: Mapping[str, str]) -> tuple[int, bytes, dict[str, str]]:
    async with client.get(path, params=query) as answer:
        headers = {str(name): value for name, value in answer.headers.items()}
        return answer.status, await answer.read(), headers
