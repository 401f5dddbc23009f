"""One of the demo's two simulators, as a process: `python -m bot.demo.simulator PORT LABEL`."""

import asyncio
import sys

from bot.parent import gone
from bot.simulator.config import SimulatorConfig
from bot.simulator.serve import serve

LATENCY_MS = 40.0  # about as far away as the real platform


def config(label: str) -> SimulatorConfig:
    return SimulatorConfig(open_world=True, latency_ms=LATENCY_MS, label=label)


async def main(port: int, label: str) -> None:
    """Serve until the parent is gone."""
    serving = asyncio.create_task(serve(config(label), port=port))
    parent = asyncio.create_task(gone())
    await asyncio.wait([serving, parent], return_when=asyncio.FIRST_COMPLETED)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
