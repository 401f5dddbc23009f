"""What the steps of a day share: the county, its phones, the seats at the desk, and what has been made so far."""

from dataclasses import dataclass
from typing import Any

from bot.demo.day.county import Day, DayHands
from bot.demo.hands import Browser
from bot.demo.samples.read import sample
from bot.demo.stories.asked import XML, asked, told
from bot.demo.telling import Telling


@dataclass
class Scene:
    """`officer`, `night` and `leader` are browsers. The rest is made by the steps: `alert` is the id of the warning
    that the day is about and `broadcast` its sending's; `report`, `hint`, `drill`
    and `endless` (a warning without an end) are pages."""

    day: Day
    hands: DayHands
    told: Telling
    officer: Browser
    night: Browser
    leader: Browser
    first: str = ""  # the red warning's identifier, to which what follows refers
    alert: str = ""
    broadcast: str = ""
    report: str = ""
    hint: str = ""
    drill: str = ""
    endless: str = ""

    @property
    def board(self) -> str:
        return f"/console/alerts/{self.alert}"

    async def sign_in(self, browser: Browser, name: str) -> bool:
        await browser.open("/console/sign-in")
        await browser.press("/console/sign-in", name=name, password=self.day.password)
        return browser.where == "/console/"

    async def api(self, path: str) -> dict[str, Any]:
        return await asked(self.day, path)

    async def intake(self, raw: bytes, media_type: str = XML) -> tuple[int, dict[str, Any]]:
        """A source speaks, and what that makes due is done."""
        answer = await told(self.day, raw, media_type)
        await self.day.work()
        return answer

    async def issue(self, **facts: str) -> str:
        """The weather station speaks. The alert's id."""
        _, said = await self.intake(sample("national.xml", self.day.clock.now(), self.day.settings.zone, **facts))
        self.told.check(said.get("status") == "issued", "收到就发，没有人点任何按钮")
        return str(said.get("id", ""))
