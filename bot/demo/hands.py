"""The phones of a story as their owners hold them: what is shown, typing, tapping, scanning, and pages that open."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from mimetypes import guess_type
from typing import Any

import aiohttp
from yarl import URL

from bot.demo.forms import filled
from bot.demo.simulated import told
from bot.demo.waiting import until

REDIRECTS = frozenset({301, 302, 303})
HOPS = 10
ADDRESS = re.compile(r"https?://[^\s，。；、）]+")


@dataclass
class Browser:
    """One cookie jar. `text` and `status` are of the page that came last."""

    http: aiohttp.ClientSession
    base: str  # the product's address
    phone: str = ""  # whose browser the platform takes it for
    text: str = ""
    body: bytes = b""
    status: int = 0
    where: str = ""

    async def open(self, url: str, **headers: str) -> str:
        async with self.http.get(self._full(url), allow_redirects=False, headers=headers) as answer:
            return await self._follow(answer)

    async def press(self, url: str = "", **fields: str) -> str:
        """Send the form of the page that is open: what stands in it goes along, as a browser does."""
        where, data = self._full(url or self.where), self._sent(url, fields)
        async with self.http.post(where, data=data, allow_redirects=False) as answer:
            return await self._follow(answer)

    async def upload(self, url: str, name: str, content: bytes, at: str = "file", **fields: str) -> str:
        """Send a file in the field `at` with the form of the page that is open."""
        data = aiohttp.FormData(self._sent(url, fields))
        data.add_field(at, content, filename=name, content_type=guess_type(name)[0])
        async with self.http.post(self._full(url), data=data, allow_redirects=False) as answer:
            return await self._follow(answer)

    async def fetch(self, url: str) -> None:
        """A file behind a link: its bytes are the body."""
        await self.open(url)

    async def download(self, url: str, **fields: str) -> None:
        """A file behind a button of the page that is open: its bytes are the body."""
        await self.press(url, **fields)

    def _sent(self, url: str, fields: dict[str, str]) -> list[tuple[str, str]]:
        """Where the page has no such form, what protects its forms and the fields alone."""
        found = filled(self.text, self.where, url or self.where, fields)
        return found or [*re.findall(r'name="(csrf|key)" value="([^"]+)"', self.text)[:2], *fields.items()]

    def _full(self, url: str) -> str:
        return url if url.startswith("http") else self.base + url

    async def _follow(self, answer: aiohttp.ClientResponse) -> str:
        """At the platform's question who this is, the phone says which one it is."""
        for _hop in range(HOPS):
            if answer.status not in REDIRECTS:
                break
            onward = answer.url.join(URL(answer.headers["Location"], encoded=True))
            if "/connect/oauth2/authorize" in onward.path:
                onward = onward.update_query({"as": self.phone})
            answer = await self.http.get(onward, allow_redirects=False)
        self.body, self.status, self.where = await answer.read(), answer.status, str(answer.url.relative())
        self.text = self.body.decode("utf-8", "replace")
        return self.text


@dataclass
class Hands:
    """Every phone, by userid or openid."""

    http: aiohttp.ClientSession
    simulator: str
    web: str

    async def do(self, phone: str, what: str, **given: Any) -> dict[str, Any]:
        """An act of the phone's owner; answers when the product has heard of it."""
        return await told(self.http, f"{self.simulator}/_sim/phones/{phone}/{what}", given)

    async def messages(self, phone: str) -> list[dict[str, Any]]:
        """Oldest first."""
        async with self.http.get(f"{self.simulator}/_sim/phones/{phone}") as answer:
            shown: list[dict[str, Any]] = (await answer.json()).get("messages", [])
        return shown

    async def texts(self, phone: str) -> list[str]:
        return [str(m["text"]) for m in await self.messages(phone)]

    async def group(self, key: str) -> list[str]:
        async with self.http.get(f"{self.simulator}/_sim/groups/{key}") as answer:
            return [str(m["text"]) for m in (await answer.json()).get("messages", [])]

    async def shows(self, phone: str, words: str, after: int = 0) -> str:
        """The newest message with these words behind the first `after`; empty where none comes in time."""

        async def look() -> str:
            return next((t for t in reversed((await self.texts(phone))[after:]) if words in t), "")

        return await until(look)

    async def say(self, phone: str, words: str, answer: str) -> str:
        """Type, and wait for an answer with these words; it is empty where none comes."""
        before = len(await self.messages(phone))
        await self.do(phone, "say", text=words)
        return await self.shows(phone, answer, before)

    async def link(self, phone: str) -> str:
        """The newest link that the phone shows."""
        for message in reversed(await self.messages(phone)):
            if found := message["link"] or next(iter(ADDRESS.findall(message["text"])), ""):
                return str(found)
        return ""

    @asynccontextmanager
    async def browser(self, phone: str = "") -> AsyncIterator[Browser]:
        """A phone's, or without one an officer's on a desk."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            yield Browser(http, self.web, phone)
