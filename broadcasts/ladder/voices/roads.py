"""By which roads telephones may ring now."""

from bot.config import Settings
from broadcasts.answers.counted import CALLS
from broadcasts.dispatch.sending.roads import PSTNCC, open_roads


def open_calls(settings: Settings, *, drill: bool) -> frozenset[str]:
    """An emergency call reads nothing out, so it cannot say that it is a drill."""
    return (open_roads(settings).channels & CALLS) - ({PSTNCC} if drill else set())
