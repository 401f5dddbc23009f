"""Polling feeds: all that are due at once, each by itself; what is new is taken, and health is kept."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urljoin

import aiohttp
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from broadcasts.intake import health
from broadcasts.intake.fetch import Document, FetchError, allowed, fetch
from broadcasts.intake.first import Name, replaced
from broadcasts.intake.folders import FOLDER, folder
from broadcasts.intake.message import Fault, Unreadable
from broadcasts.intake.models import Feed, Seen
from broadcasts.intake.readers.links import links
from broadcasts.intake.receive import receive
from broadcasts.intake.take import Way
from broadcasts.release.holds import keep_unread

log = logging.getLogger(__name__)
AT_ONCE = 8  # feeds looked at together
PATIENCE = 3  # linked files that fail in one look before the rest waits for the next
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
    async with deps.read() as session:
        feeds = (await session.execute(select(Feed).where(col(Feed.enabled)))).scalars().all()
    due = [f for f in feeds if f.polled_at is None or at - f.polled_at >= timedelta(seconds=f.every_seconds)]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(feed: Feed) -> None:
        async with gate:
            await _by_itself(deps, http, feed, at)

    await asyncio.gather(*map(one, due))
    return len(due)


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
    try:
        documents, errors = await _documents(deps, http, feed)
    except FetchError as failed:
        log.warning("feed %s: %s", feed.uid, failed)
        async with deps.begin() as session:
            await health.note(session, feed.id, str(failed), at)
        return
    gone: frozenset[Name] = frozenset()
    if not feed.first_done:
        gone = await asyncio.to_thread(replaced, documents)
    way = Way(f"feed:{feed.id}", first=not feed.first_done, gone=gone)
    for document in documents:
        errors += await _take(deps, feed, document, way, at)
    async with deps.begin() as session:
        await health.note(session, feed.id, "；".join(errors), at, heard=True)


async def _take(deps: Opens, feed: Feed, document: Document, way: Way, at: datetime) -> list[str]:
    """Take one document. One that our own code stumbles over is kept as unread, which rings, and takes no other with
    it; where the database is in trouble it is asked for again."""
    seen = Seen(feed_id=feed.id, link=document.link[:500], at=at)
    try:
        async with deps.begin() as session:
            await receive(session, deps.settings, document.raw, document.media_type, way, at=at)
            await session.merge(seen)
    except PASSING:
        raise
    except Exception as error:
        log.exception("feed %s: a document", feed.uid)
        name = type(error).__name__
        async with deps.begin() as session:
            spoilt = Unreadable(Fault("/", None, OURS.format(name)))
            await keep_unread(session, document.raw, spoilt, origin=way.origin, at=at)
            await session.merge(seen)
        return [SICK.format(name)]
    return []


async def _documents(deps: Opens, http: aiohttp.ClientSession, feed: Feed) -> tuple[list[Document], list[str]]:
    """What this feed shows that was not taken yet, and what it may not show. Raises FetchError."""
    async with deps.read() as session:
        rows = await session.execute(select(Seen.link).where(col(Seen.feed_id) == feed.id))
        known = set(rows.scalars())
    if feed.url.startswith(FOLDER):
        return await folder(feed, known, deps.settings.feed_roots)
    index = await fetch(http, feed.url)
    try:
        linked = links(index.raw)
    except Unreadable:
        linked = ()
    if not linked:
        content = f"sha256:{hashlib.sha256(index.raw).hexdigest()}"
        return ([] if content in known else [Document(content, index.raw, index.media_type)]), []
    return await _linked(deps, http, feed, [urljoin(feed.url, link.url) for link in linked], known), []


async def _linked(
    deps: Opens, http: aiohttp.ClientSession, feed: Feed, urls: Sequence[str], known: set[str]
) -> list[Document]:
    listed = [h.strip() for h in deps.settings.feed_hosts.split(",") if h.strip()]
    documents: list[Document] = []
    failed = 0
    for url in urls:
        if url[:500] in known or failed == PATIENCE or not allowed(feed, url, listed):
            continue
        try:
            documents.append(await fetch(http, url))
        except FetchError as error:
            failed += 1
            log.warning("feed %s: a linked file: %s", feed.uid, error)  # asked for again at the next poll
    return list(reversed(documents))  # an index is newest first
