"""A sign of life to a monitor outside, each minute, and only while we can prove that all is well: its silence is an
alarm that no fault of this machine can hold back."""

import logging
from collections.abc import Sequence
from datetime import datetime

from yarl import URL

from bot.deps import Deps
from bot.probes.asking import NoAnswer, ask, asking
from broadcasts.watch.contract import Look
from broadcasts.watch.run import seen

log = logging.getLogger(__name__)


async def beat(deps: Deps, invariants: Sequence[Look], at: datetime) -> bool:
    """Whether the sign was given, and taken."""
    if not deps.settings.heartbeat_url:
        return False
    found = await seen(deps, invariants, at)
    broken = [name for name, one in found.items() if one is not None and one.seen]
    if broken:
        log.error("no sign of life to the monitor: %s", ", ".join(broken))
        return False
    try:
        async with asking() as http:
            heard = await ask(http, URL(deps.settings.heartbeat_url))
    except NoAnswer as error:
        log.warning("the monitor did not take our sign of life: %s", error.reason)
        return False
    return heard.status < 400
