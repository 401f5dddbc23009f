"""The seats of the demo's day in a real browser: whoever plays the story opens pages, fills in what a page's own form
asks, presses its own buttons, and types on a phone's own page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page, Response
from yarl import URL

from bot.demo.day.county import Day, DayHands
from bot.demo.hands import Browser as Seen

# The form that is sent there, has a place for every field, and where a value is fixed, has that value.
FORM = """([path, fields]) => {
  document.querySelectorAll("main details").forEach(d => { d.open = true; });
  const fits = form => {
    const action = new URL(form.getAttribute("action") || location.href, location.href);
    if (action.pathname + action.search !== path && action.pathname !== path) return false;
    return Object.entries(fields).every(([name, value]) => [...form.elements].some(e => e.name === name &&
      (["hidden", "submit", "radio", "checkbox"].includes(e.type) ? e.value === value : true)));
  };
  return [...document.forms].findIndex(fits);
}"""
FILLED = ("input:not([type=hidden]):not([type=radio]):not([type=checkbox])", "textarea")


@dataclass
class Seat(Seen):
    """`page` is the tab. `wrong` is what its browser complained of."""

    page: Page = field(kw_only=True)
    wrong: list[str] = field(default_factory=list)

    async def open(self, url: str, **headers: str) -> str:
        await self.page.set_extra_http_headers(headers)
        answer = await self.page.goto(self._full(url))
        if "/connect/oauth2/authorize" in self.page.url:  # the platform asks whose phone this is
            answer = await self.page.goto(
                str(URL(self.page.url, encoded=True).update_query({"as": self.phone}).with_fragment(None))
            )
        return await self._seen(answer)

    async def press(self, url: str = "", **fields: str) -> str:
        form = await self._form(url or self.where, fields)
        for name, value in fields.items():
            await _fill(form, name, value)
        await self._submit(form, fields)
        return self.text

    async def upload(self, url: str, name: str, content: bytes, at: str = "file", **fields: str) -> str:
        form = await self._form(url, fields)
        file = form.locator(f'input[type=file][name="{at}"]')
        await file.set_input_files({"name": name, "mimeType": guess_type(name)[0] or "", "buffer": content})
        await self._submit(form, fields)
        return self.text

    async def fetch(self, url: str) -> None:
        answer = await self.page.request.get(self._full(url))
        self.status, self.body = answer.status, await answer.body()

    async def download(self, url: str, **fields: str) -> None:
        form = await self._form(url, fields)
        async with self.page.expect_download() as coming:
            await (await _button(form, fields)).click()
        self.body = await asyncio.to_thread(Path(await (await coming.value).path()).read_bytes)

    async def _form(self, url: str, fields: dict[str, str]) -> Locator:
        number = await self.page.evaluate(FORM, [url, fields])
        assert number >= 0, f"{self.page.url} has no form for {url} with {fields}"
        return self.page.locator("form").nth(number)

    async def _submit(self, form: Locator, fields: dict[str, str]) -> None:
        async with self.page.expect_navigation() as going:
            await (await _button(form, fields)).click()
        await self._seen(await going.value)

    async def _seen(self, answer: Response | None) -> str:
        assert answer is not None
        here = URL(self.page.url).with_fragment(None)
        self.status, self.where = answer.status, str(here.relative())
        self.body = await answer.body() if "text/html" not in answer.headers.get("content-type", "") else b""
        self.text = await self.page.content()
        return self.text


async def _button(form: Locator, fields: dict[str, str]) -> Locator:
    """The one that says what is done, else the form's only one."""
    for name, value in fields.items():
        named = form.locator(f'button[name="{name}"][value="{value}"]')
        if await named.count():
            return named.first
    return form.locator("button:not([name]), input[type=submit]").first


async def _fill(form: Locator, name: str, value: str) -> None:
    for kind in FILLED:
        if await (one := form.locator(f'{kind}[name="{name}"]')).count():
            await one.first.fill(value)
    if await (one := form.locator(f'select[name="{name}"]')).count():
        await one.first.select_option(value)
    if await (one := form.locator(f'input[name="{name}"][value="{value}"]:is([type=radio],[type=checkbox])')).count():
        await one.first.check()


class SeatedHands(DayHands):
    """Every hand of the day, with Chromium under it."""

    def __init__(self, day: Day, chromium: Browser) -> None:
        super().__init__(day)
        self._chromium = chromium
        self._phones: dict[str, Page] = {}
        self.wrong: list[str] = []

    async def do(self, phone: str, what: str, **given: Any) -> dict[str, Any]:
        """Words are typed on the phone's own page; the rest is told to the simulator."""
        if what != "say":
            return await super().do(phone, what, **given)
        page = await self._phone(phone)
        await page.locator("#say").fill(given["text"])
        async with page.expect_navigation():
            await page.locator("form[action$='/say'] button").click()
        return {}

    async def _phone(self, name: str) -> Page:
        if name not in self._phones:
            context = await self._chromium.new_context(
                locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True
            )
            self._phones[name] = await context.new_page()
        await self._phones[name].goto(f"{self.simulator}/phones/{name}")
        return self._phones[name]

    @asynccontextmanager
    async def browser(self, phone: str = "") -> AsyncIterator[Seen]:
        context = await self._chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 1000})
        try:
            yield await self._seat(context, phone)
        finally:
            await context.close()

    async def _seat(self, context: BrowserContext, phone: str) -> Seat:
        page = await context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        if phone:  # the simulated platform knows whose browser this is
            await page.goto(f"{self.simulator}/phones/{phone}")
        return Seat(self.http, self.web, phone, page=page)
