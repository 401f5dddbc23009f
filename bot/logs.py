"""Logging as every process sets it up: one line an event, to stderr. Imports nothing heavy: the worker uses it too."""

import logging

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
QUIET = ("apscheduler", "aiohttp.access", "asyncio", "alembic", "aiosqlite")  # their news is not ours


def set_up(level: str) -> None:
    """`level` is LOG_LEVEL's value."""
    logging.basicConfig(level=level.upper(), format=FORMAT)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
