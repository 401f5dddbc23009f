from collections.abc import AsyncIterator

import pytest

from tests.simulator.sim import Sim, opened


@pytest.fixture
async def sim() -> AsyncIterator[Sim]:
    """A small world: four members, one without a licence, one gone; two groups, the robot of one removed."""
    async with opened() as sim:
        yield sim
