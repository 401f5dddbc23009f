"""Forged, broken, late, or for somebody else: refused with 4xx, counted by its reason, nothing kept."""

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.simulator.callbacks import sealing
from bot.simulator.callbacks.signed import Signed
from bot.simulator.config import Side
from bot.wechat.ears import training_secrets
from bot.wechat.fields import LIMIT
from tests.callbacks.conftest import Door, Opened, refusals
from tests.callbacks.pushes import BOTH, OLD_KEYS, PATHS, SECRETS, SENDERS, callback, push, send, word

Make = Callable[[Side, float], Signed]


def good(side: Side, at: float) -> Signed:
    return push(side, word(side, at=at), at)


def asking(side: Side, at: float, **query: str) -> Signed:
    request = good(side, at)
    return replace(request, query={k: v for k, v in {**request.query, **query}.items() if v != "-"})


def sealed(side: Side, at: float, text: str) -> Signed:
    """Rightly signed, whatever is sealed."""
    token, stamp = callback(side).token, str(int(at))
    query = {"timestamp": stamp, "nonce": "9", "msg_signature": sealing.sign(token, stamp, "9", text)}
    return Signed(PATHS[side], query, f"<xml><Encrypt><![CDATA[{text}]]></Encrypt></xml>".encode(), "text/xml")


def holding(side: Side, at: float, text: bytes) -> Signed:
    return sealed(
        side,
        at,
        sealing.seal(
            callback(side).aes_key, text, "ww00simulator00000" if side is Side.wecom else "wx00simulator00000"
        ),
    )


def cut(side: Side, at: float, by: int) -> Signed:
    """Truncated, and signed all the same: whoever holds the token may do so."""
    whole = sealing.seal(callback(side).aes_key, b"<xml/>", "x")
    return sealed(side, at, whole[:-by])


FORGED: dict[str, tuple[str, Make]] = {
    "without signature": ("signature", lambda s, at: asking(s, at, msg_signature="-")),
    "another signature": ("signature", lambda s, at: asking(s, at, msg_signature="0" * 40)),
    "a signature of no letters that we know": ("signature", lambda s, at: asking(s, at, msg_signature="签名")),
    "another nonce": ("signature", lambda s, at: asking(s, at, nonce="1")),
    "another time": ("signature", lambda s, at: asking(s, at, timestamp=str(int(at) + 1))),
    "another body": ("signature", lambda s, at: replace(good(s, at), body=push(s, word(s, "3", at=at), at).body)),
    "another token": ("signature", lambda s, at: push(s, word(s, at=at), at, to=callback(s, token="guessed"))),
    "without time": ("malformed", lambda s, at: asking(s, at, timestamp="-")),
    "a time that is none": ("malformed", lambda s, at: asking(s, at, timestamp="now")),
    "a time without end": ("malformed", lambda s, at: asking(s, at, timestamp="9" * 400)),
    "without nonce": ("malformed", lambda s, at: asking(s, at, nonce="-")),
    "an endless nonce": ("malformed", lambda s, at: asking(s, at, nonce="n" * 200)),
    "eleven minutes late": ("stale", lambda s, at: good(s, at - 660)),
    "eleven minutes early": ("stale", lambda s, at: good(s, at + 660)),
    "another key": ("ciphertext", lambda s, at: push(s, word(s, at=at), at, to=callback(s, aes_key=OLD_KEYS[s]))),
    "another receiver": ("receiver", lambda s, at: push(s, word(s, at=at), at, receiver="ww-another-corp")),
    "no receiver": ("receiver", lambda s, at: sealed(s, at, sealing.seal(callback(s).aes_key, b"<xml/>", ""))),
    "four letters cut": ("ciphertext", lambda s, at: cut(s, at, 4)),
    "a block cut": ("ciphertext", lambda s, at: cut(s, at, 24)),
    "no base64": ("ciphertext", lambda s, at: sealed(s, at, "?" * 64)),
    "an empty envelope": ("unsealed", lambda s, at: sealed(s, at, "")),
    "no envelope": ("unsealed", lambda s, at: replace(good(s, at), body=b"<xml><Content>1</Content></xml>")),
    "an empty body": ("malformed", lambda s, at: replace(good(s, at), body=b"")),
    "half a body": ("malformed", lambda s, at: replace(good(s, at), body=good(s, at).body[:60])),
    "a body of anything": ("malformed", lambda s, at: replace(good(s, at), body=bytes(range(256)))),
    "a DTD outside": ("malformed", lambda s, at: replace(good(s, at), body=b"<!DOCTYPE x><xml><Encrypt/></xml>")),
    "a DTD inside": ("malformed", lambda s, at: holding(s, at, b'<!DOCTYPE x [<!ENTITY a "b">]><xml><a>&a;</a></xml>')),
    "nobody who speaks": ("malformed", lambda s, at: holding(s, at, b"<xml><MsgType>text</MsgType></xml>")),
    "nothing inside": ("malformed", lambda s, at: holding(s, at, b"")),
    "no letters inside": ("malformed", lambda s, at: holding(s, at, bytes(range(200)))),
    "too much": ("oversized", lambda s, at: replace(good(s, at), body=b"x" * (LIMIT + 1))),
}


