"""Polling feeds: all that are due at once, each by itself; what is new is taken, and health is kept."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from functools import partial
from typing import Protocol
from urllib.parse import urljoin

import aiohttp
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from broadcasts.intake import health
from broadcasts.intake.fetch import Document, FetchError, fetch
from broadcasts.intake.first import Name, replaced
from broadcasts.intake.folders import FOLDER, folder
from broadcasts.intake.linked import LONGEST, Looked, keep_missing, linked, seen
from broadcasts.intake.looks import Looks
from broadcasts.intake.message import Fault, Unreadable
from broadcasts.intake.models import Feed, Seen
from broadcasts.intake.readers.links import links
from broadcasts.intake.receive import receive
from broadcasts.intake.take import Way
from broadcasts.release.holds import keep_unread

log = logging.getLogger(__name__)
BETWEEN = 5.0  # seconds after which the others are looked after while one is slow
LONGEST_LOOK = 20.0  # seconds of a look in which linked files are asked for; the rest waits for the next
OURS = "读这份内容时本系统出错了（{}），原文已保存，错误已记入日志。请按原文处理，并告诉维护人员。"
SICK = "本系统出错（{}），已记入日志"
PASSING = (OperationalError, InterfaceError, PoolTimeout)  # the database's trouble, not the document's


class Opens(Protocol):
    """What polling needs of the ground: its own transactions, none of them open across the network."""

    @property
    def settings(self) -> Settings: ...

    def begin(self) -> AbstractAsyncContextManager[AsyncSession]: ...

    def read(self) -> AbstractAsyncContextManager[AsyncSession]: ...


async def poll_due(deps: Opens, http: aiohttp.ClientSession, at: datetime) -> int:
    """Poll every enabled feed whose interval is over, a few at a time. How many were polled."""
    async with Looks(partial(_by_itself, deps, http)) as looks:
        begun = looks.begin(await _enabled(deps), at)
        await looks.wait()
    return begun


async def poll_on(
    deps: Opens, http: aiohttp.ClientSession, now: Callable[[], datetime], *, seconds: float = BETWEEN
) -> None:
    """The same; and while a slow one is being looked at, every few `seconds` the others whose interval is over."""
    async with Looks(partial(_by_itself, deps, http)) as looks:
        looks.begin(await _enabled(deps), now())
        while await looks.wait(seconds):
            looks.begin(await _enabled(deps), now())


async def _enabled(deps: Opens) -> list[Feed]:
    async with deps.read() as session:
        return list((await session.execute(select(Feed).where(col(Feed.enabled)))).scalars())


async def _by_itself(deps: Opens, http: aiohttp.ClientSession, feed: Feed, at: datetime) -> None:
    """Whatever goes wrong with one feed is that feed's health, and stops no other."""
    try:
        await poll(deps, http, feed, at)
    except Exception as error:
        log.exception("feed %s", feed.uid)
        try:
            async with deps.begin() as session:
                await health.note(session, feed.id, SICK.format(type(error).__name__), at)
        except PASSING:
            log.exception("feed %s: its health could not be kept", feed.uid)


async def poll(deps: Opens, http: aiohttp.ClientSession, feed: Feed, at: datetime) -> None:
    """One look at one feed: fetch without a transaction, then take all that is new."""
    async with deps.read() as session:
        known = await seen(session, feed)
    try:
        looked, errors = await _looked(deps, http, feed, known)
    except FetchError as failed:
        log.warning("feed %s: %s", feed.uid, failed)
        async with deps.begin() as session:
            await health.note(session, feed.id, str(failed), at)
        return
    gone: frozenset[Name] = frozenset()
    if not feed.first_done:
        gone = await asyncio.to_thread(replaced, looked.documents)
    way = Way(f"feed:{feed.id}", first=not feed.first_done, gone=gone)
    for document in looked.documents:
        errors += await _take(deps, feed, document, way, at)
    async with deps.begin() as session:
        await keep_missing(session, feed, looked, known, at)
        await health.note(session, feed.id, "；".join(errors), at, heard=True, whole=looked.whole)


async def _take(deps: Opens, feed: Feed, document: Document, way: Way, at: datetime) -> list[str]:
    """Take one document. One that our own code stumbles over is kept as unread, which rings, and takes no other with
    it; where the database is in trouble it is asked for again."""
    shown = Seen(feed_id=feed.id, link=document.link[:LONGEST], at=at)
    try:
        async with deps.begin() as session:
            await receive(session, deps.settings, document.raw, document.media_type, way, at=at)
            await session.merge(shown)
    except PASSING:
        raise
    except Exception as error:
        log.exception("feed %s: a document", feed.uid)
        name = type(error).__name__
        async with deps.begin() as session:
            spoilt = Unreadable(Fault("/", None, OURS.format(name)))
            await keep_unread(session, document.raw, spoilt, origin=way.origin, at=at)
            await session.merge(shown)
        return [SICK.format(name)]
    return []


async def _looked(
    deps: Opens, http: aiohttp.ClientSession, feed: Feed, known: Mapping[str, datetime]
) -> tuple[Looked, list[str]]:
    """What this feed shows that was not taken yet, and what it may not show. Raises FetchError."""
    if feed.url.startswith(FOLDER):
        documents, errors = await folder(feed, set(known), deps.settings.feed_roots)
        return Looked(documents), errors
    index = await fetch(http, feed.url)
    try:
        found = links(index.raw)
    except Unreadable:
        found = ()
    if not found:
        content = f"sha256:{hashlib.sha256(index.raw).hexdigest()}"
        return Looked([] if content in known else [Document(content, index.raw, index.media_type)]), []
    urls = [urljoin(feed.url, link.url) for link in found]
    hosts = [h.strip() for h in deps.settings.feed_hosts.split(",") if h.strip()]
    looked = await linked(http, feed, urls, known, hosts, seconds=LONGEST_LOOK)
    return looked, looked.errors
