"""The county's machine interface as others use it in a story: a platform that asks, a weather station that speaks."""

from typing import Any, Protocol

import aiohttp

XML = "application/xml"
JSON = "application/json"


class County(Protocol):
    """Where the interface is, and the tokens of those who use it."""

    @property
    def http(self) -> aiohttp.ClientSession: ...
    @property
    def web(self) -> str: ...
    @property
    def reading(self) -> str: ...
    @property
    def intake(self) -> str: ...


async def asked(county: County, path: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {county.reading}"}
    async with county.http.get(f"{county.web}/api/v1{path}", headers=headers) as answer:
        said: dict[str, Any] = await answer.json()
    return said


async def told(county: County, raw: bytes, media_type: str = XML) -> tuple[int, dict[str, Any]]:
    """A source speaks: the status, and what is answered."""
    headers = {"Authorization": f"Bearer {county.intake}", "Content-Type": media_type}
    async with county.http.post(f"{county.web}/api/v1/warnings", data=raw, headers=headers) as answer:
        said: dict[str, Any] = await answer.json(content_type=None)
    return answer.status, said


async def read_out(county: County, token: str, sentence: str) -> list[dict[str, Any]]:
    """How a sentence would be read as a report; nothing is kept. `token` is that of a platform that reports."""
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{county.web}/api/v1/reports?dry_run=1"
    async with county.http.post(url, json={"text": sentence}, headers=headers) as answer:
        return list((await answer.json()).get("fields", []))