@pytest.mark.parametrize("side", BOTH)
async def test_it_is_refused_and_counted_and_nothing_is_kept(door: Door, side: Side) -> None:
    for how, (reason, make) in FORGED.items():
        before = refusals(side.value, reason)
        status, body = await send(door.client, make(side, door.at))
        assert 400 <= status < 500, how
        assert refusals(side.value, reason) == before + 1, how
        assert not [s for s in (*SECRETS, *SENDERS.values()) if s.encode() in body], how
        assert await door.nothing_kept(), how
    assert (await send(door.client, good(side, door.at)))[0] == 200


@pytest.mark.parametrize("side", BOTH)
async def test_within_ten_minutes_it_is_heard(door: Door, side: Side) -> None:
    for number, away in enumerate((-590, 590)):
        fields = word(side, at=door.at, id=number + 1)
        assert (await send(door.client, push(side, fields, door.at + away)))[0] == 200


async def test_a_body_of_unknown_length_is_cut_off(door: Door) -> None:
    async def endless() -> object:
        while True:
            yield b"x" * 65_536

    before = refusals("wecom", "oversized")
    request = good(Side.wecom, door.at)
    async with door.client.post(request.url, params=request.query, data=endless()) as answer:
        assert answer.status == 413
    assert refusals("wecom", "oversized") == before + 1


