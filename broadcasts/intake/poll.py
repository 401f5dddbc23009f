"""Polling feeds: what is new is taken, health is kept, and a feed that falls silent is an alarm, not an all-clear."""

import hashlib
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urljoin

import aiohttp
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.intake.fetch import FOLDER, Document, FetchError, allowed, fetch, folder
from broadcasts.intake.message import Unreadable
from broadcasts.intake.models import Feed, Seen
from broadcasts.intake.readers.links import links
from broadcasts.intake.receive import receive
from broadcasts.intake.take import Way
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason

log = logging.getLogger(__name__)


class Opens(Protocol):
    """What polling needs of the ground: its own transactions, none of them open across the network."""

    @property
    def settings(self) -> Settings: ...

    def begin(self) -> AbstractAsyncContextManager[AsyncSession]: ...

    def read(self) -> AbstractAsyncContextManager[AsyncSession]: ...


async def poll_due(deps: Opens, http: aiohttp.ClientSession, at: datetime) -> int:
    """Poll every enabled feed whose interval is over. How many were polled."""
    async with deps.read() as session:
        feeds = (await session.execute(select(Feed).where(col(Feed.enabled)))).scalars().all()
    due = [f for f in feeds if f.polled_at is None or at - f.polled_at >= timedelta(seconds=f.every_seconds)]
    for feed in due:
        await poll(deps, http, feed, at)
    return len(due)


async def poll(deps: Opens, http: aiohttp.ClientSession, feed: Feed, at: datetime) -> None:
    """One look at one feed: fetch without a transaction, then take all that is new."""
    error, documents = "", []
    try:
        documents = await _documents(deps, http, feed)
    except FetchError as failed:
        error = str(failed)
        log.warning("feed %s: %s", feed.uid, error)
    for document in documents:
        async with deps.begin() as session:
            way = Way(f"feed:{feed.id}", first=not feed.first_done)
            await receive(session, deps.settings, document.raw, document.media_type, way, at=at)
            await session.merge(Seen(feed_id=feed.id, link=document.link[:500], at=at))
    async with deps.begin() as session:
        await _health(session, feed.id, error, at)


async def _documents(deps: Opens, http: aiohttp.ClientSession, feed: Feed) -> list[Document]:
    """What this feed shows that was not taken yet. Raises FetchError."""
    async with deps.read() as session:
        rows = await session.execute(select(Seen.link).where(col(Seen.feed_id) == feed.id))
        known = set(rows.scalars())
    if feed.url.startswith(FOLDER):
        return await folder(feed, known)
    index = await fetch(http, feed.url)
    try:
        linked = links(index.raw)
    except Unreadable:
        linked = ()
    if not linked:
        content = f"sha256:{hashlib.sha256(index.raw).hexdigest()}"
        return [] if content in known else [Document(content, index.raw, index.media_type)]
    return await _linked(deps, http, feed, [urljoin(feed.url, link.url) for link in linked], known)


async def _linked(
    deps: Opens, http: aiohttp.ClientSession, feed: Feed, urls: Sequence[str], known: set[str]
) -> list[Document]:
    listed = [h.strip() for h in deps.settings.feed_hosts.split(",") if h.strip()]
    documents = []
    for url in urls:
        if url[:500] in known or not allowed(feed, url, listed):
            continue
        try:
            documents.append(await fetch(http, url))
        except FetchError as error:
            log.warning("feed %s: a linked file: %s", feed.uid, error)  # asked for again at the next poll
    return list(reversed(documents))  # an index is newest first


async def _health(session: AsyncSession, feed_id: int, error: str, at: datetime) -> None:
    """Keep how the feed is; past its expected interval without an answer it is silent, and that rings."""
    feed = await session.get(Feed, feed_id)
    if feed is None:
        return
    feed.polled_at = at
    feed.error, feed.failures = (error[:255], feed.failures + 1) if error else ("", 0)
    if not error:
        feed.heard_at, feed.first_done = at, True
        await _close_silence(session, feed, at)
    elif feed.heard_at is None or at - feed.heard_at >= timedelta(seconds=feed.silent_after_seconds):
        await _silence(session, feed, at)


async def _open_silence(session: AsyncSession, feed: Feed) -> Hold | None:
    wanted = select(Hold).where(col(Hold.feed_id) == feed.id, col(Hold.closed_at).is_(None))
    return (await session.execute(wanted.limit(1))).scalar_one_or_none()


async def _silence(session: AsyncSession, feed: Feed, at: datetime) -> None:
    """Ring once for each silence: who has said that it is known is not woken for it again."""
    wanted = select(Hold.id).where(col(Hold.feed_id) == feed.id)
    if feed.heard_at is not None:
        wanted = wanted.where(col(Hold.opened_at) > feed.heard_at)
    if (await session.execute(wanted.limit(1))).first() is None:
        reason = Reason.feed_silent.value
        session.add(Hold(uid=uuid7(at), feed_id=feed.id, reason=reason, opened_at=at, ring_at=at))
        record(session, "system", "feed.silent", feed.uid, at)


async def _close_silence(session: AsyncSession, feed: Feed, at: datetime) -> None:
    silence = await _open_silence(session, feed)
    if silence is not None:
        silence.closed_at, silence.closed_by, silence.decision, silence.ring_at = at, "system", "heard", None
        record(session, "system", "feed.heard", feed.uid, at)
