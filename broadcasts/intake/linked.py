"""The single files that an index links to: the newest first, for a while at a look. What is refused or does not come is
said at each look, is asked for again after all else, and rings when it has not come for some looks."""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.intake.fetch import Document, FetchError, allowed, fetch
from broadcasts.intake.message import Fault, Unreadable
from broadcasts.intake.models import Feed, Seen
from broadcasts.release.holds import close_come, keep_unread
from broadcasts.release.models import Unread

log = logging.getLogger(__name__)
LOOKS = 3  # at a feed's interval, the last of which rings for a file that has not come since the first
LONGEST = 500  # characters of a link that are kept
MISSING, TOLD = "missing:", "told:"  # before a link that does not come: since when, and that it has rung
NAMED = 2  # links that a feed's error names
HOST = "不在允许的网站里。请确认后把它加到这个来源的“另外允许的网站”"
NEVER = "来源的目录里列着这个文件，一直取不到：{}。它可能是一条预警，没有发出。请打电话问气象台，有的话在“粘贴”里录入。"
SAYS = "目录里有 {} 个文件取不到：{}"


@dataclass
class Looked:
    """What one look at an index gave. `missing` are links by why they did not come, `whole` says that none was left for
    the next look."""

    documents: list[Document] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    whole: bool = True

    @property
    def errors(self) -> list[str]:
        named = "、".join(f"{link}（{why}）" for link, why in list(self.missing.items())[:NAMED])
        return [SAYS.format(len(self.missing), named)] if self.missing else []


async def linked(
    http: aiohttp.ClientSession, feed: Feed, urls: Sequence[str], known: Mapping[str, datetime], hosts: Sequence[str],
    *, seconds: float,
) -> Looked:  # fmt: skip
    """Ask for what is not known yet, `seconds` long: a file that was begun is waited for. An index is newest first, and
    the newest says most; documents are given oldest first, as they are to be taken."""
    looked, clock = Looked(), asyncio.get_running_loop()
    end = clock.time() + seconds
    fresh = [url for url in dict.fromkeys(urls) if url[:LONGEST] not in known]
    late = _in_turn(feed, [url for url in fresh if _failed(url, known)])
    asked = 0
    for url in [*(url for url in fresh if url not in late), *late]:
        if not allowed(feed, url, hosts):
            looked.missing[url] = HOST
        elif asked and clock.time() >= end:
            looked.whole = looked.whole and url in late
        else:
            asked += 1
            await _ask(http, url, looked)
    looked.documents.sort(key=lambda one: -fresh.index(one.link))
    return looked


def _in_turn(feed: Feed, late: list[str]) -> list[str]:
    """Begun with another at each look: one that takes all the time keeps none of the others away for ever."""
    first = feed.failures % len(late) if late else 0
    return [*late[first:], *late[:first]]


async def _ask(http: aiohttp.ClientSession, url: str, looked: Looked) -> None:
    try:
        looked.documents.append(await fetch(http, url))
    except FetchError as error:
        looked.missing[url] = str(error)


async def keep_missing(
    session: AsyncSession, feed: Feed, looked: Looked, known: Mapping[str, datetime], at: datetime
) -> None:
    """Keep since when each is missing. What has been for some looks is kept as unread, which rings, once; what has come
    is missing no more, and rings no more."""
    await _come(session, feed, looked, known, at)
    patience = timedelta(seconds=feed.every_seconds) * (LOOKS - 1)
    for url, why in looked.missing.items():
        log.warning("feed %s: a linked file: %s", feed.uid, why)
        link = url[:LONGEST]
        since = known.get(f"{MISSING}{link}")
        if f"{TOLD}{link}" in known:
            continue
        if since is None or since > at:
            await session.merge(Seen(feed_id=feed.id, link=f"{MISSING}{link}", at=at))
        elif at - since >= patience:
            lost = Unreadable(Fault(url, None, NEVER.format(why)))
            await keep_unread(session, url.encode(), lost, origin=f"feed:{feed.id}", at=at)
            await session.merge(Seen(feed_id=feed.id, link=f"{TOLD}{link}", at=at))


async def _come(session: AsyncSession, feed: Feed, looked: Looked, known: Mapping[str, datetime], at: datetime) -> None:
    come = [f"{mark}{one.link[:LONGEST]}" for one in looked.documents for mark in (MISSING, TOLD)]
    gone = {link for link in come if link in known}
    if gone:
        await session.execute(sa.delete(Seen).where(col(Seen.feed_id) == feed.id, col(Seen.link).in_(gone)))
    if any(link.startswith(TOLD) for link in gone):
        still = {link.removeprefix(TOLD) for link in known.keys() - gone if link.startswith(TOLD)}
        await close_come(session, f"feed:{feed.id}", lambda kept: _came(kept, still), at=at)


def _came(kept: Unread, still: Collection[str]) -> bool:
    """Whether it is a file that did not come, and has."""
    link = kept.raw.decode(errors="replace")
    return [error["path"] for error in kept.errors] == [link] and link[:LONGEST] not in still


async def seen(session: AsyncSession, feed: Feed) -> dict[str, datetime]:
    """What this feed has shown, with when."""
    rows = await session.execute(select(Seen.link, Seen.at).where(col(Seen.feed_id) == feed.id))
    return {link: at for link, at in rows}


def _failed(url: str, known: Mapping[str, datetime]) -> bool:
    link = url[:LONGEST]
    return f"{MISSING}{link}" in known or f"{TOLD}{link}" in known
