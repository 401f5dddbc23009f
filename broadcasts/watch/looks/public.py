"""Our own public address, looked at from outside as far as we can: we go out and come back in by the front door."""

import asyncio
import ipaddress
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import orjson
from sqlalchemy.ext.asyncio import AsyncSession
from yarl import URL

from bot.probes.asking import Heard, NoAnswer, ask
from bot.probes.certificate import certificate as shown
from bot.probes.echo import proof
from broadcasts.watch.contract import Found, Ground, Level, Seen
from broadcasts.watch.looks.platforms import PASSING
from broadcasts.watch.models import Looked

SOON, VERY_SOON = 21, 7  # days that a certificate has left
HTTPS = 443
AROUND = frozenset({"unreachable", "timeout"})  # what a router that leads nobody back in comes to


@dataclass(frozen=True)
class Address:
    """That whoever asks for BASE_URL comes to us: the answer to a new number can be given by nobody else. `last_heard`
    says when somebody came in from outside by it; the house above knows."""

    last_heard: Callable[[AsyncSession], Awaitable[datetime | None]]

    async def __call__(self, ground: Ground) -> Found | None:
        base = ground.deps.settings.base_url
        if not base:
            return None
        once = secrets.token_hex(16)
        try:
            heard = await ask(ground.http, URL(f"{base}/healthz").with_query(nonce=once))
        except NoAnswer as error:
            return Found((await self._closed(ground, error.reason),))
        return answered(ground, heard, once)

    async def _closed(self, ground: Ground, reason: str) -> Seen:
        """Our own router may not lead us back in, while everybody else comes through it."""
        async with ground.deps.read() as session:
            last = await self.last_heard(session)
        reached = reason in AROUND and last is not None and ground.at - last < PASSING
        facts = {"reason": reason, "reached": "1" if reached else ""}
        return Seen("address_closed", Level.note if reached else Level.bad, facts=facts, patience=PASSING)


def answered(ground: Ground, heard: Heard, once: str) -> Found:
    """What an answer to the number `once` says of our address."""
    base = ground.deps.settings.base_url
    if not _ours(heard, proof(ground.deps.vault, once)):
        facts = {"status": str(heard.status), "where": heard.where[:120]}
        return Found((Seen("address_other", facts=facts, patience=PASSING),))
    host, platform = (urlsplit(url).hostname or "" for url in (base, ground.deps.settings.wecom_api_base))
    if inside(host) or (near(host) and not near(platform)):  # a trial on this machine has its platform here too
        return Found((Seen("address_private", Level.mind, facts={"host": host}),))
    plain = urlsplit(base).scheme == "http" and not near(host)
    return Found((Seen("address_http", Level.note),) if plain else ())


async def certificate(ground: Ground) -> Found | None:
    """Whether a phone believes it, and for how many days more."""
    parts = urlsplit(ground.deps.settings.base_url)
    if parts.scheme != "https":
        return None
    try:
        found = await shown(parts.hostname or "", parts.port or HTTPS)
    except NoAnswer:
        return Found((Seen("certificate_unread", Level.note),), unsure=True)  # the address's own look says why
    days = (found.ends - ground.at).days
    facts = {"days": str(days), "ends": found.ends.astimezone(ground.deps.settings.zone).strftime("%Y-%m-%d")}
    if found.doubt:
        return Found((Seen("certificate_doubt", facts=facts | {"doubt": found.doubt}),), facts)
    if days < SOON:
        return Found((Seen("certificate_ends", Level.bad if days < VERY_SOON else Level.mind, facts=facts),), facts)
    return Found((), facts)


async def domain(ground: Ground) -> Found | None:
    """The files by which a platform sees that the domain is ours: there, and the same when they come back."""
    settings = ground.deps.settings
    if not settings.base_url:
        return None
    files = await asyncio.to_thread(verify_files, settings.data_dir)
    if not files:
        return Found((Seen("verify_none", Level.note),))
    lost = [name for name, body in files.items() if not await _comes_back(ground, name, body)]
    seen = [Seen("verify_lost", Level.note, facts={"names": "、".join(lost)})] if lost else []
    async with ground.deps.read() as session:
        theirs = await _trusted_domain(session)
    if theirs and theirs != urlsplit(settings.base_url).hostname:
        seen.append(Seen("domain_other", Level.note, facts={"domain": theirs}))
    return Found(tuple(seen), {"names": "、".join(files)})


def verify_files(data_dir: Path) -> dict[str, bytes]:
    """By name. Whatever else lies there is none of ours."""
    folder = data_dir / "verify"
    found = sorted([*folder.glob("WW_verify_*.txt"), *folder.glob("MP_verify_*.txt")])
    return {path.name: path.read_bytes() for path in found if path.is_file() and not path.is_symlink()}


async def _comes_back(ground: Ground, name: str, body: bytes) -> bool:
    try:
        heard = await ask(ground.http, URL(f"{ground.deps.settings.base_url}/{name}"))
    except NoAnswer:
        return False
    return heard.status == 200 and heard.body == body


async def _trusted_domain(session: AsyncSession) -> str:
    """What WeCom calls 可信域名, as its last look found it."""
    row = await session.get(Looked, "wecom")
    return str(row.facts.get("domain", "")).partition(":")[0] if row is not None else ""


def _ours(heard: Heard, expected: str) -> bool:
    try:
        said = orjson.loads(heard.body)
    except orjson.JSONDecodeError:
        return False
    return heard.status == 200 and isinstance(said, dict) and said.get("proof") == expected


def inside(host: str) -> bool:
    """An address of the office's own network: it opens here, and on no telephone out in a village."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host.endswith((".local", ".lan", ".internal"))
    return not found.is_global and not found.is_loopback


def near(host: str) -> bool:
    """This very machine: a trial, where nobody listens in between."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
