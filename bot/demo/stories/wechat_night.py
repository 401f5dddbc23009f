"""What the scenes of the story of both ways share, and how its weather station speaks."""

from dataclasses import dataclass
from typing import Any

from bot.demo.hands import Browser, Hands
from bot.demo.processes import Running
from bot.demo.samples.read import sample
from bot.demo.stories.asked import asked, told
from bot.demo.telling import Telling


@dataclass
class Night:
    """What the scenes share. `alert` and `broadcast` are the red warning's, once it is out."""

    county: Running
    hands: Hands
    told: Telling
    officer: Browser
    alert: str = ""
    broadcast: str = ""
    digits: int = 0  # answers of the measurement

    @property
    def board(self) -> str:
        return f"/console/alerts/{self.alert}"

    async def api(self, path: str) -> dict[str, Any]:
        return await asked(self.county, path)

    async def issue(self, **facts: str) -> str:
        """The weather station speaks, over the net. The alert's id."""
        now, zone = self.county.deps.clock.now(), self.county.settings.zone
        _, said = await told(self.county, sample("national.xml", now, zone, **facts))
        self.told.check(said.get("status") == "issued", "收到就发，没有人点任何按钮")
        return str(said.get("id", ""))
