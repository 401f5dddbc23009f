"""What is proven is on the disk before it is answered, once, on both databases."""

import asyncio
import sqlite3

import pytest

from bot.db.journal import Journal
from bot.simulator.callbacks.signed import Signed
from bot.simulator.config import Side
from handlers.chat.wake import WAKE
from handlers.wechat.keeping.journal import line, taken
from handlers.wechat.keeping.store import beside
from handlers.wechat.models import Media, Nonce, Platform, Work
from handlers.wechat.prune import prune_nonces
from tests.callbacks.conftest import Door, Opened, refusals
from tests.callbacks.pushes import ANSWERS, BOTH, OLD_KEYS, SENDERS, callback, event, push, send, word
from tests.deadline import becomes


@pytest.mark.parametrize("side", BOTH)
@pytest.mark.parametrize("form", ["xml", "json"])
async def test_a_word_is_kept_and_then_answered(either: Door, side: Side, form: str) -> None:
    if side is Side.wecom and form == "json":
        form = "xml"  # its envelope is XML; a bot's JSON envelope is read by the same parser
    request = push(side, word(side, "1 收到 😀", at=either.at), either.at, to=callback(side, form=form))
    assert await send(either.client, request) == (200, ANSWERS[side])
    (kept,) = await either.words()
    assert (kept.road.value, kept.platform, kept.kind, kept.state) == (
        "live",
        Platform(side.value),
        "text",
        Work.waiting,
    )
    assert kept.sender == (SENDERS[side].lower() if side is Side.wecom else SENDERS[side])
    assert kept.body["Content"] == "1 收到 😀"
    assert kept.said_at == kept.received_at == either.clock.now()
    assert (kept.attempts, kept.error, kept.intent, kept.worked_at) == (0, "", "", None)


async def test_a_json_envelope_of_wecom_is_read_too(door: Door) -> None:
    import orjson

    from bot.simulator.callbacks import sealing
    from bot.simulator.callbacks.forms import to_json

    to = callback(Side.wecom)
    sealed = sealing.seal(to.aes_key, to_json(word(Side.wecom, at=door.at)), "ww00simulator00000")
    stamp = str(int(door.at))
    query = {"timestamp": stamp, "nonce": "7", "msg_signature": sealing.sign(to.token, stamp, "7", sealed)}
    body = orjson.dumps({"encrypt": "x", "Encrypt": sealed})
    assert (await send(door.client, Signed(to.url, query, body, "application/json")))[0] == 200


async def test_words_are_kept_in_the_order_in_which_they_came(either: Door) -> None:
    for number in range(12):
        fields = word(Side.wecom, str(number), at=either.at, id=number + 1)
        assert (await send(either.client, push(Side.wecom, fields, either.at)))[0] == 200
    assert [w.body["Content"] for w in await either.words()] == [str(n) for n in range(12)]


async def test_fifty_identical_callbacks_at_once_have_one_effect(either: Door) -> None:
    request = push(Side.wecom, word(Side.wecom, MsgType="image", MediaId="m", at=either.at), either.at)
    answers = await asyncio.gather(*(send(either.client, request) for _ in range(50)))
    assert answers == [(200, b"")] * 50
    assert [len(await either.rows(m)) for m in (Nonce, Media)] == [1, 1]
    assert len(await either.words()) == 1


async def test_a_retry_a_minute_later_has_no_second_effect(either: Door) -> None:
    request = push(Side.oa, word(Side.oa, at=either.at), either.at)
    for _ in range(3):
        assert await send(either.client, request) == (200, b"success")
        either.clock.turn(60)
    assert len(await either.words()) == 1


async def test_the_same_word_by_another_request_has_no_second_effect(either: Door) -> None:
    fields = event(Side.wecom, "template_card_event", at=either.at, EventKey="ack", TaskId="warn-1")
    requests = [push(Side.wecom, fields, either.at) for _ in range(5)]
    assert len({r.query["nonce"] for r in requests}) == 5
    assert {s for s, _ in await asyncio.gather(*(send(either.client, r) for r in requests))} == {200}
    assert [len(await either.words()), len(await either.rows(Nonce))] == [1, 5]


@pytest.mark.parametrize("together", [False, True])
async def test_a_nonce_that_comes_back_with_another_body_is_refused(either: Door, together: bool) -> None:
    first, second = (_again("5", word(Side.oa, text, at=either.at, id=n + 1), either) for n, text in enumerate("13"))
    before = refusals("oa", "nonce")
    if together:
        answers = list(await asyncio.gather(send(either.client, first), send(either.client, second)))
    else:
        answers = [await send(either.client, first), await send(either.client, second)]
    assert sorted(status for status, _ in answers) == [200, 409]
    assert refusals("oa", "nonce") == before + 1
    (kept,) = await either.words()
    assert (await send(either.client, first if kept.body["Content"] == "1" else second))[0] == 200
    assert len(await either.words()) == 1


