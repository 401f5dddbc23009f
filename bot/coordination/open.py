"""Which form of coordination the settings ask for. The worker imports only the one that it needs."""

from bot.clock import Clock
from bot.config import Settings
from bot.coordination.contract import Coordination
from bot.coordination.local import LocalCoordination
from bot.coordination.watch import PostgresWatch, SqliteWatch


def open_coordination(settings: Settings, clock: Clock) -> Coordination:
    """To be closed at the end."""
    watch = SqliteWatch(settings.sqlite_path, clock) if settings.is_sqlite else PostgresWatch(settings.database)
    if not settings.redis_url:
        return LocalCoordination(watch)
    from bot.coordination.redis_windows import RedisWindows
    from bot.coordination.shared import SharedCoordination

    return SharedCoordination(RedisWindows(settings.redis_url), watch, clock)
