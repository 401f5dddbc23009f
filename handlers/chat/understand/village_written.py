"""What is written of a village that is moved outside the chat, on a page or by an officer on the telephone: read as the
chat reads it. Pure."""

from dataclasses import replace

from broadcasts.tasks.evacuation.say import Heard
from handlers.chat.understand.at_evacuation import AtEvacuation, at_evacuation
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.pleas import cries
from handlers.chat.understand.read import understand


def village_written(words: str) -> AtEvacuation | None:
    """None where nothing of it is said. Who cries for help needs support."""
    read, meant = at_evacuation(words), understand(words).intent
    helped = meant is Intent.help or cries(words)
    if read is not None:
        return read._replace(heard=replace(read.heard, help=helped or read.heard.help))
    if helped or meant in {Intent.cannot, Intent.received}:
        return AtEvacuation(Heard(help=helped, cannot=meant is Intent.cannot))
    return None
