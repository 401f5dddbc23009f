"""A real Caddy with the file of deploy/, in front of whatever listens; where this machine has one."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.deadline import until
from tests.deploy.parts import DEPLOY
from tests.programs import program
from tests.servers import HOST, _answers, _free_port

FILE = DEPLOY / "caddy" / "Caddyfile"
ALONE = "{\n\tadmin off\n\tauto_https off\n}\n"  # beside others on this machine, and without a certificate


@asynccontextmanager
async def caddy(folder: Path, *webs: int) -> AsyncIterator[str]:
    """Its address; `webs` are the ports behind it."""
    server = program("caddy")
    port, config = _free_port(), folder / "Caddyfile"
    config.write_text(ALONE + FILE.read_text(encoding="utf-8"), encoding="utf-8")
    base = f"http://{HOST}:{port}"
    own = {"SITE": base, "WEB": " ".join(f"{HOST}:{web}" for web in webs), "HOME": str(folder)}
    with (folder / "log").open("w") as log:
        run = (server, "run", "--config", str(config), "--adapter", "caddyfile")
        process = await asyncio.create_subprocess_exec(*run, env=os.environ | own, stdout=log, stderr=log)
        try:
            await asyncio.to_thread(until, lambda: _answers(port))
            yield base
        finally:
            process.kill()
            await process.wait()
