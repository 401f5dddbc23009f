"""Which channels are open now, by what the county has set up."""

from dataclasses import dataclass

from bot.config import Settings


@dataclass(frozen=True)
class Roads:
    """What a message may offer and by what it may leave. `base_url` is empty where the county has no public address."""

    channels: frozenset[str]
    base_url: str = ""


def open_roads(settings: Settings) -> Roads:
    """Robots need nothing but their keys; the application message needs its credentials."""
    names = {"wecom_robot"} | ({"wecom_app"} if settings.has_application else set())
    return Roads(frozenset(names), settings.base_url)
