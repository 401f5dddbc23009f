"""The press: a large paper or a sheet of charts is made in a process of its own, which ends and gives its memory back.
What goes in and out is JSON and bytes; the web process only waits."""

import asyncio
import os
import sys
from typing import Any

import orjson

from bot.errors import SignalTreeError

LONGEST = 120.0  # seconds for one piece of work
GENTLE = 10  # how far it stands back for whatever sends warnings


class PressFailed(SignalTreeError):
    """没有印出来，请稍后再试；再不行请看日志。"""


async def printed(name: str, facts: dict[str, Any]) -> bytes:
    """The PDF of a paper with these facts."""
    return await _ask({"do": "paper", "name": name, "facts": facts})


async def drawn(specs: list[dict[str, Any]]) -> list[str]:
    """The charts of some Vega-Lite specifications, as SVG."""
    made: list[str] = orjson.loads(await _ask({"do": "charts", "specs": specs}))
    return made


async def _ask(work: dict[str, Any]) -> bytes:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.press", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(LONGEST):
            said, _ = await child.communicate(orjson.dumps(work))
    except TimeoutError:
        raise PressFailed from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise PressFailed
    return said


def main() -> None:
    """In the process of its own: one piece of work from standard input."""
    os.nice(GENTLE)
    work = orjson.loads(sys.stdin.buffer.read())
    if work["do"] == "charts":
        from bot.charts import charts

        made = orjson.dumps(charts(work["specs"]))
    else:
        from bot.papers import paper

        made = paper(work["name"], work["facts"])
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
