"""Which channels are open now, by what the county has set up."""

from dataclasses import dataclass

from bot.config import Settings


@dataclass(frozen=True)
class Roads:
    """What a message may offer and by what it may leave. `base_url` is empty where the county has no public address."""

    channels: frozenset[str]
    base_url: str = ""
    hears_wecom: bool = False  # a digit typed there comes back to us
    hears_oa: bool = False


def open_roads(settings: Settings) -> Roads:
    """Robots need nothing but their keys; the application message needs its credentials."""
    names = {"wecom_robot"} | ({"wecom_app"} if settings.has_application else set())
    return Roads(frozenset(names), settings.base_url, settings.hears_wecom, settings.hears_oa)
