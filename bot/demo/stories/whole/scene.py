"""What the scenes of the day share."""

from dataclasses import dataclass
from typing import Any

from bot.demo.day.county import Day, DayHands
from bot.demo.hands import Browser
from bot.demo.samples.read import sample
from bot.demo.telling import Telling

XML = "application/xml"
OFFICER, NIGHT_OFFICER, LEADER = "liuyang", "zhiban2", "sunzhiyuan"
NIGHT_PHONE = "xian-zb2"
FAST, SILENT, SECOND = "lixiuying", "cun038-a", "cun038-b"  # 李秀英；康春田 and his B, 黎春强
MENDER, MENDS = "王建国", "wangjianguo"  # a grid worker of 柳湾村
BYSTANDER = "cun037-b"  # is named in no drill
CALLED = "邱廷岩"  # is telephoned
RESIDENT, HOME = "o-demo-01", "529926101200"  # 褚秀兰, of 柳湾村


@dataclass
class Scene:
    """`alert` is the red warning's id and `broadcast` its sending's, once it is out; `report` the page of what 李秀英
    reported, `hint` and `drill` the pages of these."""

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

    @property
    def board(self) -> str:
        return f"/console/alerts/{self.alert}"

    async def sign_in(self, browser: Browser, name: str) -> bool:
        await browser.open("/console/sign-in")
        await browser.press("/console/sign-in", name=name, password=self.day.password)
        return browser.where == "/console/"

    async def api(self, path: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.day.reading}"}
        async with self.day.http.get(f"{self.day.web}/api/v1{path}", headers=headers) as answer:
            said: dict[str, Any] = await answer.json()
        return said

    async def issue(self, **facts: str) -> str:
        """The weather station speaks. The alert's id."""
        now, zone = self.day.clock.now(), self.day.settings.zone
        headers = {"Authorization": f"Bearer {self.day.intake}", "Content-Type": XML}
        raw = sample("national.xml", now, zone, **facts)
        async with self.day.http.post(f"{self.day.web}/api/v1/warnings", data=raw, headers=headers) as answer:
            said: dict[str, Any] = await answer.json()
        self.told.check(said.get("status") == "issued", "收到就发，没有人点任何按钮")
        await self.day.work()
        return str(said.get("id", ""))
