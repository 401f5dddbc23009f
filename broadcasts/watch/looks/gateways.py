"""The county's own gateways for text messages and calls: whether they answer, and know our signature."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.channels.signing import SMS, VOICE, gateway_key
from bot.probes.asking import NoAnswer
from bot.probes.calling import Refusal
from bot.probes.gateway import gateway
from broadcasts.watch.contract import Found, Ground, Level, Seen
from broadcasts.watch.looks.platforms import PASSING
from broadcasts.watch.looks.public import near

LIVE = "live"


@dataclass(frozen=True)
class Gateway:
    """A look at one of them."""

    name: str

    async def __call__(self, ground: Ground) -> Found | None:
        settings = ground.deps.settings
        url = {SMS: settings.sms_webhook, VOICE: settings.voice_webhook}[self.name]
        if not url:
            return None
        try:
            await gateway(ground.http, url, gateway_key(ground.deps.vault, LIVE, self.name), ground.at)
        except Refusal:
            return Found((Seen("gateway_refuses", subject=self.name, facts={"gateway": self.name}),))
        except NoAnswer as error:
            facts = {"gateway": self.name, "reason": error.reason}
            return Found((Seen("gateway_silent", subject=self.name, facts=facts, patience=PASSING),))
        parts = urlsplit(url)
        open_ = parts.scheme == "http" and not near(parts.hostname or "")
        return Found((Seen("gateway_http", Level.note, self.name, {"gateway": self.name}),) if open_ else ())


sms: Callable[[Ground], Awaitable[Found | None]] = Gateway(SMS)
voice: Callable[[Ground], Awaitable[Found | None]] = Gateway(VOICE)