async def test_a_sender_who_falls_silent_is_not_waited_for(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.wechat.callbacks.PATIENCE", 0.05)
    before = refusals("wecom", "slow")
    reader, writer = await asyncio.open_connection(door.client.host, door.client.port)
    writer.write(b"POST /callbacks/wecom HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n<xml>")
    assert (await reader.readline()).startswith(b"HTTP/1.1 408")
    writer.close()
    assert refusals("wecom", "slow") == before + 1


@pytest.mark.parametrize("body", [b"notgzip", gzip.compress(b"<xml><Encrypt>x</Encrypt></xml>")])
async def test_a_packed_body_is_refused_like_any_other(
    door: Door, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    before = refusals("wecom", "malformed")
    reader, writer = await asyncio.open_connection(door.client.host, door.client.port)
    head = f"POST /callbacks/wecom HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
    assert (await reader.readline()).startswith(b"HTTP/1.1 400")
    await reader.read()
    writer.close()
    assert refusals("wecom", "malformed") == before + 1
    assert "was not kept" not in caplog.text


async def test_other_methods_are_not_taken(door: Door) -> None:
    for path in PATHS.values():
        for method in ("PUT", "DELETE", "PATCH", "HEAD"):
            async with door.client.request(method, path) as answer:
                assert answer.status == 405


async def test_the_flood_of_a_forger_is_one_line_in_the_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(50):
        await send(door.client, asking(Side.oa, door.at, msg_signature="0"))
    assert caplog.text.count("a callback of oa was refused: signature") == 1


# Modes of the account


async def plain(door: Door, text: str = "1") -> Signed:
    return push(Side.oa, word(Side.oa, text, at=door.at), door.at, to=callback(Side.oa, mode="plain"))


@pytest.mark.parametrize("mode", ["safe", "compatible"])
async def test_plain_words_are_not_believed_unless_a_setting_asks(opened: Opened, mode: str) -> None:
    async with opened(oa_mode=mode) as door:
        before = refusals("oa", "unsealed")
        assert (await send(door.client, await plain(door)))[0] == 403
        assert refusals("oa", "unsealed") == before + 1
        assert await door.nothing_kept()


async def test_in_plain_mode_a_body_goes_with_its_nonce(opened: Opened) -> None:
    """The signature covers no body: a triple that somebody read from a log opens the door for no other."""
    async with opened(oa_mode="plain") as door:
        first, second = await plain(door), await plain(door, text="3")
        assert await send(door.client, first) == (200, b"success")
        assert (await send(door.client, replace(first, body=second.body)))[0] == 409
        assert (await send(door.client, replace(second, query={**second.query, "signature": "0"})))[0] == 403
        assert [w.body["Content"] for w in await door.words()] == ["1"]


async def test_of_a_compatible_push_only_what_was_sealed_is_believed(opened: Opened) -> None:
    async with opened(oa_mode="compatible") as door:
        request = push(Side.oa, word(Side.oa, "1", at=door.at), door.at, to=callback(Side.oa, mode="compatible"))
        forged = replace(request, body=request.body.replace(b"<Content><![CDATA[1]]>", b"<Content><![CDATA[3]]>"))
        assert forged.body != request.body
        assert (await send(door.client, forged))[0] == 200
        assert [w.body["Content"] for w in await door.words()] == ["1"]
        assert (await send(door.client, request))[0] == 200
        assert len(await door.words()) == 1


async def test_in_plain_mode_what_is_sealed_is_still_proven(opened: Opened) -> None:
    async with opened(oa_mode="plain") as door:
        assert (await send(door.client, good(Side.oa, door.at)))[0] == 200
        forged = asking(Side.oa, door.at, msg_signature="0")
        assert (await send(door.client, forged))[0] == 403


# Roads


@pytest.mark.parametrize("side", BOTH)
async def test_what_the_training_road_signs_opens_no_ear_of_the_live_one(opened: Opened, side: Side) -> None:
    async with opened(training_api_base="http://127.0.0.1:9") as door:
        token, key = training_secrets(door.deps.vault, side.value)
        path = PATHS[side].replace("/callbacks/", "/callbacks/training/")
        to = callback(side, path=path, token=token, aes_key=key)
        request = push(side, word(side, at=door.at), door.at, to=to)
        assert (await send(door.client, replace(request, url=PATHS[side])))[0] == 403
        assert (await send(door.client, replace(good(side, door.at), url=path)))[0] == 403
        assert await door.nothing_kept()
        assert (await send(door.client, request))[0] == 200
        assert (await send(door.client, good(side, door.at)))[0] == 200
        assert sorted(w.road.value for w in await door.words()) == ["live", "training"]


async def test_without_a_training_road_nobody_is_at_home_there(door: Door) -> None:
    for side in BOTH:
        path = PATHS[side].replace("/callbacks/", "/callbacks/training/")
        assert (await send(door.client, replace(good(side, door.at), url=path)))[0] == 404


def test_every_reason_has_a_status_of_its_own_kind() -> None:
    from handlers.wechat.proof import STATUS

    assert {reason for reason, _ in FORGED.values()} <= set(STATUS)
    assert all(400 <= status < 500 for status in STATUS.values())
