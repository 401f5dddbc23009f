"""The simulator 40 ms away, in its own process; prints its base URL."""

import asyncio
import sys

from bot.simulator.config import SimulatorConfig
from bot.simulator.serve import running


async def main() -> None:
    async with running(SimulatorConfig(open_world=True, latency_ms=40.0)) as base:
        sys.stdout.write(base + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
