"""One callback as a request: query and body, signed and sealed as the platform's page says. Pure."""

import secrets
from dataclasses import dataclass

from bot.simulator.callbacks import forms, sealing
from bot.simulator.callbacks.forms import Fields
from bot.simulator.config import Callback, Side


@dataclass(frozen=True, slots=True)
class Signed:
    """A retry sends this very object again: the same query, the same nonce, the same body."""

    url: str
    query: dict[str, str]
    body: bytes
    content_type: str


def signed(side: Side, to: Callback, fields: Fields, receiver: str, at: float) -> Signed:
    """`receiver` is the corp's or the account's id. Documents 90930, 90968; the account's dev/push/encryption."""
    stamp, nonce = str(int(at)), str(secrets.randbelow(10**10))
    if side is Side.wecom:
        return _wecom(to, fields, receiver, stamp, nonce)
    query = {"signature": sealing.sign(to.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}
    query["openid"] = str(fields["FromUserName"])
    write, kind = _form(to)
    plain = write(fields)
    if to.mode == "plain":
        return Signed(to.url, query, plain, kind)
    sealed = sealing.seal(to.aes_key, plain, receiver)
    query |= {"encrypt_type": "aes", "msg_signature": sealing.sign(to.token, stamp, nonce, sealed)}
    outside = dict(fields) if to.mode == "compatible" else {"ToUserName": fields["ToUserName"]}
    return Signed(to.url, query, write({**outside, "Encrypt": sealed}), kind)


def question(side: Side, to: Callback, receiver: str, at: float, echo: str) -> dict[str, str]:
    """The query by which the platform asks whether the address is ours."""
    stamp, nonce = str(int(at)), str(secrets.randbelow(10**10))
    if side is Side.oa:
        return {
            "signature": sealing.sign(to.token, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "echostr": echo,
        }
    sealed = sealing.seal(to.aes_key, echo.encode(), receiver)
    signature = sealing.sign(to.token, stamp, nonce, sealed)
    return {"msg_signature": signature, "timestamp": stamp, "nonce": nonce, "echostr": sealed}


def _wecom(to: Callback, fields: Fields, receiver: str, stamp: str, nonce: str) -> Signed:
    sealed = sealing.seal(to.aes_key, forms.to_xml(fields), receiver)
    query = {"msg_signature": sealing.sign(to.token, stamp, nonce, sealed), "timestamp": stamp, "nonce": nonce}
    envelope = {"ToUserName": receiver, "AgentID": str(fields.get("AgentID", "")), "Encrypt": sealed}
    return Signed(to.url, query, forms.to_xml(envelope), "text/xml")


def _form(to: Callback) -> tuple[forms.Writer, str]:
    return (forms.to_json, "application/json") if to.form == "json" else (forms.to_xml, "text/xml")
