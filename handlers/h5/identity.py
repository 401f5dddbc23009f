"""Who reads a page on a phone: an address that the platform has named, kept in a signed cookie, and who that is."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.deps import DEPS, Deps
from bot.directory.models import Address, Person
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.follow import found
from broadcasts.subscriptions.models import Follower
from handlers.wechat.models import Platform

COOKIE = "signaltree_reader"
FOR = timedelta(days=30)
CHANNELS = {Platform.wecom: "wecom_app", Platform.oa: "oa"}


@dataclass(frozen=True)
class Reader:
    """`snapshot`: the platform shows a page to nobody in particular; such a reader signs nothing."""

    road: Road
    platform: Platform
    address: str
    snapshot: bool = False
    person: Person | None = None
    follower: Follower | None = None

    @property
    def actor(self) -> str:
        if self.person:
            return f"person:{self.person.uid}"
        return f"follower:{self.follower.uid}" if self.follower else "reader"


def cookie(road: Road) -> str:
    return COOKIE if road is Road.live else f"{COOKIE}_{road.value}"


async def reader(request: web.Request, session: AsyncSession, road: Road = Road.live) -> Reader | None:
    """Who the road's cookie names, looked up anew: who has left is nobody any more. None: not known yet. Who signed in
    on the simulator, where anybody is anybody, is nobody on a live page."""
    deps = request.app[DEPS]
    kept = _opened(deps, request.cookies.get(cookie(road), ""))
    if kept is None or kept[0] is not road:
        return None
    _, platform, address, snapshot = kept
    person = await person_at(session, platform, address)
    follower = await found(session, road, address) if platform is Platform.oa else None
    return Reader(road, platform, address, snapshot, person, follower)


async def person_at(session: AsyncSession, platform: Platform, address: str) -> Person | None:
    """Whose address it is in the directory."""
    wanted = (
        select(Person)
        .join(Address, col(Address.person_id) == col(Person.id))
        .where(col(Address.channel) == CHANNELS[platform], col(Address.gone_at).is_(None))
    )
    known = col(Address.folded) == address.lower() if platform is Platform.wecom else col(Address.value) == address
    return (await session.execute(wanted.where(known))).scalar_one_or_none()


def remember(
    response: web.StreamResponse, deps: Deps, road: Road, platform: Platform, address: str, *, snapshot: bool
) -> None:
    """Keep who it is for a month, on this phone."""
    until = int((deps.clock.now() + FOR).timestamp())
    value = _signer(deps).dumps([road.value, platform.value, address, snapshot, until])
    secure = deps.settings.base_url.startswith("https://")
    age = int(FOR.total_seconds())
    response.set_cookie(cookie(road), str(value), max_age=age, httponly=True, secure=secure, samesite="Lax", path="/h5")


def form_key(deps: Deps, who: Reader, about: str) -> str:
    """What a form carries so that no other site can send it, and a second press of one page has no second effect."""
    digest = hashlib.sha256(f"{who.platform}:{who.address}:{about}".encode()).hexdigest()[:16]
    return str(_signer(deps, "form").dumps([digest, secrets.token_hex(6)]))


def own_form(deps: Deps, who: Reader, about: str, key: str) -> str | None:
    """The form's own number where it was made for this reader and page; None: somebody else's."""
    digest = hashlib.sha256(f"{who.platform}:{who.address}:{about}".encode()).hexdigest()[:16]
    try:
        given, number = _signer(deps, "form").loads(key)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(number) if secrets.compare_digest(str(given), digest) else None


def _opened(deps: Deps, cookie: str) -> tuple[Road, Platform, str, bool] | None:
    try:
        road, platform, address, snapshot, until = _signer(deps).loads(cookie)
        kept = Road(road), Platform(platform), str(address), bool(snapshot)
    except (BadSignature, ValueError, TypeError):
        return None
    return kept if deps.clock.now().timestamp() < int(until) else None


def _signer(deps: Deps, purpose: str = "reader") -> URLSafeSerializer:
    return URLSafeSerializer(deps.vault.derive(f"h5:{purpose}".encode()), salt=purpose)
