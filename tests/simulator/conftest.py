from collections.abc import AsyncIterator

import pytest

from tests.simulator.product import Product, listening
from tests.simulator.sim import CONFIG, Sim, opened


@pytest.fixture
async def product() -> AsyncIterator[Product]:
    """Hears what the platforms tell."""
    async with listening(CONFIG.corp_id, CONFIG.app_id) as product:
        yield product


@pytest.fixture
async def sim() -> AsyncIterator[Sim]:
    """A small world that nobody listens to: five members, one without a licence, one gone, one in the plug-in; five
    followers; two groups, the robot of one removed."""
    async with opened() as sim:
        yield sim


@pytest.fixture
async def heard(product: Product) -> AsyncIterator[Sim]:
    """The same world, whose callbacks the product hears."""
    async with opened(wecom_callback=product.callback("wecom"), oa_callback=product.callback("oa")) as sim:
        yield sim
