"""Logging as every process sets it up: one line an event, to stderr. Imports nothing heavy: the worker uses it too."""

import logging

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
QUIET = {  # their news is not ours; of a run left out the ticker itself says which
    "apscheduler": logging.ERROR,
    **dict.fromkeys(("aiohttp.access", "asyncio", "alembic", "aiosqlite"), logging.WARNING),
}


def set_up(level: str) -> None:
    """`level` is LOG_LEVEL's value."""
    logging.basicConfig(level=level.upper(), format=FORMAT)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLogger().level))
