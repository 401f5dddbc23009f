"""What the county's own gateways tell (docs/gateways.zh-CN.md): an answer that was typed back, what became of a text
message, how a telephone call goes. Proven by our own signature, and from then on a word like any other. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from bot.channels.signing import VOICE, signed
from bot.channels.sms.address import address
from bot.directory.imports.cells import phone_digits
from bot.vault import Vault
from bot.wechat.ears import Ear
from bot.wechat.fields import Fields, clean
from handlers.wechat.proof import Proven, Refused, fresh

REPORT, CALL_REPORT = "sms_report", "call_report"
STATES = ("delivered", "failed")
ID = re.compile(r"[!-~]{1,64}")
PHONE = re.compile(r"(?:\+?86)?([0-9-]{5,20})")
LONGEST = 2000  # characters of an answer
CALLS = ("ringing", "answered", "not_answered", "busy", "refused", "failed")
MOST_SECONDS = 3600
KEY = re.compile(r"[0-9*#]?")


def proven(ear: Ear, query: Mapping[str, str], body: bytes, now: datetime, window: float) -> Proven:
    """Raises Refused."""
    stamp, nonce = fresh(query, now, window)
    if not signed(query.get("signature", ""), ear.token, stamp, nonce, body):
        raise Refused("signature")
    return Proven(stamp, nonce, body)


def fields(vault: Vault, gateway: str, body: bytes) -> Fields:
    """As a platform's push has them. The number itself is in none of them: whose it is tells its digest, and it is
    called back by its seal. Raises Refused."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused("malformed") from error
    if not isinstance(said, dict) or not ID.fullmatch(str(said.get("id", ""))) or not isinstance(said.get("at"), int):
        raise Refused("malformed")
    common = {"MsgId": str(said["id"]), "CreateTime": str(said["at"])}
    if gateway == VOICE:
        return common | _call(said)
    if said.get("type") == "report" and said.get("status") in STATES:
        event = {"MsgType": "event", "Event": REPORT, "Status": said["status"]}
        return {**common, **event, "FromUserName": common["MsgId"]}
    if said.get("type") == "answer":
        return common | _answer(vault, said)
    raise Refused("malformed")


def _call(said: dict[str, Any]) -> Fields:
    """A call that nobody took was not listened to, and no key was pressed in it; nobody hears more than there is."""
    heard, whole, key = said.get("heard", 0), said.get("whole", 0), said.get("key", "")
    right = said.get("type") == "call" and said.get("status") in CALLS and isinstance(key, str)
    if not right or not KEY.fullmatch(key) or not (_seconds(heard) and _seconds(whole)):
        raise Refused("malformed")
    if (heard > whole > 0) or (said["status"] != "answered" and (heard or key)):
        raise Refused("malformed")
    return {
        "MsgType": "event",
        "Event": CALL_REPORT,
        "Status": said["status"],
        "EventKey": key,
        "Id": f"{heard}/{whole}",
        "FromUserName": str(said["id"]),
    }


def _seconds(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_SECONDS


def _answer(vault: Vault, said: dict[str, Any]) -> Fields:
    number, text = PHONE.fullmatch(str(said.get("phone", ""))), said.get("text")
    if number is None or not isinstance(text, str) or not 0 < len(text) <= LONGEST:
        raise Refused("malformed")
    phone = phone_digits(number[1])
    return {
        "MsgType": "text",
        "Content": clean(text),
        "FromUserName": vault.digest(phone),
        "Address": address(vault.seal(number[1])),
    }
