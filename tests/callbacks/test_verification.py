"""The platforms ask whether an address, and a domain, is ours."""

import asyncio
import itertools
import os
import socket
from pathlib import Path

import pytest

from bot.simulator.config import Side
from tests.callbacks.conftest import Door, Opened, refusals
from tests.callbacks.pushes import BOTH, KEYS, OLD_KEYS, PATHS, asked, callback, get

ECHO = "1616140317555161061"


@pytest.mark.parametrize("side", BOTH)
async def test_the_echo_is_answered_and_nothing_beside_it(door: Door, side: Side) -> None:
    status, body, headers = await get(door.client, PATHS[side], asked(side, door.at))
    assert (status, body) == (200, ECHO.encode())
    assert headers["Content-Type"].startswith("text/plain")
    assert await door.nothing_kept()


async def test_an_echo_whose_plus_became_a_space_is_answered(door: Door) -> None:
    query = asked(Side.wecom, door.at)
    while "+" not in query["echostr"]:
        query = asked(Side.wecom, door.at)
    spaced = {**query, "echostr": query["echostr"].replace("+", " ")}
    assert (await get(door.client, PATHS[Side.wecom], spaced))[:2] == (200, ECHO.encode())


VALUES = ("", "0", "é\n", "x" * 600, "<script>")


@pytest.mark.parametrize("side", BOTH)
async def test_a_forged_question_gets_no_echo(door: Door, side: Side) -> None:
    query = asked(side, door.at)
    signed_ones = set(query) - ({"echostr"} if side is Side.oa else set())
    for name, value in itertools.product(signed_ones, VALUES):
        status, body, _ = await get(door.client, PATHS[side], {**query, name: value})
        assert 400 <= status < 500, (name, value)
        assert ECHO.encode() not in body


async def test_an_echo_that_is_none_is_not_given_back(door: Door) -> None:
    """The account signs no echo: what comes back is plain text without spaces, which no browser reads as more."""
    query = asked(Side.oa, door.at)
    for echo in ("", "é", "a b", "x" * 600):
        assert (await get(door.client, PATHS[Side.oa], {**query, "echostr": echo}))[0] == 400
    status, body, headers = await get(door.client, PATHS[Side.oa], {**query, "echostr": "<script>"})
    assert (status, body) == (200, b"<script>")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("side", BOTH)
async def test_a_question_of_yesterday_is_refused(door: Door, side: Side) -> None:
    before = refusals(side.value, "stale")
    assert (await get(door.client, PATHS[side], asked(side, door.at - 86_400)))[0] == 403
    assert refusals(side.value, "stale") == before + 1


async def test_while_the_key_is_exchanged_a_question_by_either_is_answered(opened: Opened) -> None:
    async with opened(wecom_aes_key_previous=OLD_KEYS[Side.wecom]) as door:
        for key in (KEYS[Side.wecom], OLD_KEYS[Side.wecom]):
            query = asked(Side.wecom, door.at, to=callback(Side.wecom, aes_key=key))
            assert (await get(door.client, PATHS[Side.wecom], query))[:2] == (200, ECHO.encode())


@pytest.mark.parametrize("side", BOTH)
async def test_where_nothing_is_set_up_nobody_is_at_home(opened: Opened, side: Side) -> None:
    async with opened(wecom_token="", wecom_aes_key="", oa_token="", oa_aes_key="") as door:
        status, body, _ = await get(door.client, PATHS[side], asked(side, door.at))
        assert status == 404
        assert ECHO.encode() not in body


@pytest.mark.parametrize("name", ["WW_verify_Ab12cd34.txt", "MP_verify_0123456789abcdef.txt"])
async def test_a_file_that_proves_the_domain_is_served_at_the_root(door: Door, name: str) -> None:
    folder = door.deps.settings.data_dir / "verify"
    folder.mkdir()
    (folder / name).write_bytes(b"Ab12cd34")
    assert (await get(door.client, f"/{name}", {}))[:2] == (200, b"Ab12cd34")


async def test_no_other_file_is_served(door: Door, tmp_path: Path) -> None:
    folder = door.deps.settings.data_dir / "verify"
    folder.mkdir()
    (folder / "secret_key").write_bytes(b"secret")
    (folder / "WW_verify_link.txt").symlink_to(folder / "secret_key")
    (folder / "WW_verify_long.txt").write_bytes(b"x" * 1025)
    (folder / "WW_verify_folder.txt").mkdir()
    os.mkfifo(folder / "WW_verify_pipe.txt")
    names = ["WW_verify_link.txt", "WW_verify_long.txt", "WW_verify_folder.txt", "WW_verify_pipe.txt"]
    names += ["WW_verify_none.txt", "WW_verify_..%2Fsecret_key", "WW_verify_%2e%2e%2fsecret_key.txt", "secret_key"]
    names += ["XX_verify_abcd.txt", "WW_verify_abc.txt", "WW_verify_abcd.txt.bak", "WW_verify_abcd%00.txt"]
    for name in names:
        raw = await _raw(door, f"/{name}")
        assert raw.split(b" ")[1] in {b"400", b"404"}, name
        assert b"secret" not in raw


async def _raw(door: Door, path: str) -> bytes:
    """As nobody's library would send it."""
    reader, writer = await asyncio.open_connection(door.client.host, door.client.port, family=socket.AF_INET)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    said = await reader.read()
    writer.close()
    await writer.wait_closed()
    return said