def _again(nonce: str, fields: dict[str, object], door: Door) -> Signed:
    """A request with this nonce, properly signed."""
    from bot.simulator.callbacks import forms, sealing

    to, stamp = callback(Side.oa), str(int(door.at))
    sealed = sealing.seal(to.aes_key, forms.to_xml(fields), "wx00simulator00000")
    query = {"timestamp": stamp, "nonce": nonce, "encrypt_type": "aes"}
    query["msg_signature"] = sealing.sign(to.token, stamp, nonce, sealed)
    return Signed(to.url, query, forms.to_xml({"Encrypt": sealed}), "text/xml")


async def test_the_same_person_on_both_platforms_is_two(either: Door) -> None:
    for side in BOTH:
        fields = word(side, at=either.at, FromUserName="same")
        assert (await send(either.client, push(side, fields, either.at)))[0] == 200
    assert [w.platform for w in await either.words()] == [Platform.wecom, Platform.oa]


async def test_an_unknown_type_is_kept_whole(either: Door) -> None:
    fields = word(Side.oa, at=either.at, MsgType="hologram", Beam={"Colour": "blue", "Ray": ["1", "2"]})
    assert (await send(either.client, push(Side.oa, fields, either.at)))[0] == 200
    (kept,) = await either.words()
    assert (kept.kind, kept.body["Beam"]) == ("hologram", {"Colour": "blue", "Ray": ["1", "2"]})


async def test_what_people_type_reaches_the_disk(either: Door) -> None:
    texts = ["a\x00b\x1d", "x]]>y", "\ud7ff\ufffd", "' OR 1=1 --", '"\\u0000"', "1" * 4000]
    for number, text in enumerate(texts):
        request = push(Side.oa, word(Side.oa, text, at=either.at, id=number + 1), either.at)
        assert (await send(either.client, request))[0] == 200
    assert [w.body["Content"] for w in await either.words()] == ["ab", *texts[1:]]


async def test_who_works_is_woken_by_what_is_new_alone(door: Door) -> None:
    request = push(Side.wecom, word(Side.wecom, at=door.at), door.at)
    heard = asyncio.ensure_future(door.app[WAKE].heard(door.clock, 60))
    await send(door.client, request)
    await asyncio.wait_for(heard, 5)
    again = asyncio.ensure_future(door.app[WAKE].heard(door.clock, 60))
    await send(door.client, request)
    assert not again.done()
    door.clock.turn(60)
    await asyncio.wait_for(again, 5)


async def test_during_the_exchange_of_keys_both_are_heard(opened: Opened) -> None:
    async with opened(oa_aes_key_previous=OLD_KEYS[Side.oa]) as door:
        for number, to in enumerate((callback(Side.oa), callback(Side.oa, aes_key=OLD_KEYS[Side.oa]))):
            request = push(Side.oa, word(Side.oa, at=door.at, id=number + 1), door.at, to=to)
            assert (await send(door.client, request))[0] == 200
        assert len(await door.words()) == 2


def rename(door: Door, old: str, new: str) -> None:
    with sqlite3.connect(door.deps.settings.sqlite_path) as db:
        db.execute(f"ALTER TABLE {old} RENAME TO {new}")


async def test_a_database_that_takes_nothing_is_waited_for_and_no_word_is_lost(door: Door) -> None:
    """The platform is answered; it would come three times within seconds, and never again."""
    requests = [push(Side.wecom, word(Side.wecom, f"{n}", at=door.at, id=n), door.at) for n in (1, 2)]
    rename(door, "inbound", "elsewhere")
    assert [(await send(door.client, request))[0] for request in (*requests, requests[0])] == [200] * 3
    rename(door, "elsewhere", "inbound")

    async def there() -> bool:
        return [w.body["Content"] for w in await door.words()] == ["1", "2"]

    await becomes(there)


async def test_what_neither_database_nor_journal_takes_is_told_to_the_platform(opened: Opened) -> None:
    """Then it tells it again, and nothing is lost."""
    async with opened() as before:
        pass
    others = Journal.open(beside(before.deps.settings), line, taken)
    assert others is not None  # another process has the journal
    async with opened() as door:
        request = push(Side.wecom, word(Side.wecom, at=door.at), door.at)
        rename(door, "inbound", "elsewhere")
        assert (await send(door.client, request))[0] == 503
        rename(door, "elsewhere", "inbound")
        assert (await send(door.client, request))[0] == 200
        assert len(await door.words()) == 1
    others.close()


async def test_requests_older_than_a_day_are_forgotten(either: Door) -> None:
    await send(either.client, push(Side.wecom, word(Side.wecom, at=either.at), either.at))
    either.clock.turn(23 * 3600)
    await send(either.client, push(Side.wecom, word(Side.wecom, at=either.at), either.at))
    either.clock.turn(2 * 3600)
    async with either.deps.begin() as session:
        assert await prune_nonces(session, either.clock.now()) == 1
    assert len(await either.rows(Nonce)) == 1
    assert len(await either.words()) == 2
