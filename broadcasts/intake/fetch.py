"""Fetching what a feed shows: its own host and listed ones only, nothing else that a document names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

import aiohttp

from broadcasts.intake.models import Feed

MOST_BYTES = 4 * 1024 * 1024  # of an index; a single alert is checked by the readers
HOPS = 5  # redirects that are followed
TIMEOUT = aiohttp.ClientTimeout(total=20, sock_connect=5)


class FetchError(Exception):
    """What an officer reads of a feed that did not answer."""


@dataclass(frozen=True)
class Document:
    """Bytes and where they lay; `link` tells one file of a feed from another."""

    link: str
    raw: bytes
    media_type: str


async def fetch(http: aiohttp.ClientSession, url: str, hops: int = HOPS) -> Document:
    """One document, redirects followed only within the same host, and not for ever. Raises FetchError."""
    try:
        async with http.get(url, timeout=TIMEOUT, allow_redirects=False) as answer:
            if answer.status in {301, 302, 307, 308}:
                target = urljoin(url, answer.headers.get("Location", ""))
                if urlsplit(target).netloc != urlsplit(url).netloc or target == url:
                    raise FetchError(f"转到了别的网站：{urlsplit(target).netloc}")
                if not hops:
                    raise FetchError("转来转去，没有尽头")
                return replace(await fetch(http, target, hops - 1), link=url)
            if answer.status != 200:
                raise FetchError(f"HTTP {answer.status}")
            raw = await answer.content.read(MOST_BYTES + 1)
            while len(raw) <= MOST_BYTES and not answer.content.at_eof():
                raw += await answer.content.read(MOST_BYTES + 1 - len(raw))
            if len(raw) > MOST_BYTES:
                raise FetchError(f"超过 {MOST_BYTES} 字节")
            return Document(url, raw, answer.content_type)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise FetchError(type(error).__name__) from error


def allowed(feed: Feed, link: str, listed: Sequence[str] = ()) -> bool:
    """Whether a link of this feed is followed: to the feed's own host, or one that the county has listed."""
    hosts = {urlsplit(feed.url).hostname, *(h.strip() for h in feed.hosts.split(",")), *listed} - {"", None}
    parts = urlsplit(link)
    return parts.scheme in {"http", "https"} and parts.hostname in hosts
