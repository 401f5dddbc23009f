"""What the platforms call: verify, decrypt, know again, store, answer. What it means is worked on afterwards."""

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import hdrs, web

from bot.channels.signing import SMS, VOICE
from bot.clock import Clock
from bot.deps import Deps
from bot.metrics import CALLBACKS, CALLBACKS_REFUSED
from bot.probes.echo import OWN
from bot.wechat.ears import GATEWAYS, LIVE, OA, TRAINING, WECOM, Ear, ears
from bot.wechat.fields import LIMIT
from handlers.api.problems import problem
from handlers.chat.ebb import EBB
from handlers.chat.wake import WAKE
from handlers.wechat import gateway
from handlers.wechat.arrivals import arrival, gateway_arrival
from handlers.wechat.asked import note_asked
from handlers.wechat.keeping.arrival import Arrival, Kept
from handlers.wechat.keeping.store import Store, open_store
from handlers.wechat.media import FETCH
from handlers.wechat.passive import pressed
from handlers.wechat.proof import STATUS, Refused, proven, question

log = logging.getLogger(__name__)
PATHS = {
    "/callbacks/official-account": (LIVE, OA),
    "/callbacks/wecom": (LIVE, WECOM),
    "/callbacks/training/official-account": (TRAINING, OA),
    "/callbacks/training/wecom": (TRAINING, WECOM),
    "/callbacks/sms": (LIVE, SMS),
    "/callbacks/training/sms": (TRAINING, SMS),
    "/callbacks/voice": (LIVE, VOICE),
    "/callbacks/training/voice": (TRAINING, VOICE),
}
PATIENCE = 5.0  # seconds that a body may take to arrive; then the platform has gone
ANSWER = {OA: b"success", WECOM: b"", **dict.fromkeys(GATEWAYS, b'{"code":0}')}
COUNTED = {(p, k): CALLBACKS.labels(p, k.value) for p in ANSWER for k in (Kept.new, Kept.known)}
QUIET = 10.0  # seconds between two log lines of one reason: whoever forges must not fill the disk


class Callbacks:
    def __init__(self, deps: Deps) -> None:
        self._deps, self._clock, self._settings, self._vault = deps, deps.clock, deps.settings, deps.vault
        self._window = float(deps.settings.callback_seconds)
        self._ears = ears(deps.settings, deps.vault)
        self._store: Store | None = None
        self._told = _Told(deps.clock)

    def add_to(self, app: web.Application) -> None:
        for path in PATHS:
            if PATHS[path][1] not in GATEWAYS:
                app.router.add_get(path, self.ask, allow_head=False)
            app.router.add_post(path, self.tell)
        app.cleanup_ctx.append(self._opened)

    async def ask(self, request: web.Request) -> web.Response:
        """The platform verifies the address: its echo, and not a byte more. It waits for a second at most: that it came
        is written down afterwards."""
        road, platform = PATHS[request.path]
        try:
            echo = question(self._ear(request.path), request.query, self._clock.now(), self._window)
        except Refused as error:
            return self._refusal(platform, error.reason)
        response = web.Response(
            body=echo.encode(), content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"}
        )
        if not request.query.get("nonce", "").startswith(OWN):
            await response.prepare(request)
            await response.write_eof()
            await note_asked(self._deps, road, platform, self._clock.now())
        return response

    async def tell(self, request: web.Request) -> web.Response:
        """The platform tells what somebody said or did. 200 once it is on the disk, or was before; 503 where it could
        not be kept, so that the platform tells it again."""
        _, platform = PATHS[request.path]
        request.app[EBB].arrived()
        try:
            ear = self._ear(request.path)
            row = await self._arrived(ear, request)
            kept = await self._keep(row)
        except Refused as error:
            return self._refusal(platform, error.reason)
        except Exception:
            log.exception("a callback of %s was not kept", platform)
            return problem(503, "没有存下，请再发一次")
        COUNTED[platform, kept].inc()
        if kept is Kept.new:
            request.app[WAKE].say()
            if row.attached:
                request.app[FETCH].say()
        face = pressed(ear, row, self._clock.now(), self._settings.zone)
        kind = "application/xml" if face else "application/json" if platform in GATEWAYS else "text/plain"
        return web.Response(body=face or ANSWER[platform], content_type=kind)

    def _ear(self, path: str) -> Ear:
        ear = self._ears.get(PATHS[path])
        if ear is None:
            raise Refused("unset")
        return ear

    async def _arrived(self, ear: Ear, request: web.Request) -> Arrival:
        body, now = await _body(request), self._clock.now()
        if ear.platform in GATEWAYS:
            proof = gateway.proven(ear, request.query, body, now, self._window)
            return gateway_arrival(self._vault, ear, proof, now)
        return arrival(ear, proven(ear, request.query, body, now, self._window), now)

    async def _keep(self, row: Arrival) -> Kept:
        if self._store is None:
            raise RuntimeError("the store is not open")
        kept = await self._store.write(row)
        if kept is Kept.refused:
            raise Refused("nonce")
        return kept

    def _refusal(self, platform: str, reason: str) -> web.Response:
        CALLBACKS_REFUSED.labels(platform, reason).inc()
        if self._told.now(platform, reason):
            log.warning("a callback of %s was refused: %s", platform, reason)
        return problem(STATUS[reason], "这个回调不能接受")

    async def _opened(self, app: web.Application) -> AsyncIterator[None]:
        def brought() -> None:
            app[WAKE].say()
            app[FETCH].say()

        self._store = open_store(self._settings, brought)
        yield
        await self._store.close()


class _Told:
    """When each reason was last logged."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[tuple[str, str], float] = {}

    def now(self, platform: str, reason: str) -> bool:
        """Whether it is time to say it again."""
        at = self._clock.monotonic()
        if at - self._last.get((platform, reason), float("-inf")) < QUIET:
            return False
        self._last[platform, reason] = at
        return True


async def _body(request: web.Request) -> bytes:
    """The whole body. Raises Refused where it is too long or does not come."""
    if (request.content_length or 0) > LIMIT:
        raise Refused("oversized")
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity") != "identity":  # no platform packs what it tells
        raise Refused("malformed")
    if request.content.is_eof():  # it came with the head, as nearly always
        return _short(request.content.read_nowait())
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            while chunk := await request.content.readany():
                body += chunk
                if len(body) > LIMIT:
                    raise Refused("oversized")
    except TimeoutError as error:
        raise Refused("slow") from error
    return bytes(body)


def _short(body: bytes) -> bytes:
    if len(body) > LIMIT:
        raise Refused("oversized")
    return body
